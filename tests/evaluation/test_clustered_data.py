"""Several images of one patient are not so many patients."""

from __future__ import annotations

import time
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from medprune_gui.engine.errors import InputError
from medprune_gui.engine.evaluation.comparing import compare_predictions
from medprune_gui.engine.evaluation.macro_area import macro_auc, resampled_macro_auc
from medprune_gui.engine.evaluation.metrics import classification_metrics
from medprune_gui.engine.evaluation.resampling import resampled
from medprune_gui.engine.evaluation.statistics import (
    compare_proportions,
    delong_interval,
    delong_test,
    mcnemar_exact,
    proportion,
    wilson_interval,
)


def _patients(random: np.random.Generator, patients: int, images: int):
    """Truth and two networks' scores of images; what a network makes of a patient, all images of the patient share."""
    codes = np.repeat(np.arange(patients), images)
    truth = (np.arange(patients) % 2 == 1)[codes]
    seen = 2.0 * truth + random.normal(0, 0.9, patients)[codes] + random.normal(0, 0.5, codes.size)
    # The second network is worse by as much as the margin of the test below.
    pruned = 0.94 * seen + random.normal(0, 0.45, patients)[codes] + random.normal(0, 0.2, codes.size)
    return truth, seen, pruned, codes.tolist()


@pytest.fixture(scope="module")
def true_areas():
    truth, a, b, _ = _patients(np.random.default_rng(99), 200_000, 1)
    ranks = (stats.rankdata(scores)[truth].sum() for scores in (a, b))
    return [(rank - 100_000 * 100_001 / 2) / 1e10 for rank in ranks]


def test_intervals_hold_with_several_images_a_patient(true_areas):
    random = np.random.default_rng(0)
    samples = 400
    true_difference = true_areas[1] - true_areas[0]
    held = dict.fromkeys(("area", "difference", "share", "change", "falsely non-inferior", "by images"), 0)
    true_share, true_change = stats.norm.cdf(1 / np.sqrt(0.9**2 + 0.5**2)), None
    variance = 0.94**2 * (0.9**2 + 0.5**2) + 0.45**2 + 0.2**2
    true_change = stats.norm.cdf(0.94 / np.sqrt(variance)) - true_share
    for _ in range(samples):
        truth, a, b, patients = _patients(random, 80, 8)
        area = delong_interval(truth, a, groups=patients)
        test = delong_test(truth, a, b, groups=patients)
        right_a, right_b = (a > 1) == truth, (b > 0.94) == truth
        share, change = proportion(right_a, patients), compare_proportions(right_a, right_b, patients)
        plain = delong_test(truth, a, b)
        held["area"] += area.low <= true_areas[0] <= area.high
        held["difference"] += test.low <= true_difference <= test.high
        held["share"] += share.low <= true_share <= share.high
        held["change"] += change.low <= true_change <= change.high
        held["falsely non-inferior"] += test.low > true_difference
        held["by images"] += plain.low <= true_difference <= plain.high
    rates = {name: count / samples for name, count in held.items()}
    assert all(0.92 <= rates[name] <= 0.985 for name in ("area", "difference", "share", "change")), rates
    assert rates["falsely non-inferior"] <= 0.05, rates
    assert rates["by images"] < 0.85, rates


def test_obuchowski_equals_its_definition():
    random = np.random.default_rng(3)
    patients = random.integers(0, 15, 60)
    truth = random.random(60) < 0.5
    a = np.round(random.normal(size=60) + truth, 1)
    b = np.round(a + random.normal(size=60), 1)
    wins = [(s[truth][:, None] > s[~truth]) + 0.5 * (s[truth][:, None] == s[~truth]) for s in (a, b)]
    difference = wins[1].mean() - wins[0].mean()
    # The difference's own structural components: its variance is that of one area made of them.
    of_positive = wins[1].mean(1) - wins[0].mean(1) - difference
    of_negative = wins[1].mean(0) - wins[0].mean(0) - difference
    m, n, units = truth.sum(), (~truth).sum(), len(set(patients))
    sums = {p: (of_positive[patients[truth] == p].sum(), of_negative[patients[~truth] == p].sum()) for p in patients}
    with_positive, with_negative = len(set(patients[truth])), len(set(patients[~truth]))
    variance = (
        with_positive / (with_positive - 1) * sum(x**2 for x, _ in sums.values()) / m**2
        + with_negative / (with_negative - 1) * sum(y**2 for _, y in sums.values()) / n**2
        + 2 * units / (units - 1) * sum(x * y for x, y in sums.values()) / (m * n)
    )
    test = delong_test(truth, a, b, groups=patients.tolist())
    freedom = min(with_positive, with_negative) - 1
    assert test.high - test.difference == pytest.approx(stats.t.ppf(0.975, freedom) * variance**0.5)
    assert test.p_value == pytest.approx(2 * stats.t.sf(abs(difference) / variance**0.5, freedom))


def test_patients_of_one_image_each_change_nothing():
    random = np.random.default_rng(1)
    truth = random.random(70) < 0.4
    a, b = random.normal(size=70) + truth, random.normal(size=70) + truth
    alone = [f"p{index}" for index in range(70)]
    assert delong_interval(truth, a, groups=alone) == delong_interval(truth, a)
    assert delong_test(truth, a, b, groups=alone) == delong_test(truth, a, b)
    assert compare_proportions(a > 0, b > 0, alone) == mcnemar_exact(a > 0, b > 0)
    single, wilson = proportion(a > 0, alone), wilson_interval(int((a > 0).sum()), 70)
    assert (single.low, single.high) == (wilson.low, wilson.high)


def test_repeating_every_image_adds_no_certainty():
    random = np.random.default_rng(2)
    truth = random.random(60) < 0.5
    a, b = random.normal(size=60) + truth, random.normal(size=60) + truth
    one = {
        "area": delong_interval(truth, a),
        "share": proportion(a > 0),
        "difference": delong_test(truth, a, b),
        "change": compare_proportions(a > 0, b > 0),
    }
    codes = np.tile(np.arange(60), 5)
    truth5, a5, b5, groups = truth[codes], a[codes], b[codes], codes.tolist()
    five = {
        "area": delong_interval(truth5, a5, groups=groups),
        "share": proportion(a5 > 0, groups),
        "difference": delong_test(truth5, a5, b5, groups=groups),
        "change": compare_proportions(a5 > 0, b5 > 0, groups),
    }
    for name, wanted in one.items():
        ratio = (five[name].high - five[name].low) / (wanted.high - wanted.low)
        assert 1.0 <= ratio < 1.1, name


@pytest.mark.parametrize("metric", ["auc", "accuracy"])
def test_where_nothing_varies_patients_count_not_images(metric):
    truth = np.tile([0, 1], 60)
    patients = [f"p{index // 12}" for index in range(120)]
    original = np.where(truth[:, None] == [0, 1], 0.9, 0.1)
    pruned = np.where(truth[:, None] == [0, 1], np.linspace(0.6, 0.8, 120)[:, None], 0.3)
    verdict = compare_predictions(metric, 0.05, original, pruned, truth=truth, patients=patients)
    assert verdict.decision == "inconclusive"
    alone = compare_predictions(metric, 0.05, original, pruned, truth=truth, patients=[str(i) for i in range(120)])
    assert verdict.ci_high - verdict.ci_low > 2 * (alone.ci_high - alone.ci_low)
    metrics = classification_metrics(truth, original, ("normal", "ill"), patients)
    for name in ("accuracy", "sensitivity", "specificity", "auc"):
        assert metrics[name].low < 0.85, name


def test_changes_that_are_all_alike_or_of_one_patient_prove_little():
    one = compare_proportions([1] * 6, [0] * 6, ["p"] * 6)
    assert (one.difference, one.low, one.high) == (-1, -1, 1)
    limits = [compare_proportions([1] * 4 * n, [0] * 4 * n, [i // 4 for i in range(4 * n)]).high for n in (2, 5, 20)]
    assert all(b < a for a, b in pairwise(limits))
    assert limits[0] > -0.6
    alone = delong_interval([1, 1, 0, 0], [0.9, 0.4, 0.5, 0.1], groups=["a", "a", "b", "c"])
    assert alone.high - alone.low > 0.6
    with pytest.raises(InputError, match="3 groups and 4 values"):
        delong_interval([1, 1, 0, 0], [0.9, 0.4, 0.5, 0.1], groups=["a", "a", "b"])


def test_the_macro_area_is_resampled_as_defined_and_fast():
    random = np.random.default_rng(5)

    def cases(n: int, classes: int):
        truth = random.integers(0, classes, n)
        return truth, np.round(random.random((n, classes)) + 0.4 * np.eye(classes)[truth], 2)

    truth, probabilities = cases(60, 4)
    truth[truth == 3] = np.arange(60)[truth == 3] % 2  # absent everywhere
    truth[:2] = 2  # and one that is absent from some resamples
    truth[2:][truth[2:] == 2] = 0
    codes = np.arange(60) // 3
    plain = resampled(lambda index: macro_auc(truth[index], probabilities[index]), codes, 300, seed=4)
    fast = resampled_macro_auc(truth, probabilities, codes, 300, seed=4)
    np.testing.assert_allclose(fast, plain)

    truth, probabilities = cases(5000, 8)
    started = time.process_time()
    assert len(resampled_macro_auc(truth, probabilities, np.arange(5000))) == 2000
    assert time.process_time() - started < 3  # aim: 1.5 s; twice that for a slow machine
