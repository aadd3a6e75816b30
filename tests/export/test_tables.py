from dataclasses import asdict, replace

import pytest
from plausible_runs import classification_run

from medprune_gui.engine.evaluation.latency_summary import latency_ratio
from medprune_gui.engine.experiments.comparison_files import latency_from_values, summary_values
from medprune_gui.engine.export.case_selection import by_loss, spread_of_cases
from medprune_gui.engine.export.report_rows import key_figures
from medprune_gui.engine.export.report_words import interval_sentence
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


def test_a_verdict_that_is_withheld_does_not_ask_for_more_cases(comparison):
    verdict = replace(comparison.verdict, decision="inconclusive", difference=0.036, ci_low=0.0, ci_high=0.07)
    text = verdict_sentence(replace(comparison, verdict=verdict))
    assert text.startswith("No verdict: the original network is not good enough")
    assert "0.036 higher" in text
    assert "more cases" not in text


def test_numbers_in_words():
    assert [signed(value) for value in (0.0124, -0.0124, -0.0001, float("nan"))] == [
        "+0.012", f"{MINUS}0.012", "0.000", NONE
    ]  # fmt: skip
    assert [times_text(value, "faster", "slower") for value in (2.5, 0.5, 1.001, 12.34, float("nan"))] == [
        f"2.50{TIMES} faster", f"2.00{TIMES} slower", "unchanged", f"12.3{TIMES} faster", NONE
    ]  # fmt: skip
    assert [bytes_text(value) for value in (0, 999, 1000, 5_250_000)] == ["0 B", "999 B", "1.00 kB", "5.25 MB"]
    assert [metric_name(name) for name in ("auc", "balanced_accuracy", "dice white matter", "")] == [
        "AUC", "Balanced accuracy", "Dice white matter", ""
    ]  # fmt: skip


def test_shown_cases_span_from_the_largest_loss_to_the_largest_gain():
    changes = [0.3, -0.2, 0.0, 0.1, -0.4, float("nan"), 0.2, -0.1]
    cases = [
        CaseRecord(f"c{i}", f"f{i}", "p", i, "", "", "", (0.5 + 0 * change,), (0.5 + change,), f"cases/{i}.npz")
        for i, change in enumerate(changes)
    ]
    chosen = [case.case for case in spread_of_cases(cases, 4)]
    assert (chosen[0], chosen[-1]) == ("c4", "c0")
    assert len(set(chosen)) == 4
    assert "c5" not in chosen
    assert len(spread_of_cases(cases, 100)) == 7


def test_a_structure_marked_where_there_is_none_is_the_largest_loss():
    nan = float("nan")
    scores = {"worse": (0.9, 0.3), "same": (0.9, 0.9), "made up": (nan, 0.0), "no more made up": (0.0, nan)}
    scores["empty"] = (nan, nan)
    cases = [CaseRecord(name, "f", "p", 0, "", "", "", (a, nan), (b, nan), "a.npz") for name, (a, b) in scores.items()]
    assert [case.case for case in by_loss(cases)] == ["made up", "worse", "same", "no more made up"]
    assert spread_of_cases(cases, 2)[0].case == "made up"


def test_how_many_times_faster_is_one_number_of_pairs(comparison):
    # The machine is busy in the second half, which begins between the runs of the second pair.
    busy = replace(comparison.latency, original=(2.0, 2.0, 9.0, 9.0, 8.0), pruned=(1.0, 4.0, 4.5, 4.5, 4.0))
    changed = replace(comparison, latency=busy)
    assert latency_ratio(busy) == 2.0
    assert summary_values(changed)["ratios"]["latency"] == 2.0
    (row,) = (row for row in comparison_table(changed) if row.quantity == "Latency, pair by pair")
    assert row.change == f"2.00{TIMES} faster"
    assert ("Latency, pair by pair", f"2.00{TIMES}", "faster") in key_figures(changed)
    # Percentiles have the quotient of what stands beside it.
    (row,) = (row for row in comparison_table(changed) if row.quantity == "Latency, median")
    shown = comparison.original.latency_ms.p50 / comparison.pruned.latency_ms.p50
    assert row.change == f"{shown:.2f}{TIMES} faster"
    with pytest.raises(ValueError, match="equally often"):
        latency_from_values({**asdict(busy), "pruned": [1.0]})


@pytest.mark.parametrize("metric", ["auc", "accuracy"])
def test_the_methods_are_named_as_the_patients_require(comparison, metric):
    changed = replace(comparison, verdict=replace(comparison.verdict, metric=metric))
    grouped = interval_sentence(changed)
    assert "Some patients have several test cases" in grouped
    assert "Obuchowski" in grouped
    assert "McNemar" not in grouped
    cases = tuple(replace(case, patient=case.case) for case in comparison.cases)
    alone = interval_sentence(replace(changed, cases=cases))
    assert "Some patients" not in alone
    assert "Obuchowski" not in alone
    assert ("McNemar" in alone) == (metric == "accuracy")
