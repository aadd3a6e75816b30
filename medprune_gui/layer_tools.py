"""What is laid over the images on display: from files that are read elsewhere, coloured, taken away."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QTimer, Slot
from PySide6.QtWidgets import QFileDialog, QMenu

from medprune_gui.engine.errors import MedPruneError
from medprune_gui.engine.imaging import Volume
from medprune_gui.engine.imaging.layers import LayerKind
from medprune_gui.engine.records import ErrorRecord
from medprune_gui.ui.actions import Action
from medprune_gui.ui.main_window import MainWindow
from medprune_gui.ui.viewer.heat_dialog import HeatDialog
from medprune_gui.ui.viewer.laying import Target, lay_over, remove_layers, target_of
from medprune_gui.workers.image_thread import ImageThread

if TYPE_CHECKING:
    from collections.abc import Callable

_PATIENCE_MS = 300  # a shorter wait needs no words


class LayerTools(QObject):
    """Has label maps and heat maps read, and lays them over the image that was active when they were asked for.

    Parameters
    ----------
    window
        Its viewer shows the images, its banner says what went wrong.
    images
        Reads the files.
    """

    def __init__(self, window: MainWindow, images: ImageThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window, self._images = window, images
        self._folder = ""
        self._said = ""
        self._asked: dict[Path, Target] = {}
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._say_reading)
        images.layer_read.connect(self._take)
        images.layer_failed.connect(self._fail)
        window.viewer.layer_offered.connect(self.offer)

    @property
    def can_lay_over(self) -> bool:
        """Whether the active image is all there, so that something can be laid over it."""
        return target_of(self._window.viewer) is not None

    def ask_and_lay_over(self) -> None:
        """Ask for a file, and what it is, and lay it over the active image."""
        files = "(*.nii *.nii.gz *.png *.tif *.tiff *.bmp *.pgm *.dcm *)"
        kinds: dict[str, LayerKind | None] = {
            f"{self.tr('Label map or heat map, as its values tell')} {files}": None,
            f"{self.tr('Label map')} {files}": "labels",
            f"{self.tr('Heat map')} {files}": "heat",
        }
        title = self.tr("Lay over this image")
        name, chosen = QFileDialog.getOpenFileName(self._window, title, self._folder, ";;".join(kinds))
        if name:
            self._folder = str(Path(name).parent)
            self.lay_over(Path(name), kinds.get(chosen))

    def lay_over(self, path: Path, kind: LayerKind | None = None) -> None:
        """Have a file read and laid over the active image; None: its values tell what it is."""
        target = target_of(self._window.viewer)
        if target is not None:
            if self._window.banner.text == self._said:  # what went wrong before is over
                self._window.banner.hide()
            self._asked[path] = target
            self._patience.start()
            self._images.read_layer(path, kind)

    @Slot(object, object)
    def offer(self, path: Path, place: QPoint) -> None:
        """Ask what is to be done with a file that was dropped on an image: open it, or lay it over."""
        menu = QMenu(self._window)
        menu.aboutToHide.connect(menu.deleteLater)
        open_it = menu.addAction(self.tr("Open as an image"))
        open_it.triggered.connect(lambda: self._window.viewer.open_requested.emit([path]))
        menu.addSeparator()
        kinds: tuple[tuple[str, LayerKind | None], ...] = (
            (self.tr("Lay over this image"), None),
            (self.tr("Lay over as a label map"), "labels"),
            (self.tr("Lay over as a heat map"), "heat"),
        )
        for text, kind in kinds:
            menu.addAction(text).triggered.connect(partial(self.lay_over, path, kind))
        menu.popup(place)
        menu.setActiveAction(open_it)

    def toggle_outlines(self) -> None:
        """Fill the areas of labels, or show their outlines only."""
        canvas = self._window.viewer.canvas
        canvas.set_label_look(replace(canvas.label_look, filled=not canvas.label_look.filled))

    def show_heat_colours(self) -> None:
        """Let colours, threshold and opacity of the heat map be chosen."""
        canvas = self._window.viewer.canvas
        if canvas.heat is not None:
            dialog = HeatDialog(canvas, self._window)
            dialog.finished.connect(dialog.deleteLater)
            dialog.show()

    def remove(self) -> None:
        """Take away what lies over the active image."""
        remove_layers(self._window.viewer)

    @Slot(object, str, object)
    def _take(self, path: Path, kind: LayerKind, layer: Volume) -> None:
        target = self._answered(path)
        if target is None:
            return
        try:
            on_show = lay_over(self._window.viewer, target, kind, layer, path)
        except MedPruneError as error:
            self._say(str(error))
            return
        if not on_show:
            text = self.tr("{0} was not laid over the image, which is not on display any more.")
            self._say(text.format(path.name))

    @Slot(object, object)
    def _fail(self, path: Path, error: ErrorRecord) -> None:
        if self._answered(path) is not None:
            self._say(str(error))

    def _say(self, text: str) -> None:
        self._said = text
        self._window.banner.show_text(text)

    def _answered(self, path: Path) -> Target | None:
        """Return what the file was meant for, and do not wait for it any more."""
        target = self._asked.pop(path, None)
        if not self._asked:
            self._patience.stop()
        if self._window.banner.text == self._reading_words(path):
            self._window.banner.hide()
        return target

    def _say_reading(self) -> None:
        self._window.banner.show_text(self._reading_words(next(reversed(self._asked))))

    def _reading_words(self, path: Path) -> str:
        return self.tr("Reading {0} ...").format(path.name)


def layer_actions(tools: LayerTools, window: MainWindow, menu: str, on_images: Callable[[], bool]) -> list[Action]:
    """Return the part of the action table that is about what lies over images.

    Parameters
    ----------
    menu
        Title of its menu.
    on_images
        Whether an image is on display.
    """
    viewer = window.viewer
    tr = tools.tr

    def on_layers() -> bool:
        return on_images() and viewer.canvas.has_labels

    def on_labels() -> bool:
        return on_images() and viewer.canvas.labels is not None

    return [
        Action(
            "lay_over",
            menu,
            tr("Lay over this image..."),
            tools.ask_and_lay_over,
            ("Ctrl+L",),
            lambda: on_images() and tools.can_lay_over,
        ),
        Action(
            "toggle_labels",
            menu,
            tr("Show or hide all"),
            viewer.toggle_labels,
            ("G",),
            on_layers,
            separator=True,
            scope=viewer,
            checked=lambda: viewer.canvas.labels_visible,
            short=tr("Overlay"),
            tip=tr("Show labels and differences"),
            icon="overlay",
        ),
        Action(
            "outlines",
            menu,
            tr("Filled or outlines only"),
            tools.toggle_outlines,
            ("Shift+O",),
            on_labels,
            scope=viewer,
        ),
        Action(
            "heat_colours",
            menu,
            tr("Colours of the heat map..."),
            tools.show_heat_colours,
            ("Shift+H",),
            lambda: on_images() and viewer.canvas.heat is not None,
            scope=viewer,
        ),
        Action(
            "remove_layers",
            menu,
            tr("Remove from this image"),
            tools.remove,
            (),
            lambda: on_images() and bool(viewer.canvas.layers),
            separator=True,
        ),
    ]
