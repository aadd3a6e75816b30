"""Sensitivity curves are read off where they were not measured, and written as a table."""

import csv
import math

import pytest

from medprune_gui.engine.export.sensitivity_table import drop_at, sensitivity_csv
from medprune_gui.engine.records import SensitivityCurves

CURVES = SensitivityCurves("auc", 0.9, (0.2, 0.6), {"a": (0.8, 0.5), "b, c": (0.95, math.nan)}, "l1")


@pytest.mark.parametrize(
    ("amount", "drop"), [(0.0, 0.0), (0.1, 0.05), (0.2, 0.1), (0.5, 0.325), (0.6, 0.4), (0.9, 0.4), (1.0, 0.4)]
)
def test_a_drop_is_read_off_on_a_straight_line(amount, drop):
    assert drop_at(CURVES, "a", amount) == pytest.approx(drop)


def test_a_score_that_is_undefined_gives_no_drop():
    assert drop_at(CURVES, "b, c", 0.1) == pytest.approx(-0.025)
    assert math.isnan(drop_at(CURVES, "b, c", 0.5))


def test_the_table_has_a_line_per_group_and_share():
    lines = sensitivity_csv(CURVES).decode().splitlines()
    rows = list(csv.DictReader(lines))
    assert lines[0] == "group,amount,auc,drop"
    assert [row["group"] for row in rows] == ["a"] * 3 + ["b, c"] * 3
    assert [float(row["amount"]) for row in rows[:3]] == [0.0, 0.2, 0.6]
    assert [float(row["auc"]) for row in rows[:3]] == [0.9, 0.8, 0.5]
    assert [float(row["drop"]) for row in rows[:3]] == pytest.approx([0.0, 0.1, 0.4])
    planned = list(csv.DictReader(sensitivity_csv(CURVES, {"a": 0.25}).decode().splitlines()))
    assert [row["planned_amount"] for row in planned] == ["0.25"] * 3 + [""] * 3
