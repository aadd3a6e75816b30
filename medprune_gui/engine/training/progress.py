"""What training reports while it runs and when it is done: no torch."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TrainingProgress:
    """Where a training stands.

    Attributes
    ----------
    epoch, epochs
        The current epoch, counted from 1, and epochs in all.
    batch, batches
        Batches done in this epoch, and batches per epoch.
    metrics
        ``train_loss`` (mean over the epoch so far), ``images_per_second``, ``learning_rate``; at an epoch's end also
        ``val_loss`` and ``val_auc``, ``val_accuracy`` or ``val_dice`` where they are defined.
    note
        Something that the user should know, in words; empty: nothing.
    """

    epoch: int
    epochs: int
    batch: int
    batches: int
    metrics: dict[str, float] = field(default_factory=dict)
    note: str = ""

    @property
    def fraction(self) -> float:
        """Share of the training that is done, 0 to 1."""
        return (self.epoch - 1 + self.batch / self.batches) / self.epochs


@dataclass(frozen=True, slots=True)
class History:
    """A training's course.

    Attributes
    ----------
    epochs
        The metrics at each epoch's end, as in `TrainingProgress`, without the speed.
    best_epoch
        The epoch, counted from 1, whose weights the network now has; None: it was not trained.
    selected_by
        The validation metric that chose it: ``val_auc``, ``val_dice`` or ``val_loss``.
    """

    epochs: tuple[dict[str, float], ...] = ()
    best_epoch: int | None = None
    selected_by: str = "val_loss"
