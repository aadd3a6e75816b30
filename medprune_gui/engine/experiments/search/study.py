"""The trials of a search, kept by Optuna in a journal that survives whatever happens to the process."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from medprune_gui.engine.errors import InputError
from medprune_gui.engine.experiments.search.space import AMOUNT_STEP, MOST
from medprune_gui.engine.experiments.stored_files import damaged, read_stored
from medprune_gui.engine.extras import how_to_install
from medprune_gui.engine.files import output_error, write_whole

#: Trials of a generation. The first holds the uniform designs; the rest of it is drawn at random.
POPULATION = 12
UNIFORM = (0.2, 0.4, 0.6, 0.8)

_STATES: dict[str, Literal["complete", "stopped", "failed"]] = {
    "COMPLETE": "complete",
    "PRUNED": "stopped",
    "FAIL": "failed",
}


@dataclass(frozen=True, slots=True)
class SearchTrial:
    """One choice of amounts, and what became of it.

    Attributes
    ----------
    amounts
        Family of channel groups -> share of their units that goes.
    state
        ``stopped``: far behind another while it was fine-tuned; ``failed``: its training went astray.
    scores
        On the validation cases after each epoch of fine-tuning.
    score
        Of the best of these networks; NaN where the trial was not completed.
    cost, parameters, macs, amount
        What remains of the original: in the search's quantity, of the parameters, of the MACs, all as shares; and the
        share of all units that went. NaN where the trial failed.
    same_as
        Number of an earlier trial that kept the same channels, whose results these are.
    """

    number: int
    amounts: dict[str, float]
    state: Literal["complete", "stopped", "failed"]
    scores: tuple[float, ...] = ()
    score: float = float("nan")
    cost: float = float("nan")
    parameters: float = float("nan")
    macs: float = float("nan")
    amount: float = float("nan")
    same_as: int | None = None


class SearchStudy:
    """Proposes amounts with NSGA-II (Deb et al. 2002), which seeks more score and less cost at once.

    What is proposed follows from the seed and from the trials before alone, so that a search which was broken off goes
    on as it would have; only of a trial that was being drawn when the process was killed, the rest may differ.

    Optuna's pruners are for a single objective only: its trials refuse to report intermediate values here. Which trials
    are stopped early is therefore decided by the search.

    Parameters
    ----------
    file
        The journal; it need not exist.
    families
        Names of the amounts.

    Raises
    ------
    InputError
        The extra ``search`` is not installed, or the journal is damaged or of another search.
    OutputError
        The journal cannot be written.
    """

    def __init__(self, file: Path, families: Sequence[str], seed: int) -> None:
        check_installed()
        import optuna

        self._optuna: Any = optuna
        self._file, self._seed = file, seed
        # Its lines on the terminal would break the progress bar.
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._families = tuple(families)
        with _errors_in_words(file):
            _mend(file)
            lock = optuna.storages.journal.JournalFileOpenLock(str(file))
            backend = optuna.storages.journal.JournalFileBackend(str(file), lock_obj=lock)
            self._study: Any = optuna.create_study(
                storage=optuna.storages.JournalStorage(backend),
                study_name="search",
                directions=["maximize", "minimize"],
                load_if_exists=True,
            )
            for amount in UNIFORM:
                self._study.enqueue_trial(dict.fromkeys(families, amount), skip_if_exists=True)

    def next(self) -> tuple[int, dict[str, float]]:
        """Return the number and the amounts of the next trial; one that was under way comes again.

        Raises
        ------
        OutputError
            The journal cannot be written.
        """
        seed = np.random.SeedSequence([self._seed, len(self.trials())]).generate_state(1)[0]
        self._study.sampler = self._optuna.samplers.NSGAIISampler(population_size=POPULATION, seed=int(seed))
        with _errors_in_words(self._file):
            running = self._study.get_trials(deepcopy=False, states=(self._optuna.trial.TrialState.RUNNING,))
            # What was drawn of a trial is kept; only what is missing is drawn.
            trial = self._optuna.trial.Trial(self._study, running[0]._trial_id) if running else self._study.ask()
            for name in self._families:
                trial.suggest_float(name, 0.0, MOST, step=AMOUNT_STEP)
        return trial.number, self._amounts(trial.params)

    def end(self, trial: SearchTrial) -> None:
        """Keep what became of the trial under way.

        Raises
        ------
        OutputError
            The journal cannot be written.
        """
        state = next(name for name, ours in _STATES.items() if ours == trial.state)
        values = [trial.score, trial.cost] if trial.state == "complete" else None
        with _errors_in_words(self._file):
            own = self._study.get_trials(deepcopy=False)[trial.number]._trial_id
            for name in ("scores", "cost", "parameters", "macs", "amount", "same_as"):
                self._study._storage.set_trial_user_attr(own, name, getattr(trial, name))
            self._study.tell(trial.number, values, state=self._optuna.trial.TrialState[state])

    def trials(self) -> tuple[SearchTrial, ...]:
        """Return the trials that have ended, in order."""
        with _errors_in_words(self._file):
            kept = self._study.get_trials(deepcopy=False)
            return tuple(
                _from_optuna(trial, self._amounts(trial.params)) for trial in kept if trial.state.name in _STATES
            )

    def _amounts(self, params: Mapping[str, float]) -> dict[str, float]:
        # Multiples of a tenth in binary: as they are written.
        return {name: round(float(params[name]), 6) for name in self._families}


def check_installed() -> None:
    """Make sure that Optuna is there.

    Raises
    ------
    InputError
        The extra ``search`` is not installed.
    """
    try:
        importlib.import_module("optuna")
    except ImportError as error:
        raise InputError(
            "the package optuna is needed for searches and is not installed",
            remedy=f"Install it with: {how_to_install('search')}",
        ) from error


def _from_optuna(trial: Any, amounts: dict[str, float]) -> SearchTrial:
    attributes = dict(trial.user_attrs)
    state = _STATES[trial.state.name]
    score = float(trial.values[0]) if state == "complete" else float("nan")
    scores = tuple(map(float, attributes.pop("scores")))
    return SearchTrial(trial.number, amounts, state, scores, score, **attributes)


@contextlib.contextmanager
def _errors_in_words(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise output_error(error, file) from error
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(file, error) from error


def _mend(file: Path) -> None:
    """Cut off half a line and remove the lock that a killed process left; the folder's own lock keeps others out."""
    for left in file.parent.glob(f"{file.name}.lock*"):
        with contextlib.suppress(OSError):
            left.unlink()
    if file.exists() and not (content := read_stored(file)).endswith(b"\n"):
        write_whole(file, content[: content.rfind(b"\n") + 1])
