"""Cells: weights that are set to zero together, ranked by their mean importance."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from medprune_gui.engine.settings.allocations import Allocation


def choose_cells(
    importance: Mapping[str, torch.Tensor],
    cells: Mapping[str, torch.Tensor],
    amount: float,
    allocation: Allocation,
    *,
    least: int = 0,
    relative: bool = False,
    parts: Mapping[str, int] | None = None,
) -> dict[str, torch.Tensor]:
    """Zero the share ``amount`` of all cells, exactly: round(amount x cells), as far as ``least`` allows.

    Parameters
    ----------
    importance
        Name -> importance of each weight; minus infinity: zeroed already.
    cells
        Name -> the cell of each weight, numbered from 0 in each parameter, in the shape of its importance.
    allocation
        ``global`` ranks all cells together, ``uniform`` zeroes the same share in each parameter.
    least
        Cells that stay in each parameter in any case.
    relative
        Divide by the mean of each parameter before ranking, so that layers of different scale compare.
    parts
        Name -> in how many equal parts, along axis 0, a cell stays in any case.

    Returns
    -------
    Name -> True where a weight stays.
    """
    values = {name: _means(importance[name], cells[name], relative) for name in cells}
    gone = {name: torch.zeros(own.numel(), dtype=torch.bool) for name, own in values.items()}
    # Stable, so that equal values fall the same way each time and a larger amount zeroes a superset.
    candidates = {name: torch.argsort(own, stable=True)[: max(own.numel() - least, 0)] for name, own in values.items()}
    for name, count in (parts or {}).items():
        own = cells[name].reshape(count, -1)
        best = own.gather(1, values[name][own].argmax(dim=1, keepdim=True))
        candidates[name] = candidates[name][~torch.isin(candidates[name], best)]
    if allocation == "uniform":
        for name, own in values.items():
            gone[name][candidates[name][: round(amount * own.numel())]] = True
    elif values:
        names = list(values)
        owner = torch.cat([torch.full_like(candidates[name], number) for number, name in enumerate(names)])
        place = torch.cat([candidates[name] for name in names])
        order = torch.argsort(torch.cat([values[name][candidates[name]] for name in names]), stable=True)
        order = order[: round(amount * sum(own.numel() for own in values.values()))]
        for number, name in enumerate(names):
            gone[name][place[order[owner[order] == number]]] = True
    return {name: ~gone[name][cells[name]] for name in cells}


def share_gone(kept: Mapping[str, torch.Tensor], cells: Mapping[str, torch.Tensor] | None = None) -> float:
    """Return the share of all cells, or of all weights, of which nothing stays.

    Parameters
    ----------
    kept
        Name -> True where a weight stays.
    cells
        Name -> the cell of each weight, in the same shape; None: each weight is one.
    """
    gone = total = 0
    for name, stays in kept.items():
        left = stays.flatten()
        if cells is not None:
            left = torch.zeros(int(cells[name].max()) + 1, dtype=torch.bool)
            left[cells[name][stays]] = True
        total += left.numel()
        gone += left.numel() - int(torch.count_nonzero(left))
    return gone / total if total else 0.0


def _means(importance: torch.Tensor, cells: torch.Tensor, relative: bool) -> torch.Tensor:
    flat = cells.flatten()
    count = torch.bincount(flat)
    means = torch.bincount(flat, weights=importance.double().flatten().cpu()) / count
    if relative:
        known = means[torch.isfinite(means)]
        mean = float(known.mean()) if known.numel() else 0.0
        if mean > 0:
            means = means / mean
    return means
