"""What is done with the images on display beyond looking: measuring, masks, pictures and films for others, undo."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QProgressDialog

from medprune_gui.engine.errors import MedPruneError
from medprune_gui.engine.imaging import Volume
from medprune_gui.engine.imaging.film import check_film
from medprune_gui.engine.imaging.measuring import MeasurementKind
from medprune_gui.plan_undo import PlanUndo
from medprune_gui.session.session import Session
from medprune_gui.ui.actions import Action
from medprune_gui.ui.main_window import MainWindow
from medprune_gui.ui.panel_focus import PanelFocus
from medprune_gui.ui.viewer.exporting import save_film
from medprune_gui.ui.viewer.measuring.words import MEASURING_KEYS, kind_name
from medprune_gui.ui.viewer.range_mask_dialog import RangeMaskDialog

if TYPE_CHECKING:
    from collections.abc import Callable

# With these faults of a series, slices are not all as far apart as their positions say or as it seems.
_UNEVEN = frozenset({"uneven-spacing", "missing-slices"})


class _CancelledError(Exception):
    """Ends the drawing of a film."""


class ImageTools(QObject):
    """Asks for files and values, and acts on the active image.

    Parameters
    ----------
    window
        Its viewer shows the images, its banner says what went wrong.
    plan
        Undo of the pruning settings, for the other views.
    """

    def __init__(self, session: Session, window: MainWindow, plan: PlanUndo, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._window = window
        self._plan = plan
        self._mask_dialog: RangeMaskDialog | None = None
        self._views = window.viewer.history
        self._typing = PanelFocus(window.pruning)
        self._typing.changed.connect(self._refresh)
        for history in (self._views, plan.history):
            history.changed.connect(self._refresh)
        session.measurements.changed.connect(self._refresh)

    # Undo

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back: of images on their tab, else of the plan."""
        return self._views.can_undo if self._on_views(self._views.can_undo) else self._plan.history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is a change to make again."""
        return self._views.can_redo if self._on_views(self._views.can_redo) else self._plan.history.can_redo

    @property
    def undo_text(self) -> str:
        """What the menu says of `undo`: the change that it would take back."""
        return self._views.undo_text if self._on_views(self._views.can_undo) else self._plan.history.undo_text

    @property
    def redo_text(self) -> str:
        """What the menu says of `redo`."""
        return self._views.redo_text if self._on_views(self._views.can_redo) else self._plan.history.redo_text

    def undo(self) -> None:
        """Take back the latest change of the images on display, or of the plan where there is none."""
        (self._views if self._on_views(self._views.can_undo) else self._plan).undo()

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        (self._views if self._on_views(self._views.can_redo) else self._plan).redo()

    def _on_views(self, possible: bool) -> bool:
        """Whether images are meant: they are on display, and the pruning panel is not being typed in."""
        return possible and not self._typing.inside and self._window.tabs.currentWidget() is self._window.viewer

    # Files

    def ask_and_save_picture(self, *, personal: bool = False) -> None:
        """Ask for a file name and save what the active image shows there."""
        path = self._ask(self.tr("Save the picture"), "picture.png", self.tr("Pictures (*.png *.jpg)"), ".png")
        if path is not None:
            self._save(path, partial(self._window.viewer.save_picture, path, personal=personal))

    def ask_and_save_layout(self, *, personal: bool = False) -> None:
        """Ask for a file name and save all images on display there, laid out as they are."""
        path = self._ask(self.tr("Save all images"), "images.png", self.tr("Pictures (*.png *.jpg)"), ".png")
        if path is not None:
            self._save(path, partial(self._window.viewer.save_layout, path, personal=personal))

    def ask_and_save_film(self) -> None:
        """Ask for a file name and save all slices of the active image as a film there."""
        path = self._ask(self.tr("Save the film"), "film.gif", self.tr("Films (*.gif *.mp4)"), ".gif")
        if path is not None:
            self._save(path, partial(self._save_film, path))

    def ask_and_save_measurements(self) -> None:
        """Ask for a file name and save the measurements of the active image there."""
        path = self._ask(self.tr("Save measurements"), "measurements.csv", self.tr("Tables (*.csv)"), ".csv")
        if path is not None:
            self._save(path, partial(self._window.viewer.measuring.save, path, personal=self._session.personal))

    def show_range_mask(self) -> None:
        """Let a mask be made from a range of values of the active image; one at a time.

        A second dialog over the first would take its mask for what lay over the image before.
        """
        if self._mask_dialog is not None:
            self._mask_dialog.raise_()
            self._mask_dialog.activateWindow()
            return
        viewer = self._window.viewer
        series, volume = viewer.display.series, viewer.canvas.volume
        if series is None or volume is None or volume.colour or viewer.display.waiting:
            return
        codes = frozenset(warning.code for warning in series.warnings)
        estimate, unknown = self._doubts(volume, codes, straightened=viewer.grid.active.straightened)
        dialog = self._mask_dialog = RangeMaskDialog(viewer.canvas, estimate, unknown, self._window)
        dialog.finished.connect(self._forget_mask_dialog)
        dialog.show()

    @Slot()
    def _forget_mask_dialog(self) -> None:
        if self._mask_dialog is not None:
            self._mask_dialog.deleteLater()
            self._mask_dialog = None

    def _doubts(self, volume: Volume, codes: frozenset[str], *, straightened: bool) -> tuple[str, str]:
        """Return why a volume in millilitres is an estimate, and why it is not known; empty where nothing speaks so."""
        if "mosaic" in codes:
            return "", self.tr("each image is a mosaic of several slices")
        if volume.step_source == "nothing":
            return "", self.tr("the files do not say how far apart or how thick the slices are")
        if volume.step_source == "header" and len(volume.array) > 1:
            return self.tr("the files do not say where the slices lie"), ""
        if "repeated-positions" in codes and volume.positions_lps is not None:
            return self.tr("several images lie at the same place"), ""
        if straightened:
            return self.tr("from the straightened slices"), ""
        if volume.positions_lps is not None or codes & _UNEVEN:
            return self.tr("the slices are not evenly spaced"), ""
        return "", ""

    def _save_film(self, path: Path) -> None:
        check_film(path)
        viewer = self._window.viewer
        shown = viewer.canvas.shown_volume
        count = 0 if shown is None else len(shown.array)
        progress = QProgressDialog(self.tr("Drawing the film ..."), self.tr("Cancel"), 0, count, self._window)
        progress.setMinimumDuration(500)
        progress.setModal(True)

        def report(done: int, _total: int) -> None:
            progress.setValue(done)  # which lets events through, so that Cancel can be pressed
            if progress.wasCanceled():
                raise _CancelledError

        try:
            save_film(viewer.canvas, path, float(viewer.cine.speed), progress=report)
        finally:
            progress.close()
            progress.deleteLater()

    def _ask(self, title: str, name: str, filters: str, suffix: str) -> Path | None:
        chosen, _ = QFileDialog.getSaveFileName(self._window, title, name, filters)
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix else path.with_suffix(suffix)

    def _save(self, path: Path, write: Callable[[], object]) -> None:
        """Have a file written, and say that it was, or why not."""
        try:
            write()
        except _CancelledError:
            return
        except MedPruneError as error:
            self._window.banner.show_error(error.record(), "saving")
            return
        self._window.banner.over("saving")
        self._window.say_saved(path)

    @Slot()
    def _refresh(self) -> None:
        if self._window.action_table is not None:
            self._window.action_table.refresh()


def measuring_actions(tools: ImageTools, window: MainWindow, menu: str, on_shown: Callable[[], bool]) -> list[Action]:
    """Return the part of the action table that measures and marks.

    Parameters
    ----------
    menu
        Title of its menu.
    on_shown
        Whether an image is on display.
    """
    viewer = window.viewer
    measuring = viewer.measuring
    tr = tools.tr

    def can_mark() -> bool:
        volume = viewer.canvas.volume
        return on_shown() and volume is not None and not volume.colour and not viewer.display.waiting

    def chosen(kind: MeasurementKind | None) -> bool:
        return measuring.tool == kind

    actions = [
        Action(
            f"measure_{kind}",
            menu,
            kind_name(kind),
            partial(measuring.set_tool, kind),
            (key,),
            on_shown,
            scope=viewer,
            checked=partial(chosen, kind),
        )
        for kind, key in MEASURING_KEYS.items()
    ]
    return [
        *actions,
        Action(
            "measure_nothing",
            menu,
            tr("No figure"),
            measuring.give_up,
            ("Esc",),
            lambda: on_shown() and measuring.tool is not None,
            scope=viewer,
            checked=partial(chosen, None),
            tip=tr("The left button sets the window"),
        ),
        Action(
            "measurements",
            menu,
            tr("List of measurements"),
            lambda: measuring.show_listing(not measuring.listing_shown),
            ("Shift+L",),
            on_shown,
            separator=True,
            scope=viewer,
            checked=lambda: measuring.listing_shown,
        ),
        Action(
            "save_measurements",
            menu,
            tr("Save measurements..."),
            tools.ask_and_save_measurements,
            (),
            lambda: on_shown() and measuring.can_save,
        ),
        Action(
            "remove_measurements",
            menu,
            tr("Remove all of this image"),
            measuring.remove_all,
            (),
            lambda: on_shown() and measuring.can_save,
        ),
        Action(
            "range_mask",
            menu,
            tr("Mask from a range of values..."),
            tools.show_range_mask,
            ("Shift+M",),
            can_mark,
            separator=True,
            scope=viewer,
        ),
    ]
