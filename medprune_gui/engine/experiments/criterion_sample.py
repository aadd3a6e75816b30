"""The training cases that a criterion looks at in a run: few, drawn by the seed, the same in every session."""

from __future__ import annotations

import numpy as np
import torch

from medprune_gui.engine.config import ExperimentConfig
from medprune_gui.engine.pruning.criteria import CriterionData
from medprune_gui.engine.records import Task
from medprune_gui.engine.settings.criterion_names import criterion_info
from medprune_gui.engine.training.batches import LabelledImages, to_tensors
from medprune_gui.engine.training.losses import inverse_frequency, make_loss

#: Importance hardly changes with more cases, and the time it takes grows with them.
CASES = 64
BATCH_SIZE = 16


def criterion_sample(
    config: ExperimentConfig, training: LabelledImages, task: Task, classes: tuple[str, ...]
) -> CriterionData | None:
    """Return the sample that the experiment's criterion needs, as the network is trained on it but not augmented.

    It is a function of the experiment and of the training split alone, so that a run which was broken off goes on with
    the same cases.

    Returns
    -------
    None where the criterion needs no cases.
    """
    if not criterion_info(config.pruning.criterion).needs_data:
        return None
    draw = np.random.default_rng([config.seed, config.pruning.seed % 2**63])
    chosen = draw.permutation(len(training.images))[:CASES]
    weights = None
    if task == "classification" and config.training.class_weights:
        weights = inverse_frequency(training.targets, len(classes))
    batches = np.array_split(chosen, -(-len(chosen) // BATCH_SIZE))
    cpu = torch.device("cpu")
    return CriterionData(tuple(to_tensors(training, batch, cpu) for batch in batches), make_loss(task, weights))


def sample_in_words(config: ExperimentConfig, data: CriterionData, cases: int) -> str:
    """Say what a criterion looks at, for the log of a run with ``cases`` training cases."""
    title = criterion_info(config.pruning.criterion).title
    return f"Importance: {title}, on {data.cases} of {cases} training cases, drawn with seed {config.pruning.seed}"
