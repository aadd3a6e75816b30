"""The demonstration's data: real, in register, divided into blocks."""

from __future__ import annotations

from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from medprune_gui.engine.data import demo
from medprune_gui.engine.data.demo import mni_demo
from medprune_gui.engine.data.loading import load_arrays
from medprune_gui.engine.data.reading import read_cases
from medprune_gui.engine.errors import InputError


def test_mni_tissues_are_where_the_image_says(tmp_path: Path) -> None:
    config = mni_demo(tmp_path / "new")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "mni152_t1.nii.gz",
        "mni152_tissue.nii.gz",
    ]
    image, tissue = nib.load(config.path), nib.load(config.label_maps)
    assert image.shape == tissue.shape == (197, 233, 189)
    assert np.array_equal(image.affine, tissue.affine)
    t1, labels = np.asarray(image.dataobj), np.asarray(tissue.dataobj)
    means = [t1[labels == value].mean() for value in (0, 1, 2)]
    assert means == sorted(means)  # T1: white matter is brighter than grey matter
    # Litres: an adult brain has 0.6 to 1.1 of grey and 0.4 to 0.8 of white matter.
    grey, white = ((labels == value).sum() / 1e6 for value in (1, 2))
    assert 0.6 < grey < 1.2
    assert 0.4 < white < 0.8

    cases = read_cases(config, 0)
    assert cases.classes == ("background", "grey matter", "white matter")
    assert len({case.patient for case in cases.cases}) == 1
    assert any("prove nothing about other patients" in note for note in cases.notes)
    slices = {split: [case.slice for case in cases.of(split)] for split in ("train", "val", "test")}
    assert min(abs(one - other) for one in slices["test"] for other in slices["train"]) == 4
    generator = load_arrays(cases, "test", config)
    assert next(generator) == (len(slices["test"]), len(slices["test"]))


def test_without_nilearn_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"'\.\[demo\]'"):
        mni_demo(tmp_path)
    assert not list(tmp_path.iterdir())
