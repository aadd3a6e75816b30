"""The resumable state of a training: written whole after every epoch, read without running code from the file."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import pickle
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import torch

from medprune_gui.engine.files import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor, nn

    from medprune_gui.engine.training.problem import TrainingProblem

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrainingState:
    """A training at an epoch's end.

    Attributes
    ----------
    fingerprint
        Of everything that must be the same in the run that goes on.
    history
        Metrics of the epochs that are done; their number is the epoch to go on with, counted from 0.
    model, optimiser
        State dictionaries.
    best, best_epoch, best_score
        The weights chosen so far, the epoch (from 1) that they are from, and its validation score and loss.
    companion
        What a companion of the training needs to go on.
    average
        The moving average of the weights, where there is one; ``model`` holds the weights themselves.
    """

    fingerprint: str
    history: list[dict[str, float]]
    model: dict[str, Tensor]
    optimiser: dict[str, Any]
    best: dict[str, Tensor]
    best_epoch: int
    best_score: tuple[float, float]
    companion: dict[str, Tensor] = field(default_factory=dict)
    average: dict[str, Tensor] = field(default_factory=dict)


def fingerprint(model: nn.Module, problem: TrainingProblem) -> str:
    """SHA-256 of what decides how a training runs: settings, the network's shapes, and a sample of the data.

    Weights are left out: they are what the state replaces.
    """
    splits = (problem.train_data, problem.val_data)
    digest = hashlib.sha256()
    settings = {
        "config": problem.config.model_dump(mode="json"),
        "task": problem.task,
        "classes": problem.classes,
        "seed": problem.seed,
        "first_epoch": problem.first_epoch,
        "network": [(name, list(value.shape)) for name, value in model.state_dict().items()],
        "data": [(data.images.shape, data.targets.shape) for data in splits],
    }
    digest.update(json.dumps(settings).encode())
    for data in splits:
        digest.update(data.targets.tobytes())
        # Images by a sample: all of them may be gigabytes.
        digest.update(data.images[[0, len(data.images) // 2, -1]].tobytes())
    return digest.hexdigest()


def save_state(state: TrainingState, path: Path) -> None:
    """Write the state beside ``path``, flush it, and rename.

    Raises
    ------
    OutputError
        The file cannot be written; the older state is left as it was.
    """
    buffer = io.BytesIO()
    # Not dataclasses.asdict, which would copy every tensor.
    torch.save({own.name: getattr(state, own.name) for own in fields(state)}, buffer)
    write_whole(path, buffer.getvalue())


def load_state(path: Path, expected: str) -> TrainingState | None:
    """Read a state; None where there is none, or none that fits (said in the log).

    Only tensors and plain values are read (``weights_only``), so a forged file cannot run code.
    """
    if not path.is_file():
        return None
    try:
        values = torch.load(path, map_location="cpu", weights_only=True)
        state = TrainingState(**values)
    except (OSError, EOFError, RuntimeError, pickle.UnpicklingError, TypeError, KeyError, ValueError) as error:
        _log.warning("%s cannot be read, so training starts anew: %s", path.name, error)
        return None
    if state.fingerprint != expected:
        _log.warning("%s is from other settings or data, so training starts anew", path.name)
        return None
    return state
