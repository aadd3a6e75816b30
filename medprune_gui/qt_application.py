"""The one QApplication: its platform, look and language."""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from medprune_gui import __version__
from medprune_gui.session.settings import load_settings, settings_path
from medprune_gui.ui.language import install_language, wanted_language
from medprune_gui.ui.theme import apply_theme


def headless_note() -> str | None:
    """Choose Qt's offscreen platform where there is no display; return a line that says so, or None.

    Call it before the first `QApplication` is made.
    """
    if sys.platform.startswith("linux") and not any(
        os.environ.get(name) for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    ):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        return "No display was found: the window runs on Qt's offscreen platform and cannot be seen."
    return None


def application() -> QApplication:
    """Return the one QApplication, made if there is none yet, dressed, and with the language that the user reads."""
    qInstallMessageHandler(_qt_message)
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication([])
        QGuiApplication.setApplicationDisplayName("MedPrune")
        QGuiApplication.setDesktopFileName("org.medprune.MedPrune")
        app.setApplicationName("medprune")
        app.setApplicationVersion(__version__)
    apply_theme(app)
    install_language(app, wanted_language(load_settings(settings_path()).language))
    return app


def _qt_message(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    # The offscreen platform says this of every window; it means nothing to a user.
    if "propagateSizeHints" not in text:
        sys.stderr.write(f"Qt: {text}\n")
