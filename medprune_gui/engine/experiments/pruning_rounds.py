"""The rounds of a run's schedule: prune, train what is left, and keep what was reached."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from functools import partial

import torch
from torch import nn

from medprune_gui.engine.config import ExperimentConfig, TrainingConfig
from medprune_gui.engine.data.cases import CaseSet
from medprune_gui.engine.experiments.greedy_steps import plan_step_greedily
from medprune_gui.engine.experiments.measured_once import cut_once, whole_once
from medprune_gui.engine.experiments.model_folders import describe
from medprune_gui.engine.experiments.preparation import Preparation
from medprune_gui.engine.experiments.pruning_steps import PrunedNetwork
from medprune_gui.engine.experiments.rewinding import EarlyWeights
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.experiments.sensitivity_file import read_curves, write_curves
from medprune_gui.engine.experiments.sensitivity_measuring import curves_of, expected_epochs
from medprune_gui.engine.experiments.training_stage import TrainingStage
from medprune_gui.engine.experiments.validation_score import validation_score
from medprune_gui.engine.models.checkpoints import ModelDescription
from medprune_gui.engine.models.complexity import count_macs
from medprune_gui.engine.pruning.criteria import CriterionData
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.planning import PruningPlan
from medprune_gui.engine.pruning.schedule import step_configs
from medprune_gui.engine.pruning.shrinking import copy_of
from medprune_gui.engine.pruning.sparse_probe import probe
from medprune_gui.engine.records import JobEvent, SensitivityCurves
from medprune_gui.engine.settings.schedules import PREPARED

#: Share of the first step's time that measuring makes up; choosing the channels is quick beside it.
_MEASURING = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class PruningRounds:
    """Prunes and trains the network of one run, step by step; a run that is resumed goes on after the last whole step.

    Attributes
    ----------
    original
        The trained network; left as it is.
    graph
        Its channels.
    data
        Training cases for a criterion that looks at them.
    """

    config: ExperimentConfig
    folder: RunFolder
    case_set: CaseSet
    stage: TrainingStage
    original: nn.Module
    graph: ChannelGraph
    data: CriterionData | None = None

    @staticmethod
    def weights(config: ExperimentConfig) -> dict[str, float]:
        """Return stage -> its expected time, in epochs of the original's training as measured on small networks."""
        pruning, steps = config.pruning, len(step_configs(config.pruning))
        weights = {}
        if pruning.schedule in PREPARED:
            weights["fine-tune 0"] = 0.6 * pruning.steps * pruning.epochs_per_step
        for number in range(1, steps + 1):
            epochs = config.fine_tuning.epochs if number == steps else pruning.epochs_per_step
            if pruning.schedule == "lottery":
                epochs = config.training.epochs - pruning.rewinding.epoch
            weights[f"prune {number}"] = 0.1
            weights[f"fine-tune {number}"] = max(0.05, 0.6 * epochs)
        return weights

    def weigh(self) -> None:
        """Give the first step the time that measuring takes, once the cases and the network are known."""
        if self.config.pruning.allocation == "sensitivity":
            cases = len(self.stage.training.images), len(self.stage.validation.images)
            epochs = expected_epochs(self.graph, *cases)
            self.stage.progress.weigh("prune 1", self.weights(self.config)["prune 1"] + epochs)

    def carry_out(self, example: torch.Tensor) -> Generator[JobEvent, None, PrunedNetwork]:
        """Follow the schedule to its end.

        Parameters
        ----------
        example
            One case, to count MACs with.

        Raises
        ------
        MedPruneError
            The budget cannot be met, or a training failed; what was reached is kept.
        """
        progress, state = self.stage.progress, self.folder.resumable
        steps = step_configs(
            self.config.pruning, whole_once(state / "original.json", self.config.pruning, self.original, self.graph)
        )
        whole = count_macs(self.original, example)
        current = PrunedNetwork(self.original)
        curves: SensitivityCurves | None = None
        for number, step in enumerate(steps, 1):
            tuned = self.folder.resumable / f"step-{number}"
            if PrunedNetwork.is_saved(tuned):
                current = PrunedNetwork.restored(tuned, self.config.pruning)
                continue
            plan = None
            if self.config.pruning.schedule in PREPARED:
                current, plan = yield from self._prepare()
            yield progress.begin(f"prune {number}", f"Pruning step {number} of {len(steps)}")
            if curves is None and step.allocation == "sensitivity":
                curves = yield from self._curves()
            cut = state / f"step-{number}-cut"
            if step.allocation == "greedy" and not PrunedNetwork.is_saved(cut):
                plan = yield from plan_step_greedily(
                    self.config, self.folder, self.stage, step, number, current, self.graph, self.data, self.original
                )
            current = cut_once(
                cut,
                step,
                partial(current.pruned_further, step, self.graph, plan, self.data, curves, self.original),
                self._describe,
            )
            for note in notes_in_words(current, number):
                yield progress.warn(note)
            yield progress.at(number, len(steps), current.in_words(whole, example), done=1.0)
            if step.granularity == "n:m" and step.pattern == "2:4" and number == len(steps):
                yield progress.at(number, len(steps), probe(self.stage.device).words, done=1.0)
            yield progress.begin(f"fine-tune {number}")
            current = yield from self._train(current, number, len(steps))
            current.save(tuned, self._describe(current))
        return current

    def _describe(self, network: PrunedNetwork) -> ModelDescription:
        return describe(self.config, self.case_set, network.manifest(self.graph))

    def _curves(self) -> Generator[JobEvent, None, SensitivityCurves]:
        """Measure what each group costs on the validation split; a run that is resumed finds what was measured."""
        known = read_curves(self.folder.sensitivity_file)
        if known is not None:
            return known
        metric, score = validation_score(self.config, self.stage)
        steps = curves_of(self.config, self.original, self.graph, self.data, metric, score)
        curves = yield from self.stage.progress.follow(steps, 0.0, _MEASURING)
        write_curves(self.folder.sensitivity_file, curves)
        return curves

    def _prepare(self) -> Generator[JobEvent, None, tuple[PrunedNetwork, PruningPlan]]:
        """Train the network towards its cut, and say what is to be cut."""
        config = self.config
        preparation = Preparation.of(config.pruning, self.original, self.graph, self.data)
        yield self.stage.progress.begin("fine-tune 0", "Training towards the cut")
        network = copy_of(self.original)
        settings = _with_epochs(config.fine_tuning, config.pruning.steps * config.pruning.epochs_per_step)
        state = self.folder.resumable / "prepare.state"
        # The weights that did best may be those from before the pruning set in.
        yield from self.stage.train(
            network, settings, config.seed, state, companion=preparation.companion, choose="last"
        )
        return PrunedNetwork(network), preparation.plan(network)

    def _train(self, current: PrunedNetwork, number: int, steps: int) -> Generator[JobEvent, None, PrunedNetwork]:
        """Fine-tune after a step, or train what is left again as the original was."""
        config, first_epoch = self.config, 0
        if config.pruning.schedule == "lottery":
            settings, first_epoch = config.training, config.pruning.rewinding.epoch
            current = self._rewound(current)
        elif number == steps:
            settings = config.fine_tuning
        else:
            settings = _with_epochs(config.fine_tuning, config.pruning.epochs_per_step)
        state = self.folder.resumable / f"step-{number}.state"
        yield from self.stage.train(
            current.network, settings, config.seed + number, state, current.keep_zero, first_epoch=first_epoch
        )
        return current

    def _rewound(self, current: PrunedNetwork) -> PrunedNetwork:
        early = EarlyWeights.of(self.config, self.folder.resumable)
        if early is None:
            return current
        before = copy_of(self.original)
        before.load_state_dict(early.read())
        return current.rewound(before, self.graph)


def notes_in_words(network: PrunedNetwork, step: int) -> list[str]:
    """Return a step's notes as sentences; a plan speaks of its own step: what it leaves alone may have gone before."""
    return [f"Pruning step {step}: {note}." for note in network.notes]


def _with_epochs(settings: TrainingConfig, epochs: int) -> TrainingConfig:
    return settings.model_copy(update={"epochs": epochs})
