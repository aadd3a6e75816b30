"""Pixels with their place in space: what every reader returns and every viewer shows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from medprune_gui.engine.imaging.overlay_planes import OverlayPlane

WindowFunction = Literal["LINEAR", "LINEAR_EXACT", "SIGMOID"]
StepSource = Literal["positions", "header", "nothing"]


@dataclass(frozen=True, slots=True)
class VoiLut:
    """A curve from modality values to grey levels that a file brings along: PS3.3 C.11.2.1.1.

    Attributes
    ----------
    first_value
        The modality value that the first entry belongs to; the others follow by one. Values below have the
        grey of the first entry, values above that of the last.
    bits
        White is 2**bits - 1.
    entries
        The levels as little-endian 16-bit words: bytes, so that two equal curves compare and hash as one.
    name
        As the file explains it; may be empty.
    """

    first_value: int
    bits: int
    entries: bytes
    name: str = ""

    @property
    def table(self) -> NDArray[np.uint16]:
        """The levels, (entry,)."""
        return np.frombuffer(self.entries, dtype="<u2")

    def window(self) -> Window:
        """Return the window that shows exactly this curve; it spans the values that the entries belong to."""
        count = len(self.entries) // 2
        return Window(self.first_value + count / 2, count, self.name, lut=self)


@dataclass(frozen=True, slots=True)
class Window:
    """A window of grey levels in modality units (HU in CT): PS3.3 C.11.2.1.2.

    Attributes
    ----------
    centre, width
        In modality units.
    name
        What it is good for; may be empty.
    function
        The VOI LUT function that the window is meant for.
    lut
        A curve that takes the function's place. It is stretched over the window where that is not its own, so
        that a film-like curve keeps its toe and shoulder while contrast and brightness are changed.
    """

    centre: float
    width: float
    name: str = ""
    function: WindowFunction = "LINEAR"
    lut: VoiLut | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Volume:
    """A stack of slices as stored, with the way to modality units and to patient space.

    Attributes
    ----------
    array
        (slice, row, column), or (slice, row, column, 3) in colour, as stored (no rescale applied); read-only.
    affine_lps
        (4, 4); maps (slice, row, column, 1) to millimetres in the patient's LPS system
        (x to the left, y to the back, z to the head): PS3.3 C.7.6.2.1.1. Of unevenly spaced slices it holds the usual
        step only: ask `places_of`, `index_of` and `slice_affine` where anything lies.
    calibrated
        False where the file gives no spacing: lengths then count pixels, by their shorter side where they are not
        square.
    slope, intercept
        Modality LUT: value = stored * slope + intercept (PS3.3 C.11.1.1.2).
    unit
        Of modality values, such as ``HU``; empty where there is none.
    inverted
        Whether the lowest value is shown white (PS3.3 C.7.6.3.1.2, MONOCHROME1).
    windows
        As the file offers them, VOI LUTs first; of the middle slice where they differ from slice to slice; empty:
        choose automatically.
    slice_windows
        The windows of each slice where they differ; else empty. See `windows_at`.
    overlays
        The overlay planes of each slice; empty where no slice has any.
    oriented
        False for plain pictures: there is no left and right of the patient to show.
    texts
        For the viewer's corners: ``modality``, ``description``, ``patient``, ``date``, ``file``, and ``name``, the
        file's or folder's in place of a description; may be absent. See `personal_elements.impersonal`.
    padding
        Lowest and highest stored value that mean "no measurement here" (PS3.3 C.7.5.1.1.2); None: there is none.
    positions_lps
        (slice, 3); where the first voxel of each slice lies, in LPS millimetres, if any lies elsewhere than the affine
        says. None: the affine says it.
    step_source
        Where the distance between slices is from: their positions, what the header says of it alone, or nothing, in
        which case it is 1 and means nothing.
    frame_of_reference
        UID that volumes share whose millimetres are of one system (PS3.3 C.7.4.1.1.1); empty: not known.
    """

    array: NDArray[Any]
    affine_lps: NDArray[np.float64]
    calibrated: bool = True
    slope: float = 1.0
    intercept: float = 0.0
    unit: str = ""
    inverted: bool = False
    windows: tuple[Window, ...] = ()
    oriented: bool = True
    texts: dict[str, str] = field(default_factory=dict)
    padding: tuple[float, float] | None = None
    frame_of_reference: str = ""
    slice_windows: tuple[tuple[Window, ...], ...] = ()
    overlays: tuple[tuple[OverlayPlane, ...], ...] = ()
    positions_lps: NDArray[np.float64] | None = None
    step_source: StepSource = "positions"

    @property
    def placed(self) -> bool:
        """Whether millimetres say where in the patient each slice lies."""
        one = len(self.array) == 1
        return self.oriented and self.calibrated and (one or self.step_source == "positions")

    @property
    def voi_luts(self) -> tuple[VoiLut, ...]:
        """The VOI LUTs among the file's windows."""
        return tuple(window.lut for window in self.windows if window.lut is not None)

    def windows_at(self, index: int) -> tuple[Window, ...]:
        """Return the windows that the file offers for slice ``index``."""
        return self.slice_windows[index] if self.slice_windows else self.windows

    @property
    def spacing_mm(self) -> tuple[float, float, float]:
        """Distance between the centres of neighbouring (slices, rows, columns) in millimetres."""
        lengths = np.linalg.norm(self.affine_lps[:3, :3], axis=0)
        return (float(lengths[0]), float(lengths[1]), float(lengths[2]))

    @property
    def colour(self) -> bool:
        """Whether each pixel is an RGB triple."""
        return self.array.ndim == 4

    def frame(self, index: int) -> Volume:
        """Return one slice as a volume of its own, in its right place and sharing the pixels."""
        return replace(
            self,
            array=self.array[index][np.newaxis],
            affine_lps=self.slice_affine(range(len(self.array))[index]),
            positions_lps=None,
            windows=self.windows_at(index),
            slice_windows=(),
            overlays=(self.overlays[index],) if self.overlays else (),
        )

    def slice_affine(self, index: int) -> NDArray[np.float64]:
        """Return the affine (4, 4) of one slice: maps (0, row, column, 1) to its LPS millimetres."""
        affine = self.affine_lps.copy()
        affine[:3, 3] = self.places_of((index, 0, 0))
        return affine

    def places_of(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return where voxels lie, (..., 3) in LPS millimetres.

        Parameters
        ----------
        points
            (..., 3): slice, row, column; whole numbers are the voxels' centres. What lies between two slices, or beyond
            the last one, is placed along the line through their positions.
        """
        points = np.asarray(points, dtype=np.float64)
        return self._origins(points[..., 0]) + points[..., 1:] @ self.affine_lps[:3, 1:3].T

    def index_of(self, place_mm: ArrayLike) -> NDArray[np.float64]:
        """Return the (slice, row, column) of a place (3,) in LPS millimetres; may lie outside of the volume."""
        place = np.asarray(place_mm, dtype=np.float64)
        if self.positions_lps is None:
            return np.asarray(np.linalg.solve(self.affine_lps, (*place, 1.0))[:3])
        normal = self._along_normal()
        heights, height = self.positions_lps @ normal, float(place @ normal)
        inside = min(max(height, heights[0]), heights[-1])
        at = float(np.interp(inside, heights, np.arange(len(heights))))
        at += (height - inside) / float(self.affine_lps[:3, 0] @ normal)
        within = np.linalg.pinv(self.affine_lps[:3, 1:3]) @ (place - self._origins(np.array(at)))
        return np.array([at, *within])

    def slice_thickness_mm(self) -> NDArray[np.float64]:
        """Return how much of the patient each slice stands for, (slice,) along the slices' normal.

        That is half the distance to both neighbours; at the ends, as far outwards as inwards.
        """
        normal = self._along_normal()
        step = abs(float(self.affine_lps[:3, 0] @ normal))
        if self.positions_lps is None:
            return np.full(len(self.array), step)
        heights = self.positions_lps @ normal
        steps = np.diff(heights)
        apart = steps[steps > 0]
        first, last = (apart[0], apart[-1]) if apart.size else (step, step)
        ends = (heights[0] - first / 2, *(heights[:-1] + steps / 2), heights[-1] + last / 2)
        return np.diff(ends)

    def _origins(self, slices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where the first voxel of slices (...) lies, (..., 3); they may be parts of numbers."""
        if self.positions_lps is None:
            return self.affine_lps[:3, 3] + slices[..., np.newaxis] * self.affine_lps[:3, 0]
        count = len(self.positions_lps)
        inside = np.clip(slices, 0, count - 1)
        along = [np.interp(inside, np.arange(count), self.positions_lps[:, axis]) for axis in range(3)]
        beyond = (slices - inside)[..., np.newaxis] * self.affine_lps[:3, 0]
        return np.asarray(np.stack(along, axis=-1) + beyond, dtype=np.float64)

    def _along_normal(self) -> NDArray[np.float64]:
        """Return the unit normal (3,) of the slices, in the direction in which they are counted."""
        normal = np.cross(self.affine_lps[:3, 2], self.affine_lps[:3, 1])
        normal /= np.linalg.norm(normal)
        return np.asarray(normal if normal @ self.affine_lps[:3, 0] > 0 else -normal)
