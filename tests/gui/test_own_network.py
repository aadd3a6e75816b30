"""A network from a Python file is chosen by point and click, and never runs unconfirmed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from medprune_gui.engine.models.trust import code_hash, is_trusted
from medprune_gui.session.session import Session
from medprune_gui.ui.pruning.network_section import OWN, NetworkSection

EXAMPLE = Path(__file__).parents[2] / "resources" / "examples" / "own_network.py"


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDPRUNE_CONFIG", str(tmp_path / "config"))
    file = Path(shutil.copy(EXAMPLE, tmp_path / "own.py"))
    # The system's own dialog is the one thing that has no window here.
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    return file


@pytest.fixture
def section(qtbot):
    section = NetworkSection(Session())
    qtbot.addWidget(section)
    section.show()
    return section


def choose_file(section, answer):
    """Choose the entry for a file, and press the button with a text in the message box that follows."""
    seen = []

    def press():
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        seen.append(f"{box.text()} {box.informativeText()} {box.detailedText()}")
        next(button for button in box.buttons() if button.text() == answer).click()

    QTimer.singleShot(100, press)
    combo = section.architecture_combo
    combo.setCurrentIndex(combo.findData(OWN))
    return " ".join(seen)


def test_a_file_is_confirmed_and_its_parameters_are_shown(section, own):
    session = section._session
    seen = choose_file(section, "It may run")
    assert "own.py" in seen
    assert code_hash(own.read_text()) in seen
    assert "def small(" in seen
    assert session.model.architecture == f"{own}:small"
    assert section.architecture_combo.currentText() == "small (own.py)"
    assert set(section.parameters.editors) == {"width", "dropout"}
    assert section.problem == ""
    section.parameters.editors["width"].setText("8")
    section.parameters.editors["width"].textEdited.emit("8")
    assert session.model.parameters == {"width": 8}


def test_what_is_not_confirmed_is_not_taken(section, own):
    before = section._session.model
    choose_file(section, "Cancel")
    assert section._session.model == before
    assert section.architecture_combo.choice == before.architecture
    assert not is_trusted(code_hash(own.read_text()))


def test_a_file_that_has_changed_stops_the_start_until_it_is_confirmed_again(section, own):
    choose_file(section, "It may run")
    own.write_text(own.read_text() + "\n# more\n")
    section._session.model_changed.emit(section._session.model)
    assert "has not been confirmed as it is now" in section.problem
    choose_file(section, "It may run")
    assert section.problem == ""


def test_a_file_without_a_network_is_said_to_be_that(section, own):
    own.write_text("x = 1\n")
    seen = choose_file(section, "OK")
    assert "own.py has no function or class that takes task, classes, channels, size" in seen
    assert section._session.model.architecture == "article"
