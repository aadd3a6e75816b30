"""Scales and integers of weights and inputs: against hand-computed ones, and no worse than the usual scale."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from medprune_gui.engine.models.int8.activations import best_range
from medprune_gui.engine.models.int8.weights import quantise_weight


def squared_error(weight: torch.Tensor, found: torch.Tensor, axis: int) -> torch.Tensor:
    return (weight - found).double().square().movedim(axis, 0).flatten(1).sum(dim=1)


def with_largest_weight(weight: torch.Tensor, axis: int) -> torch.Tensor:
    """Quantise by the usual scale: the largest weight of each channel is 127."""
    rows = weight.movedim(axis, 0)
    scales = rows.flatten(1).abs().amax(dim=1).clamp_min(1e-30) / 127
    scales = scales.reshape(-1, *[1] * (weight.ndim - 1))
    return ((rows / scales).round() * scales).movedim(0, axis)


def test_weights_that_are_integers_times_a_scale_are_found_exactly():
    weight = torch.tensor([[1.27, 0.01, -0.64], [-2.54, 0.0, 1.0]])
    found = quantise_weight(weight, 0)
    assert found.values.dtype == torch.int8
    assert found.values.tolist() == [[127, 1, -64], [-127, 0, 50]]
    torch.testing.assert_close(found.scales, torch.tensor([0.01, 0.02]))
    torch.testing.assert_close(found.dequantised(), weight)


def test_the_scale_is_the_least_squares_fit_to_its_integers():
    # By hand: with 127 and 0.4 of a step the usual scale 1.0 leaves an error of 0.4; s = <w, q> / <q, q> leaves less.
    weight = torch.tensor([[127.0, 100.4, 50.4, 25.4]])
    found = quantise_weight(weight, 0)
    integers = found.values.double()
    fitted = (weight.double() @ integers.T) / (integers @ integers.T)
    assert float(found.scales) == pytest.approx(float(fitted), rel=1e-6)
    least = float(squared_error(weight, found.dequantised(), 0))
    usual = float(squared_error(weight, with_largest_weight(weight, 0), 0))
    assert usual == pytest.approx(3 * 0.4**2, rel=1e-4)
    assert least < 0.8 * usual


@given(
    seed=st.integers(0, 2**31),
    shape=st.sampled_from([(5, 3, 3, 3), (3, 5, 2, 2), (7, 40), (2, 1)]),
    axis=st.sampled_from([0, 1]),
    tails=st.sampled_from([1.0, 3.0]),
    size=st.sampled_from([1e-6, 1.0, 1e4]),
)
@settings(max_examples=60, deadline=None)
def test_no_channel_is_worse_than_with_its_largest_weight(seed, shape, axis, tails, size):
    draw = torch.Generator().manual_seed(seed)
    weight = torch.randn(shape, generator=draw)
    weight = size * weight.sign() * weight.abs() ** tails
    found = quantise_weight(weight, axis)
    assert found.scales.shape == (shape[axis],)
    assert bool((found.scales > 0).all())
    ours, usual = (
        squared_error(weight, approximated, axis)
        for approximated in (found.dequantised(), with_largest_weight(weight, axis))
    )
    assert bool((ours <= usual * (1 + 1e-5)).all())
    # What is not clipped is off by half a step at most; clipping only ever lowers the sum.
    steps = weight.movedim(axis, 0).flatten(1).abs().amax(dim=1).double() / 127
    assert bool((ours <= weight.numel() / shape[axis] * (steps / 2) ** 2 * (1 + 1e-5)).all())


def test_scales_of_least_error_beat_the_largest_weight_and_one_scale_for_all_channels():
    draw = torch.Generator().manual_seed(0)
    weight = torch.randn(16, 8, 3, 3, generator=draw) * torch.logspace(-2, 0, 16)[:, None, None, None]
    ours = float(squared_error(weight, quantise_weight(weight, 0).dequantised(), 0).sum())
    assert ours < 0.99 * float(squared_error(weight, with_largest_weight(weight, 0), 0).sum())
    one_scale = with_largest_weight(weight.reshape(1, -1), 0).reshape(weight.shape)
    assert ours < 0.4 * float(squared_error(weight, one_scale, 0).sum())


@pytest.mark.parametrize("value", [0.0, 1e-44, -3.0])
def test_channels_of_one_value_are_kept(value):
    weight = torch.full((2, 3), value)
    torch.testing.assert_close(quantise_weight(weight, 0).dequantised(), weight)


def test_a_uniform_input_keeps_its_whole_range():
    # By hand: 4 / 255 a step, and 1 below zero is 63.75 of them.
    found = best_range(torch.ones(4096), -1.0, 3.0)
    assert found.scale == pytest.approx(4 / 255, rel=0.02)
    assert found.zero_point == 64


def test_an_outlier_does_not_cost_all_other_values_their_precision():
    counts = torch.zeros(4096)
    counts[:1024] = 1000.0
    counts[-1] = 1.0
    found = best_range(counts, 0.0, 4.0)
    assert found.zero_point == 0
    assert found.scale < 0.6 * 4 / 255

    def error(scale: float) -> float:
        middles = (torch.arange(4096) + 0.5) * 4 / 4096
        stored = (middles / scale).round().clamp(0, 255) * scale
        return float(counts @ (stored - middles).square())

    assert error(found.scale) < error(4 / 255)


def test_inputs_below_zero_and_inputs_of_nothing_but_zeros():
    below = best_range(torch.ones(64), -2.55, 0.0)
    assert (below.zero_point, below.scale) == (255, pytest.approx(0.01, rel=0.02))
    assert best_range(torch.zeros(64), 0.0, 0.0).scale > 0
