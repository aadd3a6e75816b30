"""Walls that import-linter cannot see."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "medprune_gui"


def imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


@pytest.mark.parametrize("room", ["workers", "session"])
def test_workers_and_session_know_no_widgets(room):
    files = list((PACKAGE / room).rglob("*.py"))
    assert files
    seen = {(file.name, name) for file in files for name in imported(file) if name.startswith("PySide6.")}
    assert {name for _, name in seen if not name.startswith("PySide6.QtCore")} == set()


def test_there_are_no_rooms_without_a_concept():
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "tools"}
    assert [path for path in PACKAGE.rglob("*.py") if path.stem in vague] == []


def test_every_text_of_the_package_is_a_readable_size():
    long = {path.name: count for path in PACKAGE.rglob("*.py") if (count := len(path.read_text().splitlines())) > 400}
    assert long == {}
