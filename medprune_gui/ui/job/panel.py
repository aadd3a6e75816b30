"""A run as it goes on: stage, time left, curves, log; what went wrong, and how to go on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.session.job_state import JobState, duration_words
from medprune_gui.session.session import Session
from medprune_gui.ui.compare.empty_state import EmptyState
from medprune_gui.ui.job.curves import JobCurves
from medprune_gui.ui.job.log_view import LogView
from medprune_gui.ui.job.stage_line import StageLine

REDRAW_EVERY_MS = 200
# Below this width, curves and log stand one above the other.
_NARROW = 620
_LEAST_WIDTH = 280
# Height from which curves and log can be read.
_WITH_CURVES = 230


class JobPanel(QStackedWidget):
    """Mirrors ``session.job``, at most five times a second; the start and the end of a job at once.

    Parameters
    ----------
    session
        Read: ``job``.

    Signals
    -------
    open_requested
        The run's folder, or the report in it, is to be opened in another program.
    """

    cancel_requested = Signal()
    resume_requested = Signal()
    open_requested = Signal(Path)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._drawn: JobState | None = None
        self._redraws = QTimer(self)
        self._redraws.setSingleShot(True)
        self._redraws.setInterval(REDRAW_EVERY_MS)
        self._redraws.timeout.connect(self._redraw)
        self.empty = EmptyState(
            self.tr("No job yet"),
            self.tr("Press Start in the pruning panel. Progress, curves and log then stand here."),
            low=True,
        )
        self.addWidget(self.empty)
        self._page = self._content()
        self.addWidget(self._page)
        session.job_changed.connect(self._take)
        self._redraw()

    def sizeHint(self) -> QSize:
        """Ask for room for curves and log once there are any."""
        return QSize(900, 300 if self._session.job else self._height_of_words())

    def minimumSizeHint(self) -> QSize:
        """Stay usable on a small screen."""
        job = self._session.job
        if job is None:
            return QSize(_LEAST_WIDTH, self._height_of_words())
        return QSize(_LEAST_WIDTH, _WITH_CURVES if job.active else self._height_without_curves())

    def _height_of_words(self) -> int:
        """Return what the words of the empty panel need at its width, every line whole."""
        return self.empty.heightForWidth(max(self.width(), _LEAST_WIDTH))

    def _height_without_curves(self) -> int:
        layout = self._page.layout()
        assert layout is not None
        room = self.splitter.minimumSizeHint().height() + layout.spacing() if not self.splitter.isHidden() else 0
        return layout.minimumSize().height() - room

    def _content(self) -> QWidget:
        self.title = QLabel()
        self.title.setObjectName("job_title")
        self.title.setStyleSheet("font-weight: 600;")
        self.title.setWordWrap(True)
        self.stages = StageLine()
        self.message = QLabel()
        self.message.setObjectName("job_message")
        self.message.setWordWrap(True)
        self.speed = QLabel()
        self.speed.setObjectName("job_speed")
        self.speed.setProperty("muted", True)
        self.progress = QProgressBar()
        self.progress.setObjectName("job_progress")
        self.progress.setRange(0, 1000)
        self.progress.setAccessibleName(self.tr("Progress of the whole job"))
        self.report_button = QPushButton(self.tr("Open report"))
        self.report_button.setObjectName("open_report_button")
        self.report_button.setToolTip(self.tr("The report of this run, in the web browser"))
        self.report_button.clicked.connect(self._open_report)
        self.folder_button = QPushButton(self.tr("Open folder"))
        self.folder_button.setObjectName("open_folder_button")
        self.folder_button.clicked.connect(self._open_folder)
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.cancel_button.setObjectName("job_cancel_button")
        self.cancel_button.clicked.connect(self.cancel_requested)
        self.resume_button = QPushButton(self.tr("Resume"))
        self.resume_button.setObjectName("resume_button")
        self.resume_button.setProperty("primary", True)
        self.resume_button.setToolTip(self.tr("Go on from the last saved state of this run"))
        self.resume_button.clicked.connect(self.resume_requested)
        self.cause = QLabel()
        self.cause.setObjectName("job_cause")
        self.cause.setProperty("warning", True)
        self.cause.setWordWrap(True)
        self.cause.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.log = LogView()
        self.log.setObjectName("job_log")
        self.log.setAccessibleName(self.tr("Log"))
        self.curves = JobCurves()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(self.curves)
        self.splitter.addWidget(self.log)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.splitter.setChildrenCollapsible(False)
        self._divided = False
        self.splitter.splitterMoved.connect(self._keep_division)
        self.curves.legends_changed.connect(self._divide)

        # In a wide panel the curves get the height, in a narrow one each thing has a row.
        self._names = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._names.addWidget(self.title, 1)
        self._names.addWidget(self.stages, 3)
        head = QHBoxLayout()
        head.addLayout(self._names, 1)
        head.addWidget(self.resume_button, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.cancel_button, 0, Qt.AlignmentFlag.AlignTop)
        self._words = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._words.addWidget(self.message, 1)
        self._words.addWidget(self.curves.colours)
        self._words.addSpacing(12)
        self._words.addWidget(self.speed)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(10, 6, 10, 8)
        layout.setSpacing(5)
        layout.addLayout(head)
        bar = QHBoxLayout()
        bar.addWidget(self.progress, 1)
        bar.addWidget(self.report_button)
        bar.addWidget(self.folder_button)
        layout.addLayout(bar)
        layout.addLayout(self._words)
        layout.addWidget(self.cause)
        layout.addWidget(self.splitter, 1)
        return content

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put curves and log side by side, or one above the other in a narrow dock."""
        super().resizeEvent(event)
        if self._session.job is None and event.oldSize().width() != event.size().width():
            self.updateGeometry()  # The words break otherwise.
        narrow = self.width() < _NARROW
        self.splitter.setOrientation(Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal)
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._names.setDirection(direction)
        self._words.setDirection(direction)
        self._show_curves()
        self._divide()

    def _show_curves(self) -> None:
        """Leave curves and log out where there is no room for them and nothing goes on."""
        job = self._session.job
        active = job is not None and job.active
        self.splitter.setVisible(active or self.height() >= _WITH_CURVES)
        self.curves.colours.setVisible(not self.splitter.isHidden())

    def _divide(self) -> None:
        """Give the curves what they need beside one another, and three fifths of more, until the reader divides."""
        if not self._divided and self.splitter.orientation() == Qt.Orientation.Horizontal:
            whole = self.width() - 30
            curves = max(whole * 3 // 5, min(self.curves.width_side_by_side, whole * 7 // 10))
            self.splitter.setSizes([curves, whole - curves])

    def _keep_division(self) -> None:
        self._divided = True

    def _take(self, job: JobState | None) -> None:
        drawn = self._drawn
        if job is None or drawn is None or job.job != drawn.job or job.status != drawn.status:
            self._redraws.stop()
            self._redraw()
        elif not self._redraws.isActive():
            self._redraws.start()

    def _redraw(self) -> None:
        job = self._session.job
        if job is None or self._drawn is None or job.job != self._drawn.job:
            self.log.forget()
            self.curves.clear()
        self._drawn = job
        self.setCurrentIndex(0 if job is None else 1)
        if job is None:
            return
        self.curves.prepare()
        self.title.setText(job.title)
        self.title.setToolTip("" if job.folder is None else str(job.folder))
        stopped = job.status in ("failed", "cancelled")
        self.stages.show_stage(
            job.event.stage if job.event else None, finished=job.status == "finished", stopped=stopped
        )
        self.progress.setValue(round(1000 * job.fraction))
        self.progress.setFormat(self._progress_words(job))
        self.message.setText(self._message(job))
        self.speed.setText(self._speed_words(job))
        self.cause.setText(self._cause(job))
        self.cause.setVisible(bool(self.cause.text()))
        self.cancel_button.setVisible(job.active)
        self.cancel_button.setEnabled(job.status in ("waiting", "running"))
        self.resume_button.setVisible(stopped and job.folder is not None)
        self.report_button.setVisible(job.status == "finished" and job.folder is not None)
        self.folder_button.setVisible(not job.active and job.folder is not None)
        self.folder_button.setToolTip(str(job.folder))
        self._show_curves()
        self.updateGeometry()
        self.curves.show_curves(job.curves, job.borders)
        self.log.show_log(job.log)

    def _open_report(self) -> None:
        job = self._session.job
        if job is not None and job.folder is not None:
            self.open_requested.emit(RunFolder(job.folder).report_file)

    def _open_folder(self) -> None:
        job = self._session.job
        if job is not None and job.folder is not None:
            self.open_requested.emit(job.folder)

    def _progress_words(self, job: JobState) -> str:
        percent = self.tr("{percent} %").format(percent=int(100 * job.fraction))
        if job.status == "finished":
            return self.tr("Done in {time}").format(time=duration_words(job.elapsed_s))
        if not job.active:
            return self.tr("Stopped at {percent} after {time}").format(
                percent=percent, time=duration_words(job.elapsed_s)
            )
        if job.seconds_left is None:
            return percent
        return self.tr("{percent}, {time} left").format(percent=percent, time=duration_words(job.seconds_left))

    def _message(self, job: JobState) -> str:
        fixed = {
            "waiting": self.tr("Waiting for the compute process..."),
            "cancelling": self.tr("Cancelling..."),
            "finished": self.tr("Done. The results stand in the comparison views."),
            "failed": self.tr("The job failed."),
            "cancelled": self.tr("The job was cancelled."),
        }.get(job.status)
        if fixed:
            return fixed
        event = job.event
        if event is None:
            return ""
        if event.message:
            return event.message
        # Events without words keep the last ones; what counts steps is said anew.
        if event.total:
            return self.tr("{stage}: {step} of {total}").format(
                stage=event.stage.capitalize(), step=event.step, total=event.total
            )
        return job.log[-1].text if job.log else event.stage.capitalize()

    def _speed_words(self, job: JobState) -> str:
        points = job.curves.get("images_per_second")
        if not points or not job.active:
            return ""
        return self.tr("{n} images per second").format(n=f"{points[-1].value:,.0f}")

    def _cause(self, job: JobState) -> str:
        if job.status == "failed":
            cause = str(job.error) if job.error else self.tr("The cause is not known; see the log.")
            if job.error and not job.error.where:
                cause = cause[:1].upper() + cause[1:]
        elif job.status == "cancelled":
            cause = ""
        else:
            return ""
        if job.folder is None:
            return cause
        kept = self.tr("What was done so far is kept: Resume goes on from there.")
        return f"{cause}\n{kept}" if cause else kept
