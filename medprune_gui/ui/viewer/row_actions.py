"""What the row of tools is made of: buttons that show a table's actions, and controls within menus."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolBar, QToolButton, QWidget, QWidgetAction

from medprune_gui.ui.icons import icon


class RowButton(QWidgetAction):
    """Shows an action of a table as a button that can be hidden while the action stays where else it is.

    Behind the arrow at the end of a row that is too short, it is an entry as well: Qt can only move what is no widget
    there.

    Parameters
    ----------
    action
        Says what the button says, and does what it does.
    menu
        Opens beside the button.
    """

    def __init__(self, action: QAction, parent: QObject, menu: QMenu | None = None) -> None:
        super().__init__(parent)
        self._action, self._menu = action, menu
        if menu is not None:
            self.setMenu(menu)
        else:
            self.triggered.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def createWidget(self, parent: QWidget) -> QWidget:
        """Return the button for a row, and nothing for a menu."""
        if not isinstance(parent, QToolBar):
            return cast("QWidget", None)  # as Qt has it: an ordinary entry then
        button = QToolButton(parent)
        button.setDefaultAction(self._action)
        button.setAutoRaise(True)
        button.setToolButtonStyle(parent.toolButtonStyle())
        parent.toolButtonStyleChanged.connect(button.setToolButtonStyle)
        if self._menu is not None:
            button.setMenu(self._menu)
            button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        return button

    def _follow(self) -> None:
        self.setText(self._action.iconText())
        self.setToolTip(self._action.toolTip())
        self.setEnabled(self._action.isEnabled())


def with_arrow(text: str) -> str:
    """Return the text of a button that opens a menu."""
    return text + " \N{BLACK DOWN-POINTING SMALL TRIANGLE}"


def menu_action(text: str, tip: str, icon_name: str, menu: QMenu, parent: QObject) -> QAction:
    """Return an action of a row that opens a menu."""
    action = QAction(with_arrow(text), parent)
    if icon_name:
        action.setIcon(icon(icon_name))
        action.setIconVisibleInMenu(False)
    action.setToolTip(tip)
    action.setMenu(menu)
    return action


def add_control(menu: QMenu, text: str, control: QWidget) -> None:
    """Put a control with its name into a menu."""
    field = QWidget(menu)
    layout = QHBoxLayout(field)
    layout.setContentsMargins(28, 4, 12, 4)  # the text stands below those of entries with a mark
    label = QLabel(text)
    label.setBuddy(control)
    layout.addWidget(label, 1)
    layout.addWidget(control)
    control.setAccessibleName(text)
    control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    action = QWidgetAction(menu)
    action.setText(text)
    action.setDefaultWidget(field)
    menu.addAction(action)
