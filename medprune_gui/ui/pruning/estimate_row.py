"""One quantity of an estimate: its name, what was and what is left, how many times less, and a bar."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QLayout, QSizePolicy, QWidget

from medprune_gui.ui.compare.quantities import change_words, plain, unbroken
from medprune_gui.ui.pruning.before_after_bar import BeforeAfterBar

_GAP = 6


class EstimateRow(QWidget):
    """A row in one line, or with the figures in a line of their own where the panel is narrow.

    Parameters
    ----------
    title
        The quantity.
    bar
        Whether its shares are drawn too.
    """

    def __init__(self, title: str, *, bar: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.figures, self.more, self.times = QLabel(title), QLabel(), QLabel(), QLabel()
        self.more.hide()
        self.times.setStyleSheet("font-weight: 600;")
        self.times.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.bar = BeforeAfterBar() if bar else None
        self._stacked = False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 4)
        self._grid.setHorizontalSpacing(_GAP)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        # The figures move to a line of their own before the row would get wider than the panel.
        self._grid.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._place()

    @property
    def text(self) -> str:
        """The row in words."""
        more = f"\n{self.more.text()}" if self.more.text() else ""
        return plain(f"{self.title.text()} {self.figures.text()}{more}")

    @property
    def width_in_one_line(self) -> int:
        """Width in pixels that title, figures and times need beside one another."""
        return sum(label.sizeHint().width() for label in (self.title, self.figures, self.times)) + 2 * _GAP

    def show_figures(self, before: str, after: str, times: str, more: str = "") -> None:
        """Show two amounts in words, the one divided by the other in words, and a remark below."""
        self.figures.setText(change_words(before, after))
        self.times.setText(unbroken(times))
        self.more.setText(more)
        self.more.setVisible(bool(more))
        if self.bar is not None:
            self.bar.setAccessibleName(f"{self.text}, {times}")
        self.updateGeometry()

    def stack(self, stacked: bool) -> None:
        """Put the figures in a line of their own, or beside the title."""
        if stacked != self._stacked:
            self._stacked = stacked
            self._place()
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Ask for all in one line."""
        return QSize(self.width_in_one_line, self._grid.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Allow for the figures in a line of their own."""
        name = self.title.sizeHint().width() + _GAP + self.times.sizeHint().width()
        return QSize(max(name, self.figures.sizeHint().width()), self._grid.minimumSize().height())

    def _place(self) -> None:
        grid = self._grid
        grid.addWidget(self.title, 0, 0)
        if self._stacked:
            grid.addWidget(self.figures, 1, 0, 1, 3)
        else:
            grid.addWidget(self.figures, 0, 1)
        grid.addWidget(self.times, 0, 2)
        grid.addWidget(self.more, 2, 0, 1, 3)
        if self.bar is not None:
            grid.addWidget(self.bar, 3, 0, 1, 3)
