"""Training, validation and test cases kept apart: by patient, stratified, seeded."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from medprune_gui.engine.data.cases import SPLITS, Case, FoundCase, Split, listed
from medprune_gui.engine.errors import DatasetError, SplitError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from medprune_gui.engine.config import SplitShares

_NAMES: dict[str, Split] = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
    "testing": "test",
}
_FOLDS = 10


def known_split(text: str) -> Split | None:
    """Return the split that a folder's or a cell's name means; None: it means none."""
    return _NAMES.get(text.strip().lower())


def complete_splits(
    found: Sequence[FoundCase], shares: SplitShares, seed: int, where: Path, copies: Sequence[Sequence[int]] = ()
) -> tuple[tuple[Case, ...], tuple[str, ...]]:
    """Give every case a split, keeping what the data say.

    Without splits in the data all cases are divided by patient, with the classes' shares kept; with training and
    test only, validation patients are taken from training. Copies of an image always stay in one split.

    Parameters
    ----------
    copies
        Groups of indices of cases that have the same image.

    Returns
    -------
    cases, notes
        The cases in the order given, and sentences that say what was done.

    Raises
    ------
    SplitError
        A patient or an image is in two splits, or the data name no training or no test cases.
    DatasetError
        A class has too few patients, or no cases in one of the splits.
    """
    splits = [case.split for case in found]
    named = set(splits)
    notes: list[str] = []
    together = _kept_together(found, copies)
    lacking = "Add such cases, or leave the splits out so that they are made here"
    if named == {None}:
        chosen = _divide(together, [("test", shares.test), ("val", shares.validation)], seed, where)
        splits = list(chosen)
        lacking = "Add cases of more patients, or choose other shares in data.splits or another seed"
        notes.append(f"The data name no splits: divided here by patient, with seed {seed}.")
    elif lost := {"train", "test"} - named:
        raise SplitError(
            f"the data name no {' and no '.join(sorted(lost))} cases",
            where=where,
            remedy="Name them, or leave the splits out altogether so that they are made here",
        )
    elif "val" not in named:
        # Checked before the cut, which could otherwise hide a patient shared with the test cases.
        check_patients(((case.patient, case.split, case.name) for case in found), where)
        training = [index for index, split in enumerate(splits) if split == "train"]
        share = shares.validation
        for index, split in zip(
            training,
            _divide([together[index] for index in training], [("val", share)], seed, where),
            strict=True,
        ):
            splits[index] = split
        lacking = "Add training cases of more patients, or name validation cases"
        notes.append(f"The data name no validation cases: {share:.0%} of training taken by patient, with seed {seed}.")
    cases = tuple(
        Case(case.name, case.image, case.patient, split, case.label, attributes=case.attributes)
        for case, split in zip(found, splits, strict=True)
        if split is not None
    )
    check_patients(((case.patient, case.split, case.name) for case in cases), where)
    _check_copies(found, splits, copies, where)
    check_classes({(case.split, case.label) for case in cases}, where, lacking)
    if copies:
        count, names = sum(map(len, copies)), [found[index].name for index in copies[0]]
        notes.append(f"{count} images are copies of each other, such as {listed(names, 2)}; no split shares one.")
    return cases, tuple(notes)


def divide_patients(patients: Sequence[str], shares: SplitShares, seed: int, where: Path) -> tuple[Split, ...]:
    """Divide cases without labels, such as volumes, by patient; raises as `complete_splits` does."""
    found = [FoundCase(patient, where, patient, "") for patient in patients]
    return _divide(found, [("test", shares.test), ("val", shares.validation)], seed, where)


def _divide(
    found: Sequence[FoundCase], parts: Sequence[tuple[Split, float]], seed: int, where: Path
) -> tuple[Split, ...]:
    """Take each part, a share of all cases, in turn; what is left is for training."""
    chosen: list[Split] = ["train"] * len(found)
    left = np.arange(len(found))
    for number, (split, share) in enumerate(parts):
        share_left = share * len(found) / len(left)
        taken = _take([found[index] for index in left.tolist()], share_left, len(parts) - number, seed, where)
        for index in left[taken]:
            chosen[index] = split
        left = left[~taken]
    return tuple(chosen)


def _take(found: Sequence[FoundCase], share: float, parts_left: int, seed: int, where: Path) -> NDArray[np.bool_]:
    patients_of: dict[str, set[str]] = defaultdict(set)
    for case in found:
        patients_of[case.label].add(case.patient)
    fewest = min(patients_of, key=lambda label: len(patients_of[label]))
    least = parts_left + 1
    if (there := len(patients_of[fewest])) < least:
        raise DatasetError(
            f"there are only {there} patients or images{f' of class {fewest}' if fewest else ''} to divide",
            where=where,
            remedy=f"At least {least} are needed; add some, or name the splits or the patients in a table",
        )
    # The share as a fraction of few folds: with many, greedy grouping loses the balance of the classes.
    folds, count = min(
        (
            (folds, count)
            for folds in range(least, min(_FOLDS, there) + 1)
            for count in range(1, folds - parts_left + 1)
        ),
        key=lambda fraction: (round(abs(fraction[1] / fraction[0] - share), 3), fraction[0]),
    )
    labels = [case.label for case in found]
    patients = [case.patient for case in found]
    # Where nobody has two cases the plain splitter is exact, and quick on large sets.
    alone = len(set(patients)) == len(patients)
    kind = StratifiedKFold if alone else StratifiedGroupKFold
    splitter = kind(n_splits=folds, shuffle=True, random_state=seed)
    taken = np.zeros(len(found), dtype=np.bool_)
    for _, members in islice(splitter.split(labels, labels, None if alone else patients), count):
        taken[members] = True
    return taken


def divide_slices(count: int, shares: SplitShares, where: Path) -> tuple[Split | None, ...]:
    """Divide the slices of one volume into blocks of neighbours.

    Test slices are the middle of the volume, validation slices the middle of what lies before them, training
    slices the rest; ``gap_slices`` slices around each block belong to none, because neighbours look alike.

    Raises
    ------
    DatasetError
        There are too few slices.
    """
    gap = shares.gap_slices
    test, validation = max(1, round(count * shares.test)), max(1, round(count * shares.validation))
    test_start = (count - test) // 2
    validation_start = (test_start - gap - validation) // 2
    blocks: list[Split | None] = ["train"] * count
    if validation_start - gap < 1 or test_start + test + gap >= count:
        raise DatasetError(
            f"{count} slices are too few for blocks of {test} test and {validation} validation slices "
            f"with gaps of {gap}",
            where=where,
            remedy="Make data.splits.gap_slices or the shares smaller, or give more volumes",
        )
    held_out: tuple[tuple[Split, int, int], ...] = (
        ("val", validation_start, validation),
        ("test", test_start, test),
    )
    for split, start, length in held_out:
        blocks[start - gap : start + length + gap] = [None] * (length + 2 * gap)
        blocks[start : start + length] = [split] * length
    return tuple(blocks)


def check_patients(cases: Iterable[tuple[str, Split | None, str]], where: Path) -> None:
    """Raise SplitError when a patient is in two splits; ``cases``: (patient, split, file) each."""
    files: dict[str, dict[Split | None, str]] = defaultdict(dict)
    for patient, split, file in cases:
        files[patient].setdefault(split, file)
    shared = {patient: by_split for patient, by_split in files.items() if len(by_split) > 1}
    if shared:
        words = [
            f"{patient} ({', '.join(f'{split}: {file}' for split, file in by_split.items())})"
            for patient, by_split in sorted(shared.items())
        ]
        raise SplitError(
            f"{len(shared)} patients are in more than one split: {listed(words, 3)}",
            where=where,
            remedy="Move all cases of a patient into one split, or leave the splits out so that they are made here; "
            "where files do not tell patients apart, name them in a table",
        )


def _kept_together(found: Sequence[FoundCase], copies: Iterable[Sequence[int]]) -> list[FoundCase]:
    """Return the cases with one name for all patients who share an image, so that they are divided as one."""
    stands_for = {case.patient: case.patient for case in found}

    def name_of(patient: str) -> str:
        while stands_for[patient] != patient:
            patient = stands_for[patient]
        return patient

    for group in copies:
        for index in group[1:]:
            stands_for[name_of(found[index].patient)] = name_of(found[group[0]].patient)
    return [replace(case, patient=name_of(case.patient)) for case in found]


def _check_copies(
    found: Sequence[FoundCase], splits: Sequence[Split | None], copies: Iterable[Sequence[int]], where: Path
) -> None:
    # One file of each split that has the image.
    holders = [{splits[index]: found[index].name for index in reversed(group)} for group in copies]
    if shared := [by_split for by_split in holders if len(by_split) > 1]:
        words = [
            " and ".join(f"{by_split[split]} ({split})" for split in SPLITS if split in by_split) for by_split in shared
        ]
        raise SplitError(
            f"images are in more than one split under different names: {listed(words, 3)}",
            where=where,
            remedy="These files are copies of each other: keep each image in one split only",
        )


def check_classes(present: set[tuple[Split, str]], where: Path, remedy: str) -> None:
    """Raise DatasetError when a class has no cases in a split; ``present``: the (split, class) pairs there are."""
    classes = sorted({name for _, name in present})
    for split in SPLITS:
        if absent := [name for name in classes if (split, name) not in present]:
            raise DatasetError(
                f"the {split} cases hold none of class {listed(absent)}",
                where=where,
                remedy=remedy,
            )
