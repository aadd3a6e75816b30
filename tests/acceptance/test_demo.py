"""``medprune demo`` as README has it, but quick: the real window, the real worker, a real MRI."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
from PIL import Image


def test_the_demo_fills_every_view_and_reaches_its_quality(tmp_path):
    out = tmp_path / "demo-run"
    environment = {name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"}
    environment.pop("DISPLAY", None)
    environment.pop("WAYLAND_DISPLAY", None)
    result = subprocess.run(
        [sys.executable, "-m", "medprune_gui.cli", "demo", "--out", str(out), "--quick"],
        capture_output=True,
        text=True,
        timeout=240,
        env=environment,
    )
    assert result.returncode == 0, result.stderr
    assert "offscreen" in result.stderr
    assert "Dice" in result.stdout
    summary = json.loads((out / "summary.json").read_text())
    assert summary["original"]["metrics"]["dice"]["value"] > 0.8
    assert summary["pruned"]["macs"] <= 0.5 * summary["original"]["macs"]
    assert (
        summary["pruned"]["parameters"] == summary["pruned"]["nonzero_parameters"] < summary["original"]["parameters"]
    )
    assert any("one volume" in note for note in summary["notes"])
    assert "one volume" in (out / "report.html").read_text()
    for name in ("images", "pruning", "predictions", "sparsity", "speed"):
        with Image.open(out / "screens" / f"{name}.png") as picture:
            assert picture.size == (1600, 1000)
            # An empty or black window has few colours.
            assert len(np.unique(np.asarray(picture.convert("RGB")).reshape(-1, 3), axis=0)) > 300

    again = subprocess.run(
        [sys.executable, "-m", "medprune_gui.cli", "demo", "--out", str(out), "--quick"],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
    )
    assert again.returncode == 2
    assert "holds a run already" in again.stderr
    assert "Traceback" not in again.stderr
