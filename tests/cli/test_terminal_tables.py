"""Tables on a terminal: no word is broken, however narrow it is."""

from __future__ import annotations

import pytest

from medprune_gui.console import fitting_columns, print_bench
from medprune_gui.engine.experiments.benches.tables import BenchTable

TITLES = (
    "network",
    "multiply-accumulates",
    "validation AUC",
    "test AUC (95 % interval)",
    "non-inferior",
    "size on disk",
)
ROWS = (
    ("sensitivity-87.5", "12,345,678,901", "0.862", "0.843 (0.812 to 0.871)", "inconclusive", "1.23 MB"),
    ("original", "98,765,432,109", "0.871", "0.862 (0.831 to 0.889)", "", "6.54 MB"),
)


@pytest.mark.parametrize("width", [44, 60, 80, 100, 110, 200])
def test_no_word_of_a_table_is_broken(width, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", str(width))
    print_bench(BenchTable("A study", TITLES, ROWS, ()))
    text = capsys.readouterr().out
    assert all(len(line) <= width for line in text.splitlines())
    for cell in (*TITLES, *ROWS[0], *ROWS[1]):
        for word in cell.split():
            assert word in text, f"{word} is broken at {width} columns"
    assert text.count("sensitivity-87.5") == len(fitting_columns(TITLES, ROWS, width))
    assert text.count("A study") == 1


def test_a_wide_terminal_shows_one_table():
    ((columns, widths),) = fitting_columns(TITLES, ROWS, 200)
    assert columns == list(range(len(TITLES)))
    assert widths == [16, 20, 14, 24, 12, 12]
