"""The row of tools above an image."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QMenu, QSpinBox, QStyle, QToolBar, QToolButton, QWidget

from medprune_gui.ui.actions import ActionTable
from medprune_gui.ui.viewer.cine import FASTEST, SLOWEST, Cine
from medprune_gui.ui.viewer.grid_links import LINK_KINDS
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.measuring.words import MEASURING_KEYS
from medprune_gui.ui.viewer.overlay_menu import OverlayMenu
from medprune_gui.ui.viewer.row_actions import RowButton, add_control, menu_action, with_arrow
from medprune_gui.ui.viewer.slab_choice import THICKEST_MM, THINNEST_MM, SlabChoice
from medprune_gui.ui.viewer.warnings_menu import WarningsMenu
from medprune_gui.ui.viewer.window_menu import WindowMenu

_TURNS = ("flip_horizontally", "flip_vertically", "turn_right", "turn_left")
_LAYOUTS = ("layout_1x1", "layout_1x2", "layout_2x2", "layout_mpr")
_SLABS = ("slab_none", "slab_MIP", "slab_MinIP", "slab_Mean")
# Shown as buttons of their own where there is room, the first one first; they are in the menus as well.
_QUICK = ("reset", "invert", "fit", "auto_window")
_ORDER = ("auto_window", "invert", "fit", "reset")


class ToolRow(QToolBar):
    """Buttons and menus for the actions of the table that are about images, the same everywhere.

    What is always there comes first and never moves; what depends on the image follows.
    """

    def __init__(self, canvas: ImageCanvas, cine: Cine, slab: SlabChoice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setIconSize(QSize(18, 18))  # as high as the words
        self._canvas = canvas
        self._cine, self._slab = cine, slab
        self._needing_image: list[QAction] = []
        self._quick: dict[str, RowButton] = {}
        self._overlay: RowButton | None = None
        self._slab_action: QAction | None = None
        self._warnings_action: QAction | None = None
        self._warnings = WarningsMenu(self)

    def take_actions(self, table: ActionTable) -> None:
        """Make the buttons and menus."""
        windows = WindowMenu(lambda: self._canvas, self)
        windows.set_others([table["auto_window"], table["invert"]])
        self._add_menu(self.tr("Window"), self.tr("Window presets"), "window", windows, needs_image=True)
        self._quick = {name: RowButton(table[name], self) for name in _ORDER}
        self.addActions(list(self._quick.values()))
        zooms = self._menu(table, ("fit", "pixel_size", "true_size", "zoom_in", "zoom_out"), _TURNS, ("reset",))
        self._add_menu(self.tr("Zoom"), self.tr("Size, and which side is where"), "zoom", zooms, needs_image=True)
        figures = tuple(f"measure_{kind}" for kind in (*MEASURING_KEYS, "nothing"))
        others = ("measurements", "save_measurements", "remove_measurements")
        measuring = self._menu(table, figures, others, ("range_mask",))
        self._add_menu(
            self.tr("Measure"), self.tr("Lengths, angles and regions"), "measure", measuring, needs_image=True
        )
        layouts = self._menu(table, _LAYOUTS, ("whole",), tuple(f"link_{kind}" for kind in LINK_KINDS))
        self._add_menu(self.tr("Layout"), self.tr("Layouts, and what goes together"), "layout", layouts)
        self.addAction(RowButton(table["cine"], self, self._film_menu(table["cine"])))
        self.addAction(table["personal"])
        self._warnings_action = self._add_menu("", "", "", self._warnings)
        self.widgetForAction(self._warnings_action).setProperty("warning", True)
        self._overlay = RowButton(
            table["toggle_labels"], self, OverlayMenu(lambda: self._canvas, table["toggle_labels"], self)
        )
        self.addAction(self._overlay)
        slabs = self._menu(table, _SLABS)
        slabs.addSeparator()
        add_control(slabs, self.tr("Thickness of the slab"), self._thickness())
        self._slab_action = self._add_menu(self.tr("Slab"), self.tr("See thick slabs instead of slices"), "slab", slabs)
        for action in self.actions():
            if isinstance(button := self.widgetForAction(action), QToolButton):
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.show_layout("")
        self.show_warnings(())
        self.set_canvas(self._canvas)

    def set_canvas(self, canvas: ImageCanvas) -> None:
        """Act on another canvas."""
        self._canvas = canvas
        self.show_image(canvas.volume is not None)
        self.show_overlay()

    def show_image(self, shown: bool) -> None:
        """Offer what needs an image, or do not."""
        for action in self._needing_image:
            action.setEnabled(shown)

    def show_overlay(self) -> None:
        """Offer overlays where there are any."""
        if self._overlay is not None:
            self._overlay.setVisible(self._canvas.has_labels)
            self._share_room()

    def show_layout(self, name: str) -> None:
        """Offer slabs where there are planes."""
        if self._slab_action is not None:
            self._slab_action.setVisible(name == "mpr")
            self._share_room()

    def show_warnings(self, messages: Sequence[str]) -> None:
        """Say that the series has faults, and which ones in the menu."""
        self._warnings.show_messages(messages)
        if self._warnings_action is not None:
            count = self.tr("1 warning") if len(messages) == 1 else self.tr("{0} warnings").format(len(messages))
            self._warnings_action.setText(with_arrow(f"\N{WARNING SIGN} {len(messages)}"))
            self._warnings_action.setToolTip("\n".join([count, *messages]))
            self.widgetForAction(self._warnings_action).setAccessibleName(count)
            self._warnings_action.setVisible(bool(messages))
            self._share_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many buttons as have room."""
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        """Show icons where there is no room for words, and quick buttons where there is room for more."""
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        if (room := self._room()) < 0:
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            room = self._room()
        for name in _QUICK if self._quick else ():
            room -= self._width(self._quick[name])
            self._quick[name].setVisible(room >= 0)

    def _room(self) -> int:
        """Return the pixels that are left beside what is always shown."""
        style, metric = self.style(), QStyle.PixelMetric
        ends = style.pixelMetric(metric.PM_ToolBarItemMargin, None, self)
        ends += style.pixelMetric(metric.PM_ToolBarFrameWidth, None, self)
        quick = self._quick.values()
        shown = sum(self._width(action) for action in self.actions() if action.isVisible() and action not in quick)
        return self.width() - 2 * ends - shown

    def _width(self, action: QAction) -> int:
        spacing = self.style().pixelMetric(QStyle.PixelMetric.PM_ToolBarItemSpacing, None, self)
        return int(self.widgetForAction(action).sizeHint().width()) + spacing

    def _menu(self, table: ActionTable, *groups: Sequence[str]) -> QMenu:
        menu = QMenu(self)
        for group in groups:
            if not menu.isEmpty():
                menu.addSeparator()
            menu.addActions([table[name] for name in group])
        return menu

    def _add_menu(self, text: str, tip: str, icon: str, menu: QMenu, *, needs_image: bool = False) -> QAction:
        action = menu_action(text, tip, icon, menu, self)
        self.addAction(action)
        button = self.widgetForAction(action)
        assert isinstance(button, QToolButton)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        if needs_image:
            self._needing_image.append(action)
        return action

    def _film_menu(self, switch: QAction) -> QMenu:
        menu, cine = QMenu(self), self._cine
        menu.addAction(switch)
        speed = QSpinBox()
        speed.setRange(SLOWEST, FASTEST)
        speed.setValue(cine.speed)
        speed.setSuffix(self.tr(" / s"))
        speed.valueChanged.connect(cine.set_speed)
        add_control(menu, self.tr("Slices a second"), speed)
        swing = menu.addAction(self.tr("To and fro instead of anew"))
        swing.setCheckable(True)
        swing.toggled.connect(cine.set_swing)
        return menu

    def _thickness(self) -> QSpinBox:
        thickness = QSpinBox()
        thickness.setRange(THINNEST_MM, THICKEST_MM)
        thickness.setValue(self._slab.thickness_mm)
        thickness.setSuffix(self.tr(" mm"))
        thickness.valueChanged.connect(self._slab.set_thickness_mm)
        return thickness
