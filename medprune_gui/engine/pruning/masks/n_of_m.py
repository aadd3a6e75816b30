"""N of each M weights along a layer's inputs, as sparse tensor cores read them.

A. Mishra et al., Accelerating sparse deep neural networks, 2021, arXiv:2104.08378 (2:4); A. Zhou et al., Learning N:M
fine-grained structured sparse neural networks from scratch, ICLR 2021, arXiv:2102.04010.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch

from medprune_gui.engine.settings.allocations import Allocation


def zero_n_of_m(
    importance: Mapping[str, torch.Tensor],
    kept: int,
    group: int,
    amount: float,
    allocation: Allocation,
) -> dict[str, torch.Tensor]:
    """Bring groups of M weights to their N most important ones.

    A smaller amount than the pattern's own brings fewer groups to the pattern, those first that lose least by it:
    exactly round(amount / (1 - N/M) x groups).

    Parameters
    ----------
    importance
        Name -> (output, input, kernel); the inputs must be a multiple of M.
    kept, group
        N and M.

    Returns
    -------
    Name -> True where a weight stays, in the shape of its importance.
    """
    share = min(amount / (1.0 - kept / group), 1.0)
    sorted_groups, losses = {}, {}
    for name, rows in importance.items():
        parted = rows.double().cpu().transpose(1, 2).reshape(-1, group)
        order = torch.argsort(parted, dim=1, stable=True)[:, : group - kept]
        sorted_groups[name] = order
        losses[name] = parted.gather(1, order).sum(dim=1)
    if allocation == "uniform":
        chosen = {name: _lowest(own, round(share * own.numel())) for name, own in losses.items()}
    else:
        joint = torch.cat(list(losses.values())) if losses else torch.empty(0)
        parts = torch.split(_lowest(joint, round(share * joint.numel())), [own.numel() for own in losses.values()])
        chosen = dict(zip(losses, parts, strict=True))
    keep = {}
    for name, rows in importance.items():
        outputs, inputs, places = rows.shape
        mask = torch.ones(losses[name].numel(), group, dtype=torch.bool)
        mask[chosen[name]] = mask[chosen[name]].scatter(1, sorted_groups[name][chosen[name]], False)
        keep[name] = mask.reshape(outputs, places, inputs).transpose(1, 2)
    return keep


def _lowest(values: torch.Tensor, count: int) -> torch.Tensor:
    chosen = torch.zeros(values.numel(), dtype=torch.bool)
    chosen[torch.argsort(values, stable=True)[:count]] = True
    return chosen
