"""Stacks that lean or have uneven steps, put once onto an even, upright grid, so that cuts through them are true.

A tilted gantry moves each slice sideways against the one before; cut along the stored axes, such a stack shows a
leaning head. The slices are parallel all the same, so a voxel of the new grid needs two of them, each moved within
itself by a part of a pixel: two linear interpolations along the axes, and one between the slices, along their normal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from medprune_gui.engine.errors import GeometryError
from medprune_gui.engine.imaging.geometry import SAME_POSITION_MM
from medprune_gui.engine.imaging.held_pixels import Room, let_go_of_far_slices, passing_through, room_for
from medprune_gui.engine.imaging.padding import outside_padding

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray

    from medprune_gui.engine.imaging.study import Series
    from medprune_gui.engine.imaging.volume import Volume, Window

_Label = TypeVar("_Label", np.uint8, np.bool_)
# What no eye sees in a reformatted plane: a quarter of a degree, a fiftieth of a step.
_UPRIGHT = 0.004
_EVEN = 0.02
# Interpolation over a wider gap, in usual steps and in millimetres, would show what nobody measured.
_WIDEST_STEPS, _WIDEST_MM = 2.5, 5.0
_LARGEST_BYTES = 2 << 30


@dataclass(frozen=True, slots=True)
class _Grid:
    """An upright, even grid: places of the stored slices in it, in slices, rows and columns of the new volume."""

    slices: NDArray[np.float64]
    rows: NDArray[np.float64]
    columns: NDArray[np.float64]
    shape: tuple[int, int, int]
    affine_lps: NDArray[np.float64]


def stack_positions(series: Series, volume: Volume) -> NDArray[np.float64]:
    """Return where the first voxel of each slice lies, (slice, 3) in LPS millimetres.

    From the files where they say it slice by slice, so that uneven steps are seen; else from the affine.

    Raises
    ------
    GeometryError
        If these are slices of a DICOM series without positions.
    """
    count = len(volume.array)
    if series.kind == "dicom" and count > 1:
        known = [instance.position_mm for instance in series.instances[:count]]
        if len(known) < count or any(position is None for position in known):
            raise GeometryError("The files do not say where the slices lie", remedy="Look at the slices as they are.")
        return np.array(known, dtype=np.float64)
    return np.asarray(volume.affine_lps[:3, 3] + np.outer(np.arange(count), volume.affine_lps[:3, 0]))


def needs_resampling(volume: Volume, positions_mm: NDArray[np.float64]) -> bool:
    """Return whether cuts along the stored axes would be false: the stack leans, or its steps are uneven.

    Parameters
    ----------
    volume
        At least two slices.
    positions_mm
        (slice, 3) as `stack_positions` gives them.

    Raises
    ------
    GeometryError
        If cuts cannot be made at all, in words for the user.
    """
    if not volume.oriented:
        raise GeometryError("The file does not say how the patient lay")
    if not volume.calibrated:
        raise GeometryError("The images are not calibrated: the spacing of pixels is not known")
    if len(volume.array) < 2:
        raise GeometryError("One slice is no volume", remedy="Choose a series with several slices.")
    down, right, normal = _directions(volume)
    steps = np.diff(positions_mm, axis=0) @ normal
    if steps.mean() < 0:
        steps = -steps
    if steps.min() <= SAME_POSITION_MM:
        raise GeometryError("Several images lie at the same place", remedy="Choose one time point or echo.")
    usual = float(np.median(steps))
    if steps.max() > max(_WIDEST_STEPS * usual, _WIDEST_MM):
        raise GeometryError(f"Slices are missing: there is a gap of {steps.max():.1f} mm between two of them")
    way = positions_mm[-1] - positions_mm[0]
    leans = max(abs(way @ down), abs(way @ right)) / float(np.linalg.norm(way))
    crooked = abs(float(down @ right))
    if crooked > _UPRIGHT:
        raise GeometryError("Rows and columns of the images do not stand at a right angle")
    return leans > _UPRIGHT or float(np.ptp(steps)) > _EVEN * usual


def resampling(
    volume: Volume, positions_mm: NDArray[np.float64], fill: float | None = None, room: Room = room_for
) -> Generator[tuple[int, int], None, Volume]:
    """Resample a stack of parallel slices onto an even, upright grid, slice by slice.

    Linear, in the slices' own plane and along their normal; beside padding, and at the edge, the nearest value. Pixels
    keep their spacing; slices get the stack's usual step, and the windows of the stored slice nearest to them. What no
    slice reaches is padded. Overlay planes belong to the stored images: the new volume has none.

    Parameters
    ----------
    volume, positions_mm
        As `needs_resampling` takes them.
    fill
        The stored value where no slice reaches; None: the file's padding, else what is shown darkest.
    room
        Makes the array of the new volume; slices of huge ones do not stay in memory.

    Yields
    ------
    tuple
        (slices done, slices in all); the generator's value is the new volume, in the type of the old one.

    Raises
    ------
    GeometryError
        If the new volume would not fit into memory.
    """
    grid = _grid_of(volume, positions_mm)
    tail = volume.array.shape[3:]
    if int(np.prod(grid.shape + tail)) * volume.array.dtype.itemsize > _LARGEST_BYTES:
        raise GeometryError("The straightened volume would be too large")
    fill = _fill(volume) if fill is None else fill
    result = room((*grid.shape, *tail), volume.array.dtype)
    moved: dict[int, NDArray[np.float32]] = {}
    whole = volume.array.dtype.kind in "iu"
    for index in passing_through(result):
        below = int(np.searchsorted(grid.slices, index, side="right")) - 1
        below = min(max(below, 0), len(grid.slices) - 2)
        share = (index - grid.slices[below]) / (grid.slices[below + 1] - grid.slices[below])
        share = min(max(float(share), 0.0), 1.0)
        wanted = (below,) if share == 0.0 else (below, below + 1)
        moved = {
            k: moved[k] if k in moved else _moved(_known(volume, k), grid.rows[k], grid.columns[k], grid.shape[1:])
            for k in wanted
        }
        values = moved[below] if share == 0.0 else _between(moved[below], moved[below + 1], share)
        measured = ~np.isnan(values)
        result[index] = fill
        result[index][measured] = np.rint(values[measured]) if whole else values[measured]
        let_go_of_far_slices(volume.array, below, near=16)
        yield index + 1, grid.shape[0]
    result.setflags(write=False)
    windows = _slice_windows(volume, grid)
    return replace(
        volume, array=result, affine_lps=grid.affine_lps, positions_lps=None, slice_windows=windows, overlays=()
    )


def labels_onto_grid(labels: NDArray[_Label], volume: Volume, positions_mm: NDArray[np.float64]) -> NDArray[_Label]:
    """Return labels of a stack on the grid that `resampling` puts its volume onto, each from the nearest voxel.

    Parameters
    ----------
    labels
        (slice, row, column), of the volume's shape; 0 where no slice reaches.
    """
    grid = _grid_of(volume, positions_mm)
    height, width = labels.shape[1:]
    result = np.zeros(grid.shape, dtype=labels.dtype)
    for index in range(len(result)):
        stored = int(np.argmin(np.abs(grid.slices - index)))
        row, column = round(float(grid.rows[stored])), round(float(grid.columns[stored]))
        result[index, row : row + height, column : column + width] = labels[stored]
    result.setflags(write=False)
    return result


def labels_from_grid(labels: NDArray[_Label], volume: Volume, positions_mm: NDArray[np.float64]) -> NDArray[_Label]:
    """Return labels that were drawn on the grid of `resampling` on the stack itself, each from the nearest voxel.

    Parameters
    ----------
    labels
        (slice, row, column) of the grid.
    volume
        The stack.
    """
    grid = _grid_of(volume, positions_mm)
    height, width = volume.array.shape[1:3]
    result = np.zeros(volume.array.shape[:3], dtype=labels.dtype)
    for stored in range(len(result)):
        index = min(max(round(float(grid.slices[stored])), 0), len(labels) - 1)
        row, column = round(float(grid.rows[stored])), round(float(grid.columns[stored]))
        result[stored] = labels[index, row : row + height, column : column + width]
    result.setflags(write=False)
    return result


def _directions(volume: Volume) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the unit vectors down a column, along a row, and of the slices' normal."""
    _, between_rows, between_columns = volume.spacing_mm
    down, right = volume.affine_lps[:3, 1] / between_rows, volume.affine_lps[:3, 2] / between_columns
    normal = np.cross(right, down)
    return down, right, normal / np.linalg.norm(normal)


def _grid_of(volume: Volume, positions_mm: NDArray[np.float64]) -> _Grid:
    down, right, normal = _directions(volume)
    away = positions_mm - positions_mm[0]
    heights = away @ normal
    if heights[-1] < 0:
        normal, heights = -normal, -heights
    step = float(np.median(np.diff(heights)))
    _, between_rows, between_columns = volume.spacing_mm
    rows, columns = away @ down / between_rows, away @ right / between_columns
    # From here on the grid's first voxel is the origin; its slices begin at the first stored one.
    start_row, start_column = float(rows.min()), float(columns.min())
    rows, columns = rows - start_row, columns - start_column
    # Rounding in the files must not add a row of padding.
    extra = [int(np.ceil(shift.max() - 0.01)) for shift in (rows, columns)]
    affine = np.eye(4)
    affine[:3, 0] = normal * step
    affine[:3, 1], affine[:3, 2] = volume.affine_lps[:3, 1], volume.affine_lps[:3, 2]
    affine[:3, 3] = positions_mm[0] + affine[:3, 1] * start_row + affine[:3, 2] * start_column
    # The last stored slice is shown, too, where the stack's length is no multiple of the step.
    slices = int(np.ceil(heights[-1] / step - 0.01)) + 1
    height, width = volume.array.shape[1:3]
    return _Grid(heights / step, rows, columns, (slices, height + extra[0], width + extra[1]), affine)


def _slice_windows(volume: Volume, grid: _Grid) -> tuple[tuple[Window, ...], ...]:
    """Return for each slice of the grid the windows of the stored slice that lies nearest; empty where all agree."""
    if not volume.slice_windows:
        return ()
    nearest = np.abs(grid.slices[:, np.newaxis] - np.arange(grid.shape[0])).argmin(axis=0)
    return tuple(volume.slice_windows[index] for index in nearest)


def _fill(volume: Volume) -> float:
    """Return the stored value for places that nobody measured: the file's padding, else the lowest value."""
    if volume.padding is not None:
        return volume.padding[0]
    if volume.colour:
        return 0.0
    lowest, highest = float(volume.array.min()), float(volume.array.max())
    dark_is_high = (volume.slope < 0) != volume.inverted
    return highest if dark_is_high else lowest


def _known(volume: Volume, index: int) -> NDArray[np.float32]:
    """Return a stored slice with padding as not a number, which no interpolation can take for a value."""
    stored = volume.array[index]
    pixels = np.array(stored, dtype=np.float32)
    if volume.padding is not None:
        pixels[~outside_padding(stored, volume.padding)] = np.nan
    return pixels


def _moved(pixels: NDArray[np.float32], rows: float, columns: float, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return a slice moved down and to the right by parts of pixels, in a larger frame; outside it nothing is known."""
    height, width = pixels.shape[:2]
    first_row, first_column = int(np.floor(rows + 1e-9)), int(np.floor(columns + 1e-9))
    room = np.full((shape[0] + 1, shape[1] + 1, *pixels.shape[2:]), np.nan, dtype=np.float32)
    room[first_row + 1 : first_row + 1 + height, first_column + 1 : first_column + 1 + width] = pixels[
        : shape[0] - first_row, : shape[1] - first_column
    ]
    room = _between(room[1:], room[:-1], rows - first_row)
    return _between(room[:, 1:], room[:, :-1], columns - first_column)


def _between(one: NDArray[np.float32], other: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    """Return values that lie by ``share`` on the way from one array to the other, linearly.

    Where one of the two is not known, that of the nearer: a value halfway to padding would be no value of anything.
    """
    if share <= 1e-3:
        return one
    values = one + np.float32(share) * (other - one)
    return np.where(np.isnan(values), other if share > 0.5 else one, values)
