"""What windows are called on the screen."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from medprune_gui.engine.imaging.voi import PRESETS
from medprune_gui.engine.imaging.volume import Window


def window_name(window: Window) -> str:
    """Return a preset's name in the language of the window, and that of a file's window as the file writes it."""
    name = window.name
    if window in PRESETS.values():
        name = QCoreApplication.translate("Presets", name)
    return name[:1].upper() + name[1:]
