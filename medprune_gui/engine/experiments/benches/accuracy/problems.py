"""What the networks of the accuracy bench learn: data, network, training, fine-tuning."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from medprune_gui.engine.config import DataConfig, ExperimentConfig, ModelConfig, TrainingConfig, dump_experiment

#: A function that returns the problems of a bench.
Problems: TypeAlias = Callable[[], Mapping[str, "Problem"]]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is learnt, small enough for hundreds of fine-tunings.

    Attributes
    ----------
    name, title
        For the command line; and for tables, with the metric.
    config
        Data below the folder of images, network, training of the original, and fine-tuning; the same for every
        contender. Its pruning is not used.
    most_cases
        The most cases of the training, validation and test split: more are left out at random.
    folder
        Where the data are.
    """

    name: str
    title: str
    config: ExperimentConfig
    most_cases: tuple[int, int, int]
    folder: Path = Path()

    @property
    def digest(self) -> str:
        """Eight letters that are others when anything of the problem is, wherever its data are."""
        return hashlib.sha256(repr((dump_experiment(self.config), self.most_cases)).encode()).hexdigest()[:8]

    @property
    def data(self) -> DataConfig:
        """The data where they are."""
        data = self.config.data
        return data.model_copy(
            update={
                "path": self.folder / data.path,
                "label_maps": data.label_maps and self.folder / data.label_maps,
            }
        )

    def shortened(self) -> Problem:
        """Return the problem with few cases and epochs, to see that everything runs."""
        config = self.config.model_copy(
            update={
                "training": self.config.training.model_copy(update={"epochs": 3}),
                "fine_tuning": self.config.fine_tuning.model_copy(update={"epochs": 1}),
            }
        )
        train, val, test = (min(most, 200) for most in self.most_cases)
        return replace(self, config=config, most_cases=(train, val, test))


def known_problems() -> dict[str, Problem]:
    """Return the problems by name: pneumonia on chest X-rays, and the hippocampus in MRI."""
    pneumonia = ExperimentConfig(
        data=DataConfig(kind="table", path=Path("cxr_pneumonia_224/labels.csv"), positive="PNEUMONIA", size=(64, 64)),
        model=ModelConfig(parameters={"filters": (16, 32, 64, 64, 64), "dense": 32}),
        training=TrainingConfig(epochs=12, batch_size=16, learning_rate=1e-3, augment=False),
        fine_tuning=TrainingConfig(epochs=2, batch_size=16, learning_rate=5e-4, augment=False),
    )
    hippocampus = ExperimentConfig(
        data=DataConfig(
            kind="volumes",
            path=Path("mri_hippocampus_seg/images"),
            label_maps=Path("mri_hippocampus_seg/labels"),
            percentiles=(0.5, 99.5),
            size=(32, 32),
        ),
        model=ModelConfig(
            architecture="UNet", parameters={"channels": (16, 32, 64), "strides": (2, 2), "num_res_units": 1}
        ),
        training=TrainingConfig(epochs=20, batch_size=16, learning_rate=4e-3, augment=False),
        fine_tuning=TrainingConfig(epochs=3, batch_size=16, learning_rate=2e-3, augment=False),
    )
    return {
        problem.name: problem
        for problem in (
            Problem("pneumonia", "pneumonia, AUC", pneumonia, (1000, 491, 669)),
            Problem("hippocampus", "hippocampus, Dice", hippocampus, (1200, 400, 1482)),
        )
    }
