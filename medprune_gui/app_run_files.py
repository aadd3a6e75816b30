"""What a run wrote, opened in other programs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.session.session import Session
from medprune_gui.ui.main_window import MainWindow


class RunFiles(QObject):
    """Opens reports and folders of runs; the window's banner says what cannot be opened.

    Parameters
    ----------
    session
        Read: the run on display.
    window
        Its job panel asks for the files of the last run.
    """

    def __init__(self, session: Session, window: MainWindow, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._window = window
        window.job.open_requested.connect(self.open)

    @Slot(Path)
    def open(self, path: Path) -> None:
        """Open a file or a folder in the program that the system has for it."""
        if not path.exists():
            self._window.banner.show_text(self.tr("{path} is not there any more.").format(path=path))
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.absolute()))):
            self._window.banner.show_text(self.tr("No program was found that opens {path}").format(path=path))

    @Slot()
    def open_report(self) -> None:
        """Open the report of the run on display in the web browser."""
        if self._session.run_folder is not None:
            self.open(RunFolder(self._session.run_folder).report_file)

    @Slot()
    def open_folder(self) -> None:
        """Open the folder of the run on display."""
        if self._session.run_folder is not None:
            self.open(self._session.run_folder)
