"""What is tried on a private copy of a network leaves nothing behind in the network."""

from __future__ import annotations

import threading

import pytest
import torch
from leaving_traces import LeavingTraces
from torch import nn

from medprune_gui.engine.errors import ArchitectureError
from medprune_gui.engine.models.complexity import count_macs
from medprune_gui.engine.models.copies import private_copy
from medprune_gui.engine.models.memory import peak_memory

X = torch.rand(2, 6)


def test_a_copy_shares_parameters_and_nothing_else():
    model = LeavingTraces()
    copied = private_copy(model)
    assert [id(p) for p in copied.parameters()] == [id(p) for p in model.parameters()]
    copied(X).sum().backward()
    assert model.untouched
    assert not copied.untouched
    copied.to("meta")
    assert not any(p.is_meta for p in model.parameters())


@pytest.mark.parametrize("measure", [count_macs, peak_memory])
def test_measuring_leaves_no_trace(measure):
    model = LeavingTraces().train()
    before = measure(model, X)
    assert model.untouched
    assert all(module.training for module in model.modules())
    assert measure(model, X) == before


def test_layers_without_weights_are_counted_and_stay_without():
    model = nn.Sequential(nn.LazyLinear(3), nn.ReLU(), nn.LazyLinear(2))
    found = count_macs(model, X)
    assert (found.macs, found.parameters) == (6 * 3 + 3 * 2, 7 * 3 + 4 * 2)
    assert isinstance(model[0], nn.LazyLinear)
    assert model[0].has_uninitialized_params()


def test_kept_results_of_operations_are_copied():
    model = LeavingTraces()
    model.scale = model.layer.weight.sum(1) * 2
    assert torch.equal(private_copy(model)(X), model(X))


@pytest.mark.filterwarnings("ignore:.torch.nn.utils.weight_norm.*:FutureWarning")
def test_weights_made_of_others_are_copied():
    model = nn.utils.weight_norm(nn.Linear(6, 3))
    assert count_macs(model, X).macs == 6 * 3


def test_what_cannot_be_copied_is_named():
    model = LeavingTraces()
    model.lock = threading.Lock()
    with pytest.raises(ArchitectureError, match=r"LeavingTraces.*lock"):
        count_macs(model, X)
