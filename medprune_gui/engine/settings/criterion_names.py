"""The catalogue of importance criteria: what each is called, needs and fits. No torch, so that the window can list it.

Further criteria come from installed packages through the entry point group ``medprune.importance``: the entry point's
name is the criterion's name, and its object a subclass of `medprune_gui.engine.pruning.criteria.Criterion`. Nothing of
such a package is imported here.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Literal

from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.settings.granularities import ZEROED

#: How the importance of a group's units is divided before groups are compared.
Normalisation = Literal["mean", "max", "none"]

ENTRY_POINT_GROUP = "medprune.importance"

#: Granularities of a criterion that knows whole channels only, and of one that knows single weights.
CHANNELS = ("channel",)
EVERY = ("channel", "layer", *sorted(ZEROED))


@dataclass(frozen=True, slots=True)
class CriterionInfo:
    """What a person and the window need to know about a criterion.

    Attributes
    ----------
    name
        As it stands in an experiment file.
    title, note
        For people: a few words, and one line.
    needs_data
        Whether it looks at training cases.
    granularities
        What can be ranked by it.
    normalisation
        What suits it where the experiment does not say. Estimates of what a weight does to the loss, and scales, mean
        the same in every layer, and still are divided by their group's mean: as they are, they empty wide layers, each
        of whose many units does little, long before narrow ones (`medprune bench accuracy`).
    """

    name: str
    title: str
    note: str
    needs_data: bool = False
    granularities: tuple[str, ...] = EVERY
    normalisation: Normalisation = "mean"


_BUILT_IN = (
    CriterionInfo("l1", "Weight size (L1)", "Least important: the smallest sum of absolute weights"),
    CriterionInfo("l2", "Weight size (L2)", "Least important: the smallest sum of squared weights"),
    CriterionInfo("random", "Random", "A baseline that every other choice should beat", normalisation="none"),
    CriterionInfo(
        "bn-scale", "Normalisation scale",
        "Least important: channels that the normalisation layer scales down; suits networks trained with slimming",
        granularities=CHANNELS,
    ),
    CriterionInfo(
        "fpgm", "Redundant filters (FPGM)", "Least important: channels that resemble the others of their group",
        granularities=CHANNELS,
    ),
    CriterionInfo(
        "lamp", "Weight size, layers balanced (LAMP)",
        "Least important: small weights, measured against the larger ones of their layer",
        normalisation="none",
    ),
    CriterionInfo(
        "taylor", "Effect on the loss (Taylor)",
        "Least important: weights whose removal changes the loss least, estimated on training cases",
        needs_data=True,
    ),
    CriterionInfo(
        "taylor-group", "Effect of whole channels (Taylor)",
        "As Taylor, but weights of a channel whose effects cancel count as one",
        needs_data=True, granularities=CHANNELS,
    ),
    CriterionInfo(
        "obd", "Curvature of the loss (OBD)",
        "Least important: weights whose removal raises the loss least at a minimum, estimated on training cases",
        needs_data=True,
    ),
    CriterionInfo(
        "snip", "Connection sensitivity (SNIP)",
        "Least important: weights to which the loss is least sensitive; also for untrained networks",
        needs_data=True,
    ),
    CriterionInfo(
        "grasp", "Gradient flow (GraSP)",
        "Least important: weights without which the network would learn best; for untrained networks",
        needs_data=True, normalisation="none",
    ),
    CriterionInfo(
        "synflow", "Synaptic flow (SynFlow)",
        "Least important: weights on weak paths from input to output; no cases needed, best in many steps",
    ),
    CriterionInfo(
        "movement", "Movement in fine-tuning",
        "Least important: weights that a short trial training moves towards zero",
        needs_data=True, normalisation="none",
    ),
    CriterionInfo(
        "wanda", "Weights and their inputs (Wanda)",
        "Least important: small weights on weak inputs, measured on training cases",
        needs_data=True,
    ),
    CriterionInfo(
        "hrank", "Rank of feature maps (HRank)",
        "Least important: channels whose pictures hold little information, measured on training cases",
        needs_data=True, granularities=CHANNELS,
    ),
    CriterionInfo(
        "apoz", "Silent channels (APoZ)", "Least important: channels that are mostly zero on training cases",
        needs_data=True, granularities=CHANNELS,
    ),
)  # fmt: skip

BUILT_IN = {info.name: info for info in _BUILT_IN}


def catalogue() -> tuple[CriterionInfo, ...]:
    """Return every criterion there is, MedPrune's own first, then those of installed packages by name."""
    return (*_BUILT_IN, *(_info(entry) for _, entry in sorted(installed_criteria().items())))


def criterion_info(name: str) -> CriterionInfo:
    """Return what is known of a criterion.

    Raises
    ------
    ConfigError
        There is none of that name.
    """
    if name in BUILT_IN:
        return BUILT_IN[name]
    installed = installed_criteria()
    if name not in installed:
        raise ConfigError(
            f"unknown criterion {name!r}",
            where="criterion",
            remedy=f"Use one of {', '.join([*BUILT_IN, *sorted(installed)])}",
        )
    return _info(installed[name])


def installed_criteria() -> dict[str, EntryPoint]:
    """Return the criteria of installed packages by name; a name that is taken already is left out, with a warning."""
    found: dict[str, EntryPoint] = {}
    for entry in entry_points(group=ENTRY_POINT_GROUP):
        first = found.get(entry.name)
        if entry.name not in BUILT_IN and first is None:
            found[entry.name] = entry
        elif first is None or first != entry:
            logging.getLogger(__name__).warning(
                "the criterion %s of %s is not used: the name is taken", entry.name, _origin(entry)
            )
    return found


def _info(entry: EntryPoint) -> CriterionInfo:
    # Whether it needs cases is known once it is imported, in the compute process: until then, suppose that it does.
    return CriterionInfo(
        entry.name, entry.name, f"From the installed package {_origin(entry)}: {entry.value}", needs_data=True
    )


def _origin(entry: EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist is not None else "an unknown package"
