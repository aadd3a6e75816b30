"""Which labelled images an experiment uses, its name, and its file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QGroupBox, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from medprune_gui.engine.config import DataConfig, ModelConfig
from medprune_gui.engine.settings.floors import FloorSettings
from medprune_gui.engine.settings.training import LOSSES
from medprune_gui.session.session import DEFAULT_TITLE, Session
from medprune_gui.ui.pruning.data_dialog import DataDialog
from medprune_gui.ui.pruning.network_section import fitting


class DataSection(QGroupBox):
    """Writes and shows ``session.data`` and ``session.title``; asks for experiment files."""

    open_experiment_requested = Signal(Path)
    save_experiment_requested = Signal(Path)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Data set"))
        self._session = session
        self.open_button = QPushButton(self.tr("Open experiment..."))
        self.open_button.setObjectName("open_experiment_button")
        self.open_button.setToolTip(self.tr("Take all settings from an experiment file (TOML)"))
        self.open_button.clicked.connect(self.ask_and_open)
        self.save_button = QPushButton(self.tr("Save..."))
        self.save_button.setObjectName("save_experiment_button")
        self.save_button.setToolTip(self.tr("Save all settings as an experiment file; medprune run takes it too"))
        self.save_button.clicked.connect(self.ask_and_save)
        self.choose_button = QPushButton(self.tr("Choose data..."))
        self.choose_button.setObjectName("choose_data_button")
        self.choose_button.clicked.connect(self._choose)
        self.summary = QLabel()
        self.summary.setObjectName("data_summary")
        self.summary.setWordWrap(True)
        self.name_edit = QLineEdit()
        self.name_edit.setObjectName("name_edit")
        self.name_edit.setAccessibleName(self.tr("Name of the experiment"))
        self.name_edit.editingFinished.connect(self._take_name)
        buttons = QGridLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.choose_button, 0, 0, 1, 2)
        buttons.addWidget(self.open_button, 1, 0)
        buttons.addWidget(self.save_button, 1, 1)
        buttons.setColumnStretch(0, 3)
        buttons.setColumnStretch(1, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 2, 4, 2)
        layout.addLayout(buttons)
        layout.addWidget(self.summary)
        name = QLabel(self.tr("Name of the experiment"))
        name.setProperty("muted", True)
        name.setBuddy(self.name_edit)
        layout.addWidget(name)
        layout.addWidget(self.name_edit)
        session.data_changed.connect(self._redraw)
        session.title_changed.connect(self._redraw)
        self._redraw()

    def take_data(self, data: DataConfig) -> None:
        """Use other data, and a network that fits them where the present one does not."""
        known = fitting(data.task)
        before = self._session.data
        if self._session.title in {DEFAULT_TITLE, *([] if before is None else [_title(before)])}:
            self._session.title = _title(data)  # A name that nobody has chosen follows the data.
        self._session.data = data
        if known and self._session.model.architecture not in {network.name for network in known}:
            self._session.model = ModelConfig(architecture=known[0].name)
        metric = self._session.evaluation.metric
        if metric is not None and (metric == "dice") != (data.task == "segmentation"):
            self._session.evaluation = self._session.evaluation.model_copy(update={"metric": None})
        for field in ("training", "fine_tuning"):
            settings = getattr(self._session, field)
            if settings.loss not in (None, *LOSSES[data.task]):
                setattr(self._session, field, settings.model_copy(update={"loss": None}))
        floor = self._session.pruning.floor
        if floor is not None and (floor.metric is not None or floor.classes):
            # What is said of the classes or the task of other data does not hold for these.
            kept = None if floor.drop is None else FloorSettings(drop=floor.drop, tries=floor.tries)
            self._session.pruning = self._session.pruning.model_copy(update={"floor": kept})

    def ask_and_open(self) -> None:
        """Let the user choose an experiment file, then ask to open it."""
        text, _ = QFileDialog.getOpenFileName(
            self, self.tr("Open experiment"), "", self.tr("Experiments (*.toml);;All files (*)")
        )
        if text:
            self.open_experiment_requested.emit(Path(text))

    def ask_and_save(self) -> None:
        """Let the user choose a file name, then ask to save the experiment there."""
        start = f"{self._session.title or 'experiment'}.toml"
        text, _ = QFileDialog.getSaveFileName(self, self.tr("Save experiment"), start, self.tr("Experiments (*.toml)"))
        if text:
            path = Path(text)
            self.save_experiment_requested.emit(path if path.suffix else path.with_suffix(".toml"))

    def _choose(self) -> None:
        dialog = DataDialog(self._session.data, self)
        if dialog.exec() and dialog.data is not None:
            self.take_data(dialog.data)
        dialog.deleteLater()

    def _take_name(self) -> None:
        if name := self.name_edit.text().strip():
            self._session.title = name
        self._redraw()

    def _redraw(self) -> None:
        data = self._session.data
        self.save_button.setEnabled(data is not None)
        # The way in is marked until data are there.
        self.choose_button.setProperty("primary", data is None)
        self.choose_button.style().polish(self.choose_button)
        self.summary.setText(self._summary(data))
        self.summary.setToolTip("" if data is None else str(data.path))
        self.summary.setProperty("muted", data is None)
        self.summary.style().polish(self.summary)
        if self.name_edit.text() != self._session.title:
            with QSignalBlocker(self.name_edit):
                self.name_edit.setText(self._session.title)

    def _summary(self, data: DataConfig | None) -> str:
        if data is None:
            return self.tr("No data chosen yet.")
        kind = {
            "folders": self.tr("A folder per class"),
            "table": self.tr("A table of cases"),
            "volumes": self.tr("Volumes with label maps"),
        }[data.kind]
        return self.tr("{kind}: {name}\n{rows} x {columns} pixels, {levels} grey levels").format(
            kind=kind,
            name="/".join(data.path.parts[-2:]),
            rows=data.size[0],
            columns=data.size[1],
            levels=2**data.bits,
        )


def _title(data: DataConfig) -> str:
    path = data.path.parent if data.kind == "table" else data.path
    return path.name.split(".")[0] or DEFAULT_TITLE
