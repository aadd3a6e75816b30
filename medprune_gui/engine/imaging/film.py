"""Slices in motion as a file: GIF, or MP4 with the extra ``video``."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from medprune_gui.engine.errors import OutputError
from medprune_gui.engine.extras import how_to_install
from medprune_gui.engine.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

# Of 0 (lossless) to 51 in x264; here no difference is seen, and noise is not smoothed away.
_QUALITY = "16"


def check_film(path: Path) -> None:
    """Make sure, before frames are drawn, that a film of that name can be made.

    Raises
    ------
    OutputError
        If the name ends in neither ``.gif`` nor ``.mp4``, or MP4 is asked for and PyAV is not installed.
    """
    suffix = path.suffix.lower()
    if suffix not in (".gif", ".mp4"):
        raise OutputError("A film is written as GIF or MP4", where=path, remedy="Give a name that ends in .gif or .mp4")
    if suffix == ".mp4":
        try:
            import av  # noqa: F401  # only whether it is there
        except ImportError as error:
            raise OutputError(
                "MP4 needs the library PyAV", where=path, remedy=f"Save as .gif, or: {how_to_install('video')}"
            ) from error


def write_film(path: Path, frames: Iterable[NDArray[np.uint8]], frames_per_second: float) -> int:
    """Write pictures as a film that begins anew at its end, where the format can say so.

    Parameters
    ----------
    path
        Ends in ``.gif`` or ``.mp4``; the file is replaced whole.
    frames
        (row, column, 3) of RGB, all of one size; drawn one after another, so that a generator needs little memory.
        For MP4 an odd last row or column is doubled, since the format wants even sizes.
    frames_per_second
        GIF counts hundredths of a second, so of it the nearest whole number of those is taken.

    Returns
    -------
    int
        How many frames were written.

    Raises
    ------
    OutputError
        As `check_film`, or if there are no frames or the file cannot be written.
    """
    check_film(path)
    counted = _Counted(frames)
    data = _gif(counted, frames_per_second) if path.suffix.lower() == ".gif" else _mp4(counted, frames_per_second)
    if data is None:
        raise OutputError("There is nothing to make a film of", where=path, remedy="Open a series of several slices")
    write_whole(path, data)
    return counted.count


class _Counted:
    """Passes frames on and counts them."""

    def __init__(self, frames: Iterable[NDArray[np.uint8]]) -> None:
        self._frames = frames
        self.count = 0

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        for frame in self._frames:
            self.count += 1
            yield frame


def _gif(frames: Iterable[NDArray[np.uint8]], frames_per_second: float) -> bytes | None:
    from PIL import Image

    pictures = (Image.fromarray(np.ascontiguousarray(frame)) for frame in frames)
    first = next(pictures, None)
    if first is None:
        return None
    buffer = io.BytesIO()
    first.save(
        buffer,
        "GIF",
        save_all=True,
        append_images=pictures,
        duration=max(20, round(100.0 / frames_per_second) * 10),  # players slow down what is faster than 20 ms
        loop=0,
    )
    return buffer.getvalue()


def _mp4(frames: Iterable[NDArray[np.uint8]], frames_per_second: float) -> bytes | None:
    from fractions import Fraction

    import av

    buffer = io.BytesIO()
    stream = None
    with av.open(buffer, "w", format="mp4") as film:
        for frame in frames:
            rows, columns = frame.shape[:2]
            even = np.pad(frame, ((0, rows % 2), (0, columns % 2), (0, 0)), mode="edge")
            if stream is None:
                stream = film.add_stream("libx264", rate=Fraction(frames_per_second).limit_denominator(1000))
                stream.height, stream.width = even.shape[:2]
                stream.pix_fmt = "yuv420p"
                stream.options = {"crf": _QUALITY, "preset": "fast"}
            film.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(even), format="rgb24")))
        if stream is None:
            return None
        film.mux(stream.encode(None))
    return buffer.getvalue()
