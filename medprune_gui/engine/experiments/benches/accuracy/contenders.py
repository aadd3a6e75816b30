"""Who takes part in the accuracy bench: each takes a trained network and returns a pruned one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn

from medprune_gui.engine.config import Budget, PruningConfig
from medprune_gui.engine.errors import BudgetError
from medprune_gui.engine.experiments.benches.accuracy import torch_pruning_criteria
from medprune_gui.engine.experiments.benches.results import installed_version
from medprune_gui.engine.models.randomness import private_random
from medprune_gui.engine.pruning import plan_pruning, shrink, trace_channels
from medprune_gui.engine.pruning.criteria import CriterionData
from medprune_gui.engine.settings.allocations import Allocation
from medprune_gui.engine.settings.criterion_names import BUILT_IN

#: Which tool's best a contender may be; a baseline is nobody's.
Side = Literal["medprune", "torch-pruning", "baseline"]


@dataclass(frozen=True, slots=True)
class Contender:
    """A way to a smaller network.

    Attributes
    ----------
    name
        Unique; ``medprune l1``, ``torch-pruning l1-local``, ``random``.
    side
        Whose choice it is.
    criterion
        By its tool's name.
    allocation
        Of MedPrune's criteria.
    fresh
        The pruned network is drawn anew and trained from scratch.
    """

    name: str
    side: Side
    criterion: str
    allocation: Allocation = "global"
    fresh: bool = False

    @property
    def packages(self) -> tuple[str, ...]:
        """Whose versions decide what comes out."""
        others = ("torch-pruning",) if self.side == "torch-pruning" else ()
        return ("medprune", *others, "torch", "monai")


#: Every contender by name; Torch-Pruning's take part where it is installed.
CONTENDERS = {
    contender.name: contender
    for contender in (
        *(Contender(f"medprune {name}", "medprune", name) for name in BUILT_IN if name != "random"),
        *(Contender(f"medprune {name} uniform", "medprune", name, "uniform") for name in ("l1", "l2", "taylor")),
        *(Contender(f"torch-pruning {name}", "torch-pruning", name) for name in torch_pruning_criteria.CRITERIA),
        Contender("random", "baseline", "random"),
        Contender("scratch", "baseline", "l1", fresh=True),
    )
}

#: Enough to see that everything runs.
QUICK = ("medprune l1", "medprune taylor", "medprune l1 uniform", "torch-pruning l1", "random", "scratch")


def available_contenders(quick: bool = False) -> tuple[Contender, ...]:
    """Return the contenders whose tools are installed, all or those of a quick run."""
    there = bool(installed_version("torch-pruning"))
    return tuple(
        contender
        for contender in CONTENDERS.values()
        if (there or contender.side != "torch-pruning") and (not quick or contender.name in QUICK)
    )


def pruned_by(
    contender: Contender, original: nn.Module, share: float, data: CriterionData, seed: int
) -> tuple[nn.Module, str]:
    """Prune a network to a share of its MACs.

    Parameters
    ----------
    original
        Trained; left as it is.
    data
        Training cases for criteria that look at them; the first one's size is that of the input.

    Returns
    -------
    nn.Module
        In evaluation mode.
    str
        What was out of the ordinary; empty: nothing.

    Raises
    ------
    BudgetError
        The share cannot be reached.
    """
    example = tuple(x[:1] for x in next(iter(data.on(original)))[0])
    if contender.side == "torch-pruning":
        criterion = torch_pruning_criteria.CRITERIA[contender.criterion]
        network, steps = torch_pruning_criteria.prune_to_share(original, example, criterion, share, data)
        return network.eval(), "" if steps == 1 else f"in {steps} steps"
    note = ""
    try:
        network = _by_medprune(contender, original, example, share, data, seed, PruningConfig(amount=0.0).min_channels)
    except BudgetError:
        network, note = _by_medprune(contender, original, example, share, data, seed, 1), "min_channels 1"
    if contender.fresh:
        draw_anew_(network, seed)
    return network.eval(), note


def _by_medprune(
    contender: Contender,
    original: nn.Module,
    example: tuple[torch.Tensor, ...],
    share: float,
    data: CriterionData,
    seed: int,
    min_channels: int,
) -> nn.Module:
    config = PruningConfig(
        criterion=contender.criterion,
        allocation=contender.allocation,
        budget=Budget(share=share),
        min_channels=min_channels,
        seed=seed,
    )
    return shrink(original, plan_pruning(original, trace_channels(original, example), config, data))


def draw_anew_(model: nn.Module, seed: int) -> None:
    """Draw all weights anew, in place, as the layers do for their own size when they are made."""
    with private_random((seed,)):
        for module in model.modules():
            reset = getattr(module, "reset_parameters", None)
            if callable(reset):
                reset()
