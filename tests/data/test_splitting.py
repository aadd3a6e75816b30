"""Splits: patients apart, shares kept, blocks of slices with gaps."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medprune_gui.engine.config import SplitShares
from medprune_gui.engine.data.cases import FoundCase
from medprune_gui.engine.data.splits import complete_splits, divide_slices
from medprune_gui.engine.errors import DatasetError, SplitError

HERE = Path("table.csv")


def found(count: int, per_patient: int = 1) -> list[FoundCase]:
    return [
        FoundCase(f"{index}.png", Path(f"{index}.png"), f"p{index // per_patient}", "ab"[index // per_patient % 2])
        for index in range(count)
    ]


@given(
    patients=st.integers(12, 60),
    per_patient=st.integers(1, 4),
    test=st.floats(0.1, 0.4),
    validation=st.floats(0.1, 0.4),
    seed=st.integers(0, 5),
)
def test_patients_are_never_shared_and_no_class_is_lost(
    patients: int, per_patient: int, test: float, validation: float, seed: int
) -> None:
    shares = SplitShares(test=test, validation=validation)
    cases, notes = complete_splits(found(patients * per_patient, per_patient), shares, seed, HERE)
    assert len({(case.patient, case.split) for case in cases}) == patients
    assert {(case.split, case.label) for case in cases} == {
        (split, label) for split in ("train", "val", "test") for label in "ab"
    }
    assert len(cases) == patients * per_patient
    assert str(seed) in notes[0]


def test_validation_is_cut_from_training_by_patient() -> None:
    given_splits = [
        FoundCase(case.name, case.image, case.patient, case.label, "test" if index >= 60 else "train")
        for index, case in enumerate(found(80, 2))
    ]
    cases, _ = complete_splits(given_splits, SplitShares(), 0, HERE)
    assert [case.split for case in cases[60:]] == ["test"] * 20
    validation = [case.patient for case in cases[:60] if case.split == "val"]
    assert len(validation) == pytest.approx(60 * 0.15, abs=2)
    assert not set(validation) & {case.patient for case in cases if case.split != "val"}


@pytest.mark.parametrize("named", [("train", "val", "test"), ("train", "test")])
def test_a_shared_patient_is_named_with_its_files(named: tuple[str, ...]) -> None:
    cases = [
        FoundCase(f"{split}{label}.png", HERE, f"{split}{label}", label, split) for split in named for label in "ab"
    ]
    cases += [FoundCase("x.png", HERE, "ann", "a", "train"), FoundCase("y.png", HERE, "ann", "a", "test")]
    with pytest.raises(SplitError, match=r"ann \(train: x\.png, test: y\.png\)"):
        complete_splits(cases, SplitShares(), 0, HERE)


def test_too_few_patients_and_lost_classes_are_named() -> None:
    with pytest.raises(DatasetError, match="only 2 patients or images of class b"):
        complete_splits(found(5), SplitShares(), 0, HERE)
    cases = [FoundCase(f"{i}", HERE, f"{i}", "ab"[i % 2], "train") for i in range(6)]
    cases += [FoundCase("v", HERE, "v", "a", "val"), FoundCase("t", HERE, "t", "a", "test")]
    with pytest.raises(DatasetError, match="the val cases hold none of class b"):
        complete_splits(cases, SplitShares(), 0, HERE)
    with pytest.raises(SplitError, match="name no test cases"):
        complete_splits([case for case in cases if case.split != "test"], SplitShares(), 0, HERE)


@given(count=st.integers(60, 400), gap=st.integers(0, 3))
def test_blocks_of_slices_have_gaps_and_the_test_block_is_in_the_middle(count: int, gap: int) -> None:
    blocks = divide_slices(count, SplitShares(gap_slices=gap), HERE)
    assert len(blocks) == count
    test = [index for index, split in enumerate(blocks) if split == "test"]
    assert test == list(range(test[0], test[-1] + 1))
    assert abs((test[0] + test[-1]) / 2 - (count - 1) / 2) <= 0.5
    assert len(test) == pytest.approx(0.2 * count, abs=1)
    assert blocks.count("val") == pytest.approx(0.15 * count, abs=1)
    named = [(index, split) for index, split in enumerate(blocks) if split]
    for (before, one), (after, other) in pairwise(named):
        assert after - before == (1 if one == other else gap + 1)
    assert blocks[0] == blocks[-1] == "train"


def test_too_few_slices() -> None:
    with pytest.raises(DatasetError, match="12 slices are too few"):
        divide_slices(12, SplitShares(gap_slices=3), HERE)
