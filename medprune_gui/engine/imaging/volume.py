"""Pixels with their place in space: what every reader returns and every viewer shows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from medprune_gui.engine.imaging.overlay_planes import OverlayPlane

WindowFunction = Literal["LINEAR", "LINEAR_EXACT", "SIGMOID"]


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
        (x to the left, y to the back, z to the head): PS3.3 C.7.6.2.1.1.
    calibrated
        False where the file gives no spacing: lengths then count pixels.
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
        place = self.affine_lps.copy()
        place[:, 3] = self.affine_lps @ np.array([range(len(self.array))[index], 0, 0, 1])
        return replace(
            self,
            array=self.array[index][np.newaxis],
            affine_lps=place,
            windows=self.windows_at(index),
            slice_windows=(),
            overlays=(self.overlays[index],) if self.overlays else (),
        )
