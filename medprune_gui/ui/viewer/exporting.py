"""Pictures and films of what canvases show, for others to see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QIODevice, QPoint, QPointF, QRectF, QSaveFile, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter

from medprune_gui.engine.errors import OutputError
from medprune_gui.engine.imaging.film import write_film
from medprune_gui.ui.theme import BACKGROUND
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.viewport_grid import ViewportGrid


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
    _check_image(canvas.volume is not None, path)
    _write(canvas.picture(personal=personal), path)


def save_layout(grid: ViewportGrid, path: Path, *, personal: bool = False) -> None:
    """Save what all canvases on display show, beside each other as they are, as PNG or as the suffix says.

    Places without an image stay empty: their words are for the one at the screen.

    Parameters
    ----------
    personal
        Whether the words name the patient and tell dates.

    Raises
    ------
    OutputError
        If there is no image, or the file cannot be written; a file of that name is then left as it was.
    """
    _check_image(bool(grid.canvases), path)
    ratio = grid.devicePixelRatioF()
    picture = QImage((QSizeF(grid.size()) * ratio).toSize(), QImage.Format.Format_RGB32)
    picture.fill(QColor(BACKGROUND))
    painter = QPainter(picture)
    for viewport in grid.shown:
        corner = QPointF(viewport.mapTo(grid, QPoint())) * ratio
        size = QSizeF(viewport.size()) * ratio
        painter.fillRect(QRectF(corner, size).toAlignedRect().adjusted(1, 1, -1, -1), Qt.GlobalColor.black)
        if viewport.canvas.volume is not None:
            image = viewport.canvas.picture(personal=personal)
            image.setDevicePixelRatio(1.0)
            painter.drawImage((QPointF(viewport.canvas.mapTo(grid, QPoint())) * ratio).toPoint(), image)
    painter.end()
    _write(picture, path)


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
    _check_image(canvas.volume is not None, path)
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


def _write(picture: QImage, path: Path) -> None:
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


def _check_image(present: bool, path: Path) -> None:
    if not present:
        raise OutputError(_tr("There is no image to save"), where=path, remedy=_tr("Open one first"))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Viewer", text)
