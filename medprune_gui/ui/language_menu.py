"""The menu that chooses the language of the window."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from medprune_gui.ui.language import LANGUAGES


class LanguageMenu(QMenu):
    """The languages, each in its own words, and that of the system.

    Parameters
    ----------
    chosen
        The setting as it is: one of `LANGUAGES`, or empty for the system's.

    Signals
    -------
    language_chosen
        The setting as the user wants it.
    """

    language_chosen = Signal(str)

    def __init__(self, chosen: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("&Language"))
        self._group = QActionGroup(self)
        for name, words in (("", self.tr("As the system")), *LANGUAGES.items()):
            action = QAction(words, self, checkable=True, checked=name == chosen)
            action.setObjectName(f"language_{name or 'system'}")
            action.setData(name)
            self._group.addAction(action)
            self.addAction(action)
        self._group.triggered.connect(lambda action: self.language_chosen.emit(action.data()))
