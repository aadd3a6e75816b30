"""A run from images to a comparison, as a generator of events that knows neither threads nor windows."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import torch
from torch import nn

from medprune_gui.engine.config import ExperimentConfig, TrainingConfig
from medprune_gui.engine.data.cases import CaseSet, Split
from medprune_gui.engine.data.loading import CaseArrays, load_arrays
from medprune_gui.engine.data.preprocess import Preprocessing
from medprune_gui.engine.data.reading import read_cases
from medprune_gui.engine.errors import MedPruneError
from medprune_gui.engine.experiments.comparison import compare_networks, primary_metric
from medprune_gui.engine.experiments.progress import RunProgress
from medprune_gui.engine.experiments.provenance import hash_cases, provenance
from medprune_gui.engine.experiments.pruning_steps import PrunedNetwork
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.export.report import write_report
from medprune_gui.engine.models.checkpoints import ModelDescription, load_weights, save_model
from medprune_gui.engine.models.complexity import count_macs
from medprune_gui.engine.models.devices import choose_device
from medprune_gui.engine.models.registry import build_network
from medprune_gui.engine.pruning import plan_pruning, trace_channels
from medprune_gui.engine.pruning.schedule import step_configs
from medprune_gui.engine.pruning.stored import load_network
from medprune_gui.engine.records import Comparison, JobEvent
from medprune_gui.engine.training.loop import train
from medprune_gui.engine.training.progress import TrainingProgress

T = TypeVar("T")
Events = Generator[JobEvent, None, T]


def run(config: ExperimentConfig, out_dir: Path, *, resume: bool = False, device: str = "auto") -> Events[Comparison]:
    """Carry out an experiment: read, train, prune and fine-tune in steps, compare, report.

    Closing the generator cancels the run; its folder stays resumable, at the last finished epoch.

    Parameters
    ----------
    config
        The experiment.
    out_dir
        The run folder; new or empty unless ``resume``.
    resume
        Go on with the run in ``out_dir``.
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
    chosen = choose_device(device)
    primary_metric(config)
    with RunFolder(out_dir).create(config, resume) as folder:
        if resume and folder.summary_file.exists():
            yield JobEvent("report", 1, 1, "This run is finished already", fraction=1.0)
            return folder.read_comparison()
        return (yield from _recorded(_Run(config, folder, chosen).events(), folder))


def _recorded(events: Events[Comparison], folder: RunFolder) -> Events[Comparison]:
    """Pass events on; those with something to say go to the run folder first."""
    try:
        while True:
            event = next(events)
            if event.message or event.artefacts:
                folder.append_event(event)
            yield event
    except StopIteration as stop:
        comparison: Comparison = stop.value
        return comparison
    except MedPruneError as error:
        folder.append_event(JobEvent("failed", message=str(error), level="warning"))
        raise
    finally:
        events.close()


@dataclass(slots=True)
class _Run:
    config: ExperimentConfig
    folder: RunFolder
    device: torch.device

    def events(self) -> Events[Comparison]:
        config, folder = self.config, self.folder
        began = time.monotonic()
        steps = step_configs(config.pruning)
        progress = self._progress(len(steps))

        yield progress.begin("data", "Reading the cases")
        case_set = read_cases(config.data, config.seed)
        yield progress.at(0, 0, _counts_in_words(case_set))
        for note in case_set.notes:
            yield progress.warn(note)
        training = yield from self._load(case_set, "train", progress, 0.0, 0.7)
        validation = yield from self._load(case_set, "val", progress, 0.7, 0.3)

        yield progress.begin("analyse", "Tracing the network's channels and certifying what can be removed")
        example = torch.from_numpy(training.images[:1].copy())
        original = build_network(config.model, case_set.task, len(case_set.classes), config.data.size, seed=config.seed)
        graph = trace_channels(original, example)
        certificate = graph.certificate()
        yield progress.at(
            1,
            1,
            f"{certificate.parameters_prunable:.0%} of the parameters and {certificate.macs_prunable:.0%} of the "
            f"MACs can go; largest error of a removal {certificate.max_error:.1e}",
        )
        plan_pruning(original, graph, steps[-1])  # A budget that cannot be met is said before hours of training.

        yield progress.begin("train")
        yield from self._train_original(original, case_set, training, validation, progress)

        whole = count_macs(original, example)
        current = PrunedNetwork(original, graph=graph)
        for number, step in enumerate(steps, 1):
            tuned = self._state / f"step-{number}"
            if (tuned / "model.json").is_file():
                network, description = load_network(tuned)
                current = PrunedNetwork.restored(network, description.manifest, config.pruning)
                continue
            yield progress.begin(f"prune {number}", f"Pruning step {number} of {len(steps)}")
            current = current.pruned_further(step, example, graph)
            yield progress.at(number, len(steps), current.in_words(whole, example))
            yield progress.begin(f"fine-tune {number}")
            last = number == len(steps)
            settings = config.fine_tuning if last else _with_epochs(config.fine_tuning, config.pruning.epochs_per_step)
            yield from self._train(
                current.network,
                training,
                validation,
                settings,
                case_set,
                progress,
                config.seed + number,
                tuned.with_suffix(".state"),
                current.keep_zero,
            )
            save_model(tuned, current.network, self._description(case_set, current.manifest))
        pruned = current.network
        save_model(folder.pruned, pruned, self._description(case_set, current.manifest))

        yield progress.begin("evaluate", "Opening the test cases")
        test = yield from self._load(case_set, "test", progress, 0.0, 0.5)
        data_sha256 = yield from progress.follow(hash_cases(case_set.cases), 0.5, 0.1)
        comparison = yield from compare_networks(
            config, folder, case_set, test, original, pruned, self.device, progress
        )
        comparison = replace(
            comparison,
            provenance=provenance(
                config,
                device=self.device.type,
                data_sha256=data_sha256,
                original=folder.original,
                pruned=folder.pruned,
                duration_s=time.monotonic() - began,
            ),
        )

        yield progress.begin("report", "Writing the report")
        folder.write_comparison(comparison)
        write_report(folder, comparison)
        self._forget_state()
        yield progress.at(1, 1, f"Report: {folder.report_file}", artefacts=(str(folder.report_file),))
        return comparison

    @property
    def _state(self) -> Path:
        return self.folder.path / "state"

    def _progress(self, steps: int) -> RunProgress:
        # In epochs of the original's training, as measured on small networks.
        config = self.config
        weights = {"data": 0.7, "analyse": 0.3, "train": max(0.1, float(config.training.epochs))}
        for number in range(1, steps + 1):
            epochs = config.fine_tuning.epochs if number == steps else config.pruning.epochs_per_step
            weights[f"prune {number}"] = 0.1
            weights[f"fine-tune {number}"] = max(0.05, 0.6 * epochs)
        return RunProgress({**weights, "evaluate": 0.6, "latency": 0.5, "report": 0.5})

    def _train_original(
        self,
        network: nn.Module,
        case_set: CaseSet,
        training: CaseArrays,
        validation: CaseArrays,
        progress: RunProgress,
    ) -> Events[None]:
        config, folder = self.config, self.folder
        if (folder.original / "model.json").is_file():
            load_weights(network, folder.original)
            yield progress.at(1, 1, "The original network is trained already")
        else:
            if config.model.weights is not None:
                load_weights(network, config.model.weights)
                yield progress.at(1, 1, "The original network has its weights from a file")
            else:
                state = self._state / "original.state"
                yield from self._train(
                    network, training, validation, config.training, case_set, progress, config.seed, state, None
                )
            save_model(folder.original, network, self._description(case_set, None))
        network.eval()

    def _train(
        self,
        network: nn.Module,
        training: CaseArrays,
        validation: CaseArrays,
        settings: TrainingConfig,
        case_set: CaseSet,
        progress: RunProgress,
        seed: int,
        state: Path,
        after_step: Callable[[nn.Module], None] | None,
    ) -> Events[None]:
        steps = train(
            network,
            training,
            validation,
            settings,
            task=case_set.task,
            classes=case_set.classes,
            seed=seed,
            device=self.device,
            state=state,
            after_step=after_step,
        )
        for step in steps:
            message = _epoch_in_words(step)
            yield progress.at(
                step.epoch,
                step.epochs,
                message,
                {**step.metrics, "epoch": step.fraction * step.epochs},
                done=step.fraction,
            )
        network.to("cpu").eval()

    def _load(
        self, case_set: CaseSet, split: Split, progress: RunProgress, before: float, share: float
    ) -> Events[CaseArrays]:
        return (yield from progress.follow(load_arrays(case_set, split, self.config.data), before, share))

    def _description(self, case_set: CaseSet, manifest: dict[str, object] | None) -> ModelDescription:
        return ModelDescription(
            architecture=self.config.model.architecture,
            parameters=self.config.model.parameters,
            task=case_set.task,
            classes=case_set.classes,
            data=Preprocessing.model_validate(self.config.data, from_attributes=True),
            label_values=case_set.label_values,
            manifest=manifest,
        )

    def _forget_state(self) -> None:
        shutil.rmtree(self._state, ignore_errors=True)


def _with_epochs(settings: TrainingConfig, epochs: int) -> TrainingConfig:
    return settings.model_copy(update={"epochs": epochs})


def _counts_in_words(case_set: CaseSet) -> str:
    counts = case_set.counts()
    parts = [
        f"{ {'train': 'training', 'val': 'validation', 'test': 'test'}[split] } {sum(numbers.values())}"
        + (f" ({', '.join(f'{name} {count}' for name, count in numbers.items())})" if len(numbers) > 1 else "")
        for split, numbers in counts.items()
    ]
    kind = "slices" if case_set.task == "segmentation" else "images"
    return f"{len(case_set.cases)} {kind}: {'; '.join(parts)}"


def _epoch_in_words(step: TrainingProgress) -> str:
    if step.batch < step.batches or not any(name.startswith("val_") for name in step.metrics):
        return ""
    values = ", ".join(
        f"{name.replace('val_', 'validation ').replace('train_', 'training ')} {value:.3f}"
        for name, value in step.metrics.items()
        if name == "train_loss" or name.startswith("val_")
    )
    return f"Epoch {step.epoch} of {step.epochs}: {values}"
