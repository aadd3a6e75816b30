"""A series' warnings as text."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from medprune_gui.engine.imaging import SeriesWarning
from medprune_gui.ui.study.warning_sentences import translated_warning

_FILES = 4


def warning_text(warning: SeriesWarning, files: int | None = _FILES) -> str:
    """Return a warning with the names of the files that it is about.

    Parameters
    ----------
    files
        At most so many; None: all of them.
    """
    message = translated_warning(warning.message)
    named = [file.name for file in warning.files[:files]]
    if not named:
        return message
    more = len(warning.files) - len(named)
    if more:
        named.append(QCoreApplication.translate("StudyTree", "{0} more").format(more))
    return f"{message} ({', '.join(named)})"
