"""Whatever a network's own code raises, the user reads which network and which input it was."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from medprune_gui.engine.config import ModelConfig
from medprune_gui.engine.errors import ArchitectureError, OutOfMemoryError
from medprune_gui.engine.models import builders
from medprune_gui.engine.models.complexity import count_macs
from medprune_gui.engine.models.failures import NETWORK_FAILURES, failure_in_words
from medprune_gui.engine.models.int8 import quantise_int8
from medprune_gui.engine.models.memory import peak_memory
from medprune_gui.engine.models.prediction import predict_at_once
from medprune_gui.engine.models.registry import build_network
from medprune_gui.engine.models.runtimes import ready_to_run

X = torch.rand(1, 2, 8, 8)


class Failing(nn.Module):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.layer, self.error = nn.Conv2d(2, 3, 1), error

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.layer(x)
        raise self.error


def time_once(model: nn.Module) -> None:
    with ready_to_run(model, X) as run:
        run()


USES = {
    "MACs": lambda model: count_macs(model, X),
    "memory": lambda model: peak_memory(model, X),
    "time": time_once,
    "prediction": lambda model: predict_at_once(model, X.numpy().astype(np.float32), "segmentation"),
    "int8": lambda model: quantise_int8(model, [X]),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
@pytest.mark.parametrize("kind", [*NETWORK_FAILURES, KeyError, ZeroDivisionError, NotImplementedError])
def test_a_failure_names_the_network_and_its_input(use, kind):
    with pytest.raises(ArchitectureError, match=r"Failing: .*\(1, 2, 8, 8\): .*sizes"):
        use(Failing(kind("sizes")))


@pytest.mark.parametrize("use", USES.values(), ids=USES)
@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("can't allocate memory: you tried to allocate 1 TB")])
def test_too_little_memory_is_no_fault_of_the_network(use, error):
    with pytest.raises(OutOfMemoryError, match=r"Failing: .*\(1, 2, 8, 8\) needs more memory"):
        use(Failing(error))


def test_words_say_what_the_message_alone_does_not():
    assert failure_in_words(KeyError("image")) == "KeyError: 'image'"
    assert failure_in_words(AssertionError()) == "AssertionError"
    assert failure_in_words(RuntimeError("mat1 and mat2")) == "mat1 and mat2"


@pytest.mark.parametrize("kind", [ZeroDivisionError, AssertionError, KeyError])
def test_a_builder_that_fails_is_told_of_its_parameters(kind, monkeypatch):
    def fail(*_):
        raise kind

    monkeypatch.setitem(builders._BUILDERS, "article", fail)
    with pytest.raises(ArchitectureError, match=r"model\.parameters"):
        build_network(ModelConfig(), "classification", 2, (32, 32))
