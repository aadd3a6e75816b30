"""A bench's results as a table, for the terminal and for the help pages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BenchTable:
    """Text ready to be shown.

    Attributes
    ----------
    title
        What was measured.
    columns, rows
        Names of the columns, and as many cells in each row.
    notes
        Sentences below the table: sums, machine, versions.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]

    def markdown(self) -> str:
        """Return the table as Markdown."""
        lines = [self.columns, ("---", *("---:" for _ in self.columns[1:])), *self.rows]
        text = "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
        return f"## {self.title}\n\n{text}\n\n" + "\n".join(f"* {note}" for note in self.notes) + "\n"


def seconds(value: float | None) -> str:
    """Return a time in seconds with the digits that matter; empty where there is none."""
    return (
        "" if value is None else f"{value:.3f}" if value < 0.1 else f"{value:.2f}" if value < 9.995 else f"{value:.1f}"
    )
