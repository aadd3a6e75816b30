"""The accuracy bench: every contender at every share of MACs, on originals of several seeds."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from medprune_gui.engine.errors import ComputeError, InputError
from medprune_gui.engine.experiments.benches.accuracy.cases import write_problem_cases
from medprune_gui.engine.experiments.benches.accuracy.contenders import Contender, available_contenders
from medprune_gui.engine.experiments.benches.accuracy.problems import Problem, Problems, known_problems
from medprune_gui.engine.experiments.benches.accuracy.rows import measure, train_original
from medprune_gui.engine.experiments.benches.children import run_in_children
from medprune_gui.engine.experiments.benches.results import ResultFile, Row, installed_version, versions
from medprune_gui.engine.extras import how_to_install
from medprune_gui.engine.records import JobEvent

BENCH = "accuracy"

#: Shares of the MACs that go.
REMOVED = (0.5, 0.75, 0.9, 0.95)
QUICK_REMOVED = (0.5, 0.9)

SEEDS = 3

#: Seconds for one row.
LIMIT_S = 900.0

#: Rooms of the engine whose code decides what comes out.
ROOMS = ("data", "models", "pruning", "settings", "training")

RESULTS_FILE = "results.jsonl"
CASES_FILE = "cases.npz"
ORIGINAL = "original"


@dataclass(frozen=True, slots=True)
class _Place:
    """A row that is wanted: where it stands in the file of results, and how it is measured."""

    network: str
    tool: str
    used: Mapping[str, str]
    values: Mapping[str, Any]
    work: Callable[..., Mapping[str, Any]]
    arguments: tuple[Any, ...]


def run(
    out: Path,
    data: Path | None = None,
    only: Sequence[str] = (),
    *,
    seeds: int = SEEDS,
    jobs: int | None = None,
    quick: bool = False,
    problems: Problems = known_problems,
    limit_s: float = LIMIT_S,
) -> Generator[JobEvent, None, list[Row]]:
    """Train originals, prune them by every contender, fine-tune and score, each in a process of its own.

    A row that is in the folder for the same problem, versions and machine is not measured again.

    Parameters
    ----------
    out
        Folder for results, prepared cases and the originals' weights.
    data
        The folder that holds the images; None: what ``MEDPRUNE_DATA`` names.
    only
        Names of problems; empty: all.
    seeds
        How many originals are trained for each problem.
    jobs
        How many processes, of one thread each, run at once; None: one for each core.
    quick
        One seed, few cases, epochs, contenders and shares: to see that everything runs.

    Returns
    -------
    list of Row
        Originals and contenders. ``problem``, ``seed``, ``removed`` (0: the original), ``contender``, ``ending``,
        ``reason``, and what `rows.train_original` and `rows.measure` return.

    Raises
    ------
    InputError
        There is no problem of a name, or the images are not found.
    ComputeError
        An original could not be trained.
    OutputError
        The folder cannot be written to.
    """
    chosen = [problem.shortened() if quick else problem for problem in _chosen(problems(), only, data)]
    contenders = available_contenders(quick)
    results, jobs = ResultFile(out / RESULTS_FILE), jobs or os.cpu_count() or 1
    if not installed_version("torch-pruning"):
        yield JobEvent(
            BENCH, message=f"Torch-Pruning is not installed and is left out: {how_to_install('bench')}",
            level="warning",
        )  # fmt: skip
    folders = {problem.name: out / f"{problem.name}-{problem.digest}" for problem in chosen}
    for problem in chosen:
        cases_file = folders[problem.name] / CASES_FILE
        if not cases_file.exists():
            yield JobEvent(BENCH, message=f"{problem.title}: preparing the cases")
            for done, total in write_problem_cases(problem, cases_file):
                yield JobEvent(BENCH, done, total)
    originals, rest = [], []
    for seed, problem in product(range(1 if quick else seeds), chosen):
        original = _original(problem, folders[problem.name], seed)
        originals.append(original)
        rest += [
            _contender(problem, original.arguments[:3], contender, removed, seed)
            for removed in (QUICK_REMOVED if quick else REMOVED)
            for contender in contenders
        ]
    total = len(originals) + len(rest)
    trained = yield from _measured(results, originals, jobs, limit_s, 0, total)
    for row in trained:
        if row["ending"] != "done":
            raise ComputeError(f"an original could not be trained: {row['reason']}", where=row["network"])
    return trained + (yield from _measured(results, rest, jobs, limit_s, len(trained), total))


def _measured(
    results: ResultFile, places: Sequence[_Place], jobs: int, limit_s: float, done: int, total: int
) -> Generator[JobEvent, None, list[Row]]:
    rows = [results.find(BENCH, place.network, place.tool, place.used) for place in places]
    done += sum(row is not None for row in rows)
    missing = [number for number, row in enumerate(rows) if row is None]
    works = [(places[number].work, places[number].arguments) for number in missing]
    for index, outcome in run_in_children(works, jobs=jobs, limit_s=limit_s):
        place = places[missing[index]]
        values = {**place.values, "ending": outcome.ending, "reason": outcome.error, "whole_s": outcome.seconds}
        row = results.add(BENCH, place.network, place.tool, place.used, {**values, **outcome.values})
        rows[missing[index]] = row
        done += 1
        found = f"{row['test']:.3f}" if outcome.ending == "done" else f"{outcome.ending}: {outcome.error}"
        yield JobEvent(BENCH, done, total, f"{place.network}: {place.tool}: {found}", fraction=done / total)
    return [row for row in rows if row is not None]


def _chosen(known: Mapping[str, Problem], only: Sequence[str], data: Path | None) -> list[Problem]:
    for name in only:
        if name not in known:
            raise InputError(f"there is no problem called {name!r}", where="--only", remedy=f"Use {', '.join(known)}")
    folder = data or (Path(os.environ["MEDPRUNE_DATA"]) if os.environ.get("MEDPRUNE_DATA") else None)
    if folder is None:
        raise InputError(
            "it is not said where the images are",
            where="--data",
            remedy="Name the folder that holds cxr_pneumonia_224 and mri_hippocampus_seg there or in MEDPRUNE_DATA",
        )
    return [replace(problem, folder=folder) for name, problem in known.items() if not only or name in only]


def _original(problem: Problem, folder: Path, seed: int) -> _Place:
    used = {**versions("medprune", "torch", "monai", rooms=ROOMS), "problem": problem.digest}
    network = f"{problem.name}, seed {seed}"
    # Weights of another engine are other weights.
    weights = folder / f"original-{seed}-{used['medprune'].partition('+')[2]}.safetensors"
    values = {"problem": problem.title, "contender": ORIGINAL, "removed": 0.0, "seed": seed}
    arguments = (problem, folder / CASES_FILE, weights, seed)
    return _Place(network, ORIGINAL, used, values, train_original, arguments)


def _contender(problem: Problem, original: tuple[Any, ...], contender: Contender, removed: float, seed: int) -> _Place:
    used = {**versions(*contender.packages, rooms=ROOMS), "problem": problem.digest}
    network = f"{problem.name}, seed {seed}, {removed:.0%} of the MACs removed"
    values = {"problem": problem.title, "contender": contender.name, "removed": removed, "seed": seed}
    return _Place(network, contender.name, used, values, measure, (*original, contender.name, removed, seed))
