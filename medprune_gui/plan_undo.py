"""Undo and redo of the pruning settings, as the window's menu does them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from medprune_gui.session.plan_history import PlanHistory
from medprune_gui.ui.main_window import MainWindow


class PlanUndo(QObject):
    """Takes changes back and makes them again, and lets the menu say which.

    Parameters
    ----------
    history
        What was changed.
    window
        Its pruning panel may hold a change that is not written yet; its actions ``undo_plan`` and ``redo_plan`` are
        named and enabled.
    """

    def __init__(self, history: PlanHistory, window: MainWindow, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.history = history
        self._window = window
        history.changed.connect(self._name_actions)

    def undo(self) -> None:
        """Take back the latest change, what is being typed or dragged included."""
        self._window.pruning.commit()
        self.history.undo()

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        self._window.pruning.commit()
        self.history.redo()

    @Slot()
    def _name_actions(self) -> None:
        table = self._window.action_table
        if table is not None:
            table["undo_plan"].setText(self.history.undo_text)
            table["redo_plan"].setText(self.history.redo_text)
            table.refresh()
