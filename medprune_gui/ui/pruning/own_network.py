"""Choosing a network from a Python file of one's own, and confirming that the file may run."""

from __future__ import annotations

from html import escape
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox, QWidget

from medprune_gui.engine.errors import MedPruneError
from medprune_gui.engine.models.foreign_networks import TOLD, functions_in, source_of
from medprune_gui.engine.models.trust import code_hash, is_trusted, trust


def _tr(text: str) -> str:
    return QCoreApplication.translate("OwnNetwork", text)


def choose_own_network(parent: QWidget) -> str | None:
    """Ask for a file, for one of its functions, and whether it may run.

    Nothing of the file runs here: that is left to the process that computes.

    Returns
    -------
    str or None
        ``file.py:function``; None: the user thought better of it, or was told what is wrong with the file.
    """
    text, _ = QFileDialog.getOpenFileName(parent, _tr("Network from a Python file"), "", _tr("Python files (*.py)"))
    if not text:
        return None
    file = Path(text)
    try:
        code = source_of(f"{file}:") or ""
        names = list(functions_in(code, file))
        if not names:
            asked = ", ".join(TOLD)
            words = _tr("{file} has no function or class that takes {keywords}, which MedPrune builds networks with.")
            QMessageBox.warning(parent, _tr("No network"), words.format(file=file.name, keywords=asked))
            return None
        name = names[0]
        if len(names) > 1:
            name, chosen = QInputDialog.getItem(
                parent, _tr("Network from a Python file"), _tr("Which function builds the network?"), names, 0, False
            )
            if not chosen:
                return None
        if not is_trusted(code_hash(code)):
            if not _confirmed(parent, file, code):
                return None
            trust(code, str(file))
    except MedPruneError as error:
        QMessageBox.warning(parent, _tr("No network"), str(error))
        return None
    return f"{file}:{name}"


def _confirmed(parent: QWidget, file: Path, code: str) -> bool:
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(_tr("May this file run?"))
    box.setTextFormat(Qt.TextFormat.RichText)
    words = _tr("<b>{file}</b> is a program. It runs with all that you may do, on your files too.")
    box.setText(words.format(file=escape(file.name)))
    box.setInformativeText(
        _tr("Read it before you confirm. This is asked again when the file has changed.\n\nSHA-256 {hash}").format(
            hash=code_hash(code)
        )
    )
    box.setDetailedText(code)
    run = box.addButton(_tr("It may run"), QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    box.exec()
    return box.clickedButton() is run
