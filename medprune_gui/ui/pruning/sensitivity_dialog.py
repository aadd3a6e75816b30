"""Sensitivity of the channel groups: measured, looked at, taken over into the plan, and exported."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from medprune_gui.engine.config import PruningConfig
from medprune_gui.engine.errors import MedPruneError
from medprune_gui.engine.export.sensitivity_table import sensitivity_csv
from medprune_gui.engine.files import write_whole
from medprune_gui.engine.settings.criterion_names import criterion_info
from medprune_gui.engine.settings.schedules import PREPARED
from medprune_gui.session.job_state import duration_words
from medprune_gui.session.session import Session
from medprune_gui.ui.compare.empty_state import EmptyState
from medprune_gui.ui.compare.verdict import metric_title
from medprune_gui.ui.pruning.sensitivity_view import SensitivityView


class SensitivityDialog(QDialog):
    """Shows ``session.sensitivity`` and ``session.measuring``; it may stay open while the panel is used.

    Signals
    -------
    measure_requested, cancel_requested
        The curves are to be measured, or no longer.
    """

    measure_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Sensitivity of channel groups"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        self.state = QLabel()
        self.state.setObjectName("sensitivity_state")
        self.state.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setAccessibleName(self.tr("Progress of the measuring"))
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.cancel_button.clicked.connect(self.cancel_requested)
        self._busy = QWidget()
        row = QHBoxLayout(self._busy)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.progress, 1)
        row.addWidget(self.cancel_button)
        self.pages = QStackedWidget()
        self.empty = EmptyState("", "")
        self.pages.addWidget(self.empty)
        self.view = SensitivityView(session)
        self.pages.addWidget(self.view)
        layout = QVBoxLayout(self)
        layout.addWidget(self.state)
        layout.addWidget(self._busy)
        layout.addWidget(self.pages, 1)
        layout.addLayout(self._buttons())
        self.resize(980, 600)
        session.measuring_changed.connect(self._redraw)
        session.job_changed.connect(self._redraw)
        session.pruning_changed.connect(self._redraw)
        session.sensitivity_changed.connect(self._redraw)
        self._redraw()

    def _buttons(self) -> QHBoxLayout:
        self.measure_button = QPushButton()
        self.measure_button.setObjectName("measure_button")
        self.measure_button.clicked.connect(self.measure_requested)
        self.use_button = QPushButton(self.tr("Share out by these curves"))
        self.use_button.setObjectName("use_sensitivity_button")
        self.use_button.clicked.connect(self._share_out)
        self.table_button = QPushButton(self.tr("Export table..."))
        self.table_button.clicked.connect(self._ask_for_table)
        self.picture_button = QPushButton(self.tr("Save picture..."))
        self.picture_button.clicked.connect(self._ask_for_picture)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.reject)
        row = QHBoxLayout()
        for button in (self.measure_button, self.use_button):
            row.addWidget(button)
        row.addStretch(1)
        for button in (self.table_button, self.picture_button, close):
            row.addWidget(button)
        for button in (self.cancel_button, self.measure_button, self.use_button, self.table_button,
                       self.picture_button, close):  # fmt: skip
            button.setAutoDefault(False)  # Return in the filter must not press one.
        return row

    def export_table(self, path: Path) -> None:
        """Write the curves and the planned amounts as CSV."""
        if self._session.sensitivity is not None:
            self._write(path, sensitivity_csv(self._session.sensitivity, self.view.model.planned))

    def save_picture(self, path: Path) -> None:
        """Write the plot as it is shown as PNG."""
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self.view.plot.grab().save(buffer, "PNG")
        self._write(path, bytes(data.data()))

    def _write(self, path: Path, data: bytes) -> None:
        try:
            write_whole(path, data)
        except MedPruneError as error:
            self._say(str(error), warning=True)

    def _ask_for_table(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Export table"), "sensitivity.csv", "CSV (*.csv)")
        if name:
            self.export_table(Path(name))

    def _ask_for_picture(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Save picture"), "sensitivity.png", "PNG (*.png)")
        if name:
            self.save_picture(Path(name))

    def _share_out(self) -> None:
        pruning = self._session.pruning
        self._session.pruning = PruningConfig.model_validate({**pruning.model_dump(), "allocation": "sensitivity"})

    def _say(self, text: str, *, warning: bool = False) -> None:
        self.state.setText(text)
        self.state.setVisible(bool(text))
        self.state.setProperty("warning", warning)
        self.state.setProperty("muted", not warning)
        self.state.style().polish(self.state)

    def _redraw(self) -> None:
        measuring, run, curves = self._session.measuring, self._session.job, self._session.sensitivity
        busy, running = measuring is not None and measuring.active, run is not None and run.active
        self.pages.setCurrentIndex(0 if curves is None else 1)
        self._say_why_empty(busy)
        self._busy.setVisible(busy)
        self.measure_button.setText(self.tr("Measure") if curves is None else self.tr("Measure again"))
        self.measure_button.setEnabled(not busy and not running)
        self.measure_button.setToolTip(self.tr("A job is running. Wait for it, or cancel it.") if running else "")
        for button in (self.table_button, self.picture_button):
            button.setEnabled(curves is not None)
        refused = self._why_not_share_out()
        self.use_button.setEnabled(curves is not None and not refused)
        self.use_button.setToolTip(refused or self.tr("Groups whose pruning costs less give more; can be undone"))
        if busy and measuring is not None:
            self.progress.setValue(round(1000 * measuring.fraction))
            left = measuring.seconds_left
            self.progress.setFormat("%p %" if left is None else self.tr("%p %, {time} left").format(
                time=duration_words(left)))  # fmt: skip
            self.cancel_button.setEnabled(measuring.status != "cancelling")
        self._redraw_words()

    def _say_why_empty(self, busy: bool) -> None:
        if busy:
            self.empty.say(
                self.tr("Measuring..."),
                self.tr("More and more of one channel group after another is zeroed. The curves follow at the end."),
            )
        else:
            self.empty.say(
                self.tr("Not measured yet"),
                self.tr(
                    "Measure zeroes more and more of one channel group after another and scores the trained network "
                    "on the validation cases. Give trained weights, or carry the experiment out and open its run."
                ),
            )

    def _why_not_share_out(self) -> str:
        pruning = self._session.pruning
        if pruning.allocation == "sensitivity":
            return self.tr("The plan shares out by sensitivity already")
        if pruning.granularity != "channel":
            return self.tr("Only channels are shared out by sensitivity")
        if pruning.schedule in PREPARED:
            return self.tr("This schedule prepares its cut, and does not share out by sensitivity")
        return ""

    def _redraw_words(self) -> None:
        measuring, curves, pruning = self._session.measuring, self._session.sensitivity, self._session.pruning
        if measuring is not None and measuring.active:
            self._say(measuring.log[-1].text if measuring.log else self.tr("Waiting for the compute process..."))
        elif measuring is not None and measuring.error is not None:
            self._say(str(measuring.error), warning=True)
        elif curves is None:
            self._say("")
        elif curves.criterion and curves.criterion != pruning.criterion:
            words = self.tr("Measured with another ranking: {theirs}. The plan ranks by {ours}: measure again.")
            titles = (self.tr(criterion_info(name).title) for name in (curves.criterion, pruning.criterion))
            self._say(words.format(theirs=next(titles), ours=next(titles)), warning=True)
        else:
            self._say(
                self.tr("{metric} {value} on the validation cases with all channels.").format(
                    metric=metric_title(curves.metric), value=f"{curves.baseline:.3f}"
                )
            )
