"""A series on its way from the tree to an image, as its UID."""

from __future__ import annotations

from PySide6.QtCore import QMimeData

SERIES_MIME = "application/x-medprune-series"


def series_mime(uid: str) -> QMimeData:
    """Return what is dragged."""
    data = QMimeData()
    data.setData(SERIES_MIME, uid.encode())
    return data


def dragged_uid(data: QMimeData) -> str:
    """Return the UID of the series that is dragged; empty: it is something else."""
    return bytes(data.data(SERIES_MIME).data()).decode() if data.hasFormat(SERIES_MIME) else ""
