"""How a network is trained: the original from scratch, the pruned one by fine-tuning."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from medprune_gui.engine.records import Task
from medprune_gui.engine.settings.distillation import Distillation
from medprune_gui.engine.settings.frozen import FrozenSettings

LossName: TypeAlias = Literal["cross-entropy", "focal", "dice-ce", "dice-focal"]
#: The losses of each task, the usual one first.
LOSSES: dict[Task, tuple[LossName, ...]] = {
    "classification": ("cross-entropy", "focal"),
    "segmentation": ("dice-ce", "dice-focal"),
}

RateCourse: TypeAlias = Literal["cosine", "plateau", "constant"]


class TrainingConfig(FrozenSettings):
    """Training of the original, or fine-tuning of the pruned network.

    Attributes
    ----------
    loss
        None: cross entropy for classes, Dice and cross entropy together for label maps.
    schedule, warm_up
        Course of the learning rate, and the share of all steps over which it first rises.
    clip_norm
        Largest norm of all gradients together; longer ones are shortened to it.
    ema
        Decay of the moving average of weights that is validated and kept in their place; None: the weights themselves.
    patience
        Epochs without a better validation score after which training ends; None: it never ends early.
    distillation
        Of fine-tuning only: learning from the original's answers too.
    """

    epochs: Annotated[int, Field(ge=0, le=10_000)] = 6
    batch_size: Annotated[int, Field(ge=1, le=4096)] = 32
    learning_rate: Annotated[float, Field(gt=0.0, le=10.0)] = 1e-3
    optimiser: Literal["adamw", "sgd"] = "adamw"
    weight_decay: Annotated[float, Field(ge=0.0, le=1.0)] = 1e-4
    loss: LossName | None = None
    class_weights: bool = True
    augment: bool = True
    schedule: RateCourse = "cosine"
    warm_up: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.05
    clip_norm: Annotated[float, Field(gt=0.0)] = 1.0
    ema: Annotated[float, Field(gt=0.0, lt=1.0)] | None = None
    patience: Annotated[int, Field(ge=1, le=10_000)] | None = None
    distillation: Distillation | None = None
