"""A run from images to a comparison, as a generator of events that knows neither threads nor windows."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import torch
from torch import nn

from medprune_gui.engine.config import ExperimentConfig
from medprune_gui.engine.data.cases import CaseSet, Split
from medprune_gui.engine.data.loading import CaseArrays, load_arrays
from medprune_gui.engine.data.reading import read_cases
from medprune_gui.engine.errors import MedPruneError, OutputError
from medprune_gui.engine.experiments.case_list import ListedCase, data_sha256, keep_cases, list_cases
from medprune_gui.engine.experiments.comparison import compare_networks, primary_metric
from medprune_gui.engine.experiments.criterion_sample import criterion_sample, sample_in_words
from medprune_gui.engine.experiments.floors import check_floor, floor_metric
from medprune_gui.engine.experiments.model_folders import describe, load_original, untrained_network
from medprune_gui.engine.experiments.progress import RunProgress
from medprune_gui.engine.experiments.provenance import provenance
from medprune_gui.engine.experiments.pruning_rounds import PruningRounds
from medprune_gui.engine.experiments.rewinding import EarlyWeights, check_rewinding
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.experiments.training_stage import TrainingStage
from medprune_gui.engine.export.report import write_report
from medprune_gui.engine.export.report_words import pruning_in_words
from medprune_gui.engine.models.checkpoints import DESCRIPTION_FILE, save_model
from medprune_gui.engine.models.devices import choose_device
from medprune_gui.engine.models.registry import fitting_architecture
from medprune_gui.engine.pruning import trace_channels
from medprune_gui.engine.pruning.allocation.by_sensitivity import evenly
from medprune_gui.engine.pruning.budgets import refuse_met
from medprune_gui.engine.pruning.criteria import CriterionData
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.latency import LatencyModel
from medprune_gui.engine.pruning.latency.model import modelling
from medprune_gui.engine.pruning.measured_budgets import whole_of
from medprune_gui.engine.pruning.planning import planning
from medprune_gui.engine.pruning.schedule import step_configs
from medprune_gui.engine.records import Comparison, JobEvent, percent_down

T = TypeVar("T")
Events = Generator[JobEvent, None, T]


def run(config: ExperimentConfig, out_dir: Path, *, resume: bool = False, device: str = "auto") -> Events[Comparison]:
    """Carry out an experiment: read, train, prune and fine-tune in steps, compare, report.

    Closing the generator cancels the run; its folder stays resumable, at the last finished epoch.

    Parameters
    ----------
    config
        The experiment; relative paths in it are taken from the current folder.
    out_dir
        The run folder; new or empty unless ``resume``.
    resume
        Go on with the run in ``out_dir``, which must have begun.
    device
        Where to compute.

    Yields
    ------
    JobEvent
        A few a second.

    Returns
    -------
    Comparison
        What the run folder now holds.

    Raises
    ------
    MedPruneError
        Bad input, or a computation that failed; what was reached is kept.
    """
    if resume:
        RunFolder(out_dir).check_begun()
    chosen = choose_device(device)
    primary_metric(config)
    if config.pruning.floor is not None:
        floor_metric(config, config.pruning.floor)
    check_rewinding(config)
    fitting_architecture(config.model.architecture, config.data.task)
    config = with_absolute_paths(config)
    with RunFolder(out_dir).create(config, resume) as folder:
        if resume and folder.summary_file.exists():
            comparison = folder.read_comparison()
            if not folder.report_file.exists():
                write_report(folder, comparison)
            folder.forget_state()
            yield JobEvent("report", 1, 1, "This run is finished already", fraction=1.0)
            return comparison
        return (yield from recorded(ExperimentRun(config, folder, chosen).events(), folder))


def recorded(events: Events[T], folder: RunFolder) -> Events[T]:
    """Pass events on; those with something to say go to the run folder first."""
    try:
        while True:
            event = next(events)
            if event.message or event.artefacts:
                folder.append_event(event)
            yield event
    except StopIteration as stop:
        result: T = stop.value
        return result
    except MedPruneError as error:
        # A log that cannot be written must not hide why the run failed.
        with contextlib.suppress(OutputError):
            folder.append_event(JobEvent("failed", message=str(error), level="warning"))
        folder.forget_unused()
        raise
    finally:
        events.close()


@dataclass(frozen=True, slots=True, eq=False)
class Original:
    """What every way of pruning starts from.

    Attributes
    ----------
    listed
        The cases with what their files held.
    example
        One case, (1, channel, row, column).
    network, graph
        The original and its channels.
    sample
        Training cases for a criterion that looks at them.
    """

    case_set: CaseSet
    listed: tuple[ListedCase, ...]
    stage: TrainingStage
    example: torch.Tensor
    network: nn.Module
    graph: ChannelGraph
    sample: CriterionData | None


@dataclass(slots=True)
class ExperimentRun:
    """The parts of a run, in a folder that is locked for it."""

    config: ExperimentConfig
    folder: RunFolder
    device: torch.device

    def trained_original(self, progress: RunProgress) -> Events[Original]:
        """Read the cases, certify what can be removed, and train the original or take it from where it is.

        Parameters
        ----------
        progress
            Has the stages ``data``, ``analyse`` and ``train``.
        """
        start = yield from self._untrained_original(progress)
        yield from self._train_original(start)
        return start

    def _untrained_original(self, progress: RunProgress) -> Events[Original]:
        config = self.config
        yield progress.begin("data", "Reading the cases")
        case_set = read_cases(config.data, config.seed)
        yield progress.at(0, 0, _counts_in_words(case_set))
        for note in case_set.notes:
            yield progress.warn(note)
        listed = yield from self._list_cases(case_set, progress)
        stage = TrainingStage(
            case_set.task,
            case_set.classes,
            (yield from self._load(case_set, "train", progress, 0.2, 0.6)),
            (yield from self._load(case_set, "val", progress, 0.8, 0.2)),
            self.device,
            progress,
        )
        check_floor(config, stage)

        yield progress.begin("analyse", "Tracing the network's channels and certifying what can be removed")
        example = torch.from_numpy(stage.training.images[:1].copy())
        original = untrained_network(config, case_set)
        graph = trace_channels(original, example, cache=True)
        certificate = graph.certificate()
        yield progress.at(
            1,
            1,
            f"Up to {percent_down(certificate.parameters_prunable)} % of the parameters and "
            f"{percent_down(certificate.macs_prunable)} % of the MACs can go; largest error of a removal "
            f"{certificate.max_error:.1e}",
        )
        sample = criterion_sample(config, stage.training, case_set.task, case_set.classes)
        if sample is not None:
            yield progress.at(1, 1, sample_in_words(config, sample, len(stage.training.images)))
        # A budget that cannot be met, or a criterion that cannot be computed, is said before hours of training.
        budget = config.pruning.budget
        latency: LatencyModel | None = None
        if budget is not None and budget.quantity == "latency":
            latency = yield from progress.follow(modelling(original, graph, budget.runtime, budget.batch))
        if budget is not None and budget.most is not None and not self._begun:
            refuse_met(budget, latency.milliseconds if latency else whole_of(original, graph, budget))
        last = evenly(step_configs(config.pruning)[-1])
        yield from progress.follow(planning(original, graph, last, sample, latency=latency))
        return Original(case_set, listed, stage, example, original, graph, sample)

    def events(self) -> Events[Comparison]:
        """Carry out the whole run."""
        config, folder = self.config, self.folder
        progress = self._progress()
        start = yield from self._untrained_original(progress)
        yield progress.at(1, 1, f"To be pruned: {pruning_in_words(config.pruning)}")
        case_set, stage, original, graph = start.case_set, start.stage, start.network, start.graph
        rounds = PruningRounds(config, folder, case_set, stage, original, graph, start.sample)
        rounds.weigh()
        yield from self._train_original(start)
        current, pruning_notes = yield from rounds.carry_out(start.example)
        save_model(folder.pruned, current.network, describe(config, case_set, current.manifest(graph)))

        yield progress.begin("evaluate", "Opening the test cases")
        test = yield from self._load(case_set, "test", progress, 0.0, 0.6)
        comparison = yield from compare_networks(
            config, folder, case_set, test, original, current.network, self.device, progress
        )
        comparison = replace(
            comparison,
            notes=tuple(dict.fromkeys([*comparison.notes, *pruning_notes])),
            provenance=provenance(
                config,
                device=self.device.type,
                data_sha256=data_sha256(case_set, start.listed),
                original=folder.original,
                pruned=folder.pruned,
                duration_s=folder.elapsed_s,
            ),
        )

        yield progress.begin("report", "Writing the report")
        # The report first: the run counts as finished once the summary stands, which comes last.
        write_report(folder, comparison)
        folder.write_comparison(comparison)
        folder.forget_state()
        yield progress.at(1, 1, f"Report: {folder.report_file}", artefacts=(str(folder.report_file),))
        return comparison

    def _progress(self) -> RunProgress:
        # In epochs of the original's training, as measured on small networks.
        config = self.config
        weights = {"data": 0.7, "analyse": 0.3, "train": max(0.1, float(config.training.epochs))}
        weights |= PruningRounds.weights(config)
        return RunProgress({**weights, "evaluate": 0.6, "latency": 0.5, "report": 0.5})

    def _list_cases(self, case_set: CaseSet, progress: RunProgress) -> Events[tuple[ListedCase, ...]]:
        folder = self.folder
        listed = yield from progress.follow(list_cases(case_set.cases), 0.0, 0.2)
        keep_cases(folder.cases_file, listed, begun=self._begun, data=self.config.data.path)
        return listed

    @property
    def _begun(self) -> bool:
        """Whether an earlier session has trained here: what it was allowed is not asked again."""
        return self.folder.original.exists() or self.folder.resumable.exists()

    def _train_original(self, start: Original) -> Events[None]:
        config, folder = self.config, self.folder
        network, case_set, stage, progress = start.network, start.case_set, start.stage, start.stage.progress
        yield progress.begin("train")
        description = describe(config, case_set)
        if (folder.original / DESCRIPTION_FILE).is_file():
            load_original(network, folder.original, description)
            yield progress.at(1, 1, "The original network is trained already")
        else:
            if config.model.weights is not None:
                load_original(network, config.model.weights, description)
                yield progress.at(1, 1, "The original network has its weights from a file")
            else:
                yield from stage.train(
                    network,
                    config.training,
                    config.seed,
                    folder.resumable / "original.state",
                    companion=EarlyWeights.of(config, folder.resumable),
                )
            save_model(folder.original, network, description)
        network.eval()

    def _load(
        self, case_set: CaseSet, split: Split, progress: RunProgress, before: float, share: float
    ) -> Events[CaseArrays]:
        return (yield from progress.follow(load_arrays(case_set, split, self.config.data), before, share))


def with_absolute_paths(config: ExperimentConfig) -> ExperimentConfig:
    """Return the experiment as it means the same in every folder that a later session may start in."""
    data = {
        "path": config.data.path.absolute(),
        "label_maps": config.data.label_maps and config.data.label_maps.absolute(),
    }
    weights = config.model.weights and config.model.weights.absolute()
    return config.model_copy(
        update={
            "data": config.data.model_copy(update=data),
            "model": config.model.model_copy(update={"weights": weights}),
        }
    )


def _counts_in_words(case_set: CaseSet) -> str:
    counts = case_set.counts()
    parts = [
        f"{ {'train': 'training', 'val': 'validation', 'test': 'test'}[split] } {sum(numbers.values())}"
        + (f" ({', '.join(f'{name} {count}' for name, count in numbers.items())})" if len(numbers) > 1 else "")
        for split, numbers in counts.items()
    ]
    kind = "slices" if case_set.task == "segmentation" else "images"
    return f"{len(case_set.cases)} {kind}: {'; '.join(parts)}"
