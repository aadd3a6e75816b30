"""On networks made up at random: every coupling is predicted, so that no trial fails, and removed equals zeroed."""

from __future__ import annotations

import torch
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

from medprune_gui.engine.pruning import apply_mask, shrink, trace_channels

KINDS = (
    "conv", "conv", "grouped", "depthwise", "down-up", "transposed-depthwise", "batch-norm", "instance-norm",
    "group-norm", "prelu", "relu", "cat", "add", "multiply", "gate", "channel-attention", "split", "split-swap",
    "pixel-shuffle", "channel-shuffle", "pool", "unpool", "pad",
)  # fmt: skip
#: Kind, number of an earlier value, and a number from which sizes are derived.
Step = tuple[str, int, int]


def divisor(width: int, wish: int) -> int:
    """Return a divisor of a width, larger than 1 where there is one."""
    found = [d for d in range(2, width + 1) if width % d == 0] or [1]
    return found[wish % len(found)]


class Layer(nn.Module):
    """One step of a random network; where a kind does not fit the widths, a plain convolution or activation."""

    def __init__(self, step: Step, width: int, other: int) -> None:
        super().__init__()
        kind, _, wish = step
        free = (4, 5, 6, 8, 12)[wish % 5]
        groups = divisor(width, wish)
        if kind in ("add", "multiply") and width != other:
            kind = "relu"
        if kind in ("split", "split-swap", "channel-shuffle") and width % 2:
            kind = "conv"
        if kind in ("depthwise", "transposed-depthwise", "grouped") and width == 1:
            kind = "conv"
        self.kind = kind
        self.width = {"conv": free, "cat": width + other, "down-up": free, "pixel-shuffle": free}.get(kind, width)
        layers: dict[str, list[nn.Module]] = {
            "conv": [nn.Conv2d(width, free, 3, padding=1)],
            "grouped": [nn.Conv2d(width, width, 3, padding=1, groups=groups)],
            "depthwise": [nn.Conv2d(width, width, 3, padding=1, groups=width)],
            "down-up": [nn.Conv2d(width, free, 2, 2), nn.ReLU(), nn.ConvTranspose2d(free, free, 2, 2)],
            "transposed-depthwise": [nn.ConvTranspose2d(width, width, 2, 2, groups=width), nn.AvgPool2d(2)],
            "batch-norm": [nn.BatchNorm2d(width)],
            "instance-norm": [nn.InstanceNorm2d(width, affine=bool(wish % 2))],
            "group-norm": [nn.GroupNorm(groups, width)],
            "prelu": [nn.PReLU(width)],
            "gate": [nn.Conv2d(width, 1 if wish % 2 else width, 1), nn.Sigmoid()],
            "channel-attention": [
                nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, 3), nn.ReLU(), nn.Linear(3, width),
                nn.Sigmoid(),
            ],
            "pixel-shuffle": [nn.Conv2d(width, 4 * free, 1), nn.PixelShuffle(2), nn.MaxPool2d(2)],
            "pool": [nn.MaxPool2d(3, 2, 1) if wish % 2 else nn.AvgPool2d(2), nn.Upsample(scale_factor=2)],
            "pad": [nn.ReflectionPad2d(1), nn.AvgPool2d(3, 1)],
        }  # fmt: skip
        self.layers = nn.Sequential(*layers.get(kind, []))

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        match self.kind:
            case "cat":
                return torch.cat([x, y], 1)
            case "add":
                return x + y
            case "multiply":
                return x * y.tanh()
            case "relu":
                return x.relu()
            case "gate":
                return x * self.layers(x)
            case "channel-attention":
                return x * self.layers(x)[:, :, None, None]
            case "split":
                first, second = x.chunk(2, 1)
                return torch.cat([first * second.sigmoid(), second], 1)
            case "split-swap":
                return torch.cat(x.split(x.shape[1] // 2, 1)[::-1], 1)
            case "channel-shuffle":
                n, c, h, w = x.shape
                return x.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)
            case "unpool":
                # A slope, for among equal values rounding would choose which of them is the largest.
                slope = torch.linspace(0.0, 1.0, x.shape[-1], dtype=x.dtype)
                pooled, places = functional.max_pool2d(x + slope + 2.0 * slope[:, None], 2, return_indices=True)
                return functional.max_unpool2d(pooled, places, 2)
        return self.layers(x)


class RandomNetwork(nn.Module):
    """A random graph: each step takes the last value, and some an earlier one too; it ends in values or classes."""

    def __init__(self, steps: list[Step], flat: bool, seed: int) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.steps = steps
        widths = [1]
        self.layers = nn.ModuleList()
        for step in steps:
            layer = Layer(step, widths[-1], widths[step[1] % len(widths)])
            self.layers.append(layer)
            widths.append(layer.width)
        dense = nn.Sequential(nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(4 * widths[-1], 3))
        self.out = dense if flat else nn.Conv2d(widths[-1], 2, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        values = [x]
        for (_, earlier, _), layer in zip(self.steps, self.layers, strict=True):
            values.append(layer(values[-1], values[earlier % len(values)]))
        return self.out(values[-1])


steps = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=10)


@settings(
    max_examples=50,
    phases=(Phase.explicit, Phase.generate),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps, st.booleans(), st.integers(0, 99))
def test_random_graphs_are_exact(make_random_plan, steps, flat, seed) -> None:
    model = RandomNetwork([("conv", 0, 3), *steps], flat, seed).double().eval()
    x = torch.rand(2, 1, 8, 8, dtype=torch.float64)
    graph = trace_channels(model, x)
    assert not [group for group in graph.groups if group.reason and "does not run" in group.reason]
    # Where a norm group or a convolution group is shuffled, only the trial finds that both halves must lose alike.
    if not any(layer.kind == "channel-shuffle" for layer in model.layers):
        assert not [group for group in graph.groups if group.reason and "changes the result" in group.reason]
    assert not graph.unknown_ops
    plan = make_random_plan(graph, seed)
    masked, small = apply_mask(model, plan), shrink(model, plan)
    with torch.no_grad():
        expected, found = masked(x), small(x)
    assert found.shape == expected.shape
    assert (found - expected).abs().max() <= 1e-10 * expected.abs().max()
    assert (sum(p.numel() for p in small.parameters()) < sum(p.numel() for p in model.parameters())) == graph.exact
