"""Pictures and films of what a canvas shows, for others to see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QIODevice, QSaveFile
from PySide6.QtGui import QImage, QImageWriter

from medprune_gui.engine.errors import OutputError
from medprune_gui.engine.imaging.film import write_film
from medprune_gui.ui.viewer.image_canvas import ImageCanvas


def save_picture(canvas: ImageCanvas, path: Path, *, personal: bool = False) -> None:
    """Save what a canvas shows, words and figures included, as PNG or as the suffix says.

    Parameters
    ----------
    personal
        Whether the words name the patient and tell dates.

    Raises
    ------
    OutputError
        If there is no image, or the file cannot be written; a file of that name is then left as it was.
    """
    _check_image(canvas, path)
    picture = canvas.picture(personal=personal)
    file = QSaveFile(str(path))
    if not (
        file.open(QIODevice.OpenModeFlag.WriteOnly)
        and QImageWriter(file, (path.suffix.lstrip(".") or "png").lower().encode()).write(picture)
        and file.commit()
    ):
        raise OutputError(
            _tr("The picture cannot be written"),
            where=path,
            remedy=_tr("Choose another folder, and a name that ends in .png or .jpg"),
        )


def save_film(
    canvas: ImageCanvas,
    path: Path,
    frames_per_second: float,
    *,
    personal: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Save all slices that a canvas can show as a film, each as it would be seen; return how many those are.

    Parameters
    ----------
    path
        Ends in ``.gif`` or ``.mp4``.
    personal
        Whether the words name the patient and tell dates.
    progress
        Called with (slices done, slices in all); may raise to cancel, and nothing is written then.

    Raises
    ------
    OutputError
        As `film.write_film`, or if there is no image.
    """
    _check_image(canvas, path)
    return write_film(path, _frames(canvas, personal, progress), frames_per_second)


def _frames(
    canvas: ImageCanvas, personal: bool, progress: Callable[[int, int], None] | None
) -> Iterator[NDArray[np.uint8]]:
    shown = canvas.shown_volume
    assert shown is not None
    count = len(shown.array)
    for index in range(count):
        yield _rgb(canvas.picture(personal=personal, index=index))
        if progress is not None:
            progress(index + 1, count)


def _rgb(picture: QImage) -> NDArray[np.uint8]:
    """Return a picture's pixels, (row, column, 3)."""
    picture = picture.convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(picture.constBits(), dtype=np.uint8).reshape(picture.height(), picture.bytesPerLine())
    return lines[:, : 3 * picture.width()].reshape(picture.height(), picture.width(), 3).copy()


def _check_image(canvas: ImageCanvas, path: Path) -> None:
    if canvas.volume is None:
        raise OutputError(_tr("There is no image to save"), where=path, remedy=_tr("Open one first"))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Viewer", text)
