"""The example on real chest X-rays, whole: minutes, so on demand with ``-m slow``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_three_quarters_of_the_work_can_go_without_loss(data_root, tmp_path):
    example = Path(__file__).parents[2] / "resources" / "examples" / "pneumonia.toml"
    result = subprocess.run(
        [sys.executable, "-m", "medprune_gui.cli", "run", str(example), "--out", str(tmp_path / "run")],
        capture_output=True,
        text=True,
        env={**os.environ, "MEDPRUNE_DATA": str(data_root)},
    )
    assert result.returncode == 0, result.stderr
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    original, pruned = (summary[name]["metrics"]["auc"]["value"] for name in ("original", "pruned"))
    assert original >= 0.98
    assert pruned >= original - 0.01
    assert summary["pruned"]["macs"] <= 0.3 * summary["original"]["macs"]
    assert summary["pruned"]["parameters"] == summary["pruned"]["nonzero_parameters"]
