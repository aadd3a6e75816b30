"""The folder of a search: its trials as tables, and the front's networks, each with the experiment that makes it."""

from __future__ import annotations

import csv
import io
import math
import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from torch import nn

from medprune_gui.engine.config import ExperimentConfig, dump_experiment
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.experiments.search.study import SearchTrial
from medprune_gui.engine.files import write_whole
from medprune_gui.engine.models.checkpoints import ModelDescription, save_model


class SearchFolder(RunFolder):
    """A run folder for many networks: ``search.toml`` in place of ``experiment.toml``, so that neither takes the other.

    Parameters
    ----------
    path
        The folder; it need not exist.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        super().__init__(path)
        self.experiment_file = self.path / "search.toml"
        self.journal_file = self.path / "search.journal"
        self.trials_file = self.path / "trials.csv"
        self.front_file = self.path / "front.csv"
        self.figure_file = self.path / "front.png"
        self.front = self.path / "front"

    def network(self, trial: int) -> Path:
        """Return the folder of a trial's network on the front."""
        return self.front / f"trial-{trial:04d}"

    def save_network(
        self, trial: int, network: nn.Module, description: ModelDescription, config: ExperimentConfig
    ) -> None:
        """Write a network as a model folder, with the experiment that carries out its amounts.

        Raises
        ------
        OutputError
            A file cannot be written.
        """
        folder = self.network(trial)
        write_whole(folder / "experiment.toml", dump_experiment(config).encode("utf-8", "surrogateescape"))
        save_model(folder, network, description)

    def write_trials(self, trials: Sequence[SearchTrial], front: Sequence[int], metric: str) -> None:
        """Write ``trials.csv`` and ``front.csv``, and delete networks that are on the front no more.

        Parameters
        ----------
        front
            Numbers of the trials on the front, by rising cost.
        metric
            The score's name.

        Raises
        ------
        OutputError
            A file cannot be written.
        """
        families = list(trials[0].amounts) if trials else []
        columns = ["trial", "state", "epochs", metric, "cost", "parameters", "macs", "amount", "same_as", "on_front"]
        columns += families
        by_number = {trial.number: trial for trial in trials}
        write_whole(self.trials_file, _table(columns, (_row(trial, trial.number in front) for trial in trials)))
        write_whole(self.front_file, _table(columns, (_row(by_number[number], True) for number in front)))
        wanted = {self.network(number) for number in front}
        for folder in self.front.iterdir() if self.front.is_dir() else ():
            if folder not in wanted:
                shutil.rmtree(folder, ignore_errors=True)


def _row(trial: SearchTrial, on_front: bool) -> list[object]:
    shares = (trial.score, trial.cost, trial.parameters, trial.macs, trial.amount)
    figures = ["" if math.isnan(value) else f"{value:.6f}" for value in shares]
    same_as = "" if trial.same_as is None else trial.same_as
    start = [trial.number, trial.state, len(trial.scores), *figures, same_as, int(on_front)]
    return [*start, *(f"{amount:g}" for amount in trial.amounts.values())]


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()
