"""Which side of the patient lies on which side of a slice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Towards growing x, y, z in LPS, and away from it (PS3.3 C.7.6.1.1.1).
_TOWARDS = "LPH"
_AWAY = "RAF"
# A direction gets a second letter once it leans by about 15 degrees.
_LEAN = 0.25


@dataclass(frozen=True, slots=True)
class SideLetters:
    """What lies at each edge of a slice, such as ``R`` or, leaning, ``AF``; empty: not known."""

    left: str = ""
    right: str = ""
    top: str = ""
    bottom: str = ""


def direction_letters(direction: NDArray[np.float64]) -> str:
    """Return the letters of a direction (3,) in LPS, the main one first, such as ``L`` or ``PF``."""
    length = float(np.linalg.norm(direction))
    if length == 0.0:
        return ""
    unit = np.asarray(direction) / length
    axes = sorted(range(3), key=lambda axis: -abs(unit[axis]))
    return "".join(
        (_TOWARDS if unit[axis] > 0 else _AWAY)[axis]
        for rank, axis in enumerate(axes)
        if rank == 0 or abs(unit[axis]) > _LEAN
    )


def side_letters(affine_lps: NDArray[np.float64], oriented: bool = True) -> SideLetters:
    """Return the letters R L A P H F at the edges of a slice shown as stored (row 0 on top).

    Parameters
    ----------
    affine_lps
        (4, 4) from (slice, row, column, 1) to LPS, as a `Volume` carries it.
    oriented
        False for plain pictures: all letters are empty then.
    """
    if not oriented:
        return SideLetters()
    down, right = affine_lps[:3, 1], affine_lps[:3, 2]
    return SideLetters(
        left=direction_letters(-right),
        right=direction_letters(right),
        top=direction_letters(-down),
        bottom=direction_letters(down),
    )


def plane_of(affine_lps: NDArray[np.float64]) -> str:
    """Return the plane nearest to a slice: ``sagittal``, ``coronal`` or ``axial``."""
    normal = np.cross(affine_lps[:3, 2], affine_lps[:3, 1])
    return ("sagittal", "coronal", "axial")[int(np.argmax(np.abs(normal)))]
