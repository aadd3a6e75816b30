"""Masks of weights that are computed from others at each call, as under weight or spectral normalisation.

Weight normalisation (Salimans and Kingma 2016, arXiv:1602.07868) divides directions by their lengths, spectral
normalisation (Miyato et al. 2018, arXiv:1802.05957) a matrix by its norm: where all is zero, the quotient is no number.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import torch
from torch import nn

from medprune_gui.engine.pruning.stored_weights import computed, stored


@dataclass(frozen=True)
class Computed:
    """What may be zeroed of a network's computed weights.

    Attributes
    ----------
    lengths
        Parameter name -> shape of the lengths that it is divided by; of what each of them measures, a weight has to
        stay.
    none
        Parameters that are no weights, for they are lengths, or of which it is not known what their zeros do.
    unknown
        Names of the weights that the latter make.
    """

    lengths: dict[str, tuple[int, ...]]
    none: frozenset[str]
    unknown: tuple[str, ...]


def computed_weights(model: nn.Module) -> Computed:
    """Look through a network; nothing is computed."""
    lengths: dict[str, tuple[int, ...]] = {}
    none: set[str] = set()
    unknown: list[str] = []
    for path, module in model.named_modules():
        prefix = f"{path}." if path else ""
        for name in computed(module):
            kept = stored(module, name)
            none |= {prefix + part for part in kept.tensors if part != kept.zeros}
            if kept.zeros is None:
                unknown.append(prefix + name)
            elif kept.lengths is not None:
                lengths[prefix + kept.zeros] = kept.lengths
    return Computed(lengths, frozenset(none), tuple(unknown))


def strongest(importance: torch.Tensor, lengths: tuple[int, ...]) -> torch.Tensor:
    """Return where the most important weight stands of all that each length measures.

    Parameters
    ----------
    importance
        Of what is divided.
    lengths
        Shape of the lengths: 1 along the axes that they measure, or () for one length of all.

    Returns
    -------
    True at one weight for each length, in the shape of the importance.
    """
    own = [axis for axis, size in enumerate(lengths) if size > 1]
    moved = importance.movedim(own, list(range(len(own))))
    rows = moved.reshape(prod(moved.shape[: len(own)]), -1)
    found = torch.zeros(rows.shape, dtype=torch.bool).scatter(1, rows.argmax(dim=1, keepdim=True), True)
    return found.reshape(moved.shape).movedim(list(range(len(own))), own)
