"""A mask from a range of values, seen while it is chosen."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from medprune_gui.engine.errors import MedPruneError
from medprune_gui.engine.imaging.nifti_writing import write_label_map
from medprune_gui.engine.imaging.range_mask import BONE_HU, slice_in_range, volumes_ml
from medprune_gui.engine.imaging.volume import Volume
from medprune_gui.ui.viewer.image_canvas import ImageCanvas

_MOST_DECIMALS = 12
_NARROWEST_PX = 440
# So long the values must rest before the whole volume is marked.
_REST_MS = 250


class RangeMaskDialog(QDialog):
    """Marks the voxels of a volume whose values lie in a range, says how much that is, and saves it.

    The slice on display is marked at once, the others one by one while nothing else is to be done. What was laid over
    the image before comes back when the dialog is closed without keeping the mask.

    Parameters
    ----------
    canvas
        Shows the volume.
    estimate
        Why the volume in millilitres is an estimate, such as uneven spacing; empty: it is none.
    unknown
        Why it cannot be told at all; empty: it can.
    """

    def __init__(
        self, canvas: ImageCanvas, estimate: str = "", unknown: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        volume = canvas.volume
        assert volume is not None
        self.setWindowTitle(self.tr("Mask from a range of values"))
        self._canvas, self._volume = canvas, volume
        self._estimate, self._unknown = estimate, unknown
        self._before, self._look = canvas.labels, canvas.label_look
        self._mask: NDArray[np.uint8] = np.zeros(volume.array.shape[:3], dtype=np.uint8)
        self._marked = 0
        self.low, self.high = self._spin(), self._spin()
        self.low.setValue(BONE_HU if volume.unit == "HU" else canvas.window.centre)
        self.high.setValue(self.high.maximum())
        self.open_ended = QCheckBox(self.tr("No upper end"))
        self.open_ended.setChecked(True)
        self.high.setEnabled(False)
        self.amount = QLabel()
        self.amount.setWordWrap(True)
        self.amount.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.progress = QProgressBar()
        self.progress.setRange(0, len(self._mask))
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(8)
        policy = self.progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # nothing jumps when all is done
        self.progress.setSizePolicy(policy)
        self.problem = QLabel()
        self.problem.setProperty("warning", True)
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.saved = QLabel()
        self.saved.setWordWrap(True)
        self.saved.hide()
        buttons = QDialogButtonBox()
        self.keep_button = QPushButton(self.tr("Keep over the image"))
        self.save_button = QPushButton(self.tr("Save as NIfTI..."))
        buttons.addButton(self.keep_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(self.save_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        form = QFormLayout()
        form.addRow(self.tr("From"), self.low)
        form.addRow(self.tr("To"), self.high)
        form.addRow("", self.open_ended)
        form.addRow(self.tr("Volume"), self.amount)
        self.setMinimumWidth(_NARROWEST_PX)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.progress)
        layout.addWidget(self.problem)
        layout.addWidget(self.saved)
        layout.addWidget(buttons)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._begin)
        self._work = QTimer(self, interval=0)
        self._work.timeout.connect(self._mark_next)
        for signal in (self.low.valueChanged, self.high.valueChanged, self.open_ended.toggled):
            signal.connect(self._take_range)
        canvas.slice_changed.connect(self._preview)
        self.keep_button.clicked.connect(self.accept)
        self.save_button.clicked.connect(self._ask_and_save)
        buttons.rejected.connect(self.reject)
        self._take_range()

    @property
    def complete(self) -> bool:
        """Whether all slices are marked by the range on display."""
        return self._marked == len(self._mask)

    def save(self, path: Path) -> None:
        """Write the mask as NIfTI.

        Raises
        ------
        OutputError
            If it cannot be written.
        GeometryError
            If the slices are unevenly spaced, which NIfTI cannot say.
        """
        write_label_map(path, self._mask, self._volume)

    def done(self, result: int) -> None:
        """Put back what lay over the image unless the mask is kept."""
        self._rest.stop()
        self._work.stop()
        if result != QDialog.DialogCode.Accepted and self._canvas.volume is self._volume:
            self._canvas.set_overlays(self._before)
            self._canvas.set_label_look(self._look)
        super().done(result)

    def _spin(self) -> QDoubleSpinBox:
        ends = np.array([self._volume.array.min(), self._volume.array.max()], dtype=np.float64)
        low, high = sorted((ends * self._volume.slope + self._volume.intercept).tolist())
        decimals = _decimals(self._volume, high - low)
        spin = QDoubleSpinBox(decimals=decimals)
        finest = 10.0**-decimals
        spin.setRange(math.floor(low / finest) * finest, math.ceil(high / finest) * finest)
        spin.setSuffix(f" {self._volume.unit}" if self._volume.unit else "")
        spin.setSingleStep(10.0 if high - low > 500 else max((high - low) / 100, finest))
        return spin

    def _range(self) -> tuple[float, float]:
        return self.low.value(), math.inf if self.open_ended.isChecked() else self.high.value()

    def _take_range(self) -> None:
        self.high.setEnabled(not self.open_ended.isChecked())
        low, high = self._range()
        self._marked = 0
        self._work.stop()
        wrong = low > high
        self._say(self.tr("The range must go from a lower to a higher value.") if wrong else "")
        for button in (self.keep_button, self.save_button):
            button.setEnabled(False)
        self.amount.setText("...")
        self.progress.setValue(0)
        self.progress.show()
        self._mask[:] = 0
        if not wrong:
            self._preview()
            self._rest.start()
        else:
            self._rest.stop()
            self._lay_over()

    def _preview(self) -> None:
        """Mark the slice on display at once; one that is cut across the stored slices has to wait for them."""
        low, high = self._range()
        if low > high or self._canvas.volume is not self._volume:
            return
        if self._canvas.orientation.in_plane:
            stored = self._canvas.orientation.to_stored((self._canvas.slice, 0, 0), self._mask.shape)
            index = int(stored[0])
            self._mask[index] = slice_in_range(self._volume, index, low, high)
        self._lay_over()

    def _lay_over(self) -> None:
        self._canvas.set_overlays(self._mask)

    def _begin(self) -> None:
        self._work.start()

    def _mark_next(self) -> None:
        low, high = self._range()
        self._mask[self._marked] = slice_in_range(self._volume, self._marked, low, high)
        self._marked += 1
        self.progress.setValue(self._marked)
        if self.complete:
            self._work.stop()
            self.progress.hide()
            amount = volumes_ml(self._mask, self._volume).get(1, 0.0)
            self.amount.setText(self._amount_words(amount))
            self._make_room()
            for button in (self.keep_button, self.save_button):
                button.setEnabled(True)
            if self._canvas.volume is self._volume:
                self._lay_over()

    def _amount_words(self, amount_ml: float) -> str:
        if self._unknown:
            return self.tr("not known: {0}").format(self._unknown)
        if not self._volume.calibrated:
            return self.tr("{0} voxels (not calibrated)").format(f"{int(self._mask.sum()):,}")
        figure = f"{amount_ml:.1f} mL" if amount_ml < 100 else f"{amount_ml:.0f} mL"
        return self.tr("about {0} ({1})").format(figure, self._estimate) if self._estimate else figure

    def _ask_and_save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the mask"), "mask.nii.gz", self.tr("NIfTI (*.nii.gz *.nii)")
        )
        if name:
            try:
                self.save(Path(name))
            except MedPruneError as error:
                self._say(str(error))
            else:
                self._say("", self.tr("Saved {0}").format(Path(name).name))

    def _say(self, problem: str, saved: str = "") -> None:
        self.saved.setText(saved)
        self.saved.setVisible(bool(saved))
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self._make_room()

    def _make_room(self) -> None:
        """Grow until all words can be read: lines that are broken take no room of their own accord."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))


def _decimals(volume: Volume, extent: float) -> int:
    """Return how many decimals tell one value of a volume from the next; ``extent`` is what its values span."""
    whole = volume.array.dtype.kind in "iu"
    if whole and volume.slope.is_integer() and volume.intercept.is_integer():
        return 0
    # Stored whole numbers lie a slope apart; one more decimal sets a border between two of them.
    step = abs(volume.slope) if whole else extent / 1e4
    return min(max(math.ceil(-math.log10(step)), 0) + int(whole), _MOST_DECIMALS) if step > 0 else _MOST_DECIMALS
