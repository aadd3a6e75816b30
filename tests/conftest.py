"""What all tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

# Before Qt and torch are imported anywhere.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["MEDPRUNE_LANGUAGE"] = "en"

import pytest
from hypothesis import settings

# Machines are shared and noisy: how long an example took says nothing.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session", autouse=True)
def _own_certificates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Certificates that the tests keep, and code that they confirm, are not the user's, nor his theirs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDPRUNE_CACHE", str(tmp_path_factory.mktemp("certificates")))
        patch.setenv("MEDPRUNE_CONFIG", str(tmp_path_factory.mktemp("confirmed")))
        yield


@pytest.fixture(scope="session")
def data_root() -> Path:
    """The folder with real images and networks; tests that need it are skipped where it is missing."""
    root = Path(os.environ.get("MEDPRUNE_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not root.is_dir():
        pytest.skip(f"no real data in {root}: set MEDPRUNE_DATA to the folder that holds them")
    return root
