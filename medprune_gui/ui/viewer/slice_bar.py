"""The slider below an image."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget


class SliceBar(QWidget):
    """A slider through slices, or through time points, with their number; gone where there is but one."""

    moved = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slider = QSlider(Qt.Orientation.Horizontal, self)
        self._slider.setMinimumWidth(60)
        self._name = ""
        self._values: tuple[str, ...] = ()
        self._slider.setAccessibleName(self.tr("Slice"))
        self._label = QLabel(self)
        self._label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._label.setProperty("muted", True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 2, 8, 2)
        layout.addWidget(self._slider, stretch=1)
        layout.addWidget(self._label)
        self._slider.valueChanged.connect(self._slider_moved)
        self.set_range(0, 0)

    @property
    def count(self) -> int:
        """How many slices there are."""
        return self._slider.maximum() + 1

    @property
    def index(self) -> int:
        """Which slice the slider is at."""
        return self._slider.value()

    def set_name(self, name: str, values: Sequence[str] = ()) -> None:
        """Say what is counted, where it is not slices, such as "Echo", and the value of each, such as "4.6 ms"."""
        self._name = name
        self._values = tuple(values)
        self._slider.setAccessibleName(name)
        self._write()

    def set_range(self, index: int, count: int) -> None:
        """Set how many slices there are and which one is shown; does not emit."""
        blocker = QSignalBlocker(self._slider)
        self._slider.setRange(0, max(0, count - 1))
        self._slider.setPageStep(10)
        self._slider.setValue(index)
        blocker.unblock()
        longest = self._words(self.count, max(self._values, key=len, default=""))
        self._label.setMinimumWidth(QFontMetrics(self.font()).horizontalAdvance(longest + " "))
        self.setVisible(count > 1)
        self._write()

    def _slider_moved(self, index: int) -> None:
        self._write()
        self.moved.emit(index)

    def _write(self) -> None:
        value = self._values[self.index] if self.index < len(self._values) else ""
        self._label.setText(self._words(self.index + 1, value))

    def _words(self, number: int, value: str) -> str:
        return f"{self._name} {number} / {self.count}  {value}".strip()
