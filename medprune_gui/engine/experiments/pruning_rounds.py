"""The rounds of a run's schedule: prune, train what is left, and keep what was reached."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from functools import partial

import torch
from torch import nn

from medprune_gui.engine.config import ExperimentConfig, TrainingConfig
from medprune_gui.engine.data.cases import CaseSet
from medprune_gui.engine.experiments.floor_course import Course
from medprune_gui.engine.experiments.floors import (
    FloorWatch,
    Loss,
    fallen_in_words,
    held_in_words,
    missed_in_words,
    share_in_words,
    worst,
)
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
from medprune_gui.engine.pruning.schedule import as_share, at_fraction, step_fractions
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
        """Return stage -> its expected time, in epochs of the original's training as measured on small networks.

        Smaller steps that a floor may bring count in full: a run that needs none is done earlier than it said.
        """
        pruning, steps = config.pruning, len(step_fractions(config.pruning))
        weights = {}
        if pruning.schedule in PREPARED:
            weights["fine-tune 0"] = 0.6 * pruning.steps * pruning.epochs_per_step
        for number in range(1, steps + (pruning.floor.tries if pruning.floor else 0) + 1):
            epochs = config.fine_tuning.epochs if number >= steps else pruning.epochs_per_step
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

    def carry_out(self, example: torch.Tensor) -> Generator[JobEvent, None, tuple[PrunedNetwork, tuple[str, ...]]]:
        """Follow the schedule to its end, or as far as the floor allows.

        A step whose network fell below the floor is taken back: it counts for nothing but as the least that is too
        much. Smaller ones, half way between the last that held and that, start from the last network that held.

        Parameters
        ----------
        example
            One case, to count MACs with.

        Returns
        -------
        PrunedNetwork
            The last one that held; the original, where none did.
        notes
            What the user should know about it, in sentences.

        Raises
        ------
        MedPruneError
            The budget cannot be met, or a training failed; what was reached is kept.
        """
        progress = self.stage.progress
        pruning = self.config.pruning
        whole = whole_once(self.folder.resumable / "original.json", pruning, self.original, self.graph)
        target = as_share(pruning, whole)
        course = Course(step_fractions(target), target.floor.tries if target.floor else 0)
        watch = FloorWatch(self.config, self.stage, self.original, self.folder.resumable) if target.floor else None
        current, made_in, made_at = PrunedNetwork(self.original), 0, 0.0
        losses: tuple[Loss, ...] = ()
        fallen: tuple[PrunedNetwork, Loss] | None = None
        number = 0
        while (done := course.next) is not None:
            number += 1
            tuned = self.folder.resumable / f"step-{number}"
            if PrunedNetwork.is_saved(tuned):
                tried = PrunedNetwork.restored(tuned, self.config.pruning)
            else:
                tried = yield from self._pruned(current, whole, course, number, example)
                if fallen is not None and any(tried.has_choice_of(known) for known in (current, fallen[0])):
                    # Training it once more would be another throw of the dice.
                    yield progress.at(number, number, "The same is left as in a network that was looked at already")
                    course = course.held() if tried.has_choice_of(current) else course.fell()
                    continue
                yield progress.begin(f"fine-tune {number}")
                tried = yield from self._train(tried, number, course.may_be_last)
                tried.save(tuned, self._describe(tried))
            found = watch.losses(tried.network, number) if watch else ()
            if all(loss.holds for loss in found):
                current, made_in, made_at, losses, course = tried, number, done, found, course.held()
            else:
                fallen, course = (tried, worst(found)), course.fell()
                yield progress.at(1, 1, f"Step {number} is taken back: {fallen_in_words(fallen[1])}", level="warning")
        notes = notes_in_words(current, made_in)
        if fallen is not None and course.failed is not None:
            notes.append(missed_in_words(target, made_at, course.failed, fallen[1]))
        elif losses:
            notes.append(held_in_words(losses))
        if watch is not None:
            yield progress.at(1, 1, notes[-1], level="warning" if fallen else "info")
        return current, tuple(notes)

    def _pruned(
        self, current: PrunedNetwork, whole: float | None, course: Course, number: int, example: torch.Tensor
    ) -> Generator[JobEvent, None, PrunedNetwork]:
        """Prune as far as the course says, and say what is left."""
        progress, done = self.stage.progress, course.next
        assert done is not None
        target = as_share(self.config.pruning, whole)
        step, steps = at_fraction(self.config.pruning, done, whole), len(step_fractions(target))
        plan: PruningPlan | None = None
        curves: SensitivityCurves | None = None
        if target.schedule in PREPARED:
            current, plan = yield from self._prepare()
        words = f"Pruning step {number} of {steps}"
        if course.stepped_back:
            words = f"Pruning step {number}, a smaller one: {share_in_words(target, done)} in all"
        yield progress.begin(f"prune {number}", words)
        if step.allocation == "sensitivity":
            curves = yield from self._curves()
        cut = self.folder.resumable / f"step-{number}-cut"
        if step.allocation == "greedy" and not PrunedNetwork.is_saved(cut):
            plan = yield from plan_step_greedily(
                self.config, self.folder, self.stage, step, number, current, self.graph, self.data, self.original
            )
        if plan is None and not PrunedNetwork.is_saved(cut):
            plan = yield from progress.follow(current.planning(step, self.graph, self.data, curves, self.original))
        pruned = cut_once(
            cut,
            step,
            partial(current.pruned_further, step, self.graph, plan),
            self._describe,
        )
        for note, words in zip(pruned.notes, notes_in_words(pruned, number), strict=True):
            yield progress.at(0, 0, words, level="info" if note in pruned.measured else "warning")
        left = pruned.in_words(count_macs(self.original, example), example)
        yield progress.at(number, max(number, steps), left, done=1.0)
        if step.granularity == "n:m" and step.pattern == "2:4" and done == 1.0:
            yield progress.at(number, max(number, steps), probe(self.stage.device).words, done=1.0)
        return pruned

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

    def _train(self, current: PrunedNetwork, number: int, last: bool) -> Generator[JobEvent, None, PrunedNetwork]:
        """Fine-tune after a step, the ``last`` one for longer, or train what is left again as the original was."""
        config, first_epoch = self.config, 0
        if config.pruning.schedule == "lottery":
            settings, first_epoch = config.training, config.pruning.rewinding.epoch
            current = self._rewound(current)
        elif last:
            settings = config.fine_tuning
        else:
            settings = _with_epochs(config.fine_tuning, config.pruning.epochs_per_step)
        state = self.folder.resumable / f"step-{number}.state"
        self.stage.recalibrate(current.network, settings.batch_size, config.seed + number)
        yield from self.stage.train(
            current.network, settings, config.seed + number, state, current.masks, first_epoch=first_epoch,
            teacher=self.original,
        )  # fmt: skip
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
