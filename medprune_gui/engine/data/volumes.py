"""Volumes with label maps: every slice becomes a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from medprune_gui.engine.data.alignment import laid_on
from medprune_gui.engine.data.cases import Case, CaseSet, Split, listed
from medprune_gui.engine.data.copies import identical_files
from medprune_gui.engine.data.loading import read_single
from medprune_gui.engine.data.preprocess import label_array, slice_count, slice_of, value_range
from medprune_gui.engine.data.splits import check_classes, divide_patients, divide_slices
from medprune_gui.engine.errors import DatasetError, NoImagesError
from medprune_gui.engine.imaging.formats import NIFTI_SUFFIXES
from medprune_gui.engine.imaging.nifti import stem

if TYPE_CHECKING:
    from pathlib import Path

    from medprune_gui.engine.config import DataConfig
    from medprune_gui.engine.data.preprocess import Axis
    from medprune_gui.engine.imaging.volume import Volume

# A slice shows tissue when this share of its pixels lies this far up the volume's range of values.
_TISSUE_SHARE = 0.01
_TISSUE_LEVEL = 0.1
_MOST_CLASSES = 256


@dataclass(frozen=True, slots=True)
class _Scanned:
    """A volume's slices that hold anything, with the label values in each."""

    name: str
    image: Path
    label_map: Path
    values: dict[int, frozenset[int]]


def read_volumes(config: DataConfig, seed: int) -> CaseSet:
    """Find the slices of one volume, or of a folder of volumes, and divide them into splits.

    Slices at the ends that show neither tissue nor a label are left out. Each label map must lie on its image by
    the headers of both (`alignment.laid_on`): one with a lost header is refused, not guessed at.

    Raises
    ------
    DatasetError
        Images and label maps do not belong together or do not lie on each other, a file holds several volumes,
        there are too few or the same ones twice, or a class is missing from a split.
    NoImagesError
        A file is missing, or a folder holds no volumes.
    ImageReadError
        A volume cannot be read.
    """
    if config.label_maps is None:
        raise DatasetError(
            "volumes need label maps", where="data.label_maps", remedy="Choose a label map, or a folder of label maps"
        )
    volumes = [_scan(*pair, config.axis) for pair in _pairs(config.path, config.label_maps)]
    values = sorted(set().union(*(found for volume in volumes for found in volume.values.values())))
    classes = _classes(values, config)
    name_of = dict(zip(values, classes, strict=True))
    if len(volumes) == 1:
        (single,) = volumes
        blocks = divide_slices(len(single.values), config.splits, config.path)
        splits = {(single.name, index): split for index, split in zip(single.values, blocks, strict=True)}
        notes = [
            "All slices come from one volume, divided into blocks with gaps between them: "
            "the results prove nothing about other patients."
        ]
        lacking = "Choose another data.axis or other shares in data.splits, or give more volumes"
    else:
        _refuse_copies(volumes, config.path)
        divided = divide_patients([volume.name for volume in volumes], config.splits, seed, config.path)
        splits = {
            (volume.name, index): split
            for volume, split in zip(volumes, divided, strict=True)
            for index in volume.values
        }
        notes = [f"Each volume was taken for one patient; volumes were divided with seed {seed}."]
        lacking = "Give more volumes that show it, or choose other shares in data.splits or another seed"
    cases: list[Case] = []
    present: set[tuple[Split, str]] = set()
    for volume in volumes:
        for index, found in volume.values.items():
            if (split := splits[volume.name, index]) is not None:
                name = f"{volume.name} {config.axis} {index:03d}"
                cases.append(Case(name, volume.image, volume.name, split, slice=index, label_map=volume.label_map))
                present |= {(split, name_of[value]) for value in found}
    check_classes(present, config.path, lacking)
    return CaseSet("segmentation", classes, tuple(cases), tuple(notes), tuple(values))


def _pairs(images: Path, label_maps: Path) -> list[tuple[str, Path, Path]]:
    for path in (images, label_maps):
        if not path.exists():
            raise NoImagesError(
                "there is no such file or folder", where=path, remedy="Choose a volume, or a folder of volumes"
            )
    if images.is_dir() != label_maps.is_dir():
        raise DatasetError(
            "the images and the label maps must be two files or two folders",
            where=f"{images}, {label_maps}",
            remedy="Choose a label map for a volume, or a folder of label maps for a folder of volumes",
        )
    if not images.is_dir():
        return [(stem(images), images, label_maps)]
    found, labelled = _volumes_in(images), _volumes_in(label_maps)
    if lonely := sorted(found.keys() ^ labelled.keys()):
        raise DatasetError(
            f"{len(lonely)} volumes have no partner of the same name: {listed(lonely)}",
            where=f"{images}, {label_maps}",
            remedy="Give each image volume and its label map the same file name",
        )
    return [(name, found[name], labelled[name]) for name in sorted(found)]


def _volumes_in(folder: Path) -> dict[str, Path]:
    volumes: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or not path.name.lower().endswith(NIFTI_SUFFIXES):
            continue
        if (other := volumes.setdefault(stem(path), path)) != path:
            raise DatasetError(
                f"two volumes have one name: {other.name} and {path.name}",
                where=folder,
                remedy="Take one of them out, or rename it and its label map",
            )
    if not volumes:
        raise NoImagesError(
            "the folder holds no NIfTI volumes (.nii or .nii.gz)",
            where=folder,
            remedy="Choose the folder that holds them, or save them as NIfTI",
        )
    return volumes


def _refuse_copies(volumes: list[_Scanned], where: Path) -> None:
    if copies := identical_files([volume.image for volume in volumes]):
        words = [" and ".join(volumes[index].name for index in group) for group in copies]
        raise DatasetError(
            f"volumes are copies of each other: {listed(words)}",
            where=where,
            remedy="Keep one of each with its label map",
        )


def _scan(name: str, image_path: Path, label_path: Path, axis: Axis) -> _Scanned:
    image = read_single(image_path)
    labels = label_array(laid_on(read_single(label_path), image, label_path))
    values = {
        index: frozenset(np.unique(slice_of(labels, axis, index)).tolist())
        for index in range(slice_count(labels, axis))
    }
    if len(set().union(*values.values())) > _MOST_CLASSES:
        raise DatasetError(
            f"the label map has more than {_MOST_CLASSES} different values",
            where=label_path,
            remedy="Give a label map with one whole number for each class; this looks like an image",
        )
    tissue = _shows_tissue(image, axis)
    full = [index for index, found in values.items() if found != {0} or tissue[index]]
    if not full:
        raise DatasetError(
            "the volume shows neither tissue nor labels",
            where=image_path,
            remedy="Take it and its label map out of the data",
        )
    kept = {index: values[index] for index in range(full[0], full[-1] + 1)}
    return _Scanned(name, image_path, label_path, kept)


def _shows_tissue(image: Volume, axis: Axis) -> list[bool]:
    array = image.array
    low, high = value_range(array, (0.0, 99.5), image.padding)
    bright = array > low + _TISSUE_LEVEL * (high - low)
    return [bool(slice_of(bright, axis, index).mean() > _TISSUE_SHARE) for index in range(slice_count(bright, axis))]


def _classes(values: list[int], config: DataConfig) -> tuple[str, ...]:
    if len(values) < 2:
        raise DatasetError(
            f"the label maps hold one value only ({values[0]})",
            where=config.label_maps,
            remedy="A label map marks at least one structure beside the background",
        )
    if config.classes and len(config.classes) != len(values):
        raise DatasetError(
            f"{len(config.classes)} classes are named, but the label maps hold the values {listed(map(str, values))}",
            where="data.classes",
            remedy="Name each value's class in rising order, beginning with the background",
        )
    return config.classes or tuple(f"label {value}" if value else "background" for value in values)
