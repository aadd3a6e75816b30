"""The figures of a run folder: which there are, what they are drawn from, and their files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from medprune_gui.engine.export.case_figures import scores_figure, segmentation_figure
from medprune_gui.engine.export.case_selection import foreground_classes, spread_of_cases
from medprune_gui.engine.export.figure_style import render
from medprune_gui.engine.export.figures import (
    History,
    latency_figure,
    layers_figure,
    metrics_figure,
    training_figure,
    verdict_figure,
)
from medprune_gui.engine.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from medprune_gui.engine.config import ExperimentConfig
    from medprune_gui.engine.records import CaseRecord, Comparison, JobEvent

MOST_CASES_SHOWN = 6


class RunFiles(Protocol):
    """What a report needs of a run folder."""

    @property
    def path(self) -> Path:
        """The run folder."""

    def experiment(self) -> ExperimentConfig:
        """Return the experiment's settings."""

    def events(self) -> Iterator[JobEvent]:
        """Return the run's events in order."""

    def case_arrays(self, case: CaseRecord) -> dict[str, NDArray[Any]]:
        """Return a segmented case's arrays."""


def write_figures(run: RunFiles, comparison: Comparison, history: History | None = None) -> dict[str, Path]:
    """Write the figures of a run to its folder ``figures``, each as SVG and as PNG.

    Parameters
    ----------
    run
        The run folder.
    comparison
        What it holds.
    history
        Metrics per epoch of ``train`` and ``fine-tune``; None: taken from the run's events.

    Returns
    -------
    dict[str, Path]
        Name, such as ``latency``, -> SVG file.

    Raises
    ------
    OutputError
        A file cannot be written.
    InputError
        The images of a case are missing or damaged.
    """
    written = {}
    for name, draw in _drawings(run, comparison, history_of(run) if history is None else history).items():
        written[name] = run.path / "figures" / f"{name}.svg"
        write_whole(written[name], render(draw, "svg"))
        write_whole(written[name].with_suffix(".png"), render(draw, "png"))
    tradeoff = run.path / "figures" / "tradeoff.svg"
    if tradeoff.is_file():
        # Drawn by whoever quantised the run's networks.
        written["tradeoff"] = tradeoff
    return written


def history_of(run: RunFiles) -> History:
    """Return the metrics per epoch of ``train`` and ``fine-tune`` as the run's events tell them.

    An epoch's event is one with validation metrics; those of a resumed run that repeat an epoch are kept once.
    """
    history: History = {}
    seen: set[tuple[str, tuple[tuple[str, float], ...]]] = set()
    for event in run.events():
        if any(name.startswith("val_") for name in event.metrics):
            # The speed differs when an epoch is repeated, the losses do not.
            epoch = {name: value for name, value in event.metrics.items() if name.startswith(("train_", "val_"))}
            entry = (event.stage, tuple(epoch.items()))
            if entry not in seen:
                seen.add(entry)
                history.setdefault(event.stage, []).append(epoch)
    return history


def _drawings(run: RunFiles, comparison: Comparison, history: History) -> dict[str, Callable[[], Figure]]:
    drawings: dict[str, Callable[[], Figure]] = {
        "verdict": lambda: verdict_figure(comparison),
        "metrics": lambda: metrics_figure(comparison),
        "layers": lambda: layers_figure(comparison),
        "latency": lambda: latency_figure(comparison),
    }
    if any(history.get(stage) for stage in ("train", "fine-tune")):
        drawings["training"] = lambda: training_figure(history, comparison.primary_metric)
    if comparison.task == "classification":
        drawings["scores"] = lambda: scores_figure(comparison, comparison.classes[-1])
    elif chosen := spread_of_cases(comparison.cases, MOST_CASES_SHOWN):
        cases = [(case, run.case_arrays(case)) for case in chosen]
        names = foreground_classes(comparison.classes, comparison.cases)
        drawings["cases"] = lambda: segmentation_figure(cases, names)
    return drawings
