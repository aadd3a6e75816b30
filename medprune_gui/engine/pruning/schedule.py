"""How the amount pruned grows from step to step."""

from __future__ import annotations

from typing import Literal

from medprune_gui.engine.config import PruningConfig

Schedule = Literal["one-shot", "linear", "cubic"]


def cumulative_fractions(schedule: Schedule, steps: int) -> tuple[float, ...]:
    """Return the share of the way that is done after each step, rising to exactly 1.

    ``cubic`` prunes much at first and little at last: 1 - (1 - k/n)^3 (Zhu and Gupta 2017, arXiv:1710.01878, eq. 1).
    """
    if schedule == "one-shot":
        return (1.0,)
    if schedule == "linear":
        return tuple(step / steps for step in range(1, steps + 1))
    return tuple(1.0 - (1.0 - step / steps) ** 3 for step in range(1, steps + 1))


def step_configs(config: PruningConfig) -> tuple[PruningConfig, ...]:
    """Return one configuration per step, each with the amount or budget that holds after it.

    Amounts and budgets refer to the unpruned network: give its graph to `plan_pruning` as ``reference``.
    """
    fractions = cumulative_fractions(config.schedule, config.steps)
    configs = []
    for fraction in fractions:
        changes: dict[str, object] = {"schedule": "one-shot", "steps": 1}
        if config.amount is not None:
            changes["amount"] = config.amount * fraction
        if config.budget is not None:
            share = 1.0 - (1.0 - config.budget.share) * fraction if fraction < 1.0 else config.budget.share
            changes["budget"] = config.budget.model_copy(update={"share": share})
        configs.append(config.model_copy(update=changes))
    return tuple(configs)
