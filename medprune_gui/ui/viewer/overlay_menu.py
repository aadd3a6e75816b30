"""How what lies over the active image is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSlider, QWidget

from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.label_menu import LabelMenu
from medprune_gui.ui.viewer.row_actions import add_control


class OverlayMenu(QMenu):
    """Overlays on or off, how much they cover, which labels there are, and what the file calls its own drawings.

    Parameters
    ----------
    canvas
        Returns the active canvas.
    switch
        Shows overlays, or hides them.
    """

    def __init__(self, canvas: Callable[[], ImageCanvas], switch: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self.addAction(switch)
        self._opacity = QSlider(Qt.Orientation.Horizontal)
        self._opacity.setRange(0, 100)
        self._opacity.setMinimumWidth(120)
        self._opacity.valueChanged.connect(self._set_opacity)
        add_control(self, self.tr("Opacity"), self._opacity)
        self._labels = LabelMenu(canvas, self)
        self._labels.setTitle(self.tr("Labels"))
        self._labels_action = self.addMenu(self._labels)
        self._drawn = self.addAction("")
        self._drawn.setEnabled(False)
        self.aboutToShow.connect(self.show_state)

    def show_state(self) -> None:
        """Say how the active canvas shows its overlays."""
        canvas = self._canvas()
        self._opacity.blockSignals(True)
        self._opacity.setValue(round(100 * canvas.opacity))
        self._opacity.blockSignals(False)
        self._opacity.setEnabled(canvas.labels_visible)
        self._labels_action.setVisible(canvas.labels is not None)
        names = [name or self.tr("without a name") for name in canvas.plane_names]
        self._drawn.setText(self.tr("Drawn over the image by the file: {0}").format(", ".join(names)))
        self._drawn.setVisible(bool(names))

    def _set_opacity(self, percent: int) -> None:
        canvas = self._canvas()
        canvas.set_opacity(percent / 100)
        if canvas.heat is not None:
            canvas.set_heat(replace(canvas.heat, opacity=percent / 100))
