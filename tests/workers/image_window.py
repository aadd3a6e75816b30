"""A program that owns an image process, as the window does: says its id while it scans, goes on until it is killed."""

import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer

from medprune_gui.workers.image_thread import ImageThread


def main(path):
    app = QCoreApplication([])
    images = ImageThread(silence_s=60)
    images.start()
    images.scan([Path(path)])
    QTimer.singleShot(900, lambda: print(images.image_pid, flush=True))  # noqa: T201
    app.exec()


if __name__ == "__main__":
    main(sys.argv[1])
