"""On small hand-made networks: every kind of coupling is found, and what cannot be done is frozen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn
from torch.nn import functional

from medprune_gui.engine.errors import ArchitectureError
from medprune_gui.engine.pruning import ChannelGraph, trace_channels

Forward = Callable[[nn.ModuleDict, torch.Tensor], torch.Tensor]


class Net(nn.Module):
    def __init__(self, layers: dict[str, nn.Module], forward: Forward) -> None:
        super().__init__()
        self.layers = nn.ModuleDict(layers)
        self._run = forward

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self._run(self.layers, x)


def conv(a: int, b: int, **options: object) -> nn.Conv2d:
    return nn.Conv2d(a, b, 3, padding=1, **options)  # type: ignore[arg-type]


def sizes(graph: ChannelGraph) -> dict[str, int]:
    return {group.name.removeprefix("layers."): group.size for group in graph.groups if group.prunable}


def reasons(graph: ChannelGraph) -> dict[str, str]:
    return {group.name.removeprefix("layers."): group.reason for group in graph.groups if group.reason}


def flat(layers: nn.ModuleDict, x: torch.Tensor) -> torch.Tensor:
    return layers["out"](functional.adaptive_avg_pool2d(functional.relu(layers["a"](x)), 3).flatten(1))


def squeeze(layers: nn.ModuleDict, x: torch.Tensor) -> torch.Tensor:
    x = layers["a"](x)
    gate = layers["up"](torch.relu(layers["down"](x.mean((2, 3))))).sigmoid()
    return layers["out"](x * gate[:, :, None, None])


def chunked(layers: nn.ModuleDict, x: torch.Tensor) -> torch.Tensor:
    first, second = layers["a"](x).chunk(2, dim=1)
    return layers["out"](first * second.sigmoid())


def chunked_apart(layers: nn.ModuleDict, x: torch.Tensor) -> torch.Tensor:
    first, second = layers["a"](x).chunk(2, dim=1)
    return layers["out"](first) + layers["other"](second)


def joined(layers: nn.ModuleDict, x: torch.Tensor) -> torch.Tensor:
    a, b = layers["a"](x), layers["b"](x)
    return layers["out"](torch.cat([a, functional.relu(layers["norm"](b)), a], 1))


def written(layers: nn.ModuleDict, x: torch.Tensor) -> torch.Tensor:
    a, b = layers["a"](x), layers["b"](x)
    both = a.new_zeros(a.shape[0], a.shape[1] + b.shape[1], *a.shape[2:])
    both[:, : a.shape[1]] = a
    both[:, a.shape[1] :] = b
    return layers["out"](both)


def shuffled(layers: nn.ModuleDict, x: torch.Tensor) -> torch.Tensor:
    x = layers["a"](x)
    n, c, h, w = x.shape
    return layers["out"](layers["wise"](x.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)))


CHAIN: Forward = lambda layers, x: nn.Sequential(*layers.values())(x)  # noqa: E731
EXACT: dict[str, tuple[dict[str, nn.Module], Forward, dict[str, int]]] = {
    "add": ({"a": conv(1, 6), "b": conv(1, 6), "out": conv(6, 2)},
            lambda m, x: m["out"](functional.relu(m["a"](x) + m["b"](x))), {"a": 6}),
    "concat": ({"a": conv(1, 5), "b": conv(1, 4), "norm": nn.BatchNorm2d(4), "out": conv(14, 2)}, joined,
               {"a": 5, "b": 4}),
    "written-in-place": ({"a": conv(1, 5), "b": conv(1, 4), "out": conv(9, 2)}, written, {"a": 5, "b": 4}),
    "chunk": ({"a": conv(1, 8), "out": conv(4, 2)}, chunked, {"a": 4}),
    "chunk-apart": ({"a": conv(1, 8), "out": conv(4, 2), "other": conv(4, 2)}, chunked_apart, {"a": 4}),
    "channel-shuffle": ({"a": conv(1, 8), "wise": conv(8, 8, groups=8), "out": conv(8, 2)}, shuffled, {"a": 4}),
    "depthwise": ({"a": conv(1, 6), "wise": conv(6, 12, groups=6), "out": conv(12, 2)}, CHAIN, {"a": 6}),
    "grouped": ({"a": conv(1, 8), "grouped": conv(8, 12, groups=4), "out": conv(12, 2)}, CHAIN, {"a": 4}),
    "transposed": ({"a": conv(1, 6), "up": nn.ConvTranspose2d(6, 5, 2, 2), "p": nn.PReLU(5), "out": conv(5, 2)},
                   CHAIN, {"a": 6, "up": 5}),
    "transposed-depthwise": ({"a": conv(1, 6), "up": nn.ConvTranspose2d(6, 6, 2, 2, groups=6), "out": conv(6, 2)},
                             CHAIN, {"a": 6}),
    "pixel-shuffle": ({"a": conv(1, 24), "s": nn.PixelShuffle(2), "out": conv(6, 2)}, CHAIN, {"a": 6}),
    "group-norm": ({"a": conv(1, 12), "norm": nn.GroupNorm(4, 12), "out": conv(12, 2)}, CHAIN, {"a": 4}),
    "group-norm-without-weights": ({"a": conv(1, 12), "norm": nn.GroupNorm(4, 12, affine=False), "out": conv(12, 2)},
                                   CHAIN, {"a": 4}),
    "instance-norm": ({"a": conv(1, 6), "norm": nn.InstanceNorm2d(6), "out": conv(6, 2)}, CHAIN, {"a": 6}),
    "instance-norm-affine": ({"a": conv(1, 6), "norm": nn.InstanceNorm2d(6, affine=True), "out": conv(6, 2)},
                             CHAIN, {"a": 6}),
    "flatten-after-pooling": ({"a": conv(1, 6), "out": nn.Linear(54, 2)}, flat, {"a": 6}),
    "channel-attention": ({"a": conv(1, 8), "down": nn.Linear(8, 4), "up": nn.Linear(4, 8), "out": conv(8, 2)},
                          squeeze, {"a": 8, "down": 4}),
}  # fmt: skip


@pytest.mark.parametrize("name", EXACT)
def test_coupling_is_found_and_exact(name, make_random_plan, prove_exact) -> None:
    torch.manual_seed(0)
    layers, forward, expected = EXACT[name]
    model = Net(layers, forward).double().eval()
    for module in model.modules():
        # The table was made when this file was imported, with whatever random state there was.
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            module.reset_parameters()
    x = torch.rand(2, 1, 12, 12, dtype=torch.float64)
    graph = trace_channels(model, x)
    assert sizes(graph) == expected, reasons(graph)
    if expected:
        prove_exact(model, make_random_plan(graph), x, 1e-10)


def split_by_number(layers: nn.ModuleDict, x: torch.Tensor) -> torch.Tensor:
    first, second = layers["a"](x).split([4, 4], dim=1)
    return layers["out"](first * second)


FROZEN: dict[str, tuple[dict[str, nn.Module], Forward, str]] = {
    "softmax": ({"a": conv(1, 6), "out": conv(6, 2)}, lambda m, x: m["out"](m["a"](x).softmax(1)), "softmax"),
    "mean": ({"a": conv(1, 6), "out": conv(1, 2)}, lambda m, x: m["out"](m["a"](x).mean(1, keepdim=True)), "mean"),
    "layer-norm": ({"a": nn.Linear(12, 6), "n": nn.LayerNorm(6), "out": nn.Linear(6, 2)}, CHAIN, "normalisation"),
    "number-in-the-code": ({"a": conv(1, 8), "out": conv(4, 2)}, split_by_number, "does not run"),
    "added-to-the-picture": ({"a": conv(3, 3), "out": conv(3, 2)}, lambda m, x: m["out"](m["a"](x) + x), "fixed"),
    "single-channel": ({"a": conv(1, 6), "out": conv(1, 2)}, lambda m, x: m["out"](m["a"](x)[:, 2:3]), "number"),
    "unknown-operation": ({"a": conv(1, 6), "out": conv(6, 2)}, lambda m, x: m["out"](torch.fft.fft(m["a"](x)).real),
                          "cannot be followed"),
}  # fmt: skip


@pytest.mark.parametrize("name", FROZEN)
def test_what_cannot_be_done_is_frozen_with_a_reason(name) -> None:
    torch.manual_seed(0)
    layers, forward, reason = FROZEN[name]
    graph = trace_channels(Net(layers, forward), torch.rand(1, 3 if name == "added-to-the-picture" else 1, 12, 12))
    assert sizes(graph) == {}
    assert any(reason in why for group, why in reasons(graph).items() if group.startswith("a"))


def test_heads_used_only_in_training_are_seen() -> None:
    class Supervised(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.out, self.head = conv(1, 6), conv(6, 2), conv(6, 3)

        def forward(self, x: torch.Tensor) -> torch.Tensor | tuple[torch.Tensor, torch.Tensor]:
            x = self.a(x)
            return (self.out(x), self.head(x)) if self.training else self.out(x)

    graph = trace_channels(Supervised(), torch.rand(1, 1, 8, 8))
    group = next(group for group in graph.groups if group.name == "a")
    assert group.prunable
    assert "head.weight" in {slot.parameter for slot in group.slots}
    assert next(g for g in graph.groups if g.name == "head").reason == "its channels are the network's output"


class Remembering(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a, self.out = conv(1, 8), conv(8, 3)
        self.register_buffer("runs", torch.zeros(()))
        self.scale: torch.Tensor | None = None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.runs += 1
        if self.scale is None:
            self.scale = torch.full((), 0.5)
        return self.out(self.a(x).relu() * self.scale)


@pytest.mark.parametrize("size", [16, 300], ids=["run", "followed by shapes"])
def test_what_a_network_counts_and_keeps_is_not_the_tracings(size) -> None:
    model = Remembering()
    graph = trace_channels(model, torch.rand(1, 1, size, size), certify=False)
    assert sizes(graph) == {"a": 8}
    assert float(model.runs) == 0
    assert model.scale is None


def test_layers_without_weights_are_refused_and_stay_without() -> None:
    model = nn.Sequential(nn.LazyConv2d(8, 3), nn.ReLU(), nn.LazyConv2d(2, 3))
    with pytest.raises(ArchitectureError, match="Run the network once"):
        trace_channels(model, torch.rand(1, 1, 16, 16))
    assert model[0].has_uninitialized_params()
    model(torch.rand(1, 1, 16, 16))
    assert [group.size for group in trace_channels(model, torch.rand(1, 1, 16, 16)).groups if group.prunable] == [8]


def test_tracing_within_inference_mode_finds_the_same_channels() -> None:
    model = nn.Sequential(conv(1, 8), nn.BatchNorm2d(8), nn.ReLU(), conv(8, 3))
    with torch.inference_mode():
        graph = trace_channels(model, torch.rand(1, 1, 16, 16))
    assert [(group.size, group.prunable) for group in graph.groups] == [(8, True), (3, False)]
