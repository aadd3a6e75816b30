"""One self-contained HTML report of a run: verdict first, then the evidence, then its limits."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from medprune_gui.engine.export import report_rows as rows
from medprune_gui.engine.export import report_words as words
from medprune_gui.engine.export.case_selection import foreground_classes
from medprune_gui.engine.export.figures import History, largest_layers
from medprune_gui.engine.export.hidden_paths import PathHider
from medprune_gui.engine.export.run_figures import RunFiles, history_of, write_figures
from medprune_gui.engine.export.tables import NONE, comparison_table, signed, verdict_headline
from medprune_gui.engine.files import write_whole
from medprune_gui.engine.resources import resource

if TYPE_CHECKING:
    from pathlib import Path

    from medprune_gui.engine.records import Comparison

__all__ = ["RunFiles", "history_of", "write_figures", "write_report"]


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
        score=rows.score_text,
        signed=signed,
        thousands=lambda value: f"{value:,}",
        thousands_or_dash=lambda value: f"{value:,}" if value else NONE,
    )
    hide = PathHider(comparison, config)
    page = templates.get_template("report.html").render(
        comparison=comparison,
        style=Markup(resource("report/report.css").read_text(encoding="utf-8")),  # noqa: S704 (comes with the program)
        research_use=words.RESEARCH_USE,
        task={"classification": "Classification", "segmentation": "Segmentation"}[comparison.task],
        patients=len({case.patient for case in comparison.cases if case.patient}),
        headline=verdict_headline(comparison),
        verdict=words.verdict_sentences(comparison),
        key_figures=rows.key_figures(comparison),
        intervals=words.interval_sentence(comparison),
        rows=comparison_table(comparison),
        classes=foreground_classes(comparison.classes, comparison.cases)
        if comparison.task == "segmentation"
        else comparison.classes,
        agreement=rows.agreement(comparison),
        class_dice=rows.class_dice(comparison),
        listed=rows.listed(comparison),
        sparsity=words.sparsity_sentences(comparison),
        layers=largest_layers(comparison.layers),
        totals=rows.totals(comparison),
        speed=words.speed_sentence(comparison),
        method=[(name, hide(text)) for name, text in words.method(config)],
        provenance=[(_label(name), hide(text)) for name, text in comparison.provenance.items()],
        limitations=[hide(text) for text in words.limitations(comparison, config)],
        figures={name: _data_uri(path) for name, path in figures.items()},
    )
    report = run.path / "report.html"
    write_whole(report, page.encode("utf-8", "replace"))
    return report


def _label(name: str) -> str:
    """Return a key of the provenance in words: ``data_sha256`` -> Data SHA-256."""
    if name.startswith("version_"):
        return f"Version of {name.removeprefix('version_')}"
    words_of_name = name.removesuffix("_s").replace("_", " ").replace("sha256", "SHA-256")
    return f"{words_of_name[:1].upper()}{words_of_name[1:]}{' (s)' if name.endswith('_s') else ''}"


def _data_uri(figure: Path) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(figure.read_bytes()).decode('ascii')}"
