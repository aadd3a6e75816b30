"""The table of actions that menus, shortcuts and the shortcuts sheet are made from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a user can do.

    Attributes
    ----------
    id
        Name for tests and settings; also the QAction's object name.
    menu
        Title of its menu, such as ``File``.
    text
        What the menu says; ``&`` marks the mnemonic.
    callback
        Called without arguments.
    shortcuts
        Key sequences in Qt's portable notation.
    enabled
        Says whether the action is possible now; None: always.
    separator
        Draw a line above it.
    scope
        The shortcuts work while this widget or one in it has the focus; None: in the whole window.
    """

    id: str
    menu: str
    text: str
    callback: Callable[[], object]
    shortcuts: tuple[str, ...] = ()
    enabled: Callable[[], bool] | None = None
    separator: bool = False
    scope: QWidget | None = None


class ActionTable:
    """Actions turned into Qt's, with menus, and kept enabled as they say.

    Parameters
    ----------
    actions
        In the order of the menus.
    owner
        The window whose shortcuts they are.
    """

    def __init__(self, actions: Iterable[Action], owner: QWidget) -> None:
        self.actions = tuple(actions)
        self._qt: dict[str, QAction] = {}
        self._menus: dict[str, QMenu] = {}
        for action in self.actions:
            qt = QAction(action.text, owner)
            qt.setObjectName(action.id)
            qt.setShortcuts([QKeySequence(keys) for keys in action.shortcuts])
            qt.triggered.connect(lambda _checked=False, call=action.callback: call())
            if action.scope is not None:
                qt.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            (action.scope or owner).addAction(qt)
            self._qt[action.id] = qt
        self.refresh()

    def __getitem__(self, action_id: str) -> QAction:
        return self._qt[action_id]

    def fill(self, bar: QMenuBar) -> None:
        """Make the menus."""
        for action in self.actions:
            menu = self._menus.get(action.menu)
            if menu is None:
                menu = self._menus[action.menu] = bar.addMenu(action.menu)
            if action.separator:
                menu.addSeparator()
            menu.addAction(self._qt[action.id])

    def menu(self, title: str) -> QMenu | None:
        """Return the menu of a title, mnemonic included; None if there is none."""
        return self._menus.get(title)

    def refresh(self) -> None:
        """Enable each action that is possible now and disable the others."""
        for action in self.actions:
            self._qt[action.id].setEnabled(action.enabled is None or action.enabled())

    def shortcuts(self) -> list[tuple[str, str, str]]:
        """Return (menu, action, keys) for every action with a shortcut."""
        return [
            (
                plain_text(action.menu),
                plain_text(action.text).rstrip("."),
                ", ".join(
                    QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) for keys in action.shortcuts
                ),
            )
            for action in self.actions
            if action.shortcuts
        ]


def plain_text(text: str) -> str:
    """Return a menu's text without its mnemonic; where words have no letters to mark, it stands in brackets."""
    return re.sub(r"\(&\w\)|&", "", text)
