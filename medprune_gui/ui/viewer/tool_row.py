"""The row of tools above an image."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu, QSlider, QToolBar, QToolButton, QWidget

from medprune_gui.engine.imaging.volume import Window
from medprune_gui.ui.viewer.corner_texts import number
from medprune_gui.ui.viewer.image_canvas import ImageCanvas


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
        presets = QToolButton(self)
        presets.setText(self.tr("Window") + " \N{BLACK DOWN-POINTING SMALL TRIANGLE}")
        presets.setToolTip(self.tr("Window presets"))
        presets.setMenu(self._menu)
        presets.setAutoRaise(True)
        presets.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.addWidget(presets)
        self.addAction(self._action(self.tr("Auto"), self.tr("Fit the window to this slice"), canvas.auto_window))
        self.invert = QAction(self.tr("Invert"), self, checkable=True, toolTip=self.tr("Turn black and white round"))
        self.invert.toggled.connect(canvas.set_inverted)
        canvas.inverted_changed.connect(self.invert.setChecked)
        self.addAction(self.invert)
        self.addAction(self._action(self.tr("Fit"), self.tr("Show the whole image"), canvas.fit))
        self.reset = self._action(self.tr("Reset"), self.tr("First window, whole image"), canvas.reset)
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
        canvas.overlay_changed.connect(self._offer_overlay)
        self._offer_overlay(canvas.has_labels)

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
        name = window.name[:1].upper() + window.name[1:] or unnamed
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

    def _offer_overlay(self, present: bool) -> None:
        self.labels.setVisible(present)
        self._opacity_action.setVisible(present)
