"""Budgets as shares of the original, and outright, as far as the original is known."""

from __future__ import annotations

from medprune_gui.engine.config import Budget
from medprune_gui.engine.records import Certificate
from medprune_gui.engine.settings.budgets import Quantity, in_quantity

_HALF = 0.5
#: What an outright budget starts with where the original is not known, in the unit of the quantity.
_FIRST_MOST: dict[Quantity, float] = {"macs": 1e8, "parameters": 1e6, "bytes": 4e6}


def whole_of(quantity: Quantity, certificate: Certificate | None) -> float | None:
    """Return what the original comes to, in the quantity's unit; None without a certificate."""
    return None if certificate is None else in_quantity(quantity, certificate.parameters, certificate.macs)


def share_of(budget: Budget, certificate: Certificate | None) -> float:
    """Return the share of the original that may remain; half where an outright budget cannot be converted."""
    if budget.share is not None:
        return budget.share
    whole = whole_of(budget.quantity, certificate)
    return clipped(budget.most / whole) if whole and budget.most is not None else _HALF


def most_for(budget: Budget, certificate: Certificate | None) -> float:
    """Return what may remain outright; a round figure where the original is not known."""
    if budget.most is not None:
        return budget.most
    whole = whole_of(budget.quantity, certificate)
    return max(round((budget.share or _HALF) * whole), 1) if whole else _FIRST_MOST[budget.quantity]


def clipped(share: float) -> float:
    """Return the nearest share that the panel can show, more than nothing and less than all."""
    return round(min(max(share, 0.001), 0.999), 3)
