"""Losses and gradients of a private copy of a network, so that nothing of the network itself changes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping

import torch
from torch import nn

from medprune_gui.engine.errors import ConfigError, OutOfMemoryError
from medprune_gui.engine.models.complexity import plain_attention
from medprune_gui.engine.models.failures import NETWORK_FAILURES, failure_in_words, is_out_of_memory
from medprune_gui.engine.models.randomness import private_random
from medprune_gui.engine.pruning.criteria.evidence import Batch, LossFunction, as_plain, place_of
from medprune_gui.engine.pruning.masking import maskable_weights
from medprune_gui.engine.pruning.shrinking import copy_of


@contextlib.contextmanager
def copy_for_criterion(model: nn.Module, criterion: str, seed: int = 0) -> Iterator[nn.Module]:
    """Work on a copy in evaluation mode, all of whose parameters take gradients; random numbers come back as found.

    Evaluation mode makes the importance a function of the weights and cases alone: no dropout, no batch statistics.

    Raises
    ------
    ConfigError
        In place of what goes wrong with this network and these cases.
    OutOfMemoryError
        There is too little memory.
    """
    device, _ = place_of(model)
    with (
        _errors_in_words(criterion),
        torch.inference_mode(False),
        torch.enable_grad(),
        private_random((seed % 2**63,), device),
        plain_attention(),
    ):
        private: nn.Module = copy_of(model).eval()
        for parameter in private.parameters():
            parameter.requires_grad_(parameter.is_floating_point())
        yield private


def loss_of(model: nn.Module, batch: Batch, loss: LossFunction) -> torch.Tensor:
    """Return the loss of a batch, with its history.

    Raises
    ------
    ConfigError
        It is not finite.
    """
    inputs, targets = batch
    value = loss(model(*inputs), targets).as_subclass(torch.Tensor)
    if not bool(torch.isfinite(value).all()):
        raise ConfigError("the loss of the network is not finite", where="criterion", remedy="Train the network anew")
    return value.mean()


def gradients(
    loss: torch.Tensor, parameters: Mapping[str, torch.Tensor], keep_history: bool = False
) -> dict[str, torch.Tensor]:
    """Return the gradient of each parameter; zeros where the loss does not depend on it."""
    found = torch.autograd.grad(
        loss, list(parameters.values()), create_graph=keep_history, allow_unused=True, materialize_grads=True
    )
    return dict(zip(parameters, found, strict=True))


def weights_of(model: nn.Module) -> dict[str, nn.Parameter]:
    """Return the weights that criteria speak of."""
    return maskable_weights(model)


def gradients_by_batch(
    model: nn.Module, batches: Iterable[Batch], loss: LossFunction, parameters: Mapping[str, torch.Tensor]
) -> Iterator[dict[str, torch.Tensor]]:
    """Yield the gradients of each batch's loss."""
    for batch in batches:
        yield {name: as_plain(g) for name, g in gradients(loss_of(model, batch, loss), parameters).items()}


@contextlib.contextmanager
def _errors_in_words(criterion: str) -> Iterator[None]:
    try:
        yield
    except (*NETWORK_FAILURES, MemoryError) as error:
        if is_out_of_memory(error):
            raise OutOfMemoryError(
                f"computing the criterion {criterion} needs more memory than there is",
                where="criterion",
                remedy="Choose smaller images, a smaller network, or a criterion without cases, such as l1",
            ) from error
        raise ConfigError(
            f"the criterion {criterion} cannot be computed on this network: {failure_in_words(error)}",
            where="criterion",
            remedy="Choose another criterion",
        ) from error
