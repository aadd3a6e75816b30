"""Training and fine-tuning as a generator: one course for a seed, resumable at every epoch's end."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch
from torch import Tensor, nn

from medprune_gui.engine.errors import ArchitectureError, OutOfMemoryError, TrainingDivergedError
from medprune_gui.engine.models.failures import is_out_of_memory
from medprune_gui.engine.models.modes import evaluation_mode
from medprune_gui.engine.models.randomness import private_random
from medprune_gui.engine.pruning.companion import TrainingCompanion
from medprune_gui.engine.pruning.masks import Hold, hold
from medprune_gui.engine.training.augmentation import augment, draw_changes
from medprune_gui.engine.training.batches import check_cases, shuffled, to_tensors, too_few_values_in_words
from medprune_gui.engine.training.losses import inverse_frequency, make_loss
from medprune_gui.engine.training.optimisers import learning_rate, make_optimiser
from medprune_gui.engine.training.problem import TrainingProblem
from medprune_gui.engine.training.progress import History, TrainingProgress
from medprune_gui.engine.training.state import TrainingState, fingerprint, load_state, save_state
from medprune_gui.engine.training.validation import deciding_metric, validate

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from medprune_gui.engine.config import TrainingConfig
    from medprune_gui.engine.pruning.masking import WeightMasks
    from medprune_gui.engine.records import Task
    from medprune_gui.engine.training.batches import LabelledImages

_REPORT_EVERY_S = 0.2
_MAX_GRADIENT_NORM = 1.0


def train(
    model: nn.Module,
    train_data: LabelledImages,
    val_data: LabelledImages,
    config: TrainingConfig,
    *,
    task: Task,
    classes: tuple[str, ...],
    seed: int,
    device: str | torch.device = "cpu",
    state: Path | None = None,
    masks: WeightMasks | None = None,
    companion: TrainingCompanion | None = None,
    first_epoch: int = 0,
    choose: Literal["best", "last"] = "best",
) -> Generator[TrainingProgress, None, History]:
    """Train ``model`` in place and leave it with the weights that did best on the validation split.

    Order, augmentation and dropout are functions of (seed, epoch, batch) and of nothing else, so two runs on a CPU with
    the same number of threads are equal bit for bit, and so is one that was interrupted and resumed. Close the
    generator to cancel: the network keeps its latest weights, and its modes and its device are as before.

    Parameters
    ----------
    model
        (n, channel, row, column) -> logits (n, class), or (n, class, row, column) in segmentation.
    state
        File that holds the training after every epoch. Where it exists and fits settings, data and network, training
        goes on from it.
    masks
        Weights that are zero and stay so; neither their gradients nor what the optimiser remembers of them count.
    companion
        Takes part in every step, and is saved and resumed with the training.
    first_epoch
        How many epochs to leave out at the start: learning rate and order are those of the epochs that follow.
    choose
        Which weights the network is left with: ``best`` on the validation split, or the ``last``, where the training
        changes what the network is.

    Yields
    ------
    TrainingProgress
        About every 0.2 s and at each epoch's end.

    Returns
    -------
    History
        With no epochs to go it is empty, and the model is left untouched.

    Raises
    ------
    DatasetError
        A split is empty or its labels do not fit the classes.
    ArchitectureError
        The network's output does not fit the task.
    ConfigError
        Batches or images are too small for the network's normalisation.
    TrainingDivergedError
        The loss became infinite or not a number.
    OutOfMemoryError
        A batch does not fit into memory.
    OutputError
        The state cannot be written.
    CheckpointError
        The masks are of another network.
    """
    if config.epochs <= first_epoch:
        return History()
    check_cases(train_data, len(classes), "training")
    check_cases(val_data, len(classes), "validation")
    problem = TrainingProblem(train_data, val_data, config, task, classes, seed, first_epoch)
    # The modes that were found come back, whatever they are set to in between.
    with evaluation_mode(model), _device_restored(model), _memory_errors_in_words(config):
        training = _Training(model, problem, torch.device(device), masks, companion or TrainingCompanion())
        try:
            return (yield from training.run(state, choose))
        finally:
            training.end()


class _Training:
    def __init__(
        self,
        model: nn.Module,
        problem: TrainingProblem,
        device: torch.device,
        masks: WeightMasks | None,
        companion: TrainingCompanion,
    ) -> None:
        self._model, self._problem, self._config = model, problem, problem.config
        self._device, self._masks, self._companion = device, masks, companion
        self._hold: Hold | None = None
        # bfloat16 needs no loss scaling. On CPUs (AVX2, one thread) channels_last was 23 % faster on DenseNet121 and
        # 4 % slower on resnet18 and UNet, and a choice by the clock would make runs differ: only on CUDA.
        self._mixed = device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
        model.to(device)
        if device.type == "cuda":
            model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        weights = None
        if problem.task == "classification" and problem.config.class_weights:
            weights = inverse_frequency(problem.train_data.targets, len(problem.classes)).to(device)
        self._loss = make_loss(problem.task, weights)
        self._optimiser = make_optimiser(model, problem.config)
        self._parameters = [p for group in self._optimiser.param_groups for p in group["params"]]
        self._batches = -(-len(problem.train_data.images) // problem.config.batch_size)
        self._reported = time.perf_counter()

    def end(self) -> None:
        self._companion.end(self._model)
        if self._hold:
            self._hold.release()

    def run(self, path: Path | None, choose: Literal["best", "last"]) -> Generator[TrainingProgress, None, History]:
        mark = fingerprint(self._model, self._problem)
        state = load_state(path, mark) if path else None
        first = self._problem.first_epoch
        self._companion.begin(self._model, (self._config.epochs - first) * self._batches)
        if state:
            self._model.load_state_dict(state.model)
            self._optimiser.load_state_dict(state.optimiser)
            self._companion.restore(state.companion)
        if self._masks:
            self._hold = hold(self._masks, self._model, self._optimiser)
        deciding = deciding_metric(self._problem.val_data, self._problem.task)
        for epoch in range(first + len(state.history) if state else first, self._config.epochs):
            metrics, images_per_second = yield from self._epoch(epoch)
            self._companion.after_epoch(self._model, epoch + 1)
            weights = {name: value.detach().clone() for name, value in self._model.state_dict().items()}
            # Equal quality, such as an area of 1, is decided by the loss.
            score = (metrics.get(deciding, 0.0) if deciding != "val_loss" else 0.0, -metrics["val_loss"])
            better = state is None or score > state.best_score
            state = TrainingState(
                fingerprint=mark,
                history=[*(state.history if state else []), metrics],
                model=weights,
                optimiser=self._optimiser.state_dict(),
                best=weights if better or state is None else state.best,
                best_epoch=epoch + 1 if better or state is None else state.best_epoch,
                best_score=score if better or state is None else state.best_score,
                companion=self._companion.state(),
            )
            if path:
                save_state(state, path)
            yield self._progress(epoch, self._batches, {**metrics, "images_per_second": images_per_second})
        assert state is not None
        if choose == "last":
            self._model.load_state_dict(state.model)
            return History(tuple(state.history), first + len(state.history), deciding)
        self._model.load_state_dict(state.best)
        return History(tuple(state.history), state.best_epoch, deciding)

    def _epoch(self, epoch: int) -> Generator[TrainingProgress, None, tuple[dict[str, float], float]]:
        """Train and validate once; return the metrics and the images trained on per second."""
        seed, cases = self._problem.seed, len(self._problem.train_data.images)
        changes = draw_changes(cases, seed, epoch) if self._config.augment else None
        self._model.train()
        total, seen, rate = torch.zeros((), device=self._device), 0, 0.0
        started = time.perf_counter()
        for batch, chosen in enumerate(shuffled(cases, self._config.batch_size, seed, epoch)):
            rate = self._set_learning_rate(epoch * self._batches + batch)
            with private_random((seed, epoch, batch), self._device):
                loss = self._step(chosen, changes)
            total += loss * len(chosen)
            seen += len(chosen)
            if self._report_is_due():
                metrics = {
                    "train_loss": self._finite(float(total) / seen, epoch),
                    "images_per_second": seen / (time.perf_counter() - started),
                    "learning_rate": rate,
                }
                paused = time.perf_counter()
                yield self._progress(epoch, batch + 1, metrics)
                started += time.perf_counter() - paused
        train_loss = self._finite(float(total) / seen, epoch)
        images_per_second = seen / (time.perf_counter() - started)
        metrics = {"train_loss": train_loss, "learning_rate": rate}
        validation = validate(
            self._forward,
            self._model,
            self._problem,
            self._loss,
            self._device,
        )
        while True:
            try:
                next(validation)
            except StopIteration as done:
                metrics |= done.value
                break
            if self._report_is_due():
                yield self._progress(epoch, self._batches, {**metrics, "images_per_second": images_per_second})
        self._finite(metrics["val_loss"], epoch)
        return metrics, images_per_second

    def _step(self, chosen: np.ndarray[tuple[int], np.dtype[np.int64]], changes: Tensor | None) -> Tensor:
        images, targets = to_tensors(self._problem.train_data, chosen, self._device)
        if changes is not None:
            images, targets = augment(images, targets, changes[chosen])
        self._optimiser.zero_grad(set_to_none=True)
        loss = self._loss(self._forward(images, targets).float(), targets)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._parameters, _MAX_GRADIENT_NORM)
        self._companion.before_step(self._model)
        self._optimiser.step()
        self._companion.after_step(self._model)
        return loss.detach()

    def _forward(self, images: Tensor, targets: Tensor) -> Tensor:
        precision = torch.autocast(self._device.type, dtype=torch.bfloat16, enabled=self._mixed)
        with precision, too_few_values_in_words(images):
            logits: Tensor = self._model(images)
        wanted = (len(images), len(self._problem.classes), *targets.shape[1:])
        if logits.shape != wanted:
            raise ArchitectureError(
                f"the network's output has the shape {tuple(logits.shape)}, and {wanted} is needed",
                remedy=f"Choose a network for {self._problem.task} with {len(self._problem.classes)} classes.",
            )
        return logits

    def _set_learning_rate(self, step: int) -> float:
        rate = learning_rate(step, self._config.epochs * self._batches, self._config.learning_rate)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        return rate

    def _finite(self, loss: float, epoch: int) -> float:
        if not np.isfinite(loss):
            raise TrainingDivergedError(
                f"the loss became infinite or not a number in epoch {epoch + 1}",
                remedy=f"Choose a learning rate below {self._config.learning_rate:g}, such as a tenth of it.",
            )
        return loss

    def _report_is_due(self) -> bool:
        return time.perf_counter() - self._reported >= _REPORT_EVERY_S

    def _progress(self, epoch: int, batch: int, metrics: dict[str, float]) -> TrainingProgress:
        self._reported = time.perf_counter()
        return TrainingProgress(epoch + 1, self._config.epochs, batch, self._batches, metrics)


@contextmanager
def _device_restored(model: nn.Module) -> Iterator[None]:
    device = next((parameter.device for parameter in model.parameters()), torch.device("cpu"))
    try:
        yield
    finally:
        model.to(device=device)
        if any(not parameter.is_contiguous() for parameter in model.parameters()):
            model.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]


@contextmanager
def _memory_errors_in_words(config: TrainingConfig) -> Iterator[None]:
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        raise OutOfMemoryError(
            f"training in batches of {config.batch_size} needs more memory than there is",
            remedy="Choose a smaller batch, smaller images or a smaller network.",
        ) from error
