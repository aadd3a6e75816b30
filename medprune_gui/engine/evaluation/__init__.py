"""Quality with uncertainty, paired comparison and speed of two networks."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from medprune_gui.engine.evaluation.comparing import classification_cases, compare_predictions, segmentation_cases
    from medprune_gui.engine.evaluation.latency import measure_in_turns
    from medprune_gui.engine.evaluation.latency_summary import latency_ratio, summarise
    from medprune_gui.engine.evaluation.metrics import classification_metrics, dice_per_case, segmentation_metrics

__all__ = [
    "classification_cases",
    "classification_metrics",
    "compare_predictions",
    "dice_per_case",
    "latency_ratio",
    "measure_in_turns",
    "segmentation_cases",
    "segmentation_metrics",
    "summarise",
]

_HOMES = {
    "classification_cases": "comparing",
    "classification_metrics": "metrics",
    "compare_predictions": "comparing",
    "dice_per_case": "metrics",
    "latency_ratio": "latency_summary",
    "measure_in_turns": "latency",
    "segmentation_cases": "comparing",
    "segmentation_metrics": "metrics",
    "summarise": "latency_summary",
}


def __getattr__(name: str) -> Any:
    # The window imports this package, and must not import torch with it.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
