"""The accuracy bench's tables and figure as files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from medprune_gui.engine.experiments.benches.accuracy.figure import draw
from medprune_gui.engine.experiments.benches.accuracy.table import best_table, contender_table
from medprune_gui.engine.experiments.benches.results import Row
from medprune_gui.engine.experiments.benches.tables import BenchTable
from medprune_gui.engine.files import write_whole

TABLE_FILE = "table.md"
FIGURE_FILE = "accuracy.png"


def write_pages(out: Path, rows: Sequence[Row]) -> tuple[BenchTable, ...]:
    """Write ``table.md`` and ``accuracy.png`` into a folder, and return the tables.

    Raises
    ------
    OutputError
        A file cannot be written.
    """
    tables = best_table(rows), contender_table(rows)
    write_whole(out / FIGURE_FILE, draw(rows, "png"))
    pages = "\n".join(table.markdown() for table in tables)
    write_whole(out / TABLE_FILE, f"{pages}\n![Test metric against MACs removed]({FIGURE_FILE})\n".encode())
    return tables
