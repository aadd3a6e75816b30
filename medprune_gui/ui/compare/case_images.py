"""One test case as both networks saw it: two linked images with predictions, label maps and differences."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QLabel, QRadioButton, QVBoxLayout, QWidget

from medprune_gui.engine.errors import InputError, MedPruneError
from medprune_gui.engine.imaging.volume import Volume
from medprune_gui.ui import theme
from medprune_gui.ui.compare.case_table import mean_score, short_name
from medprune_gui.ui.compare.quantities import number
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.linking import link
from medprune_gui.workers.case_reader import CaseReader

if TYPE_CHECKING:
    from medprune_gui.engine.records import CaseRecord, Comparison

_PREDICTIONS, _TRUTH, _NOTHING = range(3)
# The case before stays for so long while the next one is read; then the place is cleared.
_PATIENCE_MS = 150
# Of the texts of a picture, those that name it.
_NAMES = ("name", "description", "file")


class CaseImages(QWidget):
    """Original on the left, pruned on the right; scrolling, zoom, pan and window go together.

    Words and image of a case always change together. Pictures are read in a thread: large ones take long.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._arrays: dict[str, NDArray[Any]] = {}
        self._asked: tuple[Comparison, CaseRecord] | None = None
        self._reader = CaseReader(self)
        self._reader.read.connect(self._take_picture)
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._say_reading)
        self.original = ImageCanvas(self)
        self.original.setObjectName("original_canvas")
        self.original.setAccessibleName(self.tr("Image with the original network's prediction"))
        self.pruned = ImageCanvas(self)
        self.pruned.setObjectName("pruned_canvas")
        self.pruned.setAccessibleName(self.tr("Image with the pruned network's prediction"))
        link(self.original, self.pruned)
        self.original_heading = self._heading(theme.ORIGINAL)
        self.pruned_heading = self._heading(theme.PRUNED)
        self.truth_heading = QLabel()
        self.truth_heading.setObjectName("truth_heading")
        self.truth_heading.setWordWrap(True)
        self.problem = QLabel()
        self.problem.setObjectName("case_problem")
        self.problem.setProperty("warning", True)
        self.problem.setWordWrap(True)
        self.problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.problem.hide()

        images = QHBoxLayout()
        images.setSpacing(6)
        for heading, canvas in ((self.original_heading, self.original), (self.pruned_heading, self.pruned)):
            side = QVBoxLayout()
            side.setSpacing(4)
            side.addWidget(heading)
            side.addWidget(canvas, 1)
            images.addLayout(side, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.truth_heading)
        layout.addWidget(self.problem)
        layout.addLayout(images, 1)
        layout.addWidget(self._controls())

    def _heading(self, colour: str) -> QLabel:
        label = QLabel()
        label.setWordWrap(True)
        label.setStyleSheet(f"color: {colour}; font-weight: 600;")
        return label

    def _controls(self) -> QWidget:
        self.overlay_controls = QWidget()
        self.predictions_button = QRadioButton(self.tr("Predictions"))
        self.truth_button = QRadioButton(self.tr("Reference"))
        self.nothing_button = QRadioButton(self.tr("Image only"))
        self.difference_box = QCheckBox(self.tr("Mark differences"))
        self.difference_box.setToolTip(self.tr("Where the two networks do not agree"))
        self._overlay = QButtonGroup(self)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        for number_, button in enumerate((self.predictions_button, self.truth_button, self.nothing_button)):
            self._overlay.addButton(button, number_)
            row.addWidget(button)
        row.addWidget(self.difference_box)
        row.addStretch(1)
        self.predictions_button.setChecked(True)
        self.difference_box.setChecked(True)
        self.legend = QLabel()
        self.legend.setWordWrap(True)
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        column = QVBoxLayout(self.overlay_controls)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.legend)
        self.overlay_controls.hide()
        self._overlay.idToggled.connect(self._draw_overlays)
        self.difference_box.toggled.connect(self._draw_overlays)
        return self.overlay_controls

    def clear(self) -> None:
        """Show no case."""
        self._asked = None
        self._reader.forget()
        self._patience.stop()
        self._show(None)
        for label in (self.original_heading, self.pruned_heading, self.truth_heading):
            label.clear()

    def show_case(self, comparison: Comparison, case: CaseRecord, run_folder: Path | None) -> None:
        """Load and show a case; what cannot be read is said in its place.

        Parameters
        ----------
        comparison
            The run.
        case
            One of its cases.
        run_folder
            Where the arrays of segmented cases are.
        """
        self._asked = comparison, case
        if comparison.task == "classification":
            self._reader.ask(Path(case.file))
            self._patience.start()
            return
        self._reader.forget()
        self._patience.stop()
        self._show_words(comparison, case)
        try:
            arrays = _case_arrays(case, run_folder)
        except MedPruneError as error:
            self._show(None, problem=str(error))
        else:
            self._show(_plain_volume(arrays["image"], case), arrays)

    def _take_picture(self, _file: Path, result: Volume | MedPruneError) -> None:
        if self._asked is None:
            return
        self._patience.stop()
        self._show_words(*self._asked)
        if isinstance(result, Volume):
            self._show(_without_its_name(result))
            if (index := self._asked[1].slice) is not None:
                self.original.set_slice(index)
        else:
            self._show(None, problem=str(result))

    def _say_reading(self) -> None:
        if self._asked is not None:
            self._show(None)
            self._show_words(*self._asked)
            self.truth_heading.setText(self.tr("{case}: reading...").format(case=self.truth_heading.text()))

    def _show(self, volume: Volume | None, arrays: dict[str, NDArray[Any]] | None = None, problem: str = "") -> None:
        self._arrays = arrays or {}
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        for canvas in (self.original, self.pruned):
            canvas.show_volume(volume)
        self._draw_overlays()

    def _show_words(self, comparison: Comparison, case: CaseRecord) -> None:
        self.overlay_controls.setVisible(comparison.task == "segmentation")
        name = short_name(case)
        self.truth_heading.setToolTip(self.tr("Case {case}\n{file}").format(case=case.case, file=case.file))
        if comparison.task == "segmentation":
            names = comparison.classes[len(comparison.classes) - len(case.original_scores) :]
            self.truth_heading.setText(self.tr("{case}, Dice against the reference").format(case=name))
            original, pruned = (
                self._dice_words(scores, names) for scores in (case.original_scores, case.pruned_scores)
            )
            squares = [
                f'<span style="color: {theme.LABEL_COLOURS[index % len(theme.LABEL_COLOURS)]}">&#9632;</span> {name}'
                for index, name in enumerate(names)
            ]
            differs = self.tr("networks differ")
            squares.append(f'<span style="color: {theme.DIFFERENCE}">&#9632;</span> {differs}')
            self.legend.setText(" &nbsp; ".join(squares))
        else:
            self.truth_heading.setText(self.tr("{case}, reference: {truth}").format(case=name, truth=case.truth))
            original, pruned = (
                self._class_words(predicted, scores, comparison.classes, case.truth)
                for predicted, scores in ((case.original, case.original_scores), (case.pruned, case.pruned_scores))
            )
        self.original_heading.setText(self.tr("Original: {prediction}").format(prediction=original))
        self.pruned_heading.setText(self.tr("Pruned: {prediction}").format(prediction=pruned))

    def _class_words(self, predicted: str, scores: tuple[float, ...], classes: tuple[str, ...], truth: str) -> str:
        share = math.nan
        if predicted in classes and classes.index(predicted) < len(scores):
            share = scores[classes.index(predicted)]
        words = f"{predicted} {100 * share:.1f}\N{NO-BREAK SPACE}%" if math.isfinite(share) else predicted
        return words if predicted == truth else self.tr("{prediction} (wrong)").format(prediction=words)

    def _dice_words(self, scores: tuple[float, ...], names: tuple[str, ...]) -> str:
        if len(scores) == 1:
            return number(scores[0])
        parts = ", ".join(f"{name} {number(score)}" for name, score in zip(names, scores, strict=False))
        return self.tr("{mean} ({parts})").format(mean=number(mean_score(scores)), parts=parts)

    def _draw_overlays(self) -> None:
        if not self._arrays:
            for canvas in (self.original, self.pruned):
                canvas.set_overlays()
            return
        original, pruned, truth = (_slices(self._arrays[name], np.uint8) for name in ("original", "pruned", "truth"))
        difference = original != pruned if self.difference_box.isChecked() else None
        shown = self._overlay.checkedId()
        for canvas, labels in ((self.original, original), (self.pruned, pruned)):
            canvas.set_overlays({_PREDICTIONS: labels, _TRUTH: truth, _NOTHING: None}[shown], difference)


def _without_its_name(volume: Volume) -> Volume:
    """Return a picture without the name of its file and folder: the heading says it, and the picture may be small."""
    if "patient" in volume.texts:
        return volume
    return replace(volume, texts={name: text for name, text in volume.texts.items() if name not in _NAMES})


def _case_arrays(case: CaseRecord, run_folder: Path | None) -> dict[str, NDArray[Any]]:
    # Only needed once a run is on display.
    from medprune_gui.engine.experiments.run_folder import RunFolder

    if run_folder is None:
        raise InputError("the run folder of this comparison is not known", remedy="Open the run folder again.")
    arrays = RunFolder(run_folder).case_arrays(case)
    missing = {"image", "truth", "original", "pruned"} - arrays.keys()
    if missing:
        raise InputError(f"the case lacks {', '.join(sorted(missing))}", where=run_folder / str(case.arrays))
    if len({array.shape for array in arrays.values()}) != 1 or arrays["image"].ndim != 2:
        raise InputError(
            "image and label maps do not have the same rows and columns", where=run_folder / str(case.arrays)
        )
    return arrays


def _plain_volume(image: NDArray[Any], case: CaseRecord) -> Volume:
    array = np.ascontiguousarray(image)[np.newaxis]
    array.flags.writeable = False
    return Volume(array, np.eye(4), calibrated=False, oriented=False, texts={"name": case.case})


def _slices(array: NDArray[Any], kind: type[np.uint8]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(array, dtype=kind)[np.newaxis]
