from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import roc_auc_score

from medprune_gui.engine.errors import InputError
from medprune_gui.engine.evaluation.statistics import (
    bootstrap_interval,
    delong_interval,
    delong_test,
    mcnemar_exact,
    non_inferiority,
    paired_bootstrap,
    wilson_interval,
)
from medprune_gui.engine.records import PairedTest


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    # Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_newcombes_published_values(successes, n, low, high):
    interval = wilson_interval(successes, n)
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.5, 0.999))
def test_wilson_holds_its_estimate(counts, level):
    successes, n = counts
    interval = wilson_interval(successes, n, level)
    assert 0 <= interval.low <= successes / n <= interval.high <= 1
    theirs = stats.binomtest(successes, n).proportion_ci(level, method="wilson")
    assert interval.low == pytest.approx(theirs.low, abs=1e-12)
    assert interval.high == pytest.approx(theirs.high, abs=1e-12)


def _structural_components(labels, scores):
    """DeLong's definition by comparing each positive with each negative case."""
    above, below = scores[labels == 1], scores[labels == 0]
    wins = (above[:, None] > below) + 0.5 * (above[:, None] == below)
    return wins.mean(), wins.mean(axis=1), wins.mean(axis=0)


@pytest.mark.parametrize("digits", [1, 6])  # with one digit there are many ties
def test_delong_equals_its_definition(digits):
    random = np.random.default_rng(digits)
    labels = (random.random(90) < 0.4).astype(int)
    a = np.round(random.normal(size=90) + labels, digits)
    b = np.round(a + random.normal(size=90) * 0.7, digits)
    area_a, positive_a, negative_a = _structural_components(labels, a)
    area_b, positive_b, negative_b = _structural_components(labels, b)
    m, n = labels.sum(), (1 - labels).sum()
    variance = np.var(positive_a, ddof=1) / m + np.var(negative_a, ddof=1) / n
    estimate = delong_interval(labels, a)
    assert estimate.value == pytest.approx(area_a) == pytest.approx(roc_auc_score(labels, a))
    for limit in (estimate.low, estimate.high):
        distance = abs(np.log(limit / (1 - limit)) - np.log(area_a / (1 - area_a)))
        assert distance * area_a * (1 - area_a) == pytest.approx(1.959964 * variance**0.5, rel=1e-5)

    spread = np.var(positive_b - positive_a, ddof=1) / m + np.var(negative_b - negative_a, ddof=1) / n
    test = delong_test(labels, a, b)
    z = (area_b - area_a) / spread**0.5
    assert test.difference == pytest.approx(area_b - area_a)
    assert test.p_value == pytest.approx(2 * stats.norm.sf(abs(z)))
    assert test.low == pytest.approx(test.difference - 1.959964 * spread**0.5)
    assert test.high == pytest.approx(test.difference + 1.959964 * spread**0.5)


def test_delong_covers_a_high_area():
    random = np.random.default_rng(0)
    labels = np.arange(200) < 100
    true = stats.norm.cdf(2.5 / 2**0.5)  # 0.96
    held = 0
    for _ in range(600):
        estimate = delong_interval(labels, random.normal(size=200) + 2.5 * labels)
        held += estimate.low <= true <= estimate.high
    assert 0.92 <= held / 600 <= 0.98


def test_perfect_separation_is_not_certainty():
    labels = [0] * 10 + [1] * 10
    few = delong_interval(labels, labels)
    assert (few.value, few.high) == (1.0, 1.0)
    assert 0.6 < few.low < 0.9
    many = delong_interval(labels * 50, labels * 50)
    assert few.low < many.low < 1.0
    scores = list(range(20))
    assert non_inferiority(delong_test(labels, scores, [2 * x for x in scores]), 1e-6).decision == "non-inferior"
    other = delong_test(labels, scores, [*range(9, -1, -1), *range(10, 20)])
    assert (other.difference, other.p_value) == (0.0, 1.0)
    assert non_inferiority(other, 0.02).decision == "inconclusive"
    assert delong_interval([0, 0, 0, 1], [1, 2, 4, 3]).low < 0.3  # one positive case says little


answers = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=80)


@given(answers)
def test_mcnemar_equals_the_binomial_test(pairs):
    a, b = (np.array(column) for column in zip(*pairs, strict=True))
    gained, lost = int(np.sum(b & ~a)), int(np.sum(a & ~b))
    test = mcnemar_exact(a, b)
    assert test.difference == pytest.approx(b.mean() - a.mean())
    expected = stats.binomtest(gained, gained + lost).pvalue if gained + lost else 1.0
    assert test.p_value == pytest.approx(expected)
    assert -1 <= test.low <= test.difference <= test.high <= 1
    swapped = mcnemar_exact(b, a)
    assert (swapped.difference, swapped.low, swapped.high) == pytest.approx((-test.difference, -test.high, -test.low))


def test_mcnemar_interval_covers_and_matches_a_hand_calculation():
    # 36 both right, 12 only a, 2 only b, none neither: phi = -24 / sqrt(48 * 2 * 38 * 12), Wilson limits
    # (0.8654, 0.9890) and (0.6259, 0.8702).
    test = mcnemar_exact([1] * 48 + [0] * 2, [1] * 36 + [0] * 12 + [1] * 2)
    phi = -24 / (48 * 2 * 38 * 12) ** 0.5
    below, above = 0.76 - 0.6259, 0.9890 - 0.96
    assert test.low == pytest.approx(-0.2 - (below**2 - 2 * phi * below * above + above**2) ** 0.5, abs=2e-4)
    random = np.random.default_rng(0)
    held = 0
    for _ in range(1000):
        kind = random.choice(4, 150, p=[0.8, 0.07, 0.03, 0.1])  # both, only a, only b, neither
        test = mcnemar_exact(kind <= 1, (kind == 0) | (kind == 2))
        held += test.low <= -0.04 <= test.high
    assert 0.93 <= held / 1000 <= 0.98


def test_paired_bootstrap_respects_patients_and_is_fast():
    random = np.random.default_rng(1)
    patients = [f"p{index // 10}" for index in range(1000)]
    a = random.normal(0.8, 0.05, 1000)
    b = a + np.repeat(random.normal(-0.01, 0.03, 100), 10)  # patients differ, images of one do not
    start = time.perf_counter()
    by_patient = paired_bootstrap(a, b, patients)
    assert time.perf_counter() - start < 2
    by_image = paired_bootstrap(a, b)
    assert by_patient.difference == pytest.approx(np.mean(b - a))
    width = by_patient.high - by_patient.low
    assert width > 2.5 * (by_image.high - by_image.low)
    means = (b - a).reshape(100, 10).mean(axis=1)
    assert width == pytest.approx(2 * 1.96 * means.std(ddof=1) / 10, rel=0.1)
    assert paired_bootstrap(a, b, patients) == by_patient
    # The matrix product and the plain way draw the same cases.
    plain = paired_bootstrap(a, b, patients, statistic=lambda values: float(np.mean(values)))
    assert (plain.low, plain.high) == pytest.approx((by_patient.low, by_patient.high))


def test_bootstrap_covers_and_leaves_missing_values_out():
    random = np.random.default_rng(2)
    held = 0
    for seed in range(300):
        values = random.exponential(size=60)
        estimate = bootstrap_interval(values, resamples=400, seed=seed)
        held += estimate.low <= 1.0 <= estimate.high
    assert 0.88 <= held / 300 <= 0.98
    values = np.array([0.2, np.nan, 0.4, 0.9])
    assert bootstrap_interval(values).value == pytest.approx(0.5)
    assert bootstrap_interval([0.2, 0.4, 0.9], statistic=lambda drawn: float(np.median(drawn))).value == 0.4


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.integers(0, 4)), min_size=3, max_size=30),
    st.floats(1e-6, 0.5),
)
def test_swapping_networks_flips_signs_and_equals_are_non_inferior(rows, margin):
    a, b, groups = (np.array(column) for column in zip(*rows, strict=True))
    groups[0], groups[1] = 7, 8
    labels = np.arange(len(a)) % 2
    for compare in (
        lambda x, y: paired_bootstrap(x, y, groups, resamples=100),
        lambda x, y: delong_test(labels, x, y),
        lambda x, y: mcnemar_exact(x > 0.5, y > 0.5),
    ):
        test, swapped = compare(a, b), compare(b, a)
        assert test.low <= test.difference <= test.high
        assert 0 < test.p_value <= 1
        expected = (-test.difference, -test.high, -test.low, test.p_value)
        assert (swapped.difference, swapped.low, swapped.high, swapped.p_value) == pytest.approx(expected, abs=1e-9)
        same = compare(a, a)
        assert (same.difference, same.low, same.high, same.p_value) == (0, 0, 0, 1)
        assert non_inferiority(same, margin).decision == "non-inferior"


@pytest.mark.parametrize(
    ("low", "high", "decision"),
    [
        (-0.019, 0.01, "non-inferior"),
        (-0.02, 0.01, "inconclusive"),
        (-0.05, -0.02, "inconclusive"),
        (-0.05, -0.021, "inferior"),
        (-0.015, -0.005, "non-inferior"),
    ],
)
def test_verdict_compares_the_whole_interval_with_the_margin(low, high, decision):
    verdict = non_inferiority(PairedTest((low + high) / 2, low, high, 0.5), 0.02)
    assert verdict.decision == decision
    assert (verdict.low, verdict.high, verdict.margin) == (low, high, 0.02)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: wilson_interval(3, 2),
        lambda: wilson_interval(0, 0),
        lambda: wilson_interval(1, 2, level=95),
        lambda: delong_interval([1, 1], [0.1, 0.2]),
        lambda: delong_interval([0, 1], [0.1, 0.2, 0.3]),
        lambda: delong_interval([0, 2], [0.1, 0.2]),
        lambda: delong_test([0, 1], [0.1, np.nan], [0.1, 0.2]),
        lambda: mcnemar_exact([1, 0], [1]),
        lambda: mcnemar_exact([], []),
        lambda: mcnemar_exact([0.5], [1]),
        lambda: paired_bootstrap([0.1, 0.2], [0.1]),
        lambda: paired_bootstrap([0.1, 0.2], [0.1, 0.3], groups=["a"]),
        lambda: paired_bootstrap([0.1, 0.2], [0.1, 0.3], groups=["a", "a"]),
        lambda: bootstrap_interval([np.nan, np.nan]),
        lambda: non_inferiority(PairedTest(0, 0, 0, 1), 0),
        lambda: non_inferiority(PairedTest(np.nan, 0, 0, 1), 0.1),
    ],
)
def test_input_that_cannot_be_used_is_refused_in_words(wrong):
    with pytest.raises(InputError, match=r"[a-z]{3,} "):
        wrong()
