"""What of an experiment's network can be pruned, and what settings would leave: quick answers before a run."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace

import torch
from torch import nn

from medprune_gui.engine.config import DataConfig, ExperimentConfig, ModelConfig, PruningConfig
from medprune_gui.engine.data.reading import read_cases
from medprune_gui.engine.experiments.model_folders import describe, load_original, untrained_network
from medprune_gui.engine.models.memory import peak_memory
from medprune_gui.engine.pruning import plan_pruning, shrink, trace_channels
from medprune_gui.engine.pruning.allocation.by_sensitivity import evenly
from medprune_gui.engine.pruning.estimate import estimate_plan
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.latency import LatencyModel, latency_model
from medprune_gui.engine.pruning.latency.model import images_for
from medprune_gui.engine.records import Certificate, JobEvent, PlanEstimate, SensitivityCurves
from medprune_gui.engine.settings.criterion_names import criterion_info
from medprune_gui.engine.settings.runtimes import Runtime


@dataclass(frozen=True, slots=True, eq=False)
class NetworkAnalysis:
    """A network with its channel graph.

    Where the experiment trains the original, the weights are the initial ones: a global ranking by them only
    approximates the run's, a budget is met by both.
    """

    data: DataConfig
    model: ModelConfig
    seed: int
    network: nn.Module
    graph: ChannelGraph
    certificate: Certificate
    _latency: dict[tuple[Runtime, int], LatencyModel] = field(default_factory=dict)

    @classmethod
    def of(cls, config: ExperimentConfig) -> Generator[JobEvent, None, NetworkAnalysis]:
        """Read the experiment's cases, for their classes, build its network and trace it.

        Raises
        ------
        MedPruneError
            The data or the network cannot be used.
        """
        yield JobEvent("analyse", 0, 3)
        case_set = read_cases(config.data, config.seed)
        yield JobEvent("analyse", 1, 3, fraction=1 / 3)
        network = untrained_network(config, case_set)
        if config.model.weights is not None:
            load_original(network, config.model.weights, describe(config, case_set))
        yield JobEvent("analyse", 2, 3, fraction=2 / 3)
        graph = trace_channels(network, torch.zeros(1, 1, *config.data.size), cache=True)
        certificate = replace(graph.certificate(), classes=case_set.classes)
        return cls(config.data, config.model, config.seed, network, graph, certificate)

    def fits(self, config: ExperimentConfig) -> bool:
        """Whether this is the network of ``config``."""
        return (self.data, self.model, self.seed) == (config.data, config.model, config.seed)

    def estimate(self, config: PruningConfig, curves: SensitivityCurves | None = None) -> PlanEstimate:
        """Say what a pruning would leave; without training cases at hand, L1 stands in for criteria that need them.

        Parameters
        ----------
        curves
            What the allocation ``sensitivity`` shares amounts out by; None: every layer gives alike instead.

        Raises
        ------
        BudgetError
            The budget cannot be met.
        """
        stand_in = _without_cases(config)
        if curves is None:
            stand_in = evenly(stand_in)
        budget = config.budget
        latency = self._latency_in(budget.runtime, budget.batch) if budget is not None else self._latency_in("eager", 1)
        plan = plan_pruning(self.network, self.graph, stand_in, sensitivity=curves, latency=latency)
        estimate = estimate_plan(self.network, self.graph, plan)
        notes = []
        if budget is not None and budget.quantity == "memory":
            images = images_for(self.network, self.graph, budget.batch)
            estimate = replace(
                estimate,
                peak_bytes_before=peak_memory(self.network, images),
                peak_bytes_after=peak_memory(shrink(self.network, plan), images),
            )
        if stand_in.criterion != config.criterion:
            title = criterion_info(config.criterion).title
            notes.append(f"Ranked by weight size (L1) here: {title} needs the training cases.")
        if stand_in.allocation != config.allocation:
            notes.append("The same share of each layer here: what each can spare is measured in the run.")
        estimate = replace(estimate, notes=(*estimate.notes, *notes))
        if latency is None:
            return estimate
        return replace(
            estimate,
            milliseconds_before=latency.milliseconds,
            milliseconds_after=latency.after_keeping(self.graph.keep_units(plan.kept), plan.layers),
            timed_in=latency.in_words,
        )

    def _latency_in(self, runtime: Runtime, batch: int) -> LatencyModel | None:
        """Return the model of the network's time, measured once; None for a network that takes several inputs."""
        if len(self.graph.input_shapes) != 1:
            return None
        key = runtime, batch
        if key not in self._latency:
            self._latency[key] = latency_model(self.network, self.graph, runtime, batch)
        return self._latency[key]


def _without_cases(config: PruningConfig) -> PruningConfig:
    if not criterion_info(config.criterion).needs_data:
        return config
    return config.model_copy(update={"criterion": "l1", "normalisation": None})
