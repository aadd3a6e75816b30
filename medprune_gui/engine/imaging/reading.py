"""Pixels of a series, of one of its slices, or of any single file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from medprune_gui.engine.errors import ImageReadError
from medprune_gui.engine.imaging.dicom import read_dicom
from medprune_gui.engine.imaging.dicom_header import read_header
from medprune_gui.engine.imaging.formats import identify
from medprune_gui.engine.imaging.held_pixels import Room, room_for
from medprune_gui.engine.imaging.nifti import nifti_header, read_nifti
from medprune_gui.engine.imaging.ordering import order, split_by_geometry
from medprune_gui.engine.imaging.pictures import picture_size, read_picture

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from medprune_gui.engine.imaging.study import Instance, Series
    from medprune_gui.engine.imaging.volume import Volume


def read_series(
    series: Series,
    progress: Callable[[int, int], None] | None = None,
    room: Room = room_for,
) -> Volume:
    """Read all slices of a series; of one with several phases, those of the first.

    Another phase is read as ``read_series(series.phase(index))``.

    Pictures of one folder are one series, whatever their sizes: where ``series.stackable`` is False, show
    them one by one with `read_frame`, or give a series with some ``instances`` of one size
    (``dataclasses.replace``).

    Parameters
    ----------
    progress
        Called with (slices done, slices in all); may raise to cancel.
    room
        Makes the arrays for the pixels. The default holds a series of more bytes than a quarter of the machine's
        memory, at least 1 GiB, in an unnamed file, see `held_pixels`. Pictures of a folder are few and small: they
        are always held in memory.

    Raises
    ------
    ImageReadError
        If a file cannot be read, or the slices differ in size.
    """
    # A series that was cut down to some of its instances is read as it is.
    if series.phases > 1 and len(series.instances) == series.frames:
        series = series.phase(0)
    if series.kind == "dicom":
        return read_dicom(series.instances, progress, room)
    if series.kind == "nifti":
        return _read_nifti_slices(series.instances, room)
    return _read_pictures(series.instances, progress)


def _read_nifti_slices(instances: tuple[Instance, ...], room: Room) -> Volume:
    """Read slices of one volume of a NIfTI file."""
    path = instances[0].path
    slices = nifti_header(path).shape[0]
    number, first = divmod(instances[0].frame or 0, slices)
    volume = read_nifti(path, number, room)
    frames = [(instance.frame or 0) - number * slices for instance in instances]
    if frames == list(range(slices)):
        return volume
    return replace(volume.frame(first), array=volume.array[frames])


def read_frame(series: Series, index: int, room: Room = room_for) -> Volume:
    """Read one slice of a series as a volume of one slice, in its right place.

    A slice of a compressed NIfTI file costs as much as the whole volume; read that with `read_series`.

    Raises
    ------
    ImageReadError
        If the file cannot be read.
    IndexError
        If there is no such slice.
    """
    return read_series(replace(series, instances=(series.instances[index],)), room=room)


def read_image(path: str | os.PathLike[str]) -> Volume:
    """Read one file of any kind with all its frames, slices or pages.

    Of a file with several stacks (other orientations or sizes) the largest is read, of one with several phases the
    first; `scan` and `read_series` give the others.

    Raises
    ------
    ImageReadError
        If the file is missing, is no image or cannot be read.
    """
    path = Path(path)
    kind = identify(path)
    if kind == "nifti":
        return read_nifti(path)
    if kind == "picture":
        pages = picture_size(path)[2]
        return read_picture(path) if pages == 1 else _stack_pages(path, pages)
    header = read_header(path) if kind == "dicom" else None
    if header is None:
        raise ImageReadError(
            "The file holds no image",
            where=path,
            remedy="DICOM, NIfTI, PNG, JPEG, PGM, TIFF and BMP images can be read.",
        )
    stacks, _ = split_by_geometry(header.places)
    ordering = order(stacks[0], header.modality)
    first_phase = ordering.places[: len(ordering.places) // ordering.phases]
    return read_dicom([place.instance for place in first_phase])


def _stack_pages(path: Path, pages: int) -> Volume:
    from medprune_gui.engine.imaging.study import Instance

    return _read_pictures(tuple(Instance(path, page) for page in range(pages)), None)


def _read_pictures(instances: tuple[Instance, ...], progress: Callable[[int, int], None] | None) -> Volume:
    """Read pictures of one size as the slices of a volume; in colour if one of them is."""
    slices: list[Any] = []
    first: Volume | None = None
    for done, instance in enumerate(instances, start=1):
        picture = read_picture(instance.path, instance.frame or 0)
        first = first or picture
        if picture.array.shape[:3] != first.array.shape[:3]:
            raise ImageReadError(
                "The picture differs in size from the others of its folder",
                where=instance.path,
                remedy="Show the pictures one by one.",
            )
        slices.append(picture.array[0])
        if progress is not None:
            progress(done, len(instances))
    assert first is not None
    if len(slices) == 1:
        return first
    if any(pixels.ndim == 3 for pixels in slices):
        slices = [pixels if pixels.ndim == 3 else np.repeat(pixels[..., np.newaxis], 3, -1) for pixels in slices]
    array = np.stack(slices)
    array.setflags(write=False)
    return replace(first, array=array)
