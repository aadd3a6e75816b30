"""How a heat map is coloured, seen while it is chosen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from medprune_gui.ui.viewer.heat import HeatMap, heat_image
from medprune_gui.ui.viewer.image_canvas import ImageCanvas

_STEPS = 200  # from the lowest to the highest value


class HeatDialog(QDialog):
    """Colours, threshold and opacity of the heat map over an image; cancelling puts them back.

    Parameters
    ----------
    canvas
        Shows the heat map.
    """

    def __init__(self, canvas: ImageCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        heat = canvas.heat
        assert heat is not None
        self.setWindowTitle(self.tr("Colours of the heat map"))
        self._canvas, self._before = canvas, heat
        known = heat.values[np.isfinite(heat.values)]
        self._ends = float(known.min()), float(known.max())
        self.threshold, self.low, self.high = (self._spin(value) for value in (heat.threshold, heat.low, heat.high))
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(0, 100)
        self.opacity.setValue(round(100 * heat.opacity))
        self.opacity.setMinimumWidth(160)
        self.problem = QLabel(self.tr("The last colour must stand for a higher value than the first."))
        self.problem.setProperty("warning", True)
        self.problem.setWordWrap(True)
        self.problem.hide()
        form = QFormLayout()
        form.addRow(self.tr("Clear below"), self.threshold)
        form.addRow(self.tr("Colours from"), self.low)
        form.addRow(self.tr("to"), self.high)
        form.addRow("", self._scale())
        form.addRow(self.tr("Opacity"), self.opacity)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.ok_button = buttons.button(QDialogButtonBox.StandardButton.Ok)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.problem)
        layout.addWidget(buttons)
        for spin in (self.threshold, self.low, self.high):
            spin.valueChanged.connect(self._take)
        self.opacity.valueChanged.connect(self._take)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        canvas.volume_changed.connect(self.reject)

    def done(self, result: int) -> None:
        """Put the colours back unless they are kept."""
        self._canvas.volume_changed.disconnect(self.reject)
        if result != QDialog.DialogCode.Accepted and self._same():
            self._canvas.set_heat(self._before)
        super().done(result)

    def _same(self) -> bool:
        heat = self._canvas.heat
        return heat is not None and heat.values is self._before.values

    def _spin(self, value: float) -> QDoubleSpinBox:
        low, high = self._ends
        step = (high - low) / _STEPS
        spin = QDoubleSpinBox(decimals=min(max(1 - int(np.floor(np.log10(step))), 0), 12))
        spin.setRange(low - 10 * (high - low), high + 10 * (high - low))
        spin.setSingleStep(step)
        spin.setValue(max(value, low))
        return spin

    def _scale(self) -> QWidget:
        """Return a bar of the colours with the words for its ends."""
        levels = np.tile(np.linspace(0, 1, 160, dtype=np.float32), (10, 1))
        image: QImage = heat_image(HeatMap(levels[np.newaxis], 0.0, 1.0, opacity=1.0), levels)
        bar = QLabel()
        bar.setPixmap(QPixmap.fromImage(image))
        bar.setScaledContents(True)
        bar.setFixedHeight(10)
        bar.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        bar.setAccessibleName(self.tr("Colours from the lowest to the highest value"))
        row = QWidget()
        box = QHBoxLayout(row)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(bar)
        return row

    def _take(self) -> None:
        low, high = self.low.value(), self.high.value()
        self.problem.setVisible(not low < high)
        self.ok_button.setEnabled(low < high)
        if low < high and self._same():
            threshold, opacity = self.threshold.value(), self.opacity.value() / 100
            self._canvas.set_heat(replace(self._before, low=low, high=high, threshold=threshold, opacity=opacity))
