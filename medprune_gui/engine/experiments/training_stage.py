"""The trainings of a run: of the original, and fine-tuning after each pruning step."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from torch import nn

from medprune_gui.engine.config import TrainingConfig
from medprune_gui.engine.data.loading import CaseArrays
from medprune_gui.engine.experiments.progress import RunProgress
from medprune_gui.engine.pruning.companion import TrainingCompanion
from medprune_gui.engine.pruning.masking import WeightMasks
from medprune_gui.engine.records import JobEvent, Task
from medprune_gui.engine.training.loop import train
from medprune_gui.engine.training.progress import TrainingProgress
from medprune_gui.engine.training.recalibration import recalibrate


@dataclass(frozen=True, slots=True, eq=False)
class TrainingStage:
    """Trains networks of one run on its training cases, with events in the run's current stage."""

    task: Task
    classes: tuple[str, ...]
    training: CaseArrays
    validation: CaseArrays
    device: torch.device
    progress: RunProgress

    def train(
        self,
        network: nn.Module,
        settings: TrainingConfig,
        seed: int,
        state: Path | None,
        masks: WeightMasks | None = None,
        *,
        companion: TrainingCompanion | None = None,
        first_epoch: int = 0,
        choose: Literal["best", "last"] = "best",
        teacher: nn.Module | None = None,
    ) -> Generator[JobEvent, None, None]:
        """Train a network in place; it ends on the CPU and in evaluation mode.

        Parameters
        ----------
        state
            File that holds the training after every epoch; None: a training that is broken off begins anew.
        masks
            Of weights that are zero and stay so.
        companion, first_epoch, choose, teacher
            As in `medprune_gui.engine.training.loop.train`.

        Raises
        ------
        MedPruneError
            As `medprune_gui.engine.training.loop.train` says.
        """
        steps = train(
            network,
            self.training,
            self.validation,
            settings,
            task=self.task,
            classes=self.classes,
            seed=seed,
            device=self.device,
            state=state,
            masks=masks,
            companion=companion,
            first_epoch=first_epoch,
            choose=choose,
            teacher=teacher,
        )
        for step in steps:
            yield self.progress.at(
                step.epoch,
                step.epochs,
                step.note or _epoch_in_words(step),
                {**step.metrics, "epoch": step.fraction * step.epochs},
                done=step.fraction,
            )
        network.to("cpu").eval()

    def recalibrate(self, network: nn.Module, batch_size: int, seed: int) -> None:
        """Give a pruned network statistics of its own; see `medprune_gui.engine.training.recalibration`."""
        recalibrate(network, self.training, batch_size, seed=seed, device=self.device)


def _epoch_in_words(step: TrainingProgress) -> str:
    if step.batch < step.batches or not any(name.startswith("val_") for name in step.metrics):
        return ""
    values = ", ".join(
        f"{name.replace('val_', 'validation ').replace('train_', 'training ')} {value:.3f}"
        for name, value in step.metrics.items()
        if name == "train_loss" or name.startswith("val_")
    )
    return f"Epoch {step.epoch} of {step.epochs}: {values}"
