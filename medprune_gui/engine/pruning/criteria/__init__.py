"""Importance: which channel units and single weights matter least. One file per criterion, registered by name."""

from __future__ import annotations

from medprune_gui.engine.pruning.criteria import (  # noqa: F401 (they register their criteria)
    apoz,
    bn_scale,
    fpgm,
    grasp,
    hrank,
    l1,
    l2,
    lamp,
    movement,
    obd,
    random_choice,
    snip,
    synflow,
    taylor,
    taylor_group,
    wanda,
)
from medprune_gui.engine.pruning.criteria.base import Criterion, Importance, UnitCriterion, UnitImportance
from medprune_gui.engine.pruning.criteria.evidence import CriterionData, Evidence
from medprune_gui.engine.pruning.criteria.registry import CRITERIA, find_criterion
from medprune_gui.engine.pruning.criteria.table import (
    ImportanceTable,
    importance_table,
    unit_importance,
    weight_importance,
)

__all__ = [
    "CRITERIA",
    "Criterion",
    "CriterionData",
    "Evidence",
    "Importance",
    "ImportanceTable",
    "UnitCriterion",
    "UnitImportance",
    "find_criterion",
    "importance_table",
    "unit_importance",
    "weight_importance",
]
