"""Two canvases that show the same place."""

from __future__ import annotations

from PySide6.QtCore import QObject

from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.view import View


class Link(QObject):
    """Carries slice, window, inversion and view from each canvas to the other, until it is deleted.

    What one canvas does because of the other is not sent back.

    Parameters
    ----------
    first, second
        The canvases; ``first`` owns the link.
    """

    def __init__(self, first: ImageCanvas, second: ImageCanvas) -> None:
        super().__init__(first)
        self._first, self._second = first, second
        self._following = False
        for canvas in (first, second):
            canvas.slice_changed.connect(self._follow_slice)
            canvas.window_changed.connect(self._follow_window)
            canvas.inverted_changed.connect(self._follow_inversion)
            canvas.view_changed.connect(self._follow_view)

    def _other(self) -> ImageCanvas | None:
        if self._following:
            return None
        return self._second if self.sender() is self._first else self._first

    def _follow_slice(self, index: int) -> None:
        if (other := self._other()) is not None:
            self._following = True
            other.set_slice(index)
            self._following = False

    def _follow_window(self, centre: float, width: float) -> None:
        if (other := self._other()) is not None:
            self._following = True
            other.set_window(centre, width)
            self._following = False

    def _follow_inversion(self, inverted: bool) -> None:
        if (other := self._other()) is not None:
            self._following = True
            other.set_inverted(inverted)
            self._following = False

    def _follow_view(self, view: View) -> None:
        if (other := self._other()) is not None:
            self._following = True
            other.set_view(view)
            self._following = False


def link(first: ImageCanvas, second: ImageCanvas) -> Link:
    """Let two canvases follow each other in slice, window, zoom and pan; return the link to end it with."""
    return Link(first, second)
