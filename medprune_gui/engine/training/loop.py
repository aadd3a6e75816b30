"""Training and fine-tuning as a generator: one course for a seed, resumable at every epoch's end."""

from __future__ import annotations

import time
from contextlib import nullcontext
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import torch
from torch import Tensor, nn

from medprune_gui.engine.errors import ArchitectureError, TrainingDivergedError
from medprune_gui.engine.models.copies import private_copy
from medprune_gui.engine.models.failures import is_out_of_memory
from medprune_gui.engine.models.modes import evaluation_mode
from medprune_gui.engine.models.randomness import private_random
from medprune_gui.engine.pruning.companion import TrainingCompanion
from medprune_gui.engine.pruning.masks import Hold, hold
from medprune_gui.engine.training.augmentation import augment, draw_changes
from medprune_gui.engine.training.averaging import WeightAverage
from medprune_gui.engine.training.batches import check_cases, shuffled, to_tensors, too_few_values_in_words
from medprune_gui.engine.training.distillation import Teacher
from medprune_gui.engine.training.guards import device_restored, memory_errors_in_words
from medprune_gui.engine.training.losses import inverse_frequency, make_loss
from medprune_gui.engine.training.optimisers import make_optimiser
from medprune_gui.engine.training.problem import TrainingProblem
from medprune_gui.engine.training.progress import History, TrainingProgress
from medprune_gui.engine.training.rates import learning_rate
from medprune_gui.engine.training.state import TrainingState, fingerprint, load_state, save_state
from medprune_gui.engine.training.validation import deciding_metric, validate

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from medprune_gui.engine.config import TrainingConfig
    from medprune_gui.engine.pruning.masking import WeightMasks
    from medprune_gui.engine.records import Task
    from medprune_gui.engine.training.batches import LabelledImages

Indices: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.int64]]"

_REPORT_EVERY_S = 0.2


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
    teacher: nn.Module | None = None,
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
        changes what the network is. The last are those of the last step: no average of weights is kept then, and
        training does not end early.
    teacher
        The network whose answers are learnt too, where the settings ask for distillation; left as found.

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
        Batches or images are too small for the network's normalisation, or the loss is not one of the task.
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
    with evaluation_mode(model), device_restored(model), memory_errors_in_words(config):
        training = _Training(model, problem, torch.device(device), masks, companion or TrainingCompanion(), choose)
        if config.distillation and teacher is not None:
            training.teacher = Teacher(
                private_copy(teacher, own_parameters=True), config.distillation, torch.device(device)
            )
        try:
            return (yield from training.run(state))
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
        choose: Literal["best", "last"],
    ) -> None:
        self._model, self._problem, self._config = model, problem, problem.config
        self._device, self._masks, self._companion, self._choose = device, masks, companion, choose
        self.teacher: Teacher | None = None
        self._parts = 1  # that a batch is worked through in, so that it fits into memory
        self._note = ""
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
        self._loss = make_loss(problem.task, weights, problem.config.loss)
        self._optimiser = make_optimiser(model, problem.config)
        self._parameters = [p for group in self._optimiser.param_groups for p in group["params"]]
        self._batches = -(-len(problem.train_data.images) // problem.config.batch_size)
        self._reported = time.perf_counter()

    def end(self) -> None:
        self._companion.end(self._model)
        if self._hold:
            self._hold.release()

    def run(self, path: Path | None) -> Generator[TrainingProgress, None, History]:
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
        # After the masks, so that what is zero is zero on average too.
        average = WeightAverage(self._model, self._config.ema) if self._config.ema and self._choose == "best" else None
        if average and state:
            average.restore(state.average)
        deciding = deciding_metric(self._problem.val_data, self._problem.task)
        for epoch in range(first + len(state.history) if state else first, self._config.epochs):
            scores = [_score(metrics, deciding) for metrics in state.history] if state else []
            if state and self._has_waited_enough(first + len(scores) - state.best_epoch):
                break
            metrics, images_per_second = yield from self._epoch(epoch, average, scores)
            self._companion.after_epoch(self._model, epoch + 1)
            weights = {name: value.detach().clone() for name, value in self._model.state_dict().items()}
            kept = {name: value.clone() for name, value in average.values.items()} if average else weights
            score = _score(metrics, deciding)
            better = state is None or score > state.best_score
            state = TrainingState(
                fingerprint=mark,
                history=[*(state.history if state else []), metrics],
                model=weights,
                optimiser=self._optimiser.state_dict(),
                best=kept if better or state is None else state.best,
                best_epoch=epoch + 1 if better or state is None else state.best_epoch,
                best_score=score if better or state is None else state.best_score,
                companion=self._companion.state(),
                average=kept if average else {},
            )
            if path:
                save_state(state, path)
            yield self._progress(epoch, self._batches, {**metrics, "images_per_second": images_per_second})
        assert state is not None
        if self._choose == "last":
            self._model.load_state_dict(state.model)
            return History(tuple(state.history), first + len(state.history), deciding)
        self._model.load_state_dict(state.best)
        return History(tuple(state.history), state.best_epoch, deciding)

    def _has_waited_enough(self, epochs: int) -> bool:
        """Whether no better score for so many epochs ends the training."""
        return self._choose == "best" and self._config.patience is not None and epochs >= self._config.patience

    def _epoch(
        self, epoch: int, average: WeightAverage | None, scores: Sequence[tuple[float, float]]
    ) -> Generator[TrainingProgress, None, tuple[dict[str, float], float]]:
        """Train and validate once; return the metrics and the images trained on per second."""
        seed, cases = self._problem.seed, len(self._problem.train_data.images)
        changes = draw_changes(cases, seed, epoch) if self._config.augment else None
        self._model.train()
        total, seen, rate = torch.zeros((), device=self._device), 0, 0.0
        started = time.perf_counter()
        for batch, chosen in enumerate(shuffled(cases, self._config.batch_size, seed, epoch)):
            step = epoch * self._batches + batch
            rate = self._set_learning_rate(step, scores)
            loss = self._step((seed, epoch, batch), chosen, changes)
            if average:
                average.follow(self._model, step - self._problem.first_epoch * self._batches)
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
        validation = validate(self._forward, self._model, self._problem, self._loss, self._device)
        with average.in_place_of_weights(self._model) if average else nullcontext():
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

    def _step(self, seed: tuple[int, int, int], chosen: Indices, changes: Tensor | None) -> Tensor:
        """Learn from a batch; where memory is too small for it, from its halves one after the other from now on."""
        while True:
            try:
                with private_random(seed, self._device):
                    return self._step_in_parts(chosen, changes)
            except (MemoryError, RuntimeError) as error:
                if not is_out_of_memory(error) or 2 * self._parts > len(chosen):
                    raise
            self._parts *= 2
            self._note = (
                f"There is too little memory for {len(chosen)} images at once: each step now takes them in "
                f"{self._parts} parts, and batch normalisation averages over a part"
            )
            if self._device.type == "cuda":
                torch.cuda.empty_cache()

    def _step_in_parts(self, chosen: Indices, changes: Tensor | None) -> Tensor:
        self._optimiser.zero_grad(set_to_none=True)
        total = torch.zeros((), device=self._device)
        for part in np.array_split(chosen, self._parts):
            images, targets = to_tensors(self._problem.train_data, part, self._device)
            if changes is not None:
                images, targets = augment(images, targets, changes[part])
            logits = self._forward(images, targets).float()
            loss = self._loss(logits, targets)
            if self.teacher:
                loss = self.teacher.loss(images, logits, loss)
            loss = loss * (len(part) / len(chosen))
            loss.backward()  # type: ignore[no-untyped-call]
            total += loss.detach()
        nn.utils.clip_grad_norm_(self._parameters, self._config.clip_norm)
        self._companion.before_step(self._model)
        self._optimiser.step()
        self._companion.after_step(self._model)
        return total

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

    def _set_learning_rate(self, step: int, scores: Sequence[tuple[float, float]]) -> float:
        rate = learning_rate(self._config, step, self._config.epochs * self._batches, scores)
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
        note, self._note = self._note, ""
        return TrainingProgress(epoch + 1, self._config.epochs, batch, self._batches, metrics, note)


def _score(metrics: dict[str, float], deciding: str) -> tuple[float, float]:
    """Return what epochs are ranked by: equal quality, such as an area of 1, is decided by the loss."""
    return (metrics.get(deciding, 0.0) if deciding != "val_loss" else 0.0, -metrics["val_loss"])
