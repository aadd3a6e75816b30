"""Label maps and other layers on their images: the same voxels in the same places, or an error."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from medprune_gui.engine.errors import DatasetError
from medprune_gui.engine.imaging.reorienting import axes_like

if TYPE_CHECKING:
    from pathlib import Path

    from medprune_gui.engine.imaging.volume import Volume

# Within half a voxel each label's nearest neighbour is the image's voxel of the same index.
_TOLERANCE_VOXELS = 0.5
# Directions that differ by less, in degrees, and spacings that do by a smaller share, are not what keeps two apart.
_SAME_DIRECTION_DEGREES, _SAME_SPACING = 0.5, 0.01


def laid_on(label_map: Volume, image: Volume, where: Path, name: str = "label map") -> Volume:
    """Return a label map in the place of its image, so that both are cut and projected alike.

    The headers decide where voxels lie. A label map with a header that was lost on saving (say, an identity affine)
    is refused even where it has the image's shape: the file does not say which side is left.

    Parameters
    ----------
    where
        The file of the label map, for errors.
    name
        What errors call it.

    Raises
    ------
    DatasetError
        The two differ in shape, or some voxel lies half a voxel or more from the image's voxel of the same index.
    """
    shape = image.array.shape[:3]
    if label_map.array.shape[:3] != shape:
        raise DatasetError(
            f"the {name} has the shape {_words(label_map)}, its image {_words(image)}",
            where=where,
            remedy=f"Each voxel of the image needs a value: resample the {name} to the image",
        )
    corners = np.array([(*corner, 1) for corner in product(*((0, length - 1) for length in shape))])
    apart_mm = np.linalg.norm(corners @ (label_map.affine_lps - image.affine_lps)[:3].T, axis=1).max()
    if not apart_mm < _TOLERANCE_VOXELS * min(image.spacing_mm):
        raise DatasetError(
            f"the {name} does not lie on its image: by their headers, voxels are up to {apart_mm:.3g} mm apart "
            f"({_difference(label_map, image)})",
            where=where,
            remedy="If it was drawn on this image, save it with the image's header; else resample it to the image",
        )
    return replace(label_map, affine_lps=image.affine_lps)


def laid_over(layer: Volume, image: Volume, where: Path, name: str = "label map") -> Volume:
    """Return a layer for showing in the place of its image, whichever way round its file keeps it.

    As `laid_on`, but the axes may run in another order or against the image's, as those of a NIfTI file do that was
    drawn on a sagittal DICOM series; and a layer that covers a part of the image, in whole voxels, is filled up with
    0, or with what is not a number. A plain picture has no place: it is laid on an image of one slice of its size.

    Raises
    ------
    DatasetError
        The two do not share a grid.
    """
    if not layer.calibrated and not layer.oriented:
        return _picture_on(layer, image, where, name)
    turned = axes_like(layer.affine_lps, image.affine_lps).apply(layer)
    shape = image.array.shape[:3]
    if len(turned.array) == 1:  # one slice does not know the way to the next
        affine = turned.affine_lps.copy()
        affine[:3, 0] = image.affine_lps[:3, 0]
        turned = replace(turned, affine_lps=affine)
    if turned.array.shape != shape:
        first = (np.linalg.inv(image.affine_lps) @ turned.affine_lps[:, 3])[:3]
        offset = np.rint(first).astype(int)
        if (offset >= 0).all() and (offset + turned.array.shape <= shape).all():
            filled = np.full(shape, np.nan if turned.array.dtype.kind == "f" else 0, dtype=turned.array.dtype)
            filled[tuple(slice(at, at + n) for at, n in zip(offset, turned.array.shape, strict=True))] = turned.array
            affine = turned.affine_lps.copy()
            affine[:3, 3] -= affine[:3, :3] @ offset
            turned = replace(turned, array=filled, affine_lps=affine)
    placed = laid_on(turned, image, where, name)
    array = np.ascontiguousarray(placed.array)
    array.setflags(write=False)
    return replace(placed, array=array)


def _picture_on(layer: Volume, image: Volume, where: Path, name: str) -> Volume:
    if len(image.array) > 1:
        raise DatasetError(
            f"the {name} is a plain picture, which does not say on which of the image's {len(image.array)} slices "
            "it lies",
            where=where,
            remedy="Save it as NIfTI, with the image's header",
        )
    return laid_on(replace(layer, affine_lps=image.affine_lps), image, where, name)


def _words(volume: Volume) -> str:
    return " x ".join(map(str, volume.array.shape[:3]))


def _difference(layer: Volume, image: Volume) -> str:
    """Say what keeps two volumes of one shape apart."""
    ours, theirs = np.array(layer.spacing_mm), np.array(image.spacing_mm)
    cosines = np.clip(((layer.affine_lps[:3, :3] / ours) * (image.affine_lps[:3, :3] / theirs)).sum(axis=0), -1, 1)
    found = []
    if (np.abs(ours / theirs - 1) > _SAME_SPACING).any():
        ours_text, theirs_text = (" x ".join(f"{step:.4g}" for step in steps) for steps in (ours, theirs))
        found.append(f"spacing {ours_text} mm against {theirs_text} mm")
    if (angles := np.degrees(np.arccos(cosines))).max() > _SAME_DIRECTION_DEGREES:
        found.append(f"axes turned by up to {angles.max():.3g} degrees")
    shift = float(np.linalg.norm(layer.affine_lps[:3, 3] - image.affine_lps[:3, 3]))
    if not found or shift > _TOLERANCE_VOXELS * min(image.spacing_mm):
        found.append(f"first voxels {shift:.3g} mm apart")
    return ", ".join(found)
