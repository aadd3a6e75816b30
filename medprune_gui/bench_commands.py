"""The ``medprune bench`` commands: one short function per bench."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

# Heavy libraries are imported inside the functions, as in `cli`.

bench_app = typer.Typer(
    rich_markup_mode=None, help="Measure on this machine what the program can do, beside other tools."
)

BenchFile = Annotated[Path, typer.Option(help="Results, one JSON line each; what is there is not measured again.")]
BenchNetworks = Annotated[list[str] | None, typer.Option("--only", metavar="NAME", help="This network; repeatable.")]
BenchPage = Annotated[Path | None, typer.Option(metavar="FILE.md", help="Write the table there as well.")]


@bench_app.command()
def coverage(
    out: BenchFile = Path("medprune-bench.jsonl"), only: BenchNetworks = None, markdown: BenchPage = None
) -> None:
    """Which of MONAI's networks can be pruned, exactly or not, how fast, and how far."""
    from medprune_gui.console import print_bench, show_progress
    from medprune_gui.engine.experiments.benches import coverage as bench

    print_bench(bench.table(show_progress(bench.run(out, only or ()))), markdown)


@bench_app.command()
def pruning(
    out: BenchFile = Path("medprune-bench.jsonl"), only: BenchNetworks = None, markdown: BenchPage = None
) -> None:
    """How long analysis and one step of 50 % take beside Torch-Pruning."""
    from medprune_gui.console import print_bench, show_progress
    from medprune_gui.engine.experiments.benches import pruning as bench

    print_bench(bench.table(show_progress(bench.run(out, only or ()))), markdown)


@bench_app.command("latency-budget")
def latency_budget(
    out: BenchFile = Path("medprune-bench.jsonl"), only: BenchNetworks = None, markdown: BenchPage = None
) -> None:
    """How close networks pruned to half their time come to it, in each runtime that is installed."""
    from medprune_gui.console import print_bench, show_progress
    from medprune_gui.engine.experiments.benches import latency_budget as bench

    print_bench(bench.table(show_progress(bench.run(out, only or ()))), markdown)


@bench_app.command()
def accuracy(
    out: Annotated[Path, typer.Option(help="A folder; what was measured there before is not measured again.")],
    data: Annotated[Path | None, typer.Option(help="The folder of images; default: MEDPRUNE_DATA.")] = None,
    only: Annotated[list[str] | None, typer.Option("--only", metavar="NAME", help="This problem; repeatable.")] = None,
    seeds: Annotated[int, typer.Option(min=1, metavar="N", help="Originals trained for each problem.")] = 3,
    jobs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Processes at once; default: one for each core.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Few cases, epochs and contenders, one seed.")] = False,
) -> None:
    """How good networks still are, pruned by each criterion, beside Torch-Pruning, random and training from scratch."""
    from medprune_gui.console import print_bench, show_progress
    from medprune_gui.engine.experiments.benches.accuracy import bench
    from medprune_gui.engine.experiments.benches.accuracy.pages import write_pages

    rows = show_progress(bench.run(out, data, only or (), seeds=seeds, jobs=jobs, quick=quick))
    for table in write_pages(out, rows):
        print_bench(table)
