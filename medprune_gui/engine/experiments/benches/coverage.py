"""Coverage: on which networks pruning runs, is exact, how long the analysis takes, and how much can go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from pathlib import Path

from medprune_gui.engine.errors import InputError
from medprune_gui.engine.experiments.benches.children import run_in_child
from medprune_gui.engine.experiments.benches.measuring import TOOLS, Catalogue, cover
from medprune_gui.engine.experiments.benches.results import ResultFile, Row, installed_version, machine, versions
from medprune_gui.engine.experiments.benches.tables import BenchTable, seconds
from medprune_gui.engine.extras import how_to_install
from medprune_gui.engine.models.monai_networks import reference_networks
from medprune_gui.engine.records import JobEvent

BENCH = "coverage"

#: Seconds for one tool on one network, everything included.
LIMIT_S = 180.0

#: Endings of a child, as a row of the table puts them.
FAILURES = {"failed": "fails", "crashed": "crashes", "timed out": "hangs"}


def chosen_networks(catalogue: Catalogue, only: Sequence[str]) -> list[str]:
    """Return the names of all networks, or of those asked for.

    Raises
    ------
    InputError
        There is no network of a name.
    """
    known = list(catalogue())
    for name in only:
        if name not in known:
            raise InputError(f"there is no network called {name!r}", where="--only", remedy=f"Use {', '.join(known)}")
    return [name for name in known if not only or name in only]


def available_tools() -> tuple[str, ...]:
    """Return the tools that are installed."""
    other = bool(installed_version("torch-pruning"))
    return ("medprune", "torch-pruning", "torch-pruning-assisted") if other else ("medprune",)


def run(
    out: Path,
    only: Sequence[str] = (),
    *,
    catalogue: Catalogue = reference_networks,
    limit_s: float = LIMIT_S,
) -> Generator[JobEvent, None, list[Row]]:
    """Measure every tool on every network, each in a process of its own; return the rows.

    A row that is in the file for the same network, versions and machine is not measured again.

    Parameters
    ----------
    out
        The file of results.
    only
        Names of networks; empty: all.
    catalogue
        The networks; a function that a child process can import.
    limit_s
        Seconds for one tool on one network.

    Raises
    ------
    InputError
        There is no network of a name.
    OutputError
        The file cannot be written.
    """
    names, tools, results = chosen_networks(catalogue, only), available_tools(), ResultFile(out)
    if len(tools) == 1:
        yield JobEvent(
            BENCH, message=f"Torch-Pruning is not installed and is left out: {how_to_install('bench')}",
            level="warning",
        )  # fmt: skip
    used = {tool: versions(*TOOLS[tool].packages) for tool in tools}
    rows: list[Row] = []
    total = len(names) * len(tools)
    for name in names:
        for tool in tools:
            row = results.find(BENCH, name, tool, used[tool])
            message = ""
            if row is None:
                outcome = run_in_child(cover, catalogue, name, tool, limit_s=limit_s)
                values = {"ending": outcome.ending, "peak_mb": round(outcome.peak_mb), "whole_s": outcome.seconds}
                failure = {} if outcome.ending == "done" else {"reason": outcome.error}
                row = results.add(BENCH, name, tool, used[tool], {**values, **outcome.values, **failure})
                message = f"{name}: {TOOLS[tool].title}: {verdict(row)}"
            rows.append(row)
            yield JobEvent(BENCH, len(rows), total, message, fraction=len(rows) / total)
    return rows


def verdict(row: Row) -> str:
    """Return a row's outcome in words, with the reason."""
    return f"{_word(row)} ({row['reason']})" if row["reason"] else _word(row)


def _word(row: Row) -> str:
    return FAILURES.get(row["ending"]) or str(row["finding"])


def _cell(row: Row | None) -> str:
    if row is None:
        return ""
    parts = [_word(row)]
    if row["ending"] == "done":
        parts.append(f"{seconds(row['analysis_s'])} s")
    if row.get("macs_share") is not None:
        parts.append(f"{row['macs_share']:.1%}")
    return ", ".join(parts)


def table(rows: Sequence[Row]) -> BenchTable:
    """Return the rows as a table with one line a network."""
    tools = [tool for tool in TOOLS if any(row["tool"] == tool for row in rows)]
    by_place = {(row["network"], row["tool"]): row for row in rows}
    names = dict.fromkeys(row["network"] for row in rows)
    lines = tuple((name, *(_cell(by_place.get((name, tool))) for tool in tools)) for name in names)
    columns = ("network", *(TOOLS[tool].title for tool in tools))
    return BenchTable("Coverage: which networks can be pruned exactly", columns, lines, tuple(_notes(rows, tools)))


def _notes(rows: Sequence[Row], tools: Sequence[str]) -> list[str]:
    notes = []
    for tool in tools:
        own = [row for row in rows if row["tool"] == tool]
        counts = Counter(_word(row) for row in own)
        largest = max(own, key=lambda row: float(row["peak_mb"]))
        notes.append(
            f"{TOOLS[tool].title}: {', '.join(f'{number} {word}' for word, number in counts.most_common())}; at most "
            f"{largest['peak_mb']} MiB ({largest['network']}), libraries included."
        )
    return [
        *notes,
        "In each cell: outcome; seconds of the analysis on one thread (MedPrune's includes its proof by trial); share "
        "of the MACs that can go.",
        "exact: with half of all channels removed, the network computes what the original computes with the removed "
        "weights at zero, up to rounding in double precision.",
        *(f"{row['network']}: {TOOLS[row['tool']].title}: {verdict(row)}." for row in rows if row["reason"]),
        *setting(rows),
    ]


def setting(rows: Sequence[Row]) -> list[str]:
    """Say which machine and versions rows were measured with."""
    used = {package: number for row in rows for package, number in row["versions"].items()}
    return [f"{machine()}; {', '.join(f'{package} {number}' for package, number in used.items())}."] if rows else []
