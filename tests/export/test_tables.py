from dataclasses import replace

import pytest
from plausible_runs import classification_run

from medprune_gui.engine.export.case_selection import spread_of_cases
from medprune_gui.engine.export.tables import (
    MINUS,
    NONE,
    TIMES,
    bytes_text,
    comparison_table,
    metric_name,
    signed,
    times_text,
    verdict_sentence,
)
from medprune_gui.engine.records import CaseRecord, Estimate


@pytest.fixture(scope="module")
def comparison(tmp_path_factory):
    return classification_run(tmp_path_factory.mktemp("tables") / "run")[1]


def test_the_primary_metric_leads_and_quality_is_not_a_ratio(comparison):
    rows = comparison_table(comparison)
    sections = [row.section for row in rows]
    assert sections == sorted(sections, key=["Quality", "Size", "Speed"].index)
    assert rows[0].quantity == "AUC"
    assert rows[0].change.startswith(signed(comparison.verdict.difference))
    assert signed(comparison.verdict.ci_low) in rows[0].change
    assert not any(TIMES in row.change for row in rows if row.section == "Quality")
    by_name = {row.quantity: row for row in rows}
    expected = comparison.original.parameters / comparison.pruned.parameters
    assert by_name["Parameters"].change == f"{expected:.2f}{TIMES} fewer"
    assert by_name["Images per second"].pruned == f"{1000 / comparison.pruned.latency_ms.p50:,.1f}"


def test_a_metric_that_one_network_lacks_leaves_a_gap(comparison):
    metrics = {**comparison.original.metrics, "iou": Estimate(0.5, 0.4, 0.6)}
    rows = comparison_table(replace(comparison, original=replace(comparison.original, metrics=metrics)))
    (row,) = (row for row in rows if row.quantity == "IoU")
    assert (row.pruned, row.change) == (NONE, NONE)


@pytest.mark.parametrize("decision", ["non-inferior", "inferior", "inconclusive"])
def test_the_verdict_is_one_sentence_with_margin_and_interval(comparison, decision):
    verdict = replace(comparison.verdict, decision=decision, difference=-0.0123, ci_low=-0.03, ci_high=0.004)
    text = verdict_sentence(replace(comparison, verdict=verdict))
    for part in ("AUC", "0.012 lower", f"{MINUS}0.030 to +0.004", f"{MINUS}0.02"):
        assert part in text


def test_numbers_in_words():
    assert [signed(value) for value in (0.0124, -0.0124, -0.0001, float("nan"))] == [
        "+0.012", f"{MINUS}0.012", "0.000", NONE
    ]  # fmt: skip
    assert [times_text(value, "faster", "slower") for value in (2.5, 0.5, 1.001, 12.34, float("nan"))] == [
        f"2.50{TIMES} faster", f"2.00{TIMES} slower", "unchanged", f"12.3{TIMES} faster", NONE
    ]  # fmt: skip
    assert [bytes_text(value) for value in (0, 1023, 1024, 5 * 2**20)] == ["0 B", "1023 B", "1.00 KiB", "5.00 MiB"]
    assert [metric_name(name) for name in ("auc", "balanced_accuracy", "dice white matter", "")] == [
        "AUC", "Balanced accuracy", "Dice white matter", ""
    ]  # fmt: skip


def test_shown_cases_span_from_the_largest_loss_to_the_largest_gain():
    changes = [0.3, -0.2, 0.0, 0.1, -0.4, float("nan"), 0.2, -0.1]
    cases = [
        CaseRecord(f"c{i}", f"f{i}", "p", i, "", "", "", (0.5,), (0.5 + change,), f"cases/{i}.npz")
        for i, change in enumerate(changes)
    ]
    chosen = [case.case for case in spread_of_cases(cases, 4)]
    assert (chosen[0], chosen[-1]) == ("c4", "c0")
    assert len(set(chosen)) == 4
    assert "c5" not in chosen
    assert len(spread_of_cases(cases, 100)) == 7
