"""Other looks at the same voxels: mirrored, turned, cut along another axis; the affine always goes along.

Nothing is copied and nothing resampled here. Since the affine is permuted together with the axes, whatever is derived
from it stays right: letters, spacing, proportions, places in millimetres (PS3.3 C.7.6.2.1.1).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import permutations
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from medprune_gui.engine.imaging.volume import Volume

Plane = Literal["axial", "coronal", "sagittal"]
PLANES: tuple[Plane, ...] = ("axial", "coronal", "sagittal")

# Where (slices, rows, columns) of a plane run to, as axis and sign in LPS: axial with A on top and R at the left,
# coronal with H on top and R at the left, sagittal with H on top and A at the left.
_DIRECTIONS: dict[Plane, tuple[tuple[int, int], ...]] = {
    "axial": ((2, 1), (1, 1), (0, 1)),
    "coronal": ((1, 1), (2, -1), (0, 1)),
    "sagittal": ((0, 1), (2, -1), (1, 1)),
}


@dataclass(frozen=True, slots=True)
class Reorientation:
    """A signed permutation of a volume's axes (slice, row, column).

    Attributes
    ----------
    axes
        Which stored axis becomes the shown slice, row and column axis.
    flipped
        Whether the shown axis runs against the stored one.
    """

    axes: tuple[int, int, int] = (0, 1, 2)
    flipped: tuple[bool, bool, bool] = (False, False, False)

    def __post_init__(self) -> None:
        if sorted(self.axes) != [0, 1, 2]:
            raise ValueError(f"the axes must be a permutation of 0, 1 and 2, not {self.axes}")

    @property
    def in_plane(self) -> bool:
        """Whether the slices shown are the stored ones."""
        return self.axes[0] == 0

    def view(self, array: NDArray[Any]) -> NDArray[Any]:
        """Return an array (slice, row, column, ...) as it is shown, sharing its memory."""
        turned = array.transpose(*self.axes, *range(3, array.ndim))
        return turned[tuple(slice(None, None, -1 if flip else 1) for flip in self.flipped)]

    def apply(self, volume: Volume) -> Volume:
        """Return the volume as it is shown: pixels shared, affine and positions permuted with them.

        Windows of single slices stay with their slices; across the slices those of the middle one hold. Overlay
        planes stay behind: they are drawn on stored slices.
        """
        affine = volume.affine_lps.copy()
        for shown, (axis, flip) in enumerate(zip(self.axes, self.flipped, strict=True)):
            step = volume.affine_lps[:, axis]
            affine[:, shown] = -step if flip else step
            if flip:
                affine[:, 3] += step * (volume.array.shape[axis] - 1)
        windows = volume.slice_windows if self.in_plane else ()
        if self.flipped[0]:
            windows = windows[::-1]
        return replace(
            volume,
            array=self.view(volume.array),
            affine_lps=affine,
            positions_lps=self._positions(volume),
            slice_windows=windows,
            overlays=(),
        )

    def _positions(self, volume: Volume) -> NDArray[np.float64] | None:
        """Return where the shown slices of unevenly spaced ones begin; None across them, where nothing is even."""
        positions = volume.positions_lps
        if positions is None or not self.in_plane:
            return None
        for axis, flip in zip(self.axes[1:], self.flipped[1:], strict=True):
            if flip:
                positions = positions + volume.affine_lps[:3, axis] * (volume.array.shape[axis] - 1)
        return positions[::-1] if self.flipped[0] else positions

    def to_shown(self, place: Sequence[float], shape: Sequence[int]) -> tuple[float, float, float]:
        """Return where a stored place (slice, row, column) is shown; whole numbers are centres of voxels.

        Parameters
        ----------
        place
            Stored indices.
        shape
            Of the *stored* volume.
        """
        first, second, third = (
            shape[axis] - 1 - place[axis] if flip else place[axis]
            for axis, flip in zip(self.axes, self.flipped, strict=True)
        )
        return (first, second, third)

    def to_stored(self, place: Sequence[float], shape: Sequence[int]) -> tuple[float, float, float]:
        """Return the stored place (slice, row, column) of a shown one; ``shape`` is the *stored* volume's."""
        stored = [0.0, 0.0, 0.0]
        for at, axis, flip in zip(place, self.axes, self.flipped, strict=True):
            stored[axis] = shape[axis] - 1 - at if flip else at
        return (stored[0], stored[1], stored[2])

    def then(self, after: Reorientation) -> Reorientation:
        """Return the reorientation that shows what ``after`` makes of what this one shows."""
        axes = tuple(self.axes[axis] for axis in after.axes)
        flipped = tuple(self.flipped[axis] != flip for axis, flip in zip(after.axes, after.flipped, strict=True))
        return Reorientation((axes[0], axes[1], axes[2]), (flipped[0], flipped[1], flipped[2]))


AS_STORED = Reorientation()
FLIP_HORIZONTALLY = Reorientation(flipped=(False, False, True))
FLIP_VERTICALLY = Reorientation(flipped=(False, True, False))
TURN_RIGHT = Reorientation((0, 2, 1), (False, False, True))  # clockwise: the left edge becomes the top
TURN_LEFT = Reorientation((0, 2, 1), (False, True, False))


def axes_like(affine_lps: NDArray[np.float64], other: NDArray[np.float64]) -> Reorientation:
    """Return how a volume's axes are shown so that they run as those of another volume do, as nearly as they can.

    Parameters
    ----------
    affine_lps, other
        (4, 4) from (slice, row, column, 1) to LPS, of the volume and of the one to follow.
    """
    ours, theirs = (axes[:3, :3] / np.linalg.norm(axes[:3, :3], axis=0) for axes in (affine_lps, other))
    cosines = theirs.T @ ours
    along = max(permutations(range(3)), key=lambda axes: sum(abs(cosines[i, axes[i]]) for i in range(3)))
    against = [bool(cosines[shown, axis] < 0) for shown, axis in enumerate(along)]
    return Reorientation((along[0], along[1], along[2]), (against[0], against[1], against[2]))


def plane_view(affine_lps: NDArray[np.float64], plane: Plane) -> Reorientation:
    """Return how a volume's axes show the plane that is nearest to axial, coronal or sagittal.

    Parameters
    ----------
    affine_lps
        (4, 4) from (slice, row, column, 1) to LPS, as a `Volume` carries it.
    plane
        Axial: A on top, R at the left. Coronal: H on top, R at the left. Sagittal: H on top, A at the left.
    """
    lengths = np.linalg.norm(affine_lps[:3, :3], axis=0)
    cosines = affine_lps[:3, :3] / np.where(lengths > 0, lengths, 1.0)
    # Each patient axis gets the voxel axis of its own that all three together agree with best.
    along = max(permutations(range(3)), key=lambda axes: sum(abs(cosines[i, axes[i]]) for i in range(3)))
    (s, r, c), signs = zip(*_DIRECTIONS[plane], strict=True)
    axes = (along[s], along[r], along[c])
    against = [bool(cosines[to, axis] * sign < 0) for to, axis, sign in zip((s, r, c), axes, signs, strict=True)]
    return Reorientation(axes, (against[0], against[1], against[2]))
