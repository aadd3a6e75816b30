"""Real data sets: what is found, how it is divided, how fast it loads."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from medprune_gui.engine.config import DataConfig, TableColumns
from medprune_gui.engine.data.cases import SPLITS, CaseSet
from medprune_gui.engine.data.loading import CaseArrays, load_arrays
from medprune_gui.engine.data.reading import read_cases
from medprune_gui.engine.imaging import read_image


def load(case_set: CaseSet, split: str, config: DataConfig) -> tuple[CaseArrays, list[tuple[int, int]]]:
    steps = []
    generator = load_arrays(case_set, split, config)
    while True:
        try:
            steps.append(next(generator))
        except StopIteration as end:
            return end.value, steps


def patients_are_apart(case_set: CaseSet) -> bool:
    patients = [{case.patient for case in case_set.of(split)} for split in SPLITS]
    return len(set().union(*patients)) == sum(map(len, patients))


def test_pneumonia_table_keeps_its_splits_and_loads_fast(data_root: Path) -> None:
    config = DataConfig(kind="table", path=data_root / "cxr_pneumonia_224" / "labels.csv")
    cases = read_cases(config, seed=0)
    assert cases.classes == ("NORMAL", "PNEUMONIA")
    assert cases.counts() == {
        "train": {"NORMAL": 788, "PNEUMONIA": 2228},
        "val": {"NORMAL": 130, "PNEUMONIA": 361},
        "test": {"NORMAL": 160, "PNEUMONIA": 509},
    }
    assert patients_are_apart(cases)
    assert {case.attributes["subtype"] for case in cases.cases} == {"normal", "bacteria", "virus"}

    began = time.process_time()
    arrays, steps = load(cases, "test", config)
    assert time.process_time() - began < 15.0 * 669 / 4176 * 3  # three times the target, for slow machines
    assert steps == [(done, 669) for done in range(1, 670)]
    assert arrays.images.shape == (669, 1, 64, 64)
    assert arrays.images.dtype == np.float32
    assert np.bincount(arrays.targets).tolist() == [160, 509]
    assert arrays.images.min() == 0.0
    assert 0.9 < arrays.images.max() <= 1.0


@pytest.mark.parametrize("seed", [0, 1])
def test_without_splits_nih_is_divided_by_patient_and_stratified(data_root: Path, seed: int) -> None:
    columns = TableColumns(split="")
    config = DataConfig(kind="table", path=data_root / "cxr_nih1000_64" / "labels.csv", columns=columns)
    cases = read_cases(config, seed)
    assert cases.classes == ("normal", "abnormal")  # the positive class is the last, against the alphabet
    assert all(len(case.patient) == 8 for case in cases.cases)  # zeros in front are kept
    assert patients_are_apart(cases)
    total = len(cases.cases)
    assert len(cases.of("test")) / total == pytest.approx(config.splits.test, abs=0.02)
    assert len(cases.of("val")) / total == pytest.approx(config.splits.validation, abs=0.02)
    for counts in cases.counts().values():
        assert counts["abnormal"] / sum(counts.values()) == pytest.approx(0.5, abs=0.02)
    assert read_cases(config, seed) == cases
    assert read_cases(config, seed + 10) != cases


def test_colour_pictures_with_transparency_load_as_grey(data_root: Path) -> None:
    config = DataConfig(kind="table", path=data_root / "cxr_nih1000_64" / "labels.csv")
    arrays, _ = load(read_cases(config, 0), "test", config)
    assert arrays.images.shape == (156, 1, 64, 64)
    assert np.isfinite(arrays.images).all()


def test_faces_without_split_folders_have_every_class_in_every_split(data_root: Path) -> None:
    config = DataConfig(kind="folders", path=data_root / "faces_orl")
    cases = read_cases(config, 0)
    assert len(cases.classes) == 40
    assert all(min(counts.values()) >= 1 for counts in cases.counts().values())
    assert len(cases.of("test")) == 80
    assert len(cases.of("val")) == pytest.approx(60, abs=5)
    assert any("patient" in note for note in cases.notes)


def test_hippocampus_is_divided_by_volume(data_root: Path, tmp_path: Path) -> None:
    root = data_root / "mri_hippocampus_seg"
    for kind in ("images", "labels"):
        (tmp_path / kind).mkdir()
        for path in sorted((root / kind).iterdir())[:12]:
            (tmp_path / kind / path.name).symlink_to(path)
    config = DataConfig(kind="volumes", path=tmp_path / "images", label_maps=tmp_path / "labels", axis="coronal")
    cases = read_cases(config, 0)
    assert cases.classes == ("background", "label 1", "label 2")
    assert patients_are_apart(cases)
    volumes = {split: len({case.patient for case in cases.of(split)}) for split in SPLITS}
    assert sum(volumes.values()) == 12
    assert min(volumes.values()) >= 2
    arrays, steps = load(cases, "test", config)
    assert len(steps) == volumes["test"]  # a step for each volume, which is read once
    assert set(np.unique(arrays.targets)) == {0, 1, 2}
    # Labels lie on the images: they mark tissue of the middle grey levels, never the padding.
    assert arrays.images[:, 0][arrays.targets > 0].min() > 0.0
    # The share of labelled pixels survives the projection.
    first = arrays.cases[0]
    full = read_image(first.label_map).array
    members = [index for index, case in enumerate(arrays.cases) if case.patient == first.patient]
    rows, columns = full.shape[0], full.shape[2]
    scale = min(64 / rows, 64 / columns) ** 2
    assert (arrays.targets[members] > 0).sum() == pytest.approx((full > 0).sum() * scale, rel=0.05)
