"""Pruning: channel graph, importance, plans, masks and removal. torch is imported only when a name is first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from medprune_gui.engine.config import PruningConfig
    from medprune_gui.engine.pruning.criteria import CriterionData, importance_table
    from medprune_gui.engine.pruning.estimate import estimate_plan
    from medprune_gui.engine.pruning.graph import ChannelGraph, ChannelGroup
    from medprune_gui.engine.pruning.masking import WeightMasks, apply_mask
    from medprune_gui.engine.pruning.planning import PruningPlan, plan_pruning
    from medprune_gui.engine.pruning.rebuilding import compose_manifests, rebuild
    from medprune_gui.engine.pruning.schedule import step_configs
    from medprune_gui.engine.pruning.shrinking import shrink
    from medprune_gui.engine.pruning.tracing import trace_channels

__all__ = [
    "ChannelGraph",
    "ChannelGroup",
    "CriterionData",
    "PruningConfig",
    "PruningPlan",
    "WeightMasks",
    "apply_mask",
    "compose_manifests",
    "estimate_plan",
    "importance_table",
    "plan_pruning",
    "rebuild",
    "shrink",
    "step_configs",
    "trace_channels",
]

_MODULES = {
    "ChannelGraph": "graph",
    "ChannelGroup": "graph",
    "CriterionData": "criteria",
    "PruningPlan": "planning",
    "WeightMasks": "masking",
    "apply_mask": "masking",
    "compose_manifests": "rebuilding",
    "estimate_plan": "estimate",
    "importance_table": "criteria",
    "plan_pruning": "planning",
    "rebuild": "rebuilding",
    "shrink": "shrinking",
    "step_configs": "schedule",
    "trace_channels": "tracing",
}


def __getattr__(name: str) -> Any:
    if name == "PruningConfig":
        return import_module("medprune_gui.engine.config").PruningConfig
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
