"""The prepared cases of a problem in one file, which every child process reads."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from medprune_gui.engine.data.cases import SPLITS, CaseSet
from medprune_gui.engine.data.loading import load_arrays
from medprune_gui.engine.data.reading import read_cases
from medprune_gui.engine.experiments.benches.accuracy.problems import Problem
from medprune_gui.engine.experiments.stored_files import damaged, read_stored
from medprune_gui.engine.files import write_whole


@dataclass(frozen=True, slots=True, eq=False)
class SplitArrays:
    """The cases of a split; see `medprune_gui.engine.training.batches.LabelledImages`."""

    images: NDArray[np.float32]
    targets: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class ProblemCases:
    """All cases of a problem.

    Attributes
    ----------
    classes
        In the order of a network's outputs.
    """

    classes: tuple[str, ...]
    train: SplitArrays
    val: SplitArrays
    test: SplitArrays


def write_problem_cases(problem: Problem, file: Path) -> Generator[tuple[int, int], None, None]:
    """Read and prepare the cases of a problem, and write them.

    Splits, and which cases are left out, are the same for every seed of the bench.

    Yields
    ------
    done, total
        Cases of the split at hand.

    Raises
    ------
    MedPruneError
        The data are missing or damaged, or the file cannot be written.
    """
    data = problem.data
    case_set = _drawn(read_cases(data, 0), problem.most_cases)
    arrays = {"classes": np.array(case_set.classes)}
    for split in SPLITS:
        loaded = yield from load_arrays(case_set, split, data)
        arrays |= {f"{split}_images": loaded.images, f"{split}_targets": loaded.targets}
    content = BytesIO()
    np.savez(content, **arrays)  # type: ignore[arg-type]
    write_whole(file, content.getvalue())


def read_problem_cases(file: Path) -> ProblemCases:
    """Read what `write_problem_cases` wrote; nothing in the file is run.

    Raises
    ------
    InputError
        The file is missing or damaged.
    """
    try:
        with np.load(BytesIO(read_stored(file)), allow_pickle=False) as stored:
            splits = {split: SplitArrays(stored[f"{split}_images"], stored[f"{split}_targets"]) for split in SPLITS}
            return ProblemCases(tuple(map(str, stored["classes"])), **splits)
    except (ValueError, KeyError, EOFError, BadZipFile) as error:
        raise damaged(file, error) from error


def _drawn(case_set: CaseSet, most_cases: tuple[int, int, int]) -> CaseSet:
    chosen = []
    for split, most in zip(SPLITS, most_cases, strict=True):
        cases = case_set.of(split)
        numbers = np.sort(np.random.default_rng(0).permutation(len(cases))[:most])
        chosen += [cases[number] for number in numbers.tolist()]
    return replace(case_set, cases=tuple(chosen))
