"""What a criterion may look at besides the weights: cases, the size of an input, a seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.models.complexity import ExampleInputs, as_inputs

#: From what the network puts out and the targets to a scalar.
LossFunction = Callable[[Any, torch.Tensor], torch.Tensor]

#: Inputs, one tensor per argument of ``forward``, and targets.
Batch = tuple[tuple[torch.Tensor, ...], torch.Tensor]


@dataclass(frozen=True, eq=False)
class CriterionData:
    """Labelled cases for criteria that look at what a network does with them.

    Attributes
    ----------
    batches
        (inputs, targets) each; inputs are (case, channel, ...), or one such tensor per argument of ``forward``.
        Tensors with metadata, such as MONAI's, are read as plain ones.
    loss
        What the network is trained with: (output, targets) -> scalar.
    """

    batches: tuple[tuple[ExampleInputs, torch.Tensor], ...]
    loss: LossFunction

    def __post_init__(self) -> None:
        if not self.batches:
            raise ConfigError("there are no cases to compute importance from", where="data")
        plain = tuple((tuple(map(as_plain, as_inputs(x))), as_plain(targets)) for x, targets in self.batches)
        for inputs, targets in plain:
            if any(len(x) != len(targets) for x in inputs) or len(targets) == 0:
                raise ConfigError(
                    f"a batch has {' and '.join(str(len(x)) for x in inputs)} inputs and {len(targets)} targets",
                    where="data",
                )
        object.__setattr__(self, "batches", plain)

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return sum(len(targets) for _, targets in self.batches)

    def on(self, model: nn.Module) -> Iterator[Batch]:
        """Yield the batches on a network's device, real numbers in the type of its weights."""
        device, dtype = place_of(model)
        for inputs, targets in self.batches:
            yield tuple(_moved(x, device, dtype) for x in as_inputs(inputs)), targets.to(device)

    def single_cases(self, model: nn.Module) -> Iterator[Batch]:
        """Yield the cases one by one, each as a batch."""
        for inputs, targets in self.on(model):
            for case in range(len(targets)):
                yield tuple(x[case : case + 1] for x in inputs), targets[case : case + 1]


@dataclass(frozen=True, eq=False)
class Evidence:
    """Everything that a criterion is given besides the network.

    Attributes
    ----------
    seed
        For criteria that draw at random.
    data
        Cases, where there are any.
    input_shapes
        Shape of one case's input, (1, channel, ...), per argument of ``forward``; empty: unknown.
    """

    seed: int = 0
    data: CriterionData | None = None
    input_shapes: tuple[tuple[int, ...], ...] = ()

    def cases_for(self, criterion: str) -> CriterionData:
        """Return the cases.

        Raises
        ------
        ConfigError
            There are none.
        """
        if self.data is None:
            raise ConfigError(
                f"the criterion {criterion} looks at training cases, and none were given",
                where="criterion",
                remedy="Give plan_pruning labelled cases as data, or choose a criterion without them, such as l1",
            )
        return self.data

    def ones_for(self, criterion: str, model: nn.Module) -> tuple[torch.Tensor, ...]:
        """Return inputs of one case that are 1 everywhere, on the device and in the type of a network.

        Raises
        ------
        ConfigError
            The size of an input is not known.
        """
        shapes = self.input_shapes
        if not shapes and self.data is not None:
            shapes = tuple((1, *x.shape[1:]) for x in as_inputs(self.data.batches[0][0]))
        if not shapes:
            raise ConfigError(
                f"the criterion {criterion} needs to know the size of the network's input",
                where="criterion",
                remedy="Trace the network's channels with trace_channels, or give plan_pruning labelled cases as data",
            )
        device, dtype = place_of(model)
        return tuple(torch.ones(shape, device=device, dtype=dtype) for shape in shapes)


def as_plain(tensor: torch.Tensor) -> torch.Tensor:
    """Return a tensor's values without metadata and without a history of gradients."""
    return tensor.detach().as_subclass(torch.Tensor)


def place_of(model: nn.Module) -> tuple[torch.device, torch.dtype]:
    """Return the device and the floating-point type of a network's weights."""
    for parameter in model.parameters():
        if parameter.is_floating_point():
            return parameter.device, parameter.dtype
    return torch.device("cpu"), torch.get_default_dtype()


def _moved(x: torch.Tensor, device: torch.device, dtype: torch.dtype) -> torch.Tensor:
    return x.to(device, dtype) if x.is_floating_point() else x.to(device)
