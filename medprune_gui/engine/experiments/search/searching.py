"""A search as a generator of events: many ways to share amounts out, each fine-tuned, and the front that they form."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from matplotlib.figure import Figure

from medprune_gui.engine.config import ExperimentConfig
from medprune_gui.engine.errors import ConfigError, TrainingDivergedError
from medprune_gui.engine.experiments.comparison import primary_metric
from medprune_gui.engine.experiments.model_folders import describe
from medprune_gui.engine.experiments.pipeline import ExperimentRun, Original, recorded, with_absolute_paths
from medprune_gui.engine.experiments.progress import RunProgress
from medprune_gui.engine.experiments.pruning_steps import PrunedNetwork
from medprune_gui.engine.experiments.search.folder import SearchFolder
from medprune_gui.engine.experiments.search.pareto import is_far_behind, pareto_front
from medprune_gui.engine.experiments.search.space import SearchSpace, at_once
from medprune_gui.engine.experiments.search.study import SearchStudy, SearchTrial, check_installed
from medprune_gui.engine.experiments.validation_score import validation_score
from medprune_gui.engine.export.figure_style import render
from medprune_gui.engine.export.front_figure import front_figure
from medprune_gui.engine.files import write_whole
from medprune_gui.engine.models.devices import choose_device
from medprune_gui.engine.models.registry import fitting_architecture
from medprune_gui.engine.pruning import plan_pruning
from medprune_gui.engine.pruning.criteria import ImportanceTable, importance_table
from medprune_gui.engine.pruning.measured_budgets import share_left
from medprune_gui.engine.pruning.planning import PruningPlan
from medprune_gui.engine.pruning.schedule import step_configs
from medprune_gui.engine.records import JobEvent
from medprune_gui.engine.settings.budgets import QUANTITY_NAMES, Budget, Quantity

T = TypeVar("T")
Events = Generator[JobEvent, None, T]

#: A trial is stopped once another that costs no more is ahead of it by this many of the verdict's margins.
MARGINS_BEHIND = 2.0
#: The number that a run gives its first step's fine-tuning, so that a run of a trial's experiment trains as it did.
_STEP = 1


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found.

    Attributes
    ----------
    folder
        Holds it all.
    metric, quantity
        What score and cost are.
    original
        Score of the original.
    trials
        All that ended.
    front
        Those that no other one dominates, by rising cost.
    """

    folder: SearchFolder
    metric: str
    quantity: Quantity
    original: float
    trials: tuple[SearchTrial, ...]
    front: tuple[SearchTrial, ...]


def search(
    config: ExperimentConfig, out_dir: Path, *, trials: int = 40, resume: bool = False, device: str = "auto"
) -> Events[SearchResult]:
    """Search amounts per channel group for the best score at each cost, both on the validation cases.

    The original is trained once, or taken from ``config.model.weights``. Each trial removes channels at once, by the
    experiment's criterion, and is fine-tuned with its settings. The cost is what remains in the budget's quantity, or
    in MACs. Test cases are not looked at: a run of a front network's ``experiment.toml`` does that.

    Closing the generator cancels the search; it can be resumed, also with more trials.

    Parameters
    ----------
    config
        The experiment. Its target, schedule and allocation are not followed.
    out_dir
        New or empty unless ``resume``.
    trials
        How many trials there are to be in all.
    resume
        Go on with the search in ``out_dir``.
    device
        Where to compute.

    Yields
    ------
    JobEvent
        A few a second.

    Raises
    ------
    MedPruneError
        Bad input, the extra ``search`` is not installed, or a computation failed; what was reached is kept.
    """
    check_installed()
    if resume:
        SearchFolder(out_dir).check_begun("search")
    chosen = choose_device(device)
    primary_metric(config)
    fitting_architecture(config.model.architecture, config.data.task)
    if config.pruning.granularity != "channel":
        raise ConfigError(
            f"a search shares out channels, and this experiment prunes by {config.pruning.granularity}",
            where="pruning.granularity",
            remedy="Choose channel",
        )
    config = with_absolute_paths(config)
    with SearchFolder(out_dir).create(config, resume) as folder:
        start = ExperimentRun(config.model_copy(update={"pruning": at_once(config.pruning)}), folder, chosen)
        return (yield from recorded(_searched(config, folder, start, trials), folder))


def _searched(
    config: ExperimentConfig, folder: SearchFolder, start: ExperimentRun, trials: int
) -> Events[SearchResult]:
    weights = {"data": 0.7, "analyse": 0.3, "train": max(0.1, float(config.training.epochs))}
    weights |= {f"fine-tune {number}": 0.5 * max(1, config.fine_tuning.epochs) for number in range(1, trials + 1)}
    progress = RunProgress({**weights, "report": 0.3})
    original = yield from start.trained_original(progress)
    return (yield from _Search.of(config, folder, original).events(trials))


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    config: ExperimentConfig
    folder: SearchFolder
    original: Original
    space: SearchSpace
    table: ImportanceTable
    study: SearchStudy
    quantity: Quantity

    @classmethod
    def of(cls, config: ExperimentConfig, folder: SearchFolder, original: Original) -> _Search:
        pruning = config.pruning
        space = SearchSpace.of(original.graph, pruning)
        table = importance_table(
            original.network, original.graph, pruning.criterion, pruning.seed, original.sample, pruning.normalisation
        )
        study = SearchStudy(folder.journal_file, tuple(space.families), config.seed)
        return cls(config, folder, original, space, table, study, pruning.budget.quantity if pruning.budget else "macs")

    def events(self, trials: int) -> Events[SearchResult]:
        progress, folder = self.original.stage.progress, self.folder
        metric, score = validation_score(self.config, self.original.stage)
        baseline = score(self.original.network)
        self._tidy(metric)
        while (done := len(self.study.trials())) < trials:
            number, amounts = self.study.next()
            shares = ", ".join(f"{amount:.0%}" for amount in amounts.values())
            yield progress.begin(f"fine-tune {done + 1}", f"Trial {number}, {done + 1} of {trials}: takes {shares}")
            trial = yield from self._trial(number, amounts)
            self.study.end(trial)
            self._tidy(metric)
            yield progress.at(1, 1, self._in_words(trial, metric))
        yield progress.begin("report", "Drawing the front")
        ended = self.study.trials()
        front = tuple(trial for number in _front(ended) for trial in ended if trial.number == number)
        result = SearchResult(folder, metric, self.quantity, baseline, ended, front)
        write_whole(folder.figure_file, render(lambda: _figure(result), "png"))
        folder.forget_state()
        artefacts = (str(folder.front_file), str(folder.figure_file))
        yield progress.at(1, 1, f"{len(front)} networks on the front: {folder.front_file}", artefacts=artefacts)
        return result

    def _tidy(self, metric: str) -> None:
        ended = self.study.trials()
        self.folder.write_trials(ended, _front(ended), metric)

    def _trial(self, number: int, amounts: dict[str, float]) -> Events[SearchTrial]:
        original, graph = self.original, self.original.graph
        (step,) = step_configs(self.space.pruning_with(amounts))
        plan = plan_pruning(original.network, graph, step, original.sample, importance=self.table)
        for earlier in self.study.trials():
            if earlier.state != "failed" and self._kept(earlier.amounts) == plan.kept:
                return replace(earlier, number=number, amounts=amounts, same_as=earlier.number)
        parameters, macs = graph.costs.after(graph.keep_units(plan.kept))
        budget = self.config.pruning.budget or Budget()
        cost = share_left(plan, original.network, graph, self.quantity, budget.runtime, budget.batch)
        begun = SearchTrial(
            number,
            amounts,
            "complete",
            cost=cost,
            parameters=parameters / graph.parameters,
            macs=macs / graph.macs,
            amount=plan.amount,
        )
        try:
            return (yield from self._fine_tuned(begun, plan))
        except TrainingDivergedError as error:
            yield original.stage.progress.warn(f"Trial {number} failed: {error}")
            return replace(begun, state="failed")

    def _fine_tuned(self, trial: SearchTrial, plan: PruningPlan) -> Events[SearchTrial]:
        """Fine-tune a trial's network, until it is far behind another; one on the front is saved."""
        config, original, stage = self.config, self.original, self.original.stage
        pruned = PrunedNetwork(original.network).pruned_further(
            plan=plan, step=config.pruning, reference=original.graph
        )
        metric, score = validation_score(config, stage)
        others = self.study.trials()
        scores: list[float] = []
        margin = MARGINS_BEHIND * config.evaluation.margin
        with contextlib.closing(stage.train(pruned.network, config.fine_tuning, config.seed + _STEP, None)) as steps:
            for event in steps:
                yield event
                if "val_loss" not in event.metrics:
                    continue  # Within an epoch.
                scores.append(event.metrics.get(f"val_{metric}", float("nan")))
                epoch = len(scores)
                equals = [(other.scores[epoch - 1], other.cost) for other in others if len(other.scores) >= epoch]
                if epoch < config.fine_tuning.epochs and is_far_behind(scores[-1], trial.cost, equals, margin):
                    return replace(trial, state="stopped", scores=tuple(scores))
        final = score(pruned.network)
        # Undefined, such as the Dice of nothing found where there is nothing: it cannot be said to be any good.
        reached = replace(trial, scores=tuple(scores), score=0.0 if math.isnan(final) else final)
        if trial.number in _front((*others, reached)):
            self._save(reached, pruned)
        return reached

    def _save(self, trial: SearchTrial, pruned: PrunedNetwork) -> None:
        config = self.config
        description = describe(config, self.original.case_set, pruned.manifest(self.original.graph))
        changes = {
            "name": f"{config.name}, trial {trial.number}",
            "model": config.model.model_copy(update={"weights": self.folder.original.absolute()}),
            "pruning": self.space.pruning_with(trial.amounts, round(trial.amount, 6)),
        }
        self.folder.save_network(trial.number, pruned.network, description, config.model_copy(update=changes))

    def _kept(self, amounts: dict[str, float]) -> dict[str, list[int]]:
        (step,) = step_configs(self.space.pruning_with(amounts))
        original = self.original
        return plan_pruning(original.network, original.graph, step, original.sample, importance=self.table).kept

    def _in_words(self, trial: SearchTrial, metric: str) -> str:
        what = f"Trial {trial.number}: {trial.cost:.0%} of the {QUANTITY_NAMES[self.quantity][0]} left"
        if trial.same_as is not None:
            return f"{what}; keeps the same channels as trial {trial.same_as}"
        if trial.state == "stopped":
            return f"{what}, {metric} {trial.scores[-1]:.3f} after epoch {len(trial.scores)}: far behind, stopped"
        if trial.state == "failed":
            return f"{what}; it failed"
        on_front = trial.number in _front(self.study.trials())
        return f"{what}, {metric} {trial.score:.3f}{', on the front' if on_front else ''}"


def _front(trials: tuple[SearchTrial, ...]) -> list[int]:
    """Return the numbers of the trials on the front, by rising cost."""
    return [trials[place].number for place in pareto_front([(trial.score, trial.cost) for trial in trials])]


def _figure(result: SearchResult) -> Figure:
    complete = [(trial.score, trial.cost) for trial in result.trials if trial.state == "complete"]
    stopped = [(trial.scores[-1], trial.cost) for trial in result.trials if trial.state == "stopped"]
    front = [(trial.score, trial.cost) for trial in result.front]
    quantity = QUANTITY_NAMES[result.quantity][0]
    return front_figure(complete, stopped, front, (result.original, 1.0), result.metric, quantity)
