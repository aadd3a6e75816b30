from __future__ import annotations

import copy
import gc
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from medprune_gui.engine.errors import InputError
from medprune_gui.engine.evaluation.latency import latency_ratio, measure_in_turns, summarise
from medprune_gui.engine.records import LatencySamples


class _Watched(nn.Module):
    """A real convolution that writes down how it was called."""

    def __init__(self, name: str, log: list[str], width: int = 16) -> None:
        super().__init__()
        # A function, which copies share: a private copy is what runs.
        self.name, self.log = name, log.append
        self.body = nn.Sequential(nn.Conv2d(1, width, 3), nn.Dropout(), nn.Conv2d(width, width, 3))

    def forward(self, images):
        assert not self.body[1].training
        assert torch.is_inference_mode_enabled()
        assert not gc.isenabled()
        self.log(self.name)
        return self.body(images)


def measured(a, b, images, **options):
    generator = measure_in_turns(a, b, images, **options)
    steps = []
    try:
        while True:
            steps.append(next(generator))
            assert not torch.is_inference_mode_enabled()
            assert gc.isenabled()
    except StopIteration as done:
        return steps, done.value


def test_networks_are_measured_in_turns_and_left_as_found():
    log: list[str] = []
    a, b = _Watched("A", log), _Watched("B", log)
    b.body[0].eval()
    steps, samples = measured(a, b, torch.rand(3, 1, 16, 16), warm_up=2, repeats=7)
    assert log == ["A", "B", "B", "A"] * 4 + ["A", "B"]
    assert (len(samples.original), len(samples.pruned)) == (7, 7)
    assert steps[-1] == (9, 9)
    assert (samples.batch, samples.threads, samples.warm_up, samples.device) == (3, torch.get_num_threads(), 2, "cpu")
    assert a.training
    assert b.training
    assert not b.body[0].training
    generator = measure_in_turns(a, b, torch.rand(1, 1, 64, 64), warm_up=0, repeats=10_000)
    next(generator)
    generator.close()
    assert a.body[1].training
    assert gc.isenabled()
    with pytest.raises(InputError):
        next(measure_in_turns(a, b, torch.rand(1, 1, 8, 8), warm_up=1, repeats=0))


def test_a_network_against_itself_is_even_and_a_smaller_one_faster():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        network = nn.Sequential(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 32, 3))
        small = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Conv2d(4, 4, 3))
        images = torch.rand(1, 1, 64, 64)
        _, same = measured(network, copy.deepcopy(network), images, warm_up=10, repeats=150)
        # Wide, for a busy machine; on a quiet one it is within 1 %.
        assert 0.85 < latency_ratio(same) < 1.15
        _, faster = measured(network, small, images, warm_up=10, repeats=80)
        assert latency_ratio(faster) > 2
    finally:
        torch.set_num_threads(threads)


def test_summary_is_the_percentiles():
    samples = LatencySamples(tuple(range(1, 102)), (2.0,) * 101, "eager", 1, 4, 10, "cpu")
    original, pruned = summarise(samples)
    assert (original.p50, original.p90, original.p99) == (51, 91, 100)
    assert (pruned.p50, pruned.batch, pruned.runtime) == (2.0, 4, "eager")
    assert latency_ratio(samples) == pytest.approx(51 / 2)


def test_the_ratio_compares_runs_that_were_neighbours():
    # The machine is three times slower in the second half and in one run more: pairs do not care, medians would.
    original = (1.0, 1.0, 1.0, 3.0, 3.0)
    samples = LatencySamples(original, (0.5, 0.5, 1.5, 1.5, 1.5), "eager", 1, 1, 0, "cpu")
    assert latency_ratio(samples) == 2
    assert np.median(samples.original) / np.median(samples.pruned) < 1
    assert np.isnan(latency_ratio(replace(samples, original=(), pruned=())))
