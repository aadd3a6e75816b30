"""Undo and redo of the pruning settings, as the window's menu does them."""

from __future__ import annotations

from PySide6.QtCore import QObject

from medprune_gui.session.plan_history import PlanHistory
from medprune_gui.ui.main_window import MainWindow


class PlanUndo(QObject):
    """Takes changes back and makes them again.

    Parameters
    ----------
    history
        What was changed.
    window
        Its pruning panel may hold a change that is not written yet.
    """

    def __init__(self, history: PlanHistory, window: MainWindow, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.history = history
        self._window = window

    def undo(self) -> None:
        """Take back the latest change, what is being typed or dragged included."""
        self._window.pruning.commit()
        self.history.undo()

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        self._window.pruning.commit()
        self.history.redo()
