"""What the command line prints: progress while a job runs, and a comparison as a table."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.export.tables import comparison_table, verdict_sentence
from medprune_gui.engine.files import write_whole
from medprune_gui.engine.models.weight_names import shape_in_words
from medprune_gui.engine.records import JobEvent
from medprune_gui.engine.settings.budgets import QUANTITY_NAMES

if TYPE_CHECKING:
    from medprune_gui.engine.experiments.benches.tables import BenchTable
    from medprune_gui.engine.experiments.search.searching import SearchResult
    from medprune_gui.engine.models.weight_names import WeightsFit

T = TypeVar("T")


class ProgressLine:
    """A progress bar with time left on the terminal; plain lines where there is none."""

    def __init__(self) -> None:
        self.console = Console(stderr=True, highlight=False)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=self.console,
            disable=not self.console.is_terminal,
        )
        self._task = self._progress.add_task("start", total=1.0)

    @contextlib.contextmanager
    def shown(self) -> Iterator[ProgressLine]:
        """Show the bar while the block runs."""
        with self._progress:
            yield self

    def take(self, event: JobEvent) -> None:
        """Show an event."""
        self._progress.update(self._task, completed=event.fraction, description=event.stage)
        if event.message:
            self.say(event.message, warning=event.level == "warning")

    def say(self, text: str, *, warning: bool = False) -> None:
        """Print a line above the bar."""
        self.console.print(f"warning: {text}" if warning else text, style="yellow" if warning else None, markup=False)


def show_progress(events: Generator[JobEvent, None, T]) -> T:
    """Carry out a job, show its progress, and return its result; an interruption closes the job first."""
    with ProgressLine().shown() as line, contextlib.closing(events):
        while True:
            try:
                line.take(next(events))
            except StopIteration as stop:
                result: T = stop.value
                return result


def print_comparison(folder: Path) -> None:
    """Print a finished run as a table, with its verdict and where the report is."""
    run = RunFolder(folder)
    comparison = run.read_comparison()
    table = Table(title=comparison.name, title_justify="left", title_style="bold")
    for column in ("", "original", "pruned", ""):
        table.add_column(column, justify="left" if not column else "right")
    section = ""
    for row in comparison_table(comparison):
        if section and row.section != section:
            table.add_section()
        section = row.section
        table.add_row(row.quantity, row.original, row.pruned, row.change)
    console = Console(highlight=False)
    console.print(table)
    console.print(verdict_sentence(comparison), markup=False)
    for note in comparison.notes:
        console.print(f"Note: {note}", markup=False)
    console.print(f"Report: {run.report_file}", markup=False, soft_wrap=True)


def print_front(result: SearchResult) -> None:
    """Print the networks of a search's front, and where they are."""
    cost = QUANTITY_NAMES[result.quantity][0]
    table = Table(title="Front", title_justify="left", title_style="bold")
    for column in ("network", f"{cost} left", "parameters left", f"validation {result.metric}"):
        table.add_column(column, justify="left" if column == "network" else "right")
    for trial in result.front:
        where = str(result.folder.network(trial.number).relative_to(result.folder.path))
        table.add_row(where, f"{trial.cost:.1%}", f"{trial.parameters:.1%}", f"{trial.score:.3f}")
    table.add_section()
    table.add_row("original", "100.0%", "100.0%", f"{result.original:.3f}")
    console = Console(highlight=False)
    console.print(table)
    states = [trial.state for trial in result.trials]
    console.print(
        f"{len(states)} trials: {states.count('complete')} fine-tuned to the end, {states.count('stopped')} stopped "
        f"early, {states.count('failed')} failed. Chosen on validation cases: medprune run tests one.",
        markup=False,
    )
    console.print(f"All trials: {result.folder.trials_file}", markup=False, soft_wrap=True)


def print_weights_fit(fit: WeightsFit) -> None:
    """Print which weights of a file belong to which of a network, and what does not fit."""
    table = Table(box=None, header_style="bold")
    for heading in ("network", "shape", "file", "shape", ""):
        table.add_column(heading, overflow="fold")
    for pair in fit.pairs:
        theirs = "-" if pair.found_shape is None else shape_in_words(pair.found_shape)
        verdict = "" if pair.fits else ("missing" if pair.found is None else "other shape")
        table.add_row(escape(pair.name), shape_in_words(pair.shape), escape(pair.found or "-"), theirs, verdict)
    for name in fit.unexpected:
        table.add_row("-", "-", escape(name), "", "unexpected")
    console = Console(highlight=False)
    console.print(table)
    console.print("All weights fit." if fit.fits else f"They do not fit: {'; '.join(fit.faults)}.", markup=False)


def print_bench(results: BenchTable, page: Path | None = None) -> None:
    """Print a bench's results, and write them as Markdown where a file is given."""
    console = Console(highlight=False)
    for number, (columns, widths) in enumerate(fitting_columns(results.columns, results.rows, console.width)):
        table = Table(title=None if number else results.title, title_justify="left", title_style="bold")
        for column, width in zip(columns, widths, strict=True):
            justify: Literal["left", "right"] = "right" if column else "left"
            table.add_column(results.columns[column], justify=justify, width=width)
        for row in results.rows:
            table.add_row(*(row[column] for column in columns))
        console.print(table)
    for note in results.notes:
        console.print(f"- {note}", markup=False)
    if page is not None:
        write_whole(page, results.markdown().encode())


def fitting_columns(
    titles: Sequence[str], rows: Sequence[Sequence[str]], width: int
) -> list[tuple[list[int], list[int]]]:
    """Divide a table into tables that a terminal shows without a break inside a word, the first column in each.

    Returns
    -------
    list of (columns, widths)
        Numbers of the columns of each table, and how many characters each of them gets.
    """
    cells = [(title, *(row[column] for row in rows)) for column, title in enumerate(titles)]
    most = [max(len(line) for cell in column for line in cell.split("\n")) for column in cells]
    least = [max((len(word) for cell in column for word in cell.split()), default=1) for column in cells]
    room = width - 1  # The left edge; each column brings an edge and two blanks.
    groups: list[list[int]] = [[0]]
    for column in range(1, len(titles)):
        if sum(least[one] + 3 for one in (*groups[-1], column)) > room and len(groups[-1]) > 1:
            groups.append([0])
        groups[-1].append(column)
    return [(group, _widths([least[one] for one in group], [most[one] for one in group], room)) for group in groups]


def _widths(least: list[int], most: list[int], room: int) -> list[int]:
    """Give the room that is left to the narrowest columns first, as much as they want."""
    widths, spare = list(least), room - sum(width + 3 for width in least)
    while spare > 0 and widths != most:
        column = min((one for one in range(len(widths)) if widths[one] < most[one]), key=lambda one: widths[one])
        widths[column] += 1
        spare -= 1
    return widths
