"""What a run measures, in milliseconds or bytes, it measures once: again it would come out otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from torch import nn

from medprune_gui.engine.config import PruningConfig
from medprune_gui.engine.experiments.pruning_steps import PrunedNetwork
from medprune_gui.engine.experiments.stored_files import damaged, read_stored
from medprune_gui.engine.files import write_whole
from medprune_gui.engine.models.checkpoints import ModelDescription
from medprune_gui.engine.pruning.budgets import refuse_met
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.measured_budgets import whole_of


def whole_once(file: Path, pruning: PruningConfig, original: nn.Module, graph: ChannelGraph) -> float | None:
    """Return what the original comes to in the quantity of an outright budget, kept in a file; None without one.

    Raises
    ------
    BudgetError
        The original keeps to the budget as it is.
    InputError
        The file is damaged.
    """
    budget = pruning.budget
    if budget is None or budget.most is None:
        return None
    if not file.is_file():
        whole = whole_of(original, graph, budget)
        refuse_met(budget, whole)
        write_whole(file, json.dumps({"whole": whole}).encode())
    try:
        return float(json.loads(read_stored(file))["whole"])
    except (ValueError, TypeError, KeyError) as error:
        raise damaged(file, error) from error


def cut_once(
    folder: Path,
    step: PruningConfig,
    cut: Callable[[], PrunedNetwork],
    describe: Callable[[PrunedNetwork], ModelDescription],
) -> PrunedNetwork:
    """Return the network of one step's cut; where the budget was measured, it is kept in a folder for those who resume.

    Parameters
    ----------
    cut
        Carries the step out.
    describe
        Describes its network.

    Raises
    ------
    BudgetError
        The budget cannot be met.
    InputError
        A file is damaged.
    """
    if step.budget is None or not step.budget.measured:
        return cut()
    if not PrunedNetwork.is_saved(folder):
        network = cut()
        network.save(folder, describe(network))
        return network
    return PrunedNetwork.restored(folder, step)
