"""A comparison as the files of a run folder, and back: JSON for figures, CSV for cases."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import asdict
from typing import Any

from medprune_gui.engine.evaluation.latency_summary import latency_ratio
from medprune_gui.engine.export.case_selection import foreground_classes
from medprune_gui.engine.export.tables import ratio
from medprune_gui.engine.records import (
    CaseRecord,
    Comparison,
    Estimate,
    LatencySamples,
    LatencySummary,
    LayerRecord,
    NetworkSummary,
    VerdictRecord,
)

_CASE_COLUMNS = ["case", "file", "patient", "slice", "truth", "original", "pruned"]


def summary_values(comparison: Comparison) -> dict[str, Any]:
    """Return what ``summary.json`` holds; numbers that are not finite become None.

    ``ratios`` say how many times smaller or faster the pruned network is: original divided by pruned; ``latency`` is
    the median over the measured pairs. Zeroed parameters count as parameters: they are still stored and computed.
    """
    original, pruned = comparison.original, comparison.pruned
    values = {
        "name": comparison.name,
        "task": comparison.task,
        "classes": comparison.classes,
        "primary_metric": comparison.primary_metric,
        "original": _network_values(original),
        "pruned": _network_values(pruned),
        "ratios": {
            "parameters": ratio(original.parameters, pruned.parameters),
            "macs": ratio(original.macs, pruned.macs),
            "size": ratio(original.size_bytes, pruned.size_bytes),
            "latency": latency_ratio(comparison.latency),
        },
        "verdict": asdict(comparison.verdict),
        "provenance": {
            key: _duration(text) if key == "duration_s" else text for key, text in comparison.provenance.items()
        },
        "notes": comparison.notes,
    }
    finite: dict[str, Any] = finite_or_none(values)
    return finite


def comparison_from_values(
    summary: dict[str, Any], layers: tuple[LayerRecord, ...], latency: LatencySamples, cases: tuple[CaseRecord, ...]
) -> Comparison:
    """Build the comparison that `summary_values` came from.

    Raises
    ------
    KeyError, TypeError, ValueError, AttributeError
        The values are not those of a run.
    """
    verdict = summary["verdict"]
    return Comparison(
        name=summary["name"],
        task=summary["task"],
        classes=tuple(summary["classes"]),
        primary_metric=summary["primary_metric"],
        original=_network(summary["original"]),
        pruned=_network(summary["pruned"]),
        verdict=VerdictRecord(
            metric=verdict["metric"],
            margin=_number(verdict["margin"]),
            difference=_number(verdict["difference"]),
            ci_low=_number(verdict["ci_low"]),
            ci_high=_number(verdict["ci_high"]),
            decision=verdict["decision"],
            notes=tuple(verdict["notes"]),
        ),
        layers=layers,
        latency=latency,
        cases=cases,
        provenance={key: str(value) for key, value in summary["provenance"].items()},
        notes=tuple(summary["notes"]),
    )


def layers_from_values(values: list[dict[str, Any]]) -> tuple[LayerRecord, ...]:
    """Read ``layers.json``; errors as of `comparison_from_values`."""
    return tuple(LayerRecord(**layer) for layer in values)


def latency_from_values(values: dict[str, Any]) -> LatencySamples:
    """Read ``latency.json``; errors as of `comparison_from_values`."""
    samples = {name: tuple(_number(value) for value in values[name]) for name in ("original", "pruned")}
    if len(samples["original"]) != len(samples["pruned"]):
        raise ValueError("the networks were not measured equally often")
    return LatencySamples(**{**values, **samples})


def cases_csv(comparison: Comparison) -> bytes:
    """Return ``predictions.csv``: one row a test case, scores per class, NaN where there is none.

    Classification has ``p_original_<class>`` and ``p_pruned_<class>``, segmentation ``dice_original_<class>``
    and ``dice_pruned_<class>`` per foreground class, and last the file with the case's arrays.
    """
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(_header(comparison.task, comparison.classes, comparison.cases))
    rows.writerows(
        [
            case.case,
            case.file,
            case.patient,
            "" if case.slice is None else case.slice,
            case.truth,
            case.original,
            case.pruned,
            *(repr(float(score)) for score in case.original_scores),
            *(repr(float(score)) for score in case.pruned_scores),
            *([case.arrays or ""] if comparison.task == "segmentation" else []),
        ]
        for case in comparison.cases
    )
    # File names that are not UTF-8 keep their bytes.
    return text.getvalue().encode("utf-8", "surrogateescape")


def cases_from_csv(content: bytes, task: str) -> tuple[CaseRecord, ...]:
    """Read what `cases_csv` wrote.

    Raises
    ------
    ValueError
        The content is no table of cases.
    """
    table = csv.reader(io.StringIO(content.decode("utf-8", "surrogateescape"), newline=""))
    header = next(table, [])
    if header[: len(_CASE_COLUMNS)] != _CASE_COLUMNS:
        raise ValueError(f"its columns do not begin with {', '.join(_CASE_COLUMNS)}")
    return tuple(_case(row, len(header), task) for row in table)


def finite_or_none(value: Any) -> Any:
    """Return ``value`` with every number that JSON does not know (NaN, infinity) replaced by None."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite_or_none(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite_or_none(item) for item in value]
    return value


def json_bytes(value: Any) -> bytes:
    """Return ``value`` as indented JSON that any reader takes: no NaN, no infinity."""
    text = json.dumps(finite_or_none(value), indent=2, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode("utf-8", "surrogateescape")


def _network_values(network: NetworkSummary) -> dict[str, Any]:
    return {
        "parameters": network.parameters,
        "nonzero_parameters": network.nonzero_parameters,
        "macs": network.macs,
        "size_bytes": network.size_bytes,
        "metrics": {
            name: {"value": estimate.value, "ci_low": estimate.low, "ci_high": estimate.high}
            for name, estimate in network.metrics.items()
        },
        "latency_ms": asdict(network.latency_ms),
    }


def _network(values: dict[str, Any]) -> NetworkSummary:
    latency = values["latency_ms"]
    return NetworkSummary(
        parameters=values["parameters"],
        nonzero_parameters=values["nonzero_parameters"],
        macs=values["macs"],
        size_bytes=values["size_bytes"],
        metrics={
            name: Estimate(_number(found["value"]), _number(found["ci_low"]), _number(found["ci_high"]))
            for name, found in values["metrics"].items()
        },
        latency_ms=LatencySummary(
            **{
                **latency,
                "p50": _number(latency["p50"]),
                "p90": _number(latency["p90"]),
                "p99": _number(latency["p99"]),
            }
        ),
    )


def _header(task: str, classes: tuple[str, ...], cases: tuple[CaseRecord, ...]) -> list[str]:
    if task == "classification":
        names, kind, last = classes, "p", []
    else:
        names, kind, last = foreground_classes(classes, cases), "dice", ["arrays"]
    return [
        *_CASE_COLUMNS,
        *(f"{kind}_original_{name}" for name in names),
        *(f"{kind}_pruned_{name}" for name in names),
        *last,
    ]


def _case(row: list[str], columns: int, task: str) -> CaseRecord:
    if len(row) != columns:
        raise ValueError(f"a row has {len(row)} fields instead of {columns}")
    arrays = row.pop() if task == "segmentation" else ""
    scores = tuple(float(score) for score in row[len(_CASE_COLUMNS) :])
    half = len(scores) // 2
    case, file, patient, position, truth, original, pruned = row[: len(_CASE_COLUMNS)]
    return CaseRecord(
        case=case,
        file=file,
        patient=patient,
        slice=int(position) if position else None,
        truth=truth,
        original=original,
        pruned=pruned,
        original_scores=scores[:half],
        pruned_scores=scores[half:],
        arrays=arrays or None,
    )


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _duration(text: str) -> float | str:
    # Parsed as JSON, so that "12" and "12.5" come back as they were.
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, int | float) and math.isfinite(value) else text
