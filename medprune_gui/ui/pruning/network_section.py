"""Which network is pruned, with which parameters and weights."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QGroupBox, QLabel, QVBoxLayout, QWidget

from medprune_gui.engine.config import ModelConfig
from medprune_gui.engine.errors import ArchitectureError
from medprune_gui.engine.models.foreign_networks import network_in_file, source_of
from medprune_gui.engine.models.known_networks import Architecture
from medprune_gui.engine.models.registry import architectures
from medprune_gui.engine.models.trust import code_hash, is_trusted
from medprune_gui.engine.records import Task
from medprune_gui.engine.settings.network_names import is_file_name
from medprune_gui.session.session import Session
from medprune_gui.ui.pruning.choice_combo import ChoiceCombo
from medprune_gui.ui.pruning.fold import Fold
from medprune_gui.ui.pruning.own_network import choose_own_network
from medprune_gui.ui.pruning.parameter_form import ParameterForm
from medprune_gui.ui.pruning.path_edit import PathEdit

#: The choice that leads to a file of the user's own.
OWN = "own"


def fitting(task: Task) -> tuple[Architecture, ...]:
    """Return the networks that can do a task."""
    return tuple(known for known in architectures() if task in known.tasks)


class NetworkSection(QGroupBox):
    """Writes and shows ``session.model``.

    `checked` is emitted when `problem` may have changed.
    """

    checked = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Network"))
        self._session = session
        self._known = {known.name: known for known in architectures()}
        self.architecture_combo = ChoiceCombo(
            (known.name, self.tr(known.title), self.tr(known.note)) for known in self._known.values()
        )
        self.architecture_combo.addItem(self.tr("From a Python file..."), OWN)
        self.architecture_combo.setObjectName("architecture_combo")
        self.architecture_combo.setAccessibleName(self.tr("Network"))
        self.architecture_combo.chosen.connect(self._choose)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setProperty("muted", True)
        self.warning = QLabel()
        self.warning.setObjectName("network_problem")
        self.warning.setWordWrap(True)
        self.warning.setProperty("warning", True)
        self.parameters = ParameterForm()
        self.parameters.changed.connect(self._take_parameters)
        self.parameters.checked.connect(self.checked)
        self.parameters_fold = Fold(self.tr("Parameters"), self.parameters)
        self.weights_edit = PathEdit(
            self.tr("Trained weights"), "file or folder", self.tr("Weights (*.safetensors *.pt *.pth);;All files (*)")
        )
        self.weights_edit.setObjectName("weights_edit")
        self.weights_edit.edit.setPlaceholderText(self.tr("none: train from scratch"))
        self.weights_edit.edit.setClearButtonEnabled(True)
        self.weights_edit.edit.textChanged.connect(self.weights_edit.edit.setToolTip)
        self.weights_edit.changed.connect(self._take_weights)
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.addRow(self.tr("Trained weights (optional)"), self.weights_edit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 2, 4, 2)
        layout.addWidget(self.architecture_combo)
        layout.addWidget(self.note)
        layout.addWidget(self.warning)
        layout.addWidget(self.parameters_fold)
        layout.addLayout(form)
        session.model_changed.connect(self._redraw)
        session.data_changed.connect(self._redraw)
        self._redraw()

    @property
    def problem(self) -> str:
        """Why a run cannot start with this network, in words; empty: it can."""
        if not self.parameters.valid:
            return self.tr("Correct the network's parameters first.")
        return self.warning.text()

    def _choose(self, name: str) -> None:
        if name == OWN:
            name = choose_own_network(self) or self._session.model.architecture
            self.architecture_combo.show_choice(self._session.model.architecture)
        if name != self._session.model.architecture:
            # Parameters and weights belong to the network that was left.
            self._session.model = ModelConfig(architecture=name)
        else:
            self._redraw()  # A file that is chosen once more may have been confirmed.

    def _network(self, name: str) -> Architecture | None:
        """Return a network by name, and offer it where it is one of a file; None: there is none."""
        if is_file_name(name):
            try:
                own = network_in_file(name)
            except ArchitectureError:
                return None
            if self.architecture_combo.findData(name) < 0:
                self.architecture_combo.insertItem(self.architecture_combo.count() - 1, own.title, name)
            return own
        return self._known.get(name)

    def _take_parameters(self) -> None:
        self._session.model = self._session.model.model_copy(update={"parameters": self.parameters.parameters})

    def _take_weights(self) -> None:
        self._session.model = self._session.model.model_copy(update={"weights": self.weights_edit.path})

    def _redraw(self) -> None:
        model, data = self._session.model, self._session.data
        for known in self._known.values():
            self.architecture_combo.enable_choice(known.name, data is None or data.task in known.tasks)
        chosen = self._network(model.architecture)
        self.architecture_combo.show_choice(model.architecture)
        self.note.setText(self.tr(chosen.note) if chosen else "")
        self.parameters.show_parameters(dict(chosen.parameters) if chosen else {}, model.parameters)
        self.parameters_fold.setVisible(chosen is not None and bool(chosen.parameters))
        if self.weights_edit.path != model.weights:
            self.weights_edit.show_path(model.weights)
        self.warning.setText(self._misfit(chosen))
        self.warning.setVisible(bool(self.warning.text()))
        self.checked.emit()

    def _misfit(self, chosen: Architecture | None) -> str:
        data = self._session.data
        if chosen is None:
            return self.tr("There is no network called {name}. Choose another one.").format(
                name=self._session.model.architecture
            )
        if chosen.origin == "file" and not is_trusted(code_hash(source_of(chosen.name) or "")):
            return self.tr(
                "{file} has not been confirmed as it is now. Choose it once more, from a Python file."
            ).format(file=chosen.title)
        if data is None or data.task in chosen.tasks:
            return ""
        names = ", ".join(self.tr(known.title) for known in fitting(data.task))
        if data.task == "segmentation":
            return self.tr("{network} cannot mark structures. Choose {names}.").format(
                network=self.tr(chosen.title), names=names
            )
        return self.tr("{network} cannot tell classes apart. Choose {names}.").format(
            network=self.tr(chosen.title), names=names
        )
