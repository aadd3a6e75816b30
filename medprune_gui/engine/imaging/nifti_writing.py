"""Label maps written as NIfTI, in their place in the patient."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import numpy as np

from medprune_gui.engine.errors import GeometryError, OutputError
from medprune_gui.engine.files import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from medprune_gui.engine.imaging.volume import Volume

_LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


def write_label_map(path: Path, labels: NDArray[np.uint8], volume: Volume) -> None:
    """Write labels as a NIfTI-1 file that lies on the image that they were made on.

    The affine goes into the sform, which unlike the qform can hold the shear of a tilted gantry; the qform is written
    too where it says the same. The file is replaced whole.

    Parameters
    ----------
    path
        Ends in ``.nii`` or ``.nii.gz``.
    labels
        (slice, row, column).
    volume
        The image that they were made on.

    Raises
    ------
    OutputError
        If the name ends otherwise, or the file cannot be written.
    GeometryError
        If the slices are unevenly spaced: NIfTI has one step for all of them, so that the mask would lie beside what it
        marks, and training pairs masks with images by their places.
    """
    import nibabel

    compressed = path.name.lower().endswith(".nii.gz")
    if not compressed and path.suffix.lower() != ".nii":
        raise OutputError("A label map is written as NIfTI", where=path, remedy="Give a name that ends in .nii.gz")
    if volume.positions_lps is not None:
        raise GeometryError(
            "The slices are not evenly spaced, and a NIfTI file cannot say so",
            where=path,
            remedy="Show the planes, for which the slices are straightened, make the mask there, and save that.",
        )
    # NIfTI counts columns first and slices last, in RAS.
    affine = _LPS_TO_RAS @ volume.affine_lps[:, [2, 1, 0, 3]]
    image = nibabel.Nifti1Image(np.ascontiguousarray(labels.transpose(2, 1, 0)), affine)
    image.header.set_xyzt_units("mm")
    image.set_sform(affine, code="scanner")
    axes = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    sheared = not np.allclose(axes.T @ axes, np.eye(3), atol=1e-4)
    image.set_qform(None if sheared else affine, code="unknown" if sheared else "scanner")
    data = image.to_bytes()
    write_whole(path, gzip.compress(data, compresslevel=6, mtime=0) if compressed else data)
