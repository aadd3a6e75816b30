"""Whether somebody is working in a panel."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QMenu, QMenuBar, QWidget


class PanelFocus(QObject):
    """Follows the focus into a panel and out of it; menus have it only in passing.

    Parameters
    ----------
    panel
        The panel.

    Signals
    -------
    changed
        `inside` is another one.
    """

    changed = Signal()

    def __init__(self, panel: QWidget) -> None:
        super().__init__(panel)
        self._panel = panel
        self.inside = False
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._follow)

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is None or isinstance(now, (QMenuBar, QMenu)):
            return
        inside = self._panel.isAncestorOf(now)
        if inside != self.inside:
            self.inside = inside
            self.changed.emit()
