"""Pruning: how long analysis and one step of 50 % take beside Torch-Pruning, where both are exact."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from medprune_gui.engine.experiments.benches import coverage
from medprune_gui.engine.experiments.benches.children import run_in_child
from medprune_gui.engine.experiments.benches.measuring import TOOLS, Catalogue, race
from medprune_gui.engine.experiments.benches.results import ResultFile, Row, versions
from medprune_gui.engine.experiments.benches.tables import BenchTable, seconds
from medprune_gui.engine.models.monai_networks import reference_networks
from medprune_gui.engine.records import JobEvent

BENCH = "pruning"

#: Measurements of each tool, in turns.
ROUNDS = 5

#: Seconds for one network, all rounds of all tools.
RACE_LIMIT_S = 180.0

#: How MedPrune is timed: meeting an architecture for the first time, meeting it again, and proving nothing.
OWN = ("medprune", "medprune-again", "medprune-unproven")

#: The sizes that users have: pictures of 224 x 224, and patches of 64 x 64 x 64.
usual_networks = partial(reference_networks, 224, 64)


def run(
    out: Path,
    only: Sequence[str] = (),
    *,
    catalogue: Catalogue = reference_networks,
    usual: Catalogue = usual_networks,
    limit_s: float = coverage.LIMIT_S,
    race_limit_s: float = RACE_LIMIT_S,
) -> Generator[JobEvent, None, list[Row]]:
    """Find out which networks both tools prune exactly (see `coverage`), then time both in turns; return the rows.

    Torch-Pruning runs as it comes where it is exact so, and with all help where it needs it.

    Parameters
    ----------
    out, only, catalogue, limit_s
        As in `coverage.run`.
    usual
        The same networks at the sizes that users have.
    race_limit_s
        Seconds for the timing of one network.

    Raises
    ------
    InputError
        There is no network of a name.
    OutputError
        The file cannot be written.
    """
    covered = yield from _first_half(coverage.run(out, only, catalogue=catalogue, limit_s=limit_s))
    exact = {(row["network"], row["tool"]) for row in covered if row.get("finding") == "exact"}
    pairs = [
        (name, next(other for other in ("torch-pruning", "torch-pruning-assisted") if (name, other) in exact))
        for name in dict.fromkeys(row["network"] for row in covered)
        if (name, "medprune") in exact and exact & {(name, "torch-pruning"), (name, "torch-pruning-assisted")}
    ]
    results, rows = ResultFile(out), list[Row]()
    for number, (name, other) in enumerate(pairs, start=1):
        used = versions(*TOOLS["medprune"].packages, *TOOLS[other].packages)
        row = results.find(BENCH, name, other, used)
        message = ""
        if row is None:
            outcome = run_in_child(race, usual, name, (*OWN, other), ROUNDS, limit_s=race_limit_s)
            values = {"ending": outcome.ending, "reason": outcome.error, "times": dict(outcome.values)}
            row = results.add(BENCH, name, other, used, values)
            message = f"{name}: {_ratio_text(row) or outcome.error}"
        rows.append(row)
        yield JobEvent(BENCH, number, len(pairs), message, fraction=0.5 + 0.5 * number / len(pairs))
    return rows


def _first_half(events: Generator[JobEvent, None, list[Row]]) -> Generator[JobEvent, None, list[Row]]:
    while True:
        try:
            event = next(events)
        except StopIteration as stop:
            rows: list[Row] = stop.value
            return rows
        yield JobEvent(event.stage, event.step, event.total, event.message, fraction=event.fraction / 2,
                       level=event.level)  # fmt: skip


def ratio(row: Row, own: str = "medprune") -> float | None:
    """Return MedPrune's time divided by Torch-Pruning's; None where they could not be measured."""
    if row["ending"] != "done":
        return None
    return float(row["times"][own]["total_s"] / row["times"][row["tool"]]["total_s"])


def _ratio_text(row: Row, own: str = "medprune") -> str:
    value = ratio(row, own)
    return "" if value is None else f"{value:.2f}"


def table(rows: Sequence[Row]) -> BenchTable:
    """Return the rows as a table with one line a network and the median of the ratios."""
    columns = (
        "network", "MedPrune: analysis s", "met before s", "step s", "Torch-Pruning: analysis s", "step s",
        "ratio, first time", "ratio, met before", "ratio, without proof",
    )  # fmt: skip
    lines = []
    for row in rows:
        own, again, other = (row["times"].get(tool, {}) for tool in (*OWN[:2], row["tool"]))
        lines.append((
            row["network"] + ("*" if row["tool"].endswith("assisted") else ""),
            seconds(own.get("analysis_s")), seconds(again.get("analysis_s")), seconds(own.get("step_s")),
            seconds(other.get("analysis_s")), seconds(other.get("step_s")),
            _ratio_text(row) or row["reason"], *(_ratio_text(row, tool) for tool in OWN[1:]),
        ))  # fmt: skip
    notes = [
        f"Medians of {ROUNDS} in turns, on one thread, each on a fresh copy, for pictures of 224 x 224 and volumes of "
        "64 x 64 x 64. ratio: MedPrune's time for analysis and one step of 50 % divided by Torch-Pruning's.",
        "first time: the analysis includes a proof by trial, which Torch-Pruning does not have. met before: MedPrune "
        "finds the channel graph that it kept for the architecture, proof included, whatever the weights. without "
        "proof: what the first analysis would take if it proved nothing; users are not offered that.",
        "* Torch-Pruning ran with all help (see coverage).",
        *_medians(rows),
        *coverage.setting(rows),
    ]
    return BenchTable("Pruning: time of analysis and one step", columns, tuple(lines), tuple(notes))


def _medians(rows: Sequence[Row]) -> list[str]:
    ratios = {tool: [value for row in rows if (value := ratio(row, tool)) is not None] for tool in OWN}
    if not ratios[OWN[0]]:
        return ["Nothing to compare."]
    first, again, unproven = (f"{median(values):.2f}" for values in ratios.values())
    return [
        f"Median ratio over {len(ratios[OWN[0]])} networks: {again} for an architecture met before, {first} for the "
        f"first time, {unproven} without proof."
    ]
