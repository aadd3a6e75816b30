"""The row of tools above an image."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QLabel, QMenu, QSlider, QSpinBox, QToolBar, QToolButton, QWidget

from medprune_gui.engine.imaging.measuring import MeasurementKind
from medprune_gui.engine.imaging.slabs import SLAB_KINDS, Slab
from medprune_gui.engine.imaging.volume import Window
from medprune_gui.session.session import Session
from medprune_gui.ui.viewer.cine import FASTEST, SLOWEST, Cine
from medprune_gui.ui.viewer.corner_texts import number
from medprune_gui.ui.viewer.grid_links import GridLinks, LinkKind
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.label_menu import LabelMenu
from medprune_gui.ui.viewer.measuring.all_viewports import MeasuringTools
from medprune_gui.ui.viewer.measuring.words import MEASURING_KEYS, kind_name
from medprune_gui.ui.viewer.planes import PlanesView
from medprune_gui.ui.viewer.preset_names import window_name
from medprune_gui.ui.viewer.viewport_grid import Layout


class ToolRow(QToolBar):
    """Window presets, automatic window, inversion, fit, and overlays where there are any.

    Parameters
    ----------
    canvas
        What the tools act on.
    """

    def __init__(self, canvas: ImageCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill_menu)
        self._add_menu(self.tr("Window"), self.tr("Window presets"), self._menu)
        self.addAction(
            self._action(self.tr("Auto"), self.tr("Fit the window to this slice"), lambda: self._canvas.auto_window())
        )
        self.invert = QAction(self.tr("Invert"), self, checkable=True, toolTip=self.tr("Turn black and white round"))
        self.invert.toggled.connect(lambda inverted: self._canvas.set_inverted(inverted))
        self.addAction(self.invert)
        self.addAction(self._action(self.tr("Fit"), self.tr("Show the whole image"), lambda: self._canvas.fit()))
        self.reset = self._action(
            self.tr("Reset"), self.tr("First window, first sides, whole image"), lambda: self._canvas.reset()
        )
        self.addAction(self.reset)
        self._warnings = QLabel()
        self._warnings.setProperty("warning", True)
        self._warnings_action = self.addWidget(self._warnings)
        self._warnings_action.setVisible(False)
        self.addSeparator()
        self.labels = QAction(self.tr("Overlay"), self, checkable=True, checked=True)
        self.labels.setToolTip(self.tr("Show labels and differences"))
        self.labels.toggled.connect(self._show_labels)
        self.addAction(self.labels)
        self._opacity = QSlider(Qt.Orientation.Horizontal, self)
        self._opacity.setRange(0, 100)
        self._opacity.setValue(round(100 * canvas.opacity))
        self._opacity.setFixedWidth(90)
        self._opacity.setToolTip(self.tr("Opacity of the overlay"))
        self._opacity.setAccessibleName(self.tr("Opacity of the overlay"))
        self._opacity.valueChanged.connect(self._set_opacity)
        self._opacity_action = self.addWidget(self._opacity)
        labels_menu = LabelMenu(lambda: self._canvas, self)
        self._label_action = self._add_menu(self.tr("Labels"), self.tr("Which labels are seen, and how"), labels_menu)
        self._connected: ImageCanvas | None = None
        self._names = QAction(self.tr("Names"), self, checkable=True)
        self._layout_actions: dict[str, QAction] = {}
        self._layout_action: QAction | None = None
        self.set_canvas(canvas)

    def setEnabled(self, enabled: bool) -> None:
        """Enable what needs an image, or disable it; layouts and names can always be chosen."""
        for action in self.actions():
            if action not in (self._layout_action, self._names):
                action.setEnabled(enabled)

    def set_canvas(self, canvas: ImageCanvas) -> None:
        """Act on another canvas."""
        if self._connected is not None:
            self._connected.inverted_changed.disconnect(self.invert.setChecked)
            self._connected.overlay_changed.disconnect(self._offer_overlay)
            self._connected.layers_changed.disconnect(self._follow_layers)
        self._canvas = self._connected = canvas
        canvas.inverted_changed.connect(self.invert.setChecked)
        canvas.overlay_changed.connect(self._offer_overlay)
        canvas.layers_changed.connect(self._follow_layers)
        self.invert.setChecked(canvas.inverted)
        self._follow_layers()
        self._offer_overlay(canvas.has_labels)

    def offer_layouts(self, set_layout: Callable[[Layout], None], links: GridLinks) -> None:
        """Offer layouts, and what images have in common."""
        menu = QMenu(self)
        group = QActionGroup(menu)
        layouts: tuple[tuple[Layout, str], ...] = (
            ("1x1", self.tr("One image")),
            ("1x2", self.tr("Two images")),
            ("2x2", self.tr("Four images")),
            ("mpr", self.tr("Three planes (MPR)")),
        )
        for key, (name, text) in enumerate(layouts, start=1):
            action = menu.addAction(f"{text}\tShift+{key}")
            action.setCheckable(True)
            action.setChecked(name == "1x1")
            action.triggered.connect(partial(set_layout, name))
            group.addAction(action)
            self._layout_actions[name] = action
        menu.addSection(self.tr("Go together"))
        kinds: tuple[tuple[LinkKind, str], ...] = (
            ("scroll", self.tr("Scrolling")),
            ("zoom", self.tr("Zoom")),
            ("pan", self.tr("Pan")),
            ("window", self.tr("Window")),
        )
        for (kind, text), letter in zip(kinds, "SZDW", strict=True):
            action = menu.addAction(f"{text}\tShift+{letter}")
            action.setCheckable(True)
            action.toggled.connect(partial(links.set_linked, kind))
            links.changed.connect(lambda action=action, kind=kind: action.setChecked(links.linked(kind)))
        self._layout_action = self._add_menu(self.tr("Layout"), self.tr("Layouts, and what goes together"), menu)

    def show_layout(self, name: Layout) -> None:
        """Mark the layout, and offer slabs where there are planes."""
        self._layout_actions[name].setChecked(True)
        self._slab_action.setVisible(name == "mpr")
        self._thickness_action.setVisible(name == "mpr" and self._slab_kind != "")

    def offer_slabs(self, planes: PlanesView) -> None:
        """Offer thick slabs of planes."""
        self._planes = planes
        self._slab_kind = ""
        menu = QMenu(self)
        group = QActionGroup(menu)
        kinds: tuple[tuple[str, str], ...] = (
            ("", self.tr("Single slices")),
            ("MIP", self.tr("Highest values (MIP)")),
            ("MinIP", self.tr("Lowest values (MinIP)")),
            ("Mean", self.tr("Mean values")),
        )
        for kind, text in kinds:
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(not kind)
            action.triggered.connect(partial(self._set_slab, kind))
            group.addAction(action)
        self._slab_action = self._add_menu(self.tr("Slab"), self.tr("See thick slabs instead of slices"), menu)
        self._slab_action.setVisible(False)
        self._thickness = QSpinBox(self)
        self._thickness.setRange(1, 200)
        self._thickness.setValue(10)
        self._thickness.setSuffix(self.tr(" mm"))
        self._thickness.setToolTip(self.tr("Thickness of the slab"))
        self._thickness.setAccessibleName(self.tr("Thickness of the slab"))
        self._thickness.valueChanged.connect(lambda: self._set_slab(self._slab_kind))
        self._thickness_action = self.addWidget(self._thickness)
        self._thickness_action.setVisible(False)

    def offer_measuring(self, tools: MeasuringTools) -> None:
        """Offer figures to draw, and the list of those that were drawn."""
        menu = QMenu(self)
        group = QActionGroup(menu)
        kinds: tuple[MeasurementKind | None, ...] = (None, *MEASURING_KEYS)
        for kind in kinds:
            text = self.tr("Nothing: the left button sets the window") if kind is None else kind_name(kind)
            key = "Esc" if kind is None else MEASURING_KEYS[kind]
            action = menu.addAction(f"{text}\t{key}")
            action.setCheckable(True)
            action.setChecked(kind == tools.tool)
            action.triggered.connect(partial(tools.set_tool, kind))
            tools.tool_changed.connect(lambda tool, action=action, kind=kind: action.setChecked(tool == kind))
            group.addAction(action)
        menu.addSeparator()
        listing = menu.addAction(self.tr("List of measurements"))
        listing.setCheckable(True)
        listing.toggled.connect(tools.listing.setVisible)
        menu.addAction(self.tr("Remove all of this image"), tools.remove_all)
        self._add_menu(self.tr("Measure"), self.tr("Lengths, angles and regions"), menu)

    def offer_personal(self, session: Session) -> None:
        """Offer to hide what names the patient."""
        names = self._names
        names.setChecked(session.personal)
        names.setToolTip(self.tr("Show names, dates and identifiers (Shift+N)"))
        names.toggled.connect(lambda shown: setattr(session, "personal", shown))
        session.personal_changed.connect(names.setChecked)
        self.addAction(names)

    def offer_cine(self, cine: Cine, toggle: Callable[[], None]) -> None:
        """Offer the film with its speed."""
        self._film = QAction(self.tr("Film"), self, checkable=True, toolTip=self.tr("Run through the slices (C)"))
        self._film.triggered.connect(toggle)
        self.addAction(self._film)
        speed = QSpinBox(self)
        speed.setRange(SLOWEST, FASTEST)
        speed.setValue(cine.speed)
        speed.setSuffix(self.tr(" / s"))
        speed.setToolTip(self.tr("Slices a second"))
        speed.setAccessibleName(self.tr("Slices a second"))
        speed.valueChanged.connect(cine.set_speed)
        speed_action = self.addWidget(speed)
        swing = QAction(self.tr("Swing"), self, checkable=True, toolTip=self.tr("To and fro instead of anew"))
        swing.toggled.connect(cine.set_swing)
        self.addAction(swing)
        for action in (speed_action, swing):
            action.setVisible(False)

        def show(running: bool) -> None:
            self._film.setChecked(running)
            speed_action.setVisible(running)
            swing.setVisible(running)

        cine.running_changed.connect(show)

    def _set_slab(self, kind: str) -> None:
        self._slab_kind = kind
        self._thickness_action.setVisible(bool(kind))
        found = next((known for known in SLAB_KINDS if known == kind), None)
        self._planes.set_slab(None if found is None else Slab(found, float(self._thickness.value())))

    def _add_menu(self, text: str, tip: str, menu: QMenu) -> QAction:
        button = QToolButton(self)
        button.setText(text + " \N{BLACK DOWN-POINTING SMALL TRIANGLE}")
        button.setToolTip(tip)
        button.setMenu(menu)
        button.setAutoRaise(True)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return self.addWidget(button)

    def show_warnings(self, messages: Sequence[str]) -> None:
        """Say that the series has faults; which ones, in the tooltip."""
        count = self.tr("1 warning") if len(messages) == 1 else self.tr("{0} warnings").format(len(messages))
        self._warnings.setText(f"\N{WARNING SIGN} {count}")
        self._warnings.setToolTip("\n".join(messages))
        self._warnings.setAccessibleDescription("; ".join(messages))
        self._warnings_action.setVisible(bool(messages))

    def _action(self, text: str, tip: str, call: object) -> QAction:
        action = QAction(text, self, toolTip=tip)
        action.triggered.connect(call)
        return action

    def _fill_menu(self) -> None:
        self._menu.clear()
        presets = self._canvas.presets()
        for index, window in presets.items():
            self._add_window(window, f"{index}")
        volume = self._canvas.volume
        of_file = () if volume is None else volume.windows_at(self._canvas.slice)
        others = [window for window in of_file if window not in presets.values()]
        if presets and others:
            self._menu.addSection(self.tr("From the file"))
        for window in others:
            self._add_window(window)
        if not self._menu.isEmpty():
            self._menu.addSeparator()
        self._menu.addAction(self.tr("Automatic"), self._canvas.auto_window)

    def _add_window(self, window: Window, key: str = "") -> None:
        unnamed = self.tr("From the file") if window.lut is None else self.tr("Look-up table of the file")
        # The names of files stay as they are written: HARDER, ABDOMEN MRCP.
        name = window_name(window) or unnamed
        text = f"{key}  {name}" if key else name
        action = self._menu.addAction(f"{text}\tC {number(window.centre)}  W {number(window.width)}")
        action.setCheckable(True)
        action.setChecked(window == self._canvas.window)
        action.triggered.connect(lambda: self._canvas.apply_window(window))

    def _show_labels(self, visible: bool) -> None:
        self._canvas.labels_visible = visible
        self._opacity.setEnabled(visible)

    def _set_opacity(self, percent: int) -> None:
        self._canvas.set_opacity(percent / 100)
        if (heat := self._canvas.heat) is not None:
            self._canvas.set_heat(replace(heat, opacity=percent / 100))

    def _follow_layers(self) -> None:
        """Show how layers are seen where something else changed it: undo, another plane."""
        self.labels.setChecked(self._canvas.labels_visible)
        with QSignalBlocker(self._opacity):  # a value between two percents is not rounded by being shown
            self._opacity.setValue(round(100 * self._canvas.opacity))

    def _offer_overlay(self, present: bool) -> None:
        self.labels.setVisible(present)
        names = [name or self.tr("without a name") for name in self._canvas.plane_names]
        drawn = [self.tr("Drawn over the image by the file: {0}").format(", ".join(names))] if names else []
        self.labels.setToolTip("\n".join([self.tr("Show labels and differences"), *drawn]))
        self._opacity_action.setVisible(present)
        self._label_action.setVisible(self._canvas.labels is not None)
