from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, balanced_accuracy_score, recall_score, roc_auc_score

from medprune_gui.engine.data.cases import Case
from medprune_gui.engine.errors import InputError
from medprune_gui.engine.evaluation.comparing import classification_cases, compare_predictions, segmentation_cases
from medprune_gui.engine.evaluation.metrics import (
    classification_metrics,
    dice_per_case,
    overlap_per_case,
    segmentation_metrics,
)
from medprune_gui.engine.evaluation.statistics import (
    compare_proportions,
    delong_test,
    mcnemar_exact,
    proportion,
    wilson_interval,
)


def predictions(n: int, classes: int, seed: int, skill: float = 1.5):
    random = np.random.default_rng(seed)
    truth = random.integers(0, classes, n)
    logits = random.normal(size=(n, classes)) + skill * np.eye(classes)[truth]
    odds = np.exp(logits)
    return truth, odds / odds.sum(axis=1, keepdims=True)


def test_binary_metrics_equal_scikit_learn():
    truth, probabilities = predictions(400, 2, 0)
    patients = [f"p{index // 4}" for index in range(400)]
    metrics = classification_metrics(truth, probabilities, ("normal", "ill"), patients)
    predicted = probabilities[:, 1] > 0.5
    expected = {
        "accuracy": accuracy_score(truth, predicted),
        "balanced_accuracy": balanced_accuracy_score(truth, predicted),
        "sensitivity": recall_score(truth, predicted),
        "specificity": recall_score(truth, predicted, pos_label=0),
        "auc": roc_auc_score(truth, probabilities[:, 1]),
    }
    assert {name: estimate.value for name, estimate in metrics.items()} == pytest.approx(expected)
    assert all(0 < estimate.low < estimate.value < estimate.high < 1 for estimate in metrics.values())
    ill = truth == 1
    assert metrics["sensitivity"] == proportion(predicted[ill], np.array(patients)[ill].tolist())
    alone = classification_metrics(truth, probabilities, ("normal", "ill"), [str(index) for index in range(400)])
    wilson = wilson_interval(int((predicted & ill).sum()), int(ill.sum()))
    assert (alone["sensitivity"].low, alone["sensitivity"].high) == (wilson.low, wilson.high)


def test_several_classes_use_the_macro_area_over_patients():
    truth, probabilities = predictions(300, 4, 1)
    truth[truth == 3] = 0  # a class that does not occur is left out
    patients = [str(index // 2) for index in range(300)]
    metrics = classification_metrics(truth, probabilities, tuple("abcd"), patients, seed=5)
    areas = [roc_auc_score(truth == index, probabilities[:, index]) for index in range(3)]
    assert set(metrics) == {"accuracy", "balanced_accuracy", "auc"}
    assert metrics["auc"].value == pytest.approx(np.mean(areas))
    assert metrics["auc"].low < metrics["auc"].value < metrics["auc"].high
    assert metrics == classification_metrics(truth, probabilities, tuple("abcd"), patients, seed=5)


def test_what_is_undefined_is_absent():
    truth, probabilities = np.ones(5, dtype=np.int64), np.tile([0.4, 0.6], (5, 1))
    metrics = classification_metrics(truth, probabilities, ("a", "b"), ["p"] * 5)
    assert set(metrics) == {"accuracy", "balanced_accuracy", "sensitivity"}
    one = classification_metrics(truth[:1], probabilities[:1], ("a", "b"), ["p"])
    assert (one["balanced_accuracy"].low, one["balanced_accuracy"].high) == (0, 1)
    with pytest.raises(InputError, match="not a number"):
        classification_metrics(truth, probabilities * np.nan, ("a", "b"), ["p"] * 5)


def test_segmentation_metrics_per_case_and_pooled():
    truth = np.zeros((6, 20, 20), dtype=np.int64)
    truth[:4, 2:12, 2:12] = 1
    truth[0, 15:18, 15:18] = 2
    predicted = truth.copy()
    predicted[0, 2:7, 2:12] = 0  # half of a large structure is missed
    predicted[0, 15:18, 15:18] = 0  # a small one wholly
    classes = ("background", "large", "small")
    dice = dice_per_case(truth, predicted, classes)
    overlaps = overlap_per_case(truth, predicted, classes)
    patients = ["a", "a", "b", "b", "c", "c"]
    metrics = segmentation_metrics(dice, classes, patients, overlaps=overlaps)
    two_thirds = 2 * 50 / 150
    assert metrics["dice"].value == pytest.approx(np.mean([two_thirds / 2, 1, 1, 1]))
    assert metrics["dice large"].value == pytest.approx(np.mean([two_thirds, 1, 1, 1]))
    assert metrics["dice small"].value == 0
    assert metrics["dice pooled"].value == pytest.approx(np.mean([2 * 350 / 750, 0]))
    assert all(0 <= m.low <= m.value <= m.high <= 1 for m in metrics.values())
    assert "dice small" not in segmentation_metrics(dice[1:], classes, patients[1:])


def test_verdict_takes_the_test_of_the_metric():
    truth, original = predictions(600, 2, 2, skill=3)
    noise = np.random.default_rng(0).normal(0, 0.05, 600)
    pruned = np.clip(original + np.stack([-noise, noise], axis=1), 0, 1)
    alone = [str(index) for index in range(600)]
    verdict = compare_predictions("auc", 0.02, original, pruned, truth=truth, patients=alone)
    test = delong_test(truth, original[:, 1], pruned[:, 1])
    assert (verdict.difference, verdict.ci_low, verdict.ci_high) == (test.difference, test.low, test.high)
    assert verdict.decision == "non-inferior"
    assert verdict.notes == ()
    right = original.argmax(1) == truth, pruned.argmax(1) == truth
    several = [str(index // 2) for index in range(600)]
    for patients, test in ((alone, mcnemar_exact(*right)), (several, compare_proportions(*right, several))):
        verdict = compare_predictions("accuracy", 0.02, original, pruned, truth=truth, patients=patients)
        assert (verdict.difference, verdict.ci_low, verdict.ci_high) == (test.difference, test.low, test.high)
        assert verdict.notes == ()
    single = compare_predictions("auc", 0.02, original, pruned, truth=truth, patients=["p"] * 600)
    assert "of one patient" in single.notes[0]
    broken = compare_predictions("auc", 0.02, original, 1 - original, truth=truth, patients=alone)
    assert broken.decision == "inferior"


@pytest.mark.parametrize("metric", ["auc", "accuracy", "dice"])
@pytest.mark.parametrize("classes", [2, 3])
def test_a_network_is_non_inferior_to_itself(metric, classes):
    truth, scores = predictions(40, classes, 3)
    patients = [str(index // 2) for index in range(40)]
    verdict = compare_predictions(metric, 1e-6, scores, scores.copy(), truth=truth, patients=patients)
    assert verdict.decision == "non-inferior"
    assert verdict.difference == 0


def test_same_answers_of_different_networks_are_no_proof_in_few_cases():
    truth, original = predictions(20, 2, 4)
    pruned = np.where(original > 0.5, 0.9, 0.1)
    few = compare_predictions("accuracy", 0.05, original, pruned, truth=truth, patients=[str(i) for i in range(20)])
    assert (few.difference, few.decision) == (0, "inconclusive")


def test_dice_verdict_is_over_patients_or_says_that_it_cannot_be():
    random = np.random.default_rng(0)
    original = random.uniform(0.7, 0.95, (60, 2))
    original[:5, 1] = np.nan
    pruned = original - 0.1
    verdict = compare_predictions("dice", 0.02, original, pruned, patients=[f"p{i // 3}" for i in range(60)])
    assert verdict.decision == "inferior"
    assert verdict.difference == pytest.approx(-0.1)
    assert verdict.notes == ()
    alone = compare_predictions("dice", 0.02, original, pruned, patients=["p"] * 60)
    assert "one patient" in alone.notes[0]
    few = compare_predictions("dice", 0.02, original, pruned, patients=[f"p{i // 20}" for i in range(60)])
    assert "3 patients only" in few.notes[0]


def test_case_records_hold_what_both_networks_saw():
    cases = [Case(f"case {i}", Path(f"/data/{i}.png"), f"p{i}", "test", "ill", slice=i or None) for i in range(2)]
    scores = np.array([[0.9, 0.1], [0.2, 0.8]])
    records = classification_cases(cases, np.array([1, 1]), ("normal", "ill"), scores, scores[::-1])
    assert [(r.truth, r.original, r.pruned) for r in records] == [("ill", "normal", "ill"), ("ill", "ill", "normal")]
    assert records[1].pruned_scores == (0.9, 0.1)
    assert (records[1].file, records[1].slice) == (str(Path("/data/1.png")), 1)
    maps = segmentation_cases(cases, scores, scores, ["a.npz", "b.npz"])
    assert [record.arrays for record in maps] == ["a.npz", "b.npz"]


def test_statistics_and_metrics_need_no_torch():
    code = (
        "import sys, medprune_gui.engine.evaluation.statistics, medprune_gui.engine.evaluation.comparing, "
        "medprune_gui.engine.evaluation.latency_summary, medprune_gui.engine.training.progress; "
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
