"""The lottery ticket: after each cut, what is left is trained again as the original was.

J. Frankle and M. Carbin, The lottery ticket hypothesis, ICLR 2019, arXiv:1803.03635; J. Frankle et al., Linear mode
connectivity and the lottery ticket hypothesis, ICML 2020, arXiv:1912.05671 (weights from early in the training);
A. Renda et al., Comparing rewinding and fine-tuning in neural network pruning, ICLR 2020, arXiv:2003.02389 (the
learning rate alone goes back).
"""

from __future__ import annotations

from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn

from medprune_gui.engine.config import ExperimentConfig
from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.experiments.stored_files import damaged, read_stored
from medprune_gui.engine.files import write_whole
from medprune_gui.engine.pruning.companion import TrainingCompanion


def check_rewinding(config: ExperimentConfig) -> None:
    """Refuse to go back to where the original never was.

    Raises
    ------
    ConfigError
        The original is not trained in this run, or not for so many epochs.
    """
    rewinding = config.pruning.rewinding
    if config.pruning.schedule != "lottery":
        return
    if rewinding.epoch >= config.training.epochs:
        raise ConfigError(
            f"the original is trained for {config.training.epochs} epochs, so there is nothing to train again after "
            f"epoch {rewinding.epoch}",
            where="pruning.rewinding.epoch",
            remedy="Choose an earlier epoch, or train the original for longer",
        )
    if rewinding.what == "weights" and config.model.weights is not None:
        raise ConfigError(
            "the original has its weights from a file, so those of early in its training are not known",
            where="pruning.rewinding.what",
            remedy="Choose learning-rate, or train the original in this run",
        )


class EarlyWeights(TrainingCompanion):
    """Keeps the weights that the original has after an epoch of its training, in a file that a resumed run finds.

    Parameters
    ----------
    file
        Where they are kept.
    epoch
        Epochs of training; 0: as the network was built.
    """

    def __init__(self, file: Path, epoch: int) -> None:
        self._file, self._epoch = file, epoch

    @classmethod
    def of(cls, config: ExperimentConfig, folder: Path) -> EarlyWeights | None:
        """Return what keeps the weights that a run's rounds go back to; None where they do not go back to any."""
        pruning = config.pruning
        if pruning.schedule != "lottery" or pruning.rewinding.what != "weights":
            return None
        return cls(folder / "early.safetensors", pruning.rewinding.epoch)

    def begin(self, model: nn.Module, steps: int) -> None:  # noqa: ARG002
        """Keep the weights that the network was built with; those of a resumed training come after this."""
        if self._epoch == 0:
            self._keep(model)

    def after_epoch(self, model: nn.Module, epoch: int) -> None:
        """Keep the weights after the epoch."""
        if epoch == self._epoch:
            self._keep(model)

    def _keep(self, model: nn.Module) -> None:
        # Copies: tensors that share memory are refused.
        write_whole(
            self._file,
            save({name: value.detach().cpu().clone().contiguous() for name, value in model.state_dict().items()}),
        )

    def read(self) -> dict[str, Tensor]:
        """Return the state dict that was kept.

        Raises
        ------
        InputError
            The file is missing or damaged.
        """
        try:
            return load(read_stored(self._file))
        except SafetensorError as error:
            raise damaged(self._file, error) from error
