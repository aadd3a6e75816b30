"""NIfTI volumes, turned once from RAS+ files into the slices that a radiologist expects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from medprune_gui.engine.errors import ImageReadError
from medprune_gui.engine.imaging.storage import narrow
from medprune_gui.engine.imaging.volume import Volume

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_RAS_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
_COLOURS = (("R", "G", "B"), ("R", "G", "B", "A"))
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


def read_nifti(path: Path, volume: int = 0) -> Volume:
    """Read a NIfTI file as slices nearest to axial, from foot to head, as radiologists look at them.

    The axes are permuted and flipped, never resampled, until slices run towards the head, rows towards the
    back and columns towards the patient's left; the affine goes along. Of a file with several volumes
    one is read, the first unless ``volume`` says otherwise. Real numbers that are all whole and fit are held as
    integers.

    Raises
    ------
    ImageReadError
        As `nifti_header`, or if the voxels are damaged.
    """
    from nibabel.orientations import apply_orientation

    opened = _open(path)
    image = opened.image
    try:
        stored = _stored(image, path, volume)
    except Exception as error:  # the border to nibabel and zlib, which raise errors of many kinds
        raise ImageReadError(f"The voxels cannot be read ({error})", where=path) from error
    turned = apply_orientation(stored, opened.orientation).transpose(2, 1, 0)
    if opened.header.colour:
        array = np.stack([turned[channel] for channel in "RGB"], axis=-1)
    else:
        array = np.ascontiguousarray(narrow(turned))
    array.setflags(write=False)
    return Volume(
        array=array,
        affine_lps=opened.header.affine_lps,
        slope=float(image.dataobj.slope),
        intercept=float(image.dataobj.inter),
        oriented=opened.header.oriented,
        texts={"name": stem(path), "file": path.name},
    )


def _stored(image: Any, path: Path, volume: int) -> NDArray[Any]:
    """Return the voxels (i, j, k) of one volume as stored, without those of the others."""
    from nibabel.fileslice import fileslice
    from nibabel.openers import ImageOpener

    more = image.shape[3:]
    if not more:
        stored = np.asanyarray(image.dataobj.get_unscaled())
        return np.reshape(stored, (*stored.shape, *(1,) * (3 - stored.ndim)))
    index = np.unravel_index(volume, more, order="F")  # in the order in which they lie in the file
    slices = (*(slice(None),) * 3, *(int(at) for at in index))
    with ImageOpener(path) as file:
        dtype = image.header.get_data_dtype()
        return np.asanyarray(fileslice(file, slices, image.shape, dtype, image.dataobj.offset, order="F"))


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
