"""A combo box that holds values, not only texts."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPaintEvent, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QWidget


class ChoiceCombo(QComboBox):
    """Choices as (value, text, tooltip); a text that is too long for a narrow panel ends in an ellipsis.

    `chosen` carries the value, and only when the user chose it.
    """

    chosen = Signal(object)

    def __init__(self, choices: Iterable[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for value, text, tooltip in choices:
            self.addItem(text, value)
            self.setItemData(self.count() - 1, tooltip, Qt.ItemDataRole.ToolTipRole)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.currentIndexChanged.connect(self._tell)

    @property
    def choice(self) -> str:
        """The value on display."""
        value = self.currentData()
        return "" if value is None else str(value)

    @property
    def shown_text(self) -> str:
        """What there is room for of the choice's text."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        field = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        # The style leaves a pixel on each side.
        return self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, field.width() - 2)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint as any combo box, but with `shown_text`: the style would cut letters in half."""
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = self.shown_text
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def showPopup(self) -> None:
        """List the choices, each in full."""
        view = self.view()
        view.setMinimumWidth(view.sizeHintForColumn(0) + view.verticalScrollBar().sizeHint().width())
        super().showPopup()

    def show_choice(self, value: str | None) -> None:
        """Show a value without announcing it; an unknown one leaves the combo without a choice."""
        with QSignalBlocker(self):
            self.setCurrentIndex(self.findData(value))
        self._explain()

    def enable_choice(self, value: str, enabled: bool) -> None:
        """Let a value be chosen, or grey it out."""
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        model.item(self.findData(value)).setEnabled(enabled)

    def _tell(self) -> None:
        self._explain()
        if self.currentIndex() >= 0:
            self.chosen.emit(self.currentData())

    def _explain(self) -> None:
        self.setToolTip(str(self.currentData(Qt.ItemDataRole.ToolTipRole) or ""))
