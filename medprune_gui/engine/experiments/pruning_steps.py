"""Gradual pruning: one network after another, each smaller or sparser than the last."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import nn

from medprune_gui.engine.config import PruningConfig
from medprune_gui.engine.experiments.comparison_files import json_bytes
from medprune_gui.engine.experiments.stored_files import damaged, read_stored
from medprune_gui.engine.files import write_whole
from medprune_gui.engine.models.checkpoints import DESCRIPTION_FILE, ModelDescription, save_model
from medprune_gui.engine.models.complexity import Complexity, count_macs
from medprune_gui.engine.pruning import apply_mask, shrink
from medprune_gui.engine.pruning.criteria import CriterionData
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.masking import WeightMasks
from medprune_gui.engine.pruning.planning import PruningPlan, planning
from medprune_gui.engine.pruning.rebuilding import manifest_of
from medprune_gui.engine.pruning.shrinking import cuts_of
from medprune_gui.engine.pruning.stored import load_network
from medprune_gui.engine.records import SensitivityCurves
from medprune_gui.engine.steps import Telling, carried_out

_STEP_FILE = "step.json"
_MASKS_FILE = "masks.safetensors"


@dataclass(frozen=True, slots=True, eq=False)
class PrunedNetwork:
    """A network on the way from the original to the pruned one.

    What is left is always said of the original's channels: the graph of a step's network follows from them alone, so
    that a run which was broken off goes on exactly as it would have.

    Attributes
    ----------
    kept
        Group of the original -> numbers of its units that are left, rising; groups that are not named are whole.
    masks
        Which weights stay, where single weights are zeroed.
    notes
        What the last step's plan says about its choice.
    layers
        Layers of the original that are gone whole.
    measured
        Those of the notes that say what was measured.
    """

    network: nn.Module
    kept: Mapping[str, list[int]] = field(default_factory=dict)
    masks: WeightMasks | None = None
    notes: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()

    def manifest(self, reference: ChannelGraph) -> dict[str, Any] | None:
        """Return what is left of each tensor of the original, whose channels ``reference`` are; None: everything."""
        return None if self.masks is not None else manifest_of(cuts_of(reference, self.kept), self.layers)

    def pruned_further(
        self,
        step: PruningConfig,
        reference: ChannelGraph,
        plan: PruningPlan | None = None,
        data: CriterionData | None = None,
        sensitivity: SensitivityCurves | None = None,
        original: nn.Module | None = None,
    ) -> PrunedNetwork:
        """Carry out one step of a schedule.

        Parameters
        ----------
        step
            From `medprune_gui.engine.pruning.schedule.step_configs`.
        reference
            The original's channels, which the step's amount or budget refers to.
        plan
            What to prune, where that is settled already.
        data
            Cases for a criterion that looks at them.
        sensitivity
            Of the original, for the allocation of that name.
        original
            The unpruned network, which budgets in time and memory refer to; None: the one at hand.

        Raises
        ------
        BudgetError
            The budget cannot be met.
        """
        if plan is None:
            plan = carried_out(self.planning(step, reference, data, sensitivity, original))
        if step.zeroes:
            return PrunedNetwork(apply_mask(self.network, plan), {}, plan.masks, plan.notes)
        kept = {
            name: [self.kept[name][unit] for unit in units] if name in self.kept else units
            for name, units in plan.kept.items()
        }
        layers = (*self.layers, *plan.layers)
        return PrunedNetwork(shrink(self.network, plan), kept, None, plan.notes, layers, plan.measured)

    def planning(
        self,
        step: PruningConfig,
        reference: ChannelGraph,
        data: CriterionData | None = None,
        sensitivity: SensitivityCurves | None = None,
        original: nn.Module | None = None,
    ) -> Telling[PruningPlan]:
        """Plan one step of a schedule, and say what is measured meanwhile; parameters as of `pruned_further`."""
        return planning(
            self.network,
            reference.shrunk(self.kept),
            step,
            data,
            reference=reference,
            before=self.masks,
            sensitivity=sensitivity,
            original=original,
        )

    def has_choice_of(self, other: PrunedNetwork) -> bool:
        """Whether the same channels, layers and weights of one original are left in both, whatever their values."""
        if (self.masks is None) != (other.masks is None) or self.layers != other.layers:
            return False
        if self.masks is not None and other.masks is not None:
            masks = other.masks.keep
            return all(torch.equal(keep, masks[name]) for name, keep in self.masks.keep.items())
        sizes = [sum(p.numel() for p in each.network.parameters()) for each in (self, other)]
        return sizes[0] == sizes[1] and all(
            self.kept[name] == other.kept[name] for name in self.kept.keys() & other.kept
        )

    def rewound(self, original: nn.Module, reference: ChannelGraph) -> PrunedNetwork:
        """Return the same choice of channels and weights, with the values they have in ``original``.

        Parameters
        ----------
        original
            The whole network at another point of its training.
        """
        plan = PruningPlan(reference, dict(self.kept), 0.0, self.masks, layers=self.layers)
        network = shrink(original, plan) if self.masks is None else apply_mask(original, plan)
        return replace(self, network=network)

    def save(self, folder: Path, description: ModelDescription) -> None:
        """Write everything that `restored` needs; the network's description comes last and says that it is whole.

        Raises
        ------
        OutputError
            A file cannot be written.
        """
        said = {"kept": self.kept, "notes": self.notes, "layers": self.layers, "measured": self.measured}
        write_whole(folder / _STEP_FILE, json_bytes(said))
        if self.masks is not None:
            write_whole(folder / _MASKS_FILE, save(self.masks.keep))
        save_model(folder, self.network, description)

    @staticmethod
    def is_saved(folder: Path) -> bool:
        """Whether a step was finished and written to this folder."""
        return (folder / DESCRIPTION_FILE).is_file()

    @classmethod
    def restored(cls, folder: Path, config: PruningConfig) -> PrunedNetwork:
        """Return a network that was saved after a step.

        Raises
        ------
        InputError
            A file is missing or damaged.
        """
        network, _ = load_network(folder)
        file = folder / _STEP_FILE
        try:
            values = json.loads(read_stored(file))
            kept = {str(name): [int(unit) for unit in units] for name, units in values["kept"].items()}
            notes = tuple(map(str, values["notes"]))
            layers, measured = (tuple(map(str, values.get(name, []))) for name in ("layers", "measured"))
            masks = None
            if config.zeroes:
                file = folder / _MASKS_FILE
                masks = WeightMasks(load(read_stored(file)))
        except (ValueError, TypeError, KeyError, AttributeError, SafetensorError) as error:
            raise damaged(file, error) from error
        return cls(network, kept, masks, notes, layers, measured)

    def in_words(self, whole: Complexity, example: torch.Tensor) -> str:
        """Say what is left of the original."""
        left = count_macs(self.network, example)
        if self.masks is not None:
            return f"{left.nonzero_parameters:,} of {whole.parameters:,} parameters are not zero"
        return (
            f"{left.parameters:,} of {whole.parameters:,} parameters left ({left.parameters / whole.parameters:.0%}), "
            f"{left.macs / whole.macs:.0%} of the MACs"
        )
