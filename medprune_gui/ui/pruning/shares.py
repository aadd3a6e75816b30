"""Budgets as shares of the original, and outright, as far as the original is known."""

from __future__ import annotations

from medprune_gui.engine.config import Budget
from medprune_gui.engine.settings.budgets import MEASURED, Quantity, in_quantity
from medprune_gui.session.session import Session

_HALF = 0.5
#: What an outright budget starts with where the original is not known, in the unit of the quantity.
_FIRST_MOST: dict[Quantity, float] = {"macs": 1e8, "parameters": 1e6, "bytes": 4e6, "memory": 64e6, "latency": 10.0}


def whole_of(budget: Budget, session: Session) -> float | None:
    """Return what the original comes to, in the unit of the budget's quantity; None where it is not known."""
    certificate, estimate = session.certificate, session.estimate
    if budget.quantity == "latency" and estimate is not None:
        return estimate.milliseconds_before
    if certificate is None or budget.quantity in MEASURED:
        return None
    return in_quantity(budget.quantity, certificate.parameters, certificate.macs)


def share_of(budget: Budget, session: Session) -> float:
    """Return the share of the original that may remain; half where an outright budget cannot be converted."""
    if budget.share is not None:
        return budget.share
    whole = whole_of(budget, session)
    return clipped(budget.most / whole) if whole and budget.most is not None else _HALF


def most_for(budget: Budget, session: Session) -> float:
    """Return what may remain outright; a round figure where the original is not known."""
    if budget.most is not None:
        return budget.most
    whole = whole_of(budget, session)
    if not whole:
        return _FIRST_MOST[budget.quantity]
    most = (budget.share or _HALF) * whole
    return max(round(most, 2), 0.01) if budget.quantity == "latency" else max(round(most), 1)


def clipped(share: float) -> float:
    """Return the nearest share that the panel can show, more than nothing and less than all."""
    return round(min(max(share, 0.001), 0.999), 3)
