"""Hints that say how to install something name what can be installed, as README says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from medprune_gui.engine.extras import how_to_install

ROOT = Path(__file__).parents[1]


def test_hints_install_from_the_folder_and_name_extras_that_there_are():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    named = set()
    for file in (ROOT / "medprune_gui").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert "medprune[" not in text, f"{file}: MedPrune is on no package index"
        named |= set(re.findall(r"how_to_install\(['\"](\w+)['\"]\)", text))
    assert named
    assert named <= declared.keys()
    assert how_to_install("onnx").startswith("python -m pip install '.[onnx]'")


def test_the_readme_installs_every_extra_that_the_program_asks_for():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    listed = {name for found in re.findall(r"pip install '\.\[([\w,]+)\]'", readme) for name in found.split(",")}
    assert listed == declared.keys()
