"""One self-contained HTML report of a run: verdict first, then the evidence, then its limits."""

from __future__ import annotations

import base64
import math
from collections import Counter
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from medprune_gui.engine.export import report_words as words
from medprune_gui.engine.export.case_figures import scores_figure, segmentation_figure
from medprune_gui.engine.export.case_selection import (
    by_loss,
    disagreements,
    foreground_classes,
    mean_score,
    spread_of_cases,
)
from medprune_gui.engine.export.figure_style import render
from medprune_gui.engine.export.figures import (
    History,
    largest_layers,
    latency_figure,
    layers_figure,
    metrics_figure,
    training_figure,
    verdict_figure,
)
from medprune_gui.engine.export.tables import (
    NONE,
    TIMES,
    comparison_table,
    metric_name,
    ratio,
    signed,
    times_text,
    verdict_headline,
)
from medprune_gui.engine.files import write_whole
from medprune_gui.engine.resources import resource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from medprune_gui.engine.config import ExperimentConfig
    from medprune_gui.engine.records import CaseRecord, Comparison, JobEvent

MOST_CASES_SHOWN = 6
MOST_CASES_LISTED = 20


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
    return written


def write_report(run: RunFiles, comparison: Comparison, history: History | None = None) -> Path:
    """Write the figures, and ``report.html`` with everything in it: the same bytes for the same run.

    The parameters and errors are those of `write_figures`. Paths of images never stand in the report, only the names
    of cases.

    Returns
    -------
    Path
        The report.
    """
    config = run.experiment()
    figures = write_figures(run, comparison, history)
    templates = Environment(
        loader=FileSystemLoader(resource("report")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(
        score=lambda value: NONE if math.isnan(value) else f"{value:.3f}",
        signed=signed,
        thousands=lambda value: f"{value:,}",
        thousands_or_dash=lambda value: f"{value:,}" if value else NONE,
    )
    hide = _PathHider(comparison, config)
    page = templates.get_template("report.html").render(
        comparison=comparison,
        style=Markup(resource("report/report.css").read_text(encoding="utf-8")),  # noqa: S704 (comes with the program)
        research_use=words.RESEARCH_USE,
        task={"classification": "Classification", "segmentation": "Segmentation"}[comparison.task],
        patients=len({case.patient for case in comparison.cases if case.patient}),
        headline=verdict_headline(comparison),
        verdict=words.verdict_sentences(comparison),
        key_figures=_key_figures(comparison),
        intervals=words.interval_sentence(comparison),
        rows=comparison_table(comparison),
        classes=foreground_classes(comparison.classes, comparison.cases)
        if comparison.task == "segmentation"
        else comparison.classes,
        agreement=_agreement(comparison),
        class_dice=_class_dice(comparison),
        listed=_listed(comparison),
        sparsity=words.sparsity_sentences(comparison),
        layers=largest_layers(comparison.layers),
        totals=_totals(comparison),
        speed=words.speed_sentence(comparison),
        method=[(name, hide(text)) for name, text in words.method(config)],
        provenance=[(_label(name), hide(text)) for name, text in comparison.provenance.items()],
        limitations=[hide(text) for text in words.limitations(comparison, config)],
        figures={name: _data_uri(path) for name, path in figures.items()},
    )
    report = run.path / "report.html"
    write_whole(report, page.encode("utf-8", "replace"))
    return report


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


def _key_figures(comparison: Comparison) -> list[tuple[str, str, str]]:
    """Return (name, number, word) of what a reader asks first."""
    original, pruned = comparison.original, comparison.pruned
    changes = (
        ("Parameters", times_text(ratio(original.parameters, pruned.parameters), "fewer", "more")),
        ("MACs", times_text(ratio(original.macs, pruned.macs), "fewer", "more")),
        ("Median latency", words.speed_text(comparison)),
    )
    return [
        (metric_name(comparison.verdict.metric), signed(comparison.verdict.difference), ""),
        *((name, *(text.split(" ") if TIMES in text else (text, ""))) for name, text in changes),
    ]


def _agreement(comparison: Comparison) -> dict[str, int]:
    """Count the cases by which of the two networks classifies them rightly."""
    counted = Counter((case.original == case.truth, case.pruned == case.truth) for case in comparison.cases)
    return {
        "both": counted[True, True],
        "only_original": counted[True, False],
        "only_pruned": counted[False, True],
        "neither": counted[False, False],
        "different": sum(case.original != case.pruned for case in comparison.cases),
    }


def _class_dice(comparison: Comparison) -> list[tuple[str, int, float, float]]:
    """Return (class, cases in which it occurs, mean Dice original, mean Dice pruned)."""
    if comparison.task != "segmentation":
        return []
    rows = []
    for index, name in enumerate(foreground_classes(comparison.classes, comparison.cases)):
        original = [case.original_scores[index] for case in comparison.cases]
        pruned = [case.pruned_scores[index] for case in comparison.cases]
        scored = sum(not math.isnan(a) and not math.isnan(b) for a, b in zip(original, pruned, strict=True))
        rows.append((name, scored, mean_score(original), mean_score(pruned)))
    return rows


def _listed(comparison: Comparison) -> list[dict[str, str]]:
    """Return the cases worth looking at: classified differently, or with the largest loss of Dice."""
    if comparison.task == "classification":
        positive = len(comparison.classes) - 1
        return [
            {
                "case": _case_name(case),
                "truth": case.truth,
                "original": f"{case.original} ({case.original_scores[positive]:.3f})",
                "pruned": f"{case.pruned} ({case.pruned_scores[positive]:.3f})",
                "change": signed(case.pruned_scores[positive] - case.original_scores[positive]),
            }
            for case in disagreements(comparison.cases)[:MOST_CASES_LISTED]
        ]
    listed = [
        (case, mean_score(case.original_scores), mean_score(case.pruned_scores)) for case in by_loss(comparison.cases)
    ]
    return [
        {
            "case": _case_name(case),
            "truth": "",
            "original": f"{original:.3f}",
            "pruned": f"{pruned:.3f}",
            "change": signed(pruned - original),
        }
        for case, original, pruned in listed[: MOST_CASES_LISTED // 2]
    ]


def _totals(comparison: Comparison) -> dict[str, int]:
    layers = comparison.layers
    return {
        name: sum(getattr(layer, name) for layer in layers)
        for name in ("parameters_before", "removed", "zeroed", "parameters_after", "macs_before", "macs_after")
    }


def _case_name(case: CaseRecord) -> str:
    # A case that is named by its path would give away where patients' files lie.
    return PurePath(case.case).name if case.case == case.file or PurePath(case.case).is_absolute() else case.case


def _label(name: str) -> str:
    """Return a key of the provenance in words: ``data_sha256`` -> Data SHA-256."""
    if name.startswith("version_"):
        return f"Version of {name.removeprefix('version_')}"
    words_of_name = name.removesuffix("_s").replace("_", " ").replace("sha256", "SHA-256")
    return f"{words_of_name[:1].upper()}{words_of_name[1:]}{' (s)' if name.endswith('_s') else ''}"


def _data_uri(figure: Path) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(figure.read_bytes()).decode('ascii')}"


class _PathHider:
    """Replaces the paths of the run's data by their last names."""

    def __init__(self, comparison: Comparison, config: ExperimentConfig) -> None:
        paths = {str(config.data.path), *(case.file for case in comparison.cases)}
        paths |= {str(path) for path in (config.data.label_maps, config.model.weights) if path is not None}
        folders = {str(PurePath(path).parent) for path in paths}
        # Bare names such as "scan" may well be words of the text.
        self._paths = sorted(
            (path for path in paths | folders if len(PurePath(path).parts) > 1), key=lambda path: (-len(path), path)
        )

    def __call__(self, text: str) -> str:
        for path in self._paths:
            text = text.replace(path, PurePath(path).name)
        return text
