"""Frozen records that cross the process border and stand in run folders: no torch, no Qt.

Each is a plain frozen dataclass of built-in types, so that it pickles, compares and turns into JSON.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

Task = Literal["classification", "segmentation"]
Decision = Literal["non-inferior", "inferior", "inconclusive"]


@dataclass(frozen=True, slots=True)
class ErrorRecord:
    """An error in words: its class, what happened, where, and the way out."""

    kind: str
    what: str
    where: str | None = None
    remedy: str | None = None

    def without_place(self) -> ErrorRecord:
        """Return the same error without the file or folder that it is about, whose name may be a patient's."""
        if not self.where:
            return self
        # The path before its last part, which it ends with; whole words only, since a name may be as short as "1".
        names = "|".join(re.escape(name) for name in (self.where, Path(self.where).name) if name)
        named = re.compile(rf"(?<!\w)(?:{names})(?!\w)")
        remedy = self.remedy and named.sub("...", self.remedy)
        return ErrorRecord(self.kind, named.sub("...", self.what), None, remedy)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f". {self.remedy.rstrip('.')}." if self.remedy else ""
        return f"{place}{self.what}{remedy}"


@dataclass(frozen=True, slots=True)
class JobEvent:
    """One step of a job, as the command line and the window show it.

    Attributes
    ----------
    stage
        What is being done: ``data``, ``train``, ``analyse``, ``prune``, ``fine-tune``, ``evaluate``,
        ``latency``, ``report``, ``predict``, ``sensitivity``; ``failed`` closes the log of a run that an error ended.
    step, total
        Steps done and steps in all within the stage; ``total`` 0: unknown.
    message
        One line for the log; empty: nothing to say.
    metrics
        Name -> value, such as ``train_loss``, ``val_auc``, ``images_per_second``; ``epoch``: epochs done in the
        current training, with fraction.
    artefacts
        Paths of files that are now complete.
    fraction
        Share of the whole job that is done, 0 to 1.
    level
        ``warning`` for what the user must not miss.
    """

    stage: str
    step: int = 0
    total: int = 0
    message: str = ""
    metrics: dict[str, float] = field(default_factory=dict)
    artefacts: tuple[str, ...] = ()
    fraction: float = 0.0
    level: Literal["info", "warning"] = "info"


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its confidence interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PairedTest:
    """A paired difference (b minus a), its confidence interval and its two-sided p-value."""

    difference: float
    low: float
    high: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the second network is non-inferior to the first within ``margin``."""

    decision: Decision
    difference: float
    low: float
    high: float
    margin: float


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """Channels that can only be removed together, as the certificate shows them.

    ``exact`` says whether removing them is the same as zeroing them; where not, a normalisation's statistics change.
    """

    name: str
    size: int
    prunable: bool
    reason: str | None
    parameters: int
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Certificate:
    """What of a network can be pruned, proven by trial before anything runs.

    ``parameters_prunable`` and ``macs_prunable`` are the shares (0 to 1) that can go; ``max_error`` is the largest
    relative difference between the masked and the shrunk network; ``classes`` are the data's, in the outputs' order.
    """

    groups: tuple[GroupRecord, ...]
    parameters: int
    macs: int
    parameters_prunable: float
    macs_prunable: float
    exact: bool
    max_error: float
    seconds: float
    classes: tuple[str, ...] = ()


def percent_down(share: float) -> str:
    """Return a share in percent with at most one decimal, rounded down: nearly everything is not everything."""
    return f"{math.floor(1000 * share + 1e-9) / 10:g}"


@dataclass(frozen=True, slots=True)
class LayerRecord:
    """One layer with weights, before and after pruning.

    ``removed`` parameters are gone; ``zeroed`` ones are still stored and computed with.
    """

    name: str
    kind: str
    channels_before: int
    channels_after: int
    parameters_before: int
    parameters_after: int
    zeroed: int
    macs_before: int
    macs_after: int

    @property
    def removed(self) -> int:
        """Parameters that were taken out of the layer."""
        return self.parameters_before - self.parameters_after


@dataclass(frozen=True, slots=True)
class PlanEstimate:
    """What a pruning plan would leave, before it is carried out.

    Attributes
    ----------
    notes
        What to keep in mind, in sentences.
    milliseconds_before, milliseconds_after
        Time of one batch: measured, and predicted from measured times of layers; None: not known.
    timed_in
        What ran it, in words.
    peak_bytes_before, peak_bytes_after
        What a forward pass holds at its peak, measured; None: that was not asked for.
    """

    parameters_before: int
    parameters_after: int
    nonzero_after: int
    macs_before: int
    macs_after: int
    layers: tuple[LayerRecord, ...] = ()
    notes: tuple[str, ...] = ()
    milliseconds_before: float | None = None
    milliseconds_after: float | None = None
    timed_in: str = ""
    peak_bytes_before: int | None = None
    peak_bytes_after: int | None = None


@dataclass(frozen=True, slots=True)
class LatencySummary:
    """Milliseconds a batch takes, and how they were measured."""

    p50: float
    p90: float
    p99: float
    runtime: str
    threads: int
    batch: int


@dataclass(frozen=True, slots=True)
class NetworkSummary:
    """One network in figures: size, quality and speed."""

    parameters: int
    nonzero_parameters: int
    macs: int
    size_bytes: int
    metrics: dict[str, Estimate]
    latency_ms: LatencySummary


@dataclass(frozen=True, slots=True)
class VerdictRecord:
    """The verdict on the primary metric, as the summary holds it.

    ``notes``: what must be known to read it rightly, in plain sentences.
    """

    metric: str
    margin: float
    difference: float
    ci_low: float
    ci_high: float
    decision: Decision
    notes: tuple[str, ...] = ()

    @property
    def withheld(self) -> bool:
        """Whether the interval alone would have allowed a verdict, and what the original is worth does not."""
        return self.decision == "inconclusive" and self.ci_low > -self.margin


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """One test case as both networks saw it.

    Attributes
    ----------
    case
        Unique name within the run.
    file
        The image's path.
    slice
        Index of the slice in a volume; None for a plain image.
    truth
        The class by reference; empty in segmentation.
    original, pruned
        Predicted classes; empty in segmentation.
    original_scores, pruned_scores
        Classification: probability per class. Segmentation: Dice per foreground class (NaN: absent in both).
    arrays
        Segmentation: NPZ file relative to the run folder, with ``image``, ``truth``, ``original``, ``pruned``,
        each (row, column).
    """

    case: str
    file: str
    patient: str
    slice: int | None
    truth: str
    original: str
    pruned: str
    original_scores: tuple[float, ...]
    pruned_scores: tuple[float, ...]
    arrays: str | None = None


@dataclass(frozen=True, slots=True)
class LatencySamples:
    """Single measurements in milliseconds, taken in turns A B A B."""

    original: tuple[float, ...]
    pruned: tuple[float, ...]
    runtime: str
    threads: int
    batch: int
    warm_up: int
    device: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that the comparison views and the report show about one run."""

    name: str
    task: Task
    classes: tuple[str, ...]
    primary_metric: str
    original: NetworkSummary
    pruned: NetworkSummary
    verdict: VerdictRecord
    layers: tuple[LayerRecord, ...]
    latency: LatencySamples
    cases: tuple[CaseRecord, ...]
    provenance: dict[str, str]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SensitivityCurves:
    """What pruning each channel group alone costs: group -> score (more is better) at each of ``amounts``, 0 to 1.

    ``metric`` is the score's name, ``baseline`` the score of the whole network, ``criterion`` what ranked the channels.
    """

    metric: str
    baseline: float
    amounts: tuple[float, ...]
    scores: dict[str, tuple[float, ...]]
    criterion: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the record as a dict for ``json``."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> SensitivityCurves:
        """Return the record that `to_dict` wrote; KeyError, TypeError or ValueError where it is not one."""
        amounts = tuple(map(float, values["amounts"]))
        scores = {str(k): tuple(float(y) for y, _ in zip(v, amounts, strict=True)) for k, v in values["scores"].items()}
        criterion = str(values.get("criterion", ""))
        return cls(str(values["metric"]), float(values["baseline"]), amounts, scores, criterion)
