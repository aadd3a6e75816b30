"""Label maps on their images: the same voxels in the same places, or an error."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from medprune_gui.engine.errors import DatasetError

if TYPE_CHECKING:
    from pathlib import Path

    from medprune_gui.engine.imaging.volume import Volume

# Within half a voxel each label's nearest neighbour is the image's voxel of the same index.
_TOLERANCE_VOXELS = 0.5


def laid_on(label_map: Volume, image: Volume, where: Path) -> Volume:
    """Return a label map in the place of its image, so that both are cut and projected alike.

    The headers decide where voxels lie. A label map with a header that was lost on saving (say, an identity affine)
    is refused even where it has the image's shape: the file does not say which side is left.

    Parameters
    ----------
    where
        The file of the label map, for errors.

    Raises
    ------
    DatasetError
        The two differ in shape, or some voxel lies half a voxel or more from the image's voxel of the same index.
    """
    shape = image.array.shape[:3]
    if label_map.array.shape[:3] != shape:
        raise DatasetError(
            f"the label map has the shape {_words(label_map)}, its image {_words(image)}",
            where=where,
            remedy="Each voxel of the image needs a label: resample the label map to the image",
        )
    corners = np.array([(*corner, 1) for corner in product(*((0, length - 1) for length in shape))])
    apart_mm = np.linalg.norm(corners @ (label_map.affine_lps - image.affine_lps)[:3].T, axis=1).max()
    if not apart_mm < _TOLERANCE_VOXELS * min(image.spacing_mm):
        raise DatasetError(
            f"the label map does not lie on its image: by their headers, voxels are up to {apart_mm:.3g} mm apart",
            where=where,
            remedy="If it was drawn on this image, save it with the image's header; else resample it to the image",
        )
    return replace(label_map, affine_lps=image.affine_lps)


def _words(volume: Volume) -> str:
    return " x ".join(map(str, volume.array.shape[:3]))
