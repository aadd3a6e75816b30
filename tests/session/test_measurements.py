"""Measurements are kept by series and come back whole."""

from __future__ import annotations

import pytest

from medprune_gui.engine.imaging.measuring import Measurement
from medprune_gui.session.measurements import Measurements

LENGTH = Measurement("length", ((0, 0, 0), (0, 3, 4)))
LONGER = Measurement("length", ((0, 0, 0), (0, 6, 8)))
PROBE = Measurement("probe", ((2, 1, 1),))


@pytest.fixture
def measurements() -> Measurements:
    return Measurements()


def test_each_series_has_its_own(measurements):
    measurements.add("a", LENGTH)
    measurements.add("b", PROBE)
    measurements.add("a", PROBE)
    assert measurements.drawn == {"a": (LENGTH, PROBE), "b": (PROBE,)}
    assert measurements.of("c") == ()
    measurements.move("a", 0, LONGER)
    measurements.remove("a", 1)
    assert measurements.of("a") == (LONGER,)
    measurements.clear("a")
    assert set(measurements.drawn) == {"b"}


def test_what_was_kept_does_not_change_any_more_and_comes_back(measurements):
    measurements.add("a", LENGTH)
    kept = measurements.drawn
    measurements.add("a", PROBE)
    measurements.clear("a")
    assert kept == {"a": (LENGTH,)}
    measurements.restore(kept)
    assert measurements.of("a") == (LENGTH,)


def test_changes_are_announced_and_nothing_is_not(qtbot, measurements):
    with qtbot.assertNotEmitted(measurements.changed):
        measurements.clear("a")
        measurements.restore({})
    with qtbot.waitSignal(measurements.changed):
        measurements.add("a", LENGTH)
    with qtbot.waitSignal(measurements.changed):
        measurements.restore({})


def test_a_measurement_that_is_not_there_is_an_error(measurements):
    with pytest.raises(IndexError):
        measurements.remove("a", 0)
    with pytest.raises(IndexError):
        measurements.move("a", 0, LENGTH)
