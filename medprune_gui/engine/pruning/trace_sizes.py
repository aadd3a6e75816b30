"""At which sizes a network is followed: as small as it accepts, for what it does to its channels is the same."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.parameter import is_lazy

from medprune_gui.engine.errors import ArchitectureError, MedPruneError
from medprune_gui.engine.models.complexity import OperationsRun, operations_run
from medprune_gui.engine.models.copies import private_copy
from medprune_gui.engine.models.failures import NETWORK_FAILURES

#: Sizes to trace pictures and volumes at, smallest first; the real size is the last resort. Much smaller ones leave
#: batch normalisation so few values in training that rounding errors grow.
SMALL_SIZES = {1: (64, 128), 2: (64, 96, 128), 3: (32, 64, 96)}

#: Cases traced at once: batch normalisation refuses to train on a single value per channel.
CASES = 2

#: Elements up to which an input is cheaper run than thought through: torch takes a second to load what it computes
#: shapes with.
CHEAP = 2**16

#: Operations that move values about: which of them run depends on sizes, and on how values lie in memory.
MOVES = {
    f"aten.{name}"
    for name in (
        "_reshape_alias", "_to_copy", "_unsafe_view", "alias", "arange", "as_strided", "clone", "constant_pad_nd",
        "copy_", "detach", "empty", "empty_like", "expand", "full", "lift_fresh", "new_zeros", "ones", "permute",
        "reshape", "roll", "scalar_tensor", "select", "slice", "split", "split_with_sizes", "squeeze", "t",
        "transpose", "unbind", "unsqueeze", "view", "zeros", "zeros_like",
    )
}  # fmt: skip

#: Longest length along each spatial axis; None: as given.
Limits = tuple[int, ...] | None


def limits_to_try(inputs: tuple[torch.Tensor, ...]) -> list[Limits]:
    """Return limits from the smallest on; the last is None.

    Between two sizes that are equal along all axes stands one that is longer along the last axis only: it is enough
    for instance normalisation, which refuses a single place, and costs a fraction of the next volume.
    """
    spatial = max((x.ndim - 2 for x in inputs), default=0)
    longest = max((size for x in inputs if x.ndim >= 4 for size in x.shape[2:]), default=0)
    sizes = [size for size in SMALL_SIZES.get(spatial, ()) if size < longest]
    limits: list[Limits] = []
    for size, longer in zip(sizes, [*sizes, longest][1:], strict=True):
        limits.append((size,) * spatial)
        if spatial == 3:
            limits.append((size, size, longer))
    return [*limits, None]


def small_inputs(inputs: tuple[torch.Tensor, ...], limits: Limits) -> tuple[torch.Tensor, ...]:
    """Return random inputs like the given ones, `CASES` each, spatial axes no longer than ``limits``.

    Whole numbers are kept as given.
    """
    made = []
    for x in inputs:
        one = x[:1].cpu() if x.ndim else x.cpu()
        if limits is not None and x.ndim >= 4:
            own = limits[max(len(limits) - x.ndim + 2, 0) :]
            one = one[(slice(None), slice(None), *(slice(0, limit) for limit in own))]
        if x.ndim:
            one = one.repeat(CASES, *([1] * (x.ndim - 1)))
        made.append(torch.randn(one.shape, dtype=one.dtype) if one.is_floating_point() else one.clone())
    return tuple(made)


def operations_at_full_size(model: nn.Module, inputs: tuple[torch.Tensor, ...]) -> OperationsRun:
    """Return what one case runs as given; a large one is not computed where the network's code needs shapes only.

    Raises
    ------
    ArchitectureError
        The network does not run on the example, or has no weights yet that channels could be removed from.
    """
    if any(is_lazy(tensor) for tensor in (*model.parameters(), *model.buffers())):
        raise ArchitectureError(
            "some of its layers have no weights before the network runs for the first time",
            where=type(model).__name__,
            remedy="Run the network once on an example first",
        )
    if all(x[:1].numel() <= CHEAP for x in inputs if x.ndim):
        return operations_run(model, inputs)
    shapes_only = tuple(x.to("meta") for x in inputs)
    try:
        return operations_run(private_copy(model).to("meta"), shapes_only)
    except (MedPruneError, *NETWORK_FAILURES):
        return operations_run(model, inputs)


def same_but_for_moves(run: frozenset[tuple[str, str]], full: frozenset[tuple[str, str]]) -> bool:
    """Whether all that computes at full size has been seen in the same module: code may look at the size of its input.

    Parameters
    ----------
    run, full
        (operation, module) of a small run, and of one at full size.
    """
    return {kind for kind in full if kind[0] not in MOVES} <= run
