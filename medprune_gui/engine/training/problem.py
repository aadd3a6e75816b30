"""What is to be learnt, and how: everything that decides a training but the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medprune_gui.engine.config import TrainingConfig
    from medprune_gui.engine.records import Task
    from medprune_gui.engine.training.batches import LabelledImages


@dataclass(frozen=True, slots=True, eq=False)
class TrainingProblem:
    """Cases, classes and settings of one training.

    Attributes
    ----------
    train_data, val_data
        The splits; see `LabelledImages`.
    classes
        In the order of the network's outputs.
    seed
        Decides order, augmentation and dropout.
    first_epoch
        How many epochs are left out at the start.
    """

    train_data: LabelledImages
    val_data: LabelledImages
    config: TrainingConfig
    task: Task
    classes: tuple[str, ...]
    seed: int
    first_epoch: int = 0
