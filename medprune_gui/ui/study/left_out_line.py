"""A line below the studies about the files of a scan that are in none of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QLabel, QWidget

from medprune_gui.engine.imaging.study import LeftOut

_FILES = 12


class LeftOutLine(QLabel):
    """Says how many files are damaged and how many hold no image; its tooltip names them. Hidden where there are none.

    Files are often named after patients: without personal data, there is no tooltip.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("muted", True)
        self.setWordWrap(True)  # it must not widen the dock
        self._left_out = LeftOut()
        self._personal = True
        self.hide()

    def show_files(self, left_out: LeftOut) -> None:
        """Tell of these files, and of no others."""
        self._left_out = left_out
        self._tell()

    def set_personal(self, personal: bool) -> None:
        """Name the files, or count them only."""
        self._personal = personal
        self._tell()

    def _tell(self) -> None:
        damaged, no_image = self._left_out.damaged, self._left_out.no_image
        lines, names = [], []
        if damaged:
            one = self.tr("1 damaged file was left out")
            lines.append(one if len(damaged) == 1 else self.tr("{0} damaged files were left out").format(len(damaged)))
            names.append(f"{lines[-1]}: {self._named(damaged)}")
        if no_image:
            one = self.tr("1 file holds no image")
            lines.append(one if len(no_image) == 1 else self.tr("{0} files hold no image").format(len(no_image)))
            names.append(f"{lines[-1]}: {self._named(no_image)}")
        self.setText("\n".join(lines))
        self.setToolTip("\n".join(names) if self._personal else "")
        self.setVisible(bool(lines))

    def _named(self, files: Sequence[Path]) -> str:
        named = [file.name for file in files[:_FILES]]
        if more := len(files) - len(named):
            named.append(self.tr("{0} more").format(more))
        return ", ".join(named)
