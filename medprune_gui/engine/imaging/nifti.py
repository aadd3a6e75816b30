"""NIfTI volumes, turned once from RAS+ files into the slices that a radiologist expects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from medprune_gui.engine.errors import ImageReadError
from medprune_gui.engine.imaging.held_pixels import Room, let_go_of_far_slices, room_for
from medprune_gui.engine.imaging.storage import narrow
from medprune_gui.engine.imaging.volume import Volume

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_RAS_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
_COLOURS = (("R", "G", "B"), ("R", "G", "B", "A"))
_READ_BYTES = 4 << 20  # at a time
_SECONDS = {"sec": 1.0, "msec": 1e-3, "usec": 1e-6}
_MILLIMETRES = {"meter": 1000.0, "micron": 0.001}


@dataclass(frozen=True, slots=True)
class NiftiHeader:
    """Size and place of a NIfTI volume after it was turned.

    ``shape`` is (slices, rows, columns), ``volumes`` how many such volumes the file holds, ``time_step_s`` the
    time between them (None: they are no time points), and ``oriented`` False where the file does not say how the
    patient lay.
    """

    shape: tuple[int, int, int]
    affine_lps: NDArray[np.float64]
    volumes: int
    time_step_s: float | None
    oriented: bool
    colour: bool


@dataclass(frozen=True, slots=True)
class _Opened:
    """An image of nibabel with the way from its axes (i, j, k) to x, y, z of LPS."""

    image: Any
    orientation: NDArray[np.float64]
    header: NiftiHeader


def nifti_header(path: Path) -> NiftiHeader:
    """Read the header of a NIfTI file.

    Raises
    ------
    ImageReadError
        If the file is missing, is no NIfTI file, is shorter than its voxels, or its affine is degenerate.
    """
    return _open(path).header


def read_nifti(path: Path, volume: int = 0, room: Room = room_for) -> Volume:
    """Read a NIfTI file as slices nearest to axial, from foot to head, as radiologists look at them.

    The axes are permuted and flipped, never resampled, until slices run towards the head, rows towards the
    back and columns towards the patient's left; the affine goes along. Of a file with several volumes
    one is read, the first unless ``volume`` says otherwise. Real numbers that are all whole and fit are held as
    integers.

    Parameters
    ----------
    room
        Makes the arrays for the voxels; the default holds a volume beyond a budget in a file.

    Raises
    ------
    ImageReadError
        As `nifti_header`, or if the voxels are damaged.
    """
    opened = _open(path)
    image, shape = opened.image, opened.header.shape
    try:
        if opened.header.colour:
            array = room((*shape, 3), np.uint8)
        else:
            array = room(shape, image.header.get_data_dtype().newbyteorder("="))
        _read_into(array, opened, volume)
        if not opened.header.colour:
            array = narrow(array, room)
    except MemoryError as error:
        raise ImageReadError(
            f"The volume does not fit into memory ({error})", where=path, remedy="Close other programs."
        ) from error
    except Exception as error:  # the border to nibabel and zlib, which raise errors of many kinds
        raise ImageReadError(f"The voxels cannot be read ({error})", where=path) from error
    array.setflags(write=False)
    return Volume(
        array=array,
        affine_lps=opened.header.affine_lps,
        slope=float(image.dataobj.slope),
        intercept=float(image.dataobj.inter),
        oriented=opened.header.oriented,
        texts={"name": stem(path), "file": path.name},
    )


def _read_into(array: NDArray[Any], opened: _Opened, volume: int) -> None:
    """Read the voxels of one volume, as stored, to where they belong in (slice, row, column) or with RGB behind.

    They are read some slabs at a time, in the order in which they lie in the file, which for a compressed one is the
    only way not to have all of it in memory.
    """
    image = opened.image
    dtype = image.header.get_data_dtype()
    i, j, slabs = (*image.shape, 1, 1, 1)[:3]
    # The same array with the file's axes (i, j, k).
    axes = [2 - int(axis) for axis in opened.orientation[:, 0]]
    into = array.transpose(*axes, *range(3, array.ndim))
    into = into[tuple(slice(None, None, int(step)) for step in opened.orientation[:, 1])]
    slab_bytes = i * j * dtype.itemsize
    step = max(1, _READ_BYTES // slab_bytes)
    with image.file_map["image"].get_prepare_fileobj("rb") as file:
        file.seek(image.dataobj.offset + volume * slabs * slab_bytes)
        for first in range(0, slabs, step):
            count = min(step, slabs - first)
            data = file.read(count * slab_bytes)
            if len(data) != count * slab_bytes:
                raise EOFError("the file ends too early")
            voxels = np.frombuffer(data, dtype).reshape((i, j, count), order="F")
            if dtype.names is None:
                into[:, :, first : first + count] = voxels
            else:
                for channel, name in enumerate("RGB"):
                    into[:, :, first : first + count, channel] = voxels[name]
            let_go_of_far_slices(array, 0, near=0)


def stem(path: Path) -> str:
    """Return the file's name without ``.nii`` or ``.nii.gz``."""
    return re.sub(r"\.nii(\.gz)?$", "", path.name, flags=re.IGNORECASE)


def _open(path: Path) -> _Opened:
    import nibabel
    from nibabel.orientations import inv_ornt_aff, io_orientation

    try:
        image: Any = nibabel.load(path)
        header = image.header
        shape = (*image.shape, 1, 1, 1)[:3]
        affine = _RAS_TO_LPS @ np.asarray(image.affine, dtype=np.float64)
        unit, time_unit = header.get_xyzt_units()
        time_step = float(header["pixdim"][4]) * _SECONDS.get(time_unit, 0.0) if len(image.shape) == 4 else 0.0
        affine[:3] *= _MILLIMETRES.get(unit, 1.0)
        orientation = io_orientation(affine)
        dtype = header.get_data_dtype()
        needed = int(header["vox_offset"]) + int(np.prod(image.shape)) * dtype.itemsize
        oriented = int(header["qform_code"]) > 0 or int(header["sform_code"]) > 0
        size = path.stat().st_size
    except Exception as error:  # the border to nibabel, which raises errors of many kinds on damaged files
        raise ImageReadError(f"The NIfTI header cannot be read ({error})", where=path) from error
    if min(image.shape, default=0) < 1 or dtype.kind == "c" or dtype.names not in (None, *_COLOURS):
        raise ImageReadError(f"Volumes of size {image.shape} and type {dtype} cannot be shown", where=path)
    if path.suffix.lower() == ".nii" and size < needed:
        raise ImageReadError(
            f"The file ends too early: {needed - size:,} bytes of its voxels are missing",
            where=path,
            remedy="Copy it again from its source.",
        )
    if not np.isfinite(affine).all() or np.isnan(orientation).any() or np.linalg.det(affine[:3, :3]) == 0.0:
        raise ImageReadError("The file's affine does not say where its voxels lie", where=path)
    # From (x, y, z) of the turned array to LPS, then with the columns in the order (slice, row, column).
    affine = (affine @ inv_ornt_aff(orientation, shape))[:, [2, 1, 0, 3]]
    order = np.argsort(orientation[:, 0])
    columns, rows, slices = (int(shape[axis]) for axis in order)
    volumes = int(np.prod(image.shape[3:]))
    return _Opened(
        image,
        orientation,
        NiftiHeader(
            (slices, rows, columns),
            affine,
            volumes,
            time_step if time_step > 0 else None,
            oriented,
            dtype.names is not None,
        ),
    )
