"""Real data for the demonstration: the MNI152 head and its tissues, out of nilearn's package."""

from __future__ import annotations

import gzip
from importlib.util import find_spec
from pathlib import Path

import nibabel as nib
import numpy as np

from medprune_gui.engine.config import DataConfig
from medprune_gui.engine.errors import InputError
from medprune_gui.engine.extras import how_to_install
from medprune_gui.engine.files import write_whole

ATTRIBUTION = (
    "MNI ICBM152 2009a, symmetric: the average of 152 healthy adults' MR images, not a patient "
    "(Fonov et al., NeuroImage 54, 2011; copyright McConnell Brain Imaging Centre, Montreal Neurological "
    "Institute, McGill University), as packaged with nilearn"
)
_FILE = "mni_icbm152_{}_tal_nlin_sym_09a_converted.nii.gz"


def mni_demo(folder: Path) -> DataConfig:
    """Write the MNI152 T1 image and a map of its tissues into a folder.

    The map takes at each voxel the most probable of grey matter, white matter and neither.

    Returns
    -------
    DataConfig
        Coronal slices of ``mni152_t1.nii.gz`` with ``mni152_tissue.nii.gz`` (0 background, 1 grey matter,
        2 white matter); 197 x 233 x 189 voxels of 1 mm.

    Raises
    ------
    InputError
        nilearn is not installed.
    OutputError
        The folder cannot be written to.
    """
    source = _packaged()
    image, labels = folder / "mni152_t1.nii.gz", folder / "mni152_tissue.nii.gz"
    # The maps hold probabilities in 255ths.
    maps = [nib.load(source / _FILE.format(tissue)) for tissue in ("gm", "wm")]
    grey, white = (np.asarray(tissue.dataobj, dtype=np.int16) for tissue in maps)
    tissue = np.argmax(np.stack([255 - grey - white, grey, white]), axis=0).astype(np.uint8)
    label_map = nib.Nifti1Image(tissue, maps[0].affine)
    label_map.header.set_xyzt_units("mm")
    write_whole(image, (source / _FILE.format("t1")).read_bytes())
    write_whole(labels, gzip.compress(label_map.to_bytes(), compresslevel=6, mtime=0))
    return DataConfig(
        kind="volumes",
        path=image,
        label_maps=labels,
        classes=("background", "grey matter", "white matter"),
        size=(128, 128),
        # Blocks of coronal slices hold much the same tissues; the lowest axial ones are cerebellum only.
        axis="coronal",
        percentiles=(0.0, 99.9),
    )


def _packaged() -> Path:
    # Importing nilearn takes seconds; only its files are needed.
    package = find_spec("nilearn")
    roots = package.submodule_search_locations if package else None
    folder = Path(next(iter(roots or [])), "datasets", "data") if roots else None
    if folder is None or not all((folder / _FILE.format(tissue)).is_file() for tissue in ("t1", "gm", "wm")):
        raise InputError(
            "the demonstration needs the MRI that comes with nilearn",
            where="medprune demo",
            remedy=f"Install it with: {how_to_install('demo')}",
        )
    return folder
