"""Overlay planes: one-bit drawings that a file lays over its image, such as outlines, arrows and words.

PS3.3 C.9.2 (and C.9.3 for images of several frames); up to sixteen planes in the groups 6000 to 601E.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from medprune_gui.engine.imaging.dicom_values import numbers

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from pydicom import Dataset

_GROUPS = range(0x6000, 0x6020, 2)


@dataclass(frozen=True, slots=True, eq=False)
class OverlayPlane:
    """One plane over one frame.

    Attributes
    ----------
    name
        As the file labels or describes it; may be empty.
    row, column
        Where in the image the plane's first pixel lies, from 0; may lie outside.
    columns
        Width of the plane in pixels.
    bits
        (row, ceil(columns / 8)) as `numpy.packbits` packs them: a thirty-second of the room that the image takes.
    """

    name: str
    row: int
    column: int
    columns: int
    bits: NDArray[np.uint8]

    def mask(self, rows: int, columns: int) -> NDArray[np.bool_]:
        """Return which pixels of an image of that size the plane covers, (row, column); what lies outside is cut."""
        drawn = np.unpackbits(self.bits, axis=1, count=self.columns).astype(bool)
        covered = np.zeros((rows, columns), dtype=bool)
        top, left = max(self.row, 0), max(self.column, 0)
        bottom, right = min(self.row + drawn.shape[0], rows), min(self.column + drawn.shape[1], columns)
        if top < bottom and left < right:
            covered[top:bottom, left:right] = drawn[
                top - self.row : bottom - self.row, left - self.column : right - self.column
            ]
        return covered


def planes_of(dataset: Dataset, frame: int, path: Path) -> tuple[OverlayPlane, ...]:
    """Return the planes over a frame (from 0) that are not empty; malformed ones are left out.

    Parameters
    ----------
    dataset
        The file's elements; the pixels, in which old files keep planes, are read from ``path`` where it lacks them.
    """
    found = []
    for group in _GROUPS:
        if (group, 0x0010) not in dataset:
            continue
        try:
            plane = _plane(dataset, group, frame, path)
        except (ValueError, TypeError, AttributeError, KeyError, IndexError, OSError):
            continue  # a damaged drawing must not take the image away
        if plane is not None:
            found.append(plane)
    return tuple(found)


def _plane(dataset: Dataset, group: int, frame: int, path: Path) -> OverlayPlane | None:
    def value(element: int) -> Any:
        held = dataset.get((group, element))
        return None if held is None else held.value

    rows, columns = int(value(0x0010)), int(value(0x0011))
    if (group, 0x3000) in dataset:
        count = int(value(0x0015) or 1)
        # Planes count from the frame named by Image Frame Origin; one without frames lies over all of them.
        at = 0 if value(0x0015) is None else frame - (int(value(0x0051) or 1) - 1)
        if not 0 <= at < count:
            return None
        drawn = dataset.overlay_array(group).reshape(count, rows, columns)[at]
    else:
        drawn = _embedded(dataset, int(value(0x0102)), frame, path)[:rows, :columns]
    if not drawn.any():
        return None
    origin = numbers(value(0x0050), 2) or (1.0, 1.0)
    name = " ".join(str(value(0x1500) or value(0x0022) or "").split())
    bits = np.packbits(drawn.astype(bool), axis=1)
    return OverlayPlane(name, round(origin[0]) - 1, round(origin[1]) - 1, drawn.shape[1], bits)


def _embedded(dataset: Dataset, position: int, frame: int, path: Path) -> NDArray[np.bool_]:
    """Return the plane in one bit of the pixels, as files before 2004 have it (PS3.3-2004 C.9.2.1.1, retired)."""
    from pydicom import dcmread

    if dataset.file_meta.get("TransferSyntaxUID") and dataset.file_meta.TransferSyntaxUID.is_compressed:
        raise ValueError("unused bits do not survive compression")
    if "PixelData" not in dataset:
        dataset = dcmread(path, force=True)
    order = "<" if dataset.original_encoding[1] is not False else ">"
    cells = np.frombuffer(dataset.PixelData, dtype=f"{order}u{int(dataset.BitsAllocated) // 8}")
    size = int(dataset.Rows) * int(dataset.Columns)
    cell = cells[frame * size : (frame + 1) * size].reshape(int(dataset.Rows), int(dataset.Columns))
    return (cell >> position & 1).astype(bool)
