"""The window's own icons."""

from __future__ import annotations

from PySide6.QtGui import QIcon

from medprune_gui.engine.resources import resource


def icon(name: str) -> QIcon:
    """Return an icon by its file's name in ``resources/icons``, without the suffix."""
    return QIcon(resource(f"icons/{name}.svg").as_posix())
