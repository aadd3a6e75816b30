"""The windows that are offered for the active image."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from medprune_gui.engine.imaging.volume import Window
from medprune_gui.ui.viewer.corner_texts import number
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.preset_names import window_name


class WindowMenu(QMenu):
    """Presets by their keys, what the file offers, and what else there is to do with grey levels.

    Parameters
    ----------
    canvas
        Returns the active canvas.
    """

    def __init__(self, canvas: Callable[[], ImageCanvas], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._others: Sequence[QAction] = ()
        self.aboutToShow.connect(self.fill)

    def set_others(self, actions: Sequence[QAction]) -> None:
        """Offer these below the windows."""
        self._others = actions

    def fill(self) -> None:
        """Offer what there is for the slice on display."""
        self.clear()  # what belongs to others is only taken out
        canvas = self._canvas()
        presets = canvas.presets()
        for index, window in presets.items():
            self._add(window, f"{index}")
        volume = canvas.volume
        of_file = () if volume is None else volume.windows_at(canvas.slice)
        others = [window for window in of_file if window not in presets.values()]
        if presets and others:
            self.addSection(self.tr("From the file"))
        for window in others:
            self._add(window)
        if not self.isEmpty():
            self.addSeparator()
        self.addActions(self._others)

    def _add(self, window: Window, key: str = "") -> None:
        unnamed = self.tr("From the file") if window.lut is None else self.tr("Look-up table of the file")
        # The names of files stay as they are written: HARDER, ABDOMEN MRCP.
        name = window_name(window) or unnamed
        text = f"{key}  {name}" if key else name
        action = self.addAction(f"{text}\tC {number(window.centre)}  W {number(window.width)}")
        action.setCheckable(True)
        canvas = self._canvas()
        action.setChecked(window == canvas.window)
        action.triggered.connect(lambda: canvas.apply_window(window))
