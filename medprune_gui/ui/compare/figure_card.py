"""One large figure with a line above and below it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from medprune_gui.ui import theme


class FigureCard(QFrame):
    """What is counted, the figure in large type, and the amounts behind it.

    Parameters
    ----------
    title
        What is counted.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("figure_card")
        self.setStyleSheet(
            f"#figure_card {{ background: {theme.RAISED}; border: 1px solid {theme.BORDER}; border-radius: 6px; }}"
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.title = QLabel(title)
        self.title.setProperty("muted", True)
        self.figure = QLabel()
        font = self.figure.font()
        font.setPointSizeF(font.pointSizeF() * 1.6)
        font.setBold(True)
        self.figure.setFont(font)
        self.detail = QLabel()
        self.detail.setProperty("muted", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(2)
        for label in (self.title, self.figure, self.detail):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            layout.addWidget(label)

    def show_figure(self, figure: str, detail: str, colour: str = theme.TEXT) -> None:
        """Set the large figure, its colour, and the line below it."""
        self.figure.setText(figure)
        self.figure.setStyleSheet(f"color: {colour};")
        self.detail.setText(detail)
        self.setAccessibleName(f"{self.title.text()}: {figure}. {detail}")
