"""Several images beside each other, one of them active."""

from __future__ import annotations

from functools import partial
from typing import Literal

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QApplication, QGridLayout, QWidget

from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.viewport import Viewport

Layout = Literal["1x1", "1x2", "2x2", "mpr"]

# (row, column, rows, columns) of each viewport.
_PLACES: dict[Layout, tuple[tuple[int, int, int, int], ...]] = {
    "1x1": ((0, 0, 1, 1),),
    "1x2": ((0, 0, 1, 1), (0, 1, 1, 1)),
    "2x2": ((0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1)),
    "mpr": ((0, 0, 2, 1), (0, 1, 1, 1), (1, 1, 1, 1)),
}
_STRETCH: dict[Layout, tuple[int, int]] = {"1x1": (1, 0), "1x2": (1, 1), "2x2": (1, 1), "mpr": (5, 3)}


class ViewportGrid(QWidget):
    """Up to four viewports; a viewport that a layout has no place for keeps its image.

    Signals
    -------
    made
        A viewport was made; there is one from the start.
    active_changed
        (before, now).
    layout_changed
        Another layout, or one viewport took the whole grid or gave it back.
    """

    made = Signal(object)  # Viewport
    active_changed = Signal(object, object)  # Viewport
    layout_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self._name: Layout = "1x1"
        self._whole = False
        self._arranging = False
        self._viewports: list[Viewport] = []
        self._make()
        self._active = self._viewports[0]
        self._arrange()

    @property
    def name(self) -> Layout:
        """The layout."""
        return self._name

    @property
    def active(self) -> Viewport:
        """The viewport that tools and keys act on."""
        return self._active

    @property
    def viewports(self) -> tuple[Viewport, ...]:
        """The viewports of this layout, hidden ones included."""
        return tuple(self._viewports[: len(_PLACES[self._name])])

    def has_place(self, viewport: Viewport, name: Layout) -> bool:
        """Return whether a layout has a place for a viewport."""
        return viewport in self._viewports[: len(_PLACES[name])]

    @property
    def every(self) -> tuple[Viewport, ...]:
        """All viewports, also those that this layout has no place for."""
        return tuple(self._viewports)

    @property
    def canvases(self) -> tuple[ImageCanvas, ...]:
        """The canvases on display that show something."""
        return tuple(viewport.canvas for viewport in self.shown if viewport.canvas.volume is not None)

    @property
    def shown(self) -> tuple[Viewport, ...]:
        """The viewports on display."""
        return (self._active,) if self._whole else self.viewports

    @property
    def whole(self) -> bool:
        """Whether one of several viewports has taken the whole grid."""
        return self._whole

    def set_layout(self, name: Layout) -> None:
        """Lay the viewports out in another way."""
        if name == self._name and not self._whole:
            return
        self._name, self._whole = name, False
        while len(self._viewports) < len(_PLACES[name]):
            self._make()
        if self._active not in self.viewports:
            self.activate(self._viewports[0])
        self._arrange()
        self.layout_changed.emit()

    def activate(self, viewport: Viewport) -> None:
        """Make a viewport of this layout the active one."""
        if viewport is not self._active and viewport in self.viewports and not self._arranging:
            before, self._active = self._active, viewport
            if self._whole:
                self._arrange()
            self._draw_frames()
            self.active_changed.emit(before, viewport)

    def toggle_whole(self) -> None:
        """Give the active viewport the whole grid, or give the others their places back."""
        if len(self.viewports) > 1:
            self._whole = not self._whole
            self._arrange()
            self.layout_changed.emit()

    def at(self, place: QPoint) -> Viewport | None:
        """Return the viewport at a point of the grid."""
        return next((v for v in self.viewports if v.isVisible() and v.geometry().contains(place)), None)

    def _make(self) -> None:
        viewport = Viewport(len(self._viewports) + 1, self)
        viewport.hide()
        viewport.touched.connect(partial(self.activate, viewport))
        viewport.canvas.double_clicked.connect(partial(self._double_clicked, viewport))
        self._viewports.append(viewport)
        self.made.emit(viewport)

    def _double_clicked(self, viewport: Viewport) -> None:
        self.activate(viewport)
        self.toggle_whole()

    def _arrange(self) -> None:
        for viewport in self._viewports:
            self._grid.removeWidget(viewport)
        several = len(self.viewports) > 1
        for viewport, place in zip(self.viewports, _PLACES[self._name], strict=True):
            if not self._whole:
                self._grid.addWidget(viewport, *place)
        if self._whole:
            self._grid.addWidget(self._active, 0, 0, 1, 1)
        left, right = (1, 0) if self._whole else _STRETCH[self._name]
        two_rows = not self._whole and self._name in ("2x2", "mpr")
        for column, stretch in enumerate((left, right)):
            self._grid.setColumnStretch(column, stretch)
        for row, stretch in enumerate((1, int(two_rows))):
            self._grid.setRowStretch(row, stretch)
        # What is hidden gives its focus to a neighbour, which is no turn of the user's.
        self._arranging = True
        focused = QApplication.focusWidget()
        self._active.show()
        if focused is not None and self.isAncestorOf(focused) and not self._active.isAncestorOf(focused):
            self._active.canvas.setFocus()
        for viewport in self._viewports:
            viewport.setVisible(viewport in self.viewports and (not self._whole or viewport is self._active))
        self._arranging = False
        for viewport in self._viewports:
            viewport.canvas.double_click_fits = not several
        self._draw_frames()

    def _draw_frames(self) -> None:
        several = len(self.viewports) > 1
        for viewport in self._viewports:
            viewport.set_frame(several, several and viewport is self._active)
