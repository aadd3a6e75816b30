"""The accuracy bench's results as tables: the two tools' best beside the baselines, and every contender."""

from __future__ import annotations

import math
from collections.abc import Sequence

from medprune_gui.engine.experiments.benches.accuracy.contenders import CONTENDERS
from medprune_gui.engine.experiments.benches.accuracy.summary import Point, Spread, points
from medprune_gui.engine.experiments.benches.coverage import setting
from medprune_gui.engine.experiments.benches.results import Row
from medprune_gui.engine.experiments.benches.tables import BenchTable

UNIFORM = "medprune l1 uniform"

_COLUMNS = (
    "problem", "MACs removed", "original", "MedPrune's best", "Torch-Pruning's best", "difference", "uniform", "random",
    "scratch", "MedPrune's best by test", "Torch-Pruning's best by test",
)  # fmt: skip

_NOTES = (
    "Mean of the test metric over the seeds, with its standard deviation. Each seed trains an original of its own, "
    "which all contenders prune at once to the same share of its MACs and fine-tune alike: same cases, epochs, "
    "learning rate and choice of the best epoch on the validation split.",
    "Best: of the tool's contenders the one with the highest mean of the metric on the validation split; the test "
    "split has no say. Best by test: the highest mean of the test metric, an upper bound that flatters whoever has "
    "more contenders.",
    "difference: MedPrune's best minus Torch-Pruning's best, seed by seed, with its standard error.",
    "MedPrune's contenders: its criteria ranked over the whole network, and L1, L2 and Taylor with the same share of "
    "each layer (uniform), with at least 2 channels in each layer, or 1 where the share asks for it.",
    "Torch-Pruning's contenders: its criteria with their defaults, ranked over the whole network or layer by layer "
    "(local), by the smallest ratio that leaves no more than the share, in several steps where no ratio reaches it at "
    "once; it has all the help of the coverage bench.",
    "uniform: L1 with the same share of each layer. random: units drawn at random over the whole network. scratch: the "
    "network that L1 leaves, drawn anew and trained for all epochs of training and fine-tuning together.",
)


def best_table(rows: Sequence[Row]) -> BenchTable:
    """Return each tool's best beside the baselines, one line for each problem and share."""
    found = points(rows)
    originals = {point.problem: point for point in found if point.removed == 0}
    lines = []
    for point in found:
        if point.removed == 0:
            continue
        ours, theirs = point.best("medprune"), point.best("torch-pruning")
        original = originals[point.problem].score("original")
        lines.append((
            point.problem,
            f"{point.removed:.0%}",
            words(original),
            named(point, ours),
            named(point, theirs),
            difference_in_words(point.difference(ours, theirs)) if ours and theirs else "",
            *(words(point.score(name)) for name in (UNIFORM, "random", "scratch")),
            named(point, point.best("medprune", by="test")),
            named(point, point.best("torch-pruning", by="test")),
        ))  # fmt: skip
    notes = (*_NOTES, *_failures(found), *setting(rows))
    return BenchTable("Accuracy after pruning and fine-tuning", _COLUMNS, tuple(lines), notes)


def contender_table(rows: Sequence[Row]) -> BenchTable:
    """Return every contender's test metric, one column for each problem and share."""
    found = [point for point in points(rows) if point.removed > 0]
    names = [name for name in CONTENDERS if any(name in point.test or name in point.failed for point in found)]
    lines = tuple((name, *(words(point.score(name)) or "fails" for point in found)) for name in names)
    columns = ("contender", *(f"{point.problem}: {point.removed:.0%}" for point in found))
    return BenchTable("Accuracy of every contender", columns, lines, ("Mean and standard deviation over the seeds.",))


def words(score: Spread | None) -> str:
    """Return a mean with its deviation; without it for one seed."""
    if score is None:
        return ""
    return f"{score.mean:.3f}" if math.isnan(score.deviation) else f"{score.mean:.3f} ± {score.deviation:.3f}"


def difference_in_words(difference: Spread) -> str:
    """Return a difference with its standard error; without it for one seed."""
    text = f"{difference.mean:+.3f}"
    return text if math.isnan(difference.standard_error) else f"{text} ± {difference.standard_error:.3f}"


def named(point: Point, contender: str | None) -> str:
    """Return a contender's score with its criterion; empty where there is none."""
    if contender is None:
        return ""
    return f"{words(point.score(contender))} ({contender.partition(' ')[2]})"


def _failures(found: Sequence[Point]) -> list[str]:
    return [
        f"{point.problem}, {point.removed:.0%}: {name} fails: {reason}."
        for point in found
        for name, reason in point.failed.items()
    ]
