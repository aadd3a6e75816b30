"""The table of actions that menus, shortcuts and the shortcuts sheet are made from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from medprune_gui.ui.icons import icon


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
    checked
        Says whether it is on now, for what can be on or off; None: it cannot.
    words
        What the menu says now, where that is not always `text`.
    short
        What a button of a tool row says; empty: the text.
    tip
        What a button's tip says beside the keys; empty: the text.
    icon
        Of a button that has no room for words; see `icons.icon`.
    """

    id: str
    menu: str
    text: str
    callback: Callable[[], object]
    shortcuts: tuple[str, ...] = ()
    enabled: Callable[[], bool] | None = None
    separator: bool = False
    scope: QWidget | None = None
    checked: Callable[[], bool] | None = None
    words: Callable[[], str] | None = None
    short: str = ""
    tip: str = ""
    icon: str = ""

    @property
    def keys(self) -> str:
        """The shortcuts as the user's system writes them."""
        native = QKeySequence.SequenceFormat.NativeText
        return ", ".join(QKeySequence(keys).toString(native) for keys in self.shortcuts)


class ActionTable:
    """Actions turned into Qt's, with menus, and kept enabled, checked and named as they say.

    Menus, tool rows and keys share these; so a button says and does what the menu does.

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
            qt.setCheckable(action.checked is not None)
            if action.short:
                qt.setIconText(action.short)
            if action.icon:
                qt.setIcon(icon(action.icon))
                qt.setIconVisibleInMenu(False)
            tip = action.tip or plain_text(action.text).rstrip(".")
            qt.setToolTip(f"{tip} ({action.keys})" if action.shortcuts else tip)
            qt.triggered.connect(partial(self._do, action))
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
        """Enable each action that is possible now and disable the others; check what is on, and name it anew."""
        for action in self.actions:
            qt = self._qt[action.id]
            qt.setEnabled(action.enabled is None or action.enabled())
            if action.checked is not None:
                qt.setChecked(action.checked())
            if action.words is not None:
                qt.setText(action.words())

    def shortcuts(self) -> list[tuple[str, str, str]]:
        """Return (menu, action, keys) for every action with a shortcut."""
        return [
            (
                plain_text(action.menu),
                plain_text(action.text).rstrip("."),
                action.keys,
            )
            for action in self.actions
            if action.shortcuts
        ]

    def _do(self, action: Action, _checked: bool = False) -> None:
        action.callback()
        if action.checked is not None:
            # Qt has turned the mark round already, also where there was nothing to change.
            self._qt[action.id].setChecked(action.checked())


def plain_text(text: str) -> str:
    """Return a menu's text without its mnemonic; where words have no letters to mark, it stands in brackets."""
    return re.sub(r"\(&\w\)|&", "", text)
