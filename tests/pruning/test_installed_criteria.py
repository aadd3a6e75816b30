"""Criteria of installed packages: found by their metadata, listed without an import, used like MedPrune's own."""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from torch import nn

from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.pruning import PruningConfig, importance_table, plan_pruning, trace_channels
from medprune_gui.engine.pruning.criteria import find_criterion
from medprune_gui.engine.settings.criterion_names import BUILT_IN, catalogue

MODULE = '''
import torch
from medprune_gui.engine.pruning.criteria import Criterion

class Newest(Criterion):
    """The later an entry stands, the more it matters."""

    def weight_importance(self, model, evidence):
        return {
            name: torch.arange(p.numel(), dtype=torch.float32).reshape(p.shape)
            for name, p in model.named_parameters() if p.ndim > 1
        }

class Unrelated:
    pass
'''

Install = Callable[[str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Install a package as pip does: its module, and a dist-info folder beside it."""

    def write(entry_points: str) -> None:
        info = tmp_path / "clinic_criteria-1.2.dist-info"
        info.mkdir()
        (tmp_path / "clinic_criteria.py").write_text(MODULE)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: clinic-criteria\nVersion: 1.2\n")
        (info / "entry_points.txt").write_text(f"[medprune.importance]\n{entry_points}\n")
        (info / "RECORD").write_text("clinic_criteria.py,,\n")
        monkeypatch.syspath_prepend(str(tmp_path))
        importlib.invalidate_caches()

    yield write
    sys.modules.pop("clinic_criteria", None)


@pytest.fixture
def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Conv2d(4, 2, 3)).eval()


def test_an_installed_criterion_prunes(install: Install, network: nn.Module) -> None:
    with pytest.raises(ValidationError, match="no such criterion"):
        PruningConfig(criterion="newest", amount=0.5)
    install("newest = clinic_criteria:Newest")
    listed = {info.name: info for info in catalogue()}
    assert list(listed) == [*BUILT_IN, "newest"]
    assert "clinic-criteria 1.2" in listed["newest"].note
    config = PruningConfig(criterion="newest", amount=0.5)
    assert "clinic_criteria" not in sys.modules, "names are checked without importing anything"

    graph = trace_channels(network, torch.rand(1, 1, 9, 9))
    table = importance_table(network, graph, "newest")
    expected = 432.0 + 243.0 * np.arange(4)
    np.testing.assert_allclose(table.units[1:5], expected / expected.mean())
    assert plan_pruning(network, graph, config).kept["0"] == [2, 3]
    masks = plan_pruning(network, graph, PruningConfig(granularity="weight", criterion="newest", amount=0.5)).masks
    assert masks is not None
    assert masks.zeroed == 54


def test_a_name_that_is_taken_stays_medprunes(install: Install, caplog: pytest.LogCaptureFixture) -> None:
    install("l1 = clinic_criteria:Newest")
    with caplog.at_level(logging.WARNING):
        assert [info.name for info in catalogue()] == list(BUILT_IN)
    assert "clinic-criteria 1.2" in caplog.text
    assert type(find_criterion("l1")).__name__ == "L1Norm"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("odd = clinic_criteria:Missing", "cannot be loaded"),
        ("odd = no_such_module:Newest", "cannot be loaded"),
        ("odd = clinic_criteria:Unrelated", "no subclass"),
    ],
)
def test_a_package_that_cannot_be_used_is_named(install: Install, network: nn.Module, entry: str, message: str) -> None:
    install(entry)
    graph = trace_channels(network, torch.rand(1, 1, 9, 9))
    with pytest.raises(ConfigError, match=message) as caught:
        plan_pruning(network, graph, PruningConfig(criterion="odd", amount=0.5))
    assert caught.value.where == entry.partition(" = ")[2]
