"""How the amount pruned grows from step to step."""

from __future__ import annotations

import math

from medprune_gui.engine.config import PruningConfig
from medprune_gui.engine.settings.schedules import PREPARED, Schedule

# Of Hubens et al.: the steepness and the offset of the logistic curve.
_STEEPNESS, _OFFSET = 14.0, 5.0


def cumulative_fractions(schedule: Schedule, steps: int, left: float = 0.5) -> tuple[float, ...]:
    """Return the share of the way that is done after each step, rising to exactly 1.

    * ``one-shot``: all at once. ``growing`` and ``soft`` cut once, too: a training before the cut does their work
      (`growing_penalty`, `soft_rule`).
    * ``linear``: the same share of the original in each step.
    * ``cubic``: much at first and little at last, 1 - (1 - k/n)^3 (Zhu and Gupta 2017, arXiv:1710.01878, eq. 1).
    * ``exponential``: the same share of what is left in each step, as iterative magnitude pruning does (Han et al.
      2015, arXiv:1506.02626). ``lottery`` goes the same way (Frankle and Carbin 2019, arXiv:1803.03635).
    * ``one-cycle``: a logistic curve, little at first and at last and most before the middle (Hubens et al. 2021,
      One-cycle pruning, arXiv:2107.02086).

    Parameters
    ----------
    left
        Share of the original that is left after the last step, which ``exponential`` and ``lottery`` depend on.
    """
    if schedule == "one-shot" or schedule in PREPARED:
        return (1.0,)
    return (*(fraction(schedule, step / steps, left) for step in range(1, steps)), 1.0)


def fraction(schedule: Schedule, way: float, left: float = 0.5) -> float:
    """Return the share of the amount that is reached after the share ``way`` of the time, both 0 to 1."""
    if schedule == "cubic" or schedule in PREPARED:
        return 1.0 - (1.0 - way) ** 3
    if schedule in ("exponential", "lottery"):
        # Nothing to prune: all curves are the same.
        return way if left >= 1.0 else (1.0 - max(left, 1e-9) ** way) / (1.0 - left)
    if schedule == "one-cycle":
        return _logistic(way) / _logistic(1.0)
    return way if schedule == "linear" else float(way >= 1.0)


def _logistic(way: float) -> float:
    return 1.0 / (1.0 + math.exp(_OFFSET - _STEEPNESS * way))


def at_fraction(config: PruningConfig, done: float, whole: float | None = None) -> PruningConfig:
    """Return the configuration that holds after the share ``done`` of the way; at 1 it asks for the target exactly.

    Parameters
    ----------
    whole
        As in `as_share`.
    """
    shared = as_share(config, whole)
    if done < 1.0 or shared.budget is None:
        config = shared
    changes: dict[str, object] = {"schedule": "one-shot", "steps": 1}
    if config.amount is not None:
        changes["amount"] = config.amount * done
    if config.budget is not None and config.budget.share is not None:
        share = 1.0 - (1.0 - config.budget.share) * done if done < 1.0 else config.budget.share
        changes["budget"] = config.budget.model_copy(update={"share": share})
    changes["groups"] = {
        name: own if own.amount is None else own.model_copy(update={"amount": own.amount * done})
        for name, own in config.groups.items()
    }
    return config.model_copy(update=changes)


def as_share(config: PruningConfig, whole: float | None) -> PruningConfig:
    """Return the configuration with an outright budget as a share of the original, which steps can approach.

    Parameters
    ----------
    whole
        What the unpruned network comes to in the budget's quantity; None: not known, the budget stays as it is.
    """
    budget = config.budget
    if whole is None or budget is None or budget.most is None:
        return config
    if budget.most >= whole:  # Met already.
        return config.model_copy(update={"budget": None, "amount": 0.0})
    return config.model_copy(update={"budget": budget.model_copy(update={"share": budget.most / whole, "most": None})})


def step_fractions(config: PruningConfig) -> tuple[float, ...]:
    """Return the share of the way to the configuration's amount or budget that is done after each step."""
    left = (config.budget.share or 1.0) if config.budget is not None else 1.0 - (config.amount or 0.0)
    return cumulative_fractions(config.schedule, config.steps, left)


def step_configs(config: PruningConfig, whole: float | None = None) -> tuple[PruningConfig, ...]:
    """Return one configuration per step, each with the amount or budget that holds after it.

    Amounts and budgets refer to the unpruned network: give its graph to `plan_pruning` as ``reference``.

    Parameters
    ----------
    whole
        What the unpruned network comes to in the quantity of an outright budget, which the steps then approach as
        shares; None: each step asks for all of it.
    """
    return tuple(at_fraction(config, done, whole) for done in step_fractions(as_share(config, whole)))
