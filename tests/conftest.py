"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

# Before Qt and torch are imported anywhere.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest


@pytest.fixture(scope="session")
def data_root() -> Path:
    """The folder with real images and networks; tests that need it are skipped where it is missing."""
    root = Path(os.environ.get("MEDPRUNE_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not root.is_dir():
        pytest.skip(f"no real data in {root}: set MEDPRUNE_DATA to the folder that holds them")
    return root
