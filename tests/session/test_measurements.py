"""Measurements are kept by series, and each change of them can be taken back."""

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
    assert measurements.of("a") == (LENGTH, PROBE)
    assert measurements.of("b") == (PROBE,)
    assert measurements.of("c") == ()
    assert set(measurements.series) == {"a", "b"}


def test_what_is_added_moved_and_removed_is_taken_back_step_by_step(measurements):
    measurements.add("a", LENGTH)
    measurements.add("a", PROBE)  # at once, and yet a change of its own
    measurements.move("a", 0, LONGER)
    measurements.remove("a", 1)
    seen = [measurements.of("a")]
    while measurements.can_undo:
        measurements.undo()
        seen.append(measurements.of("a"))
    assert seen == [(LONGER,), (LONGER, PROBE), (LENGTH, PROBE), (LENGTH,), ()]
    again = []
    while measurements.can_redo:
        measurements.redo()
        again.append(measurements.of("a"))
    assert again == seen[-2::-1]


def test_a_drag_is_one_change(measurements):
    measurements.add("a", LENGTH)
    for end in range(5, 9):
        measurements.move("a", 0, Measurement("length", ((0, 0, 0), (0, 0, end))))
    measurements.undo()
    assert measurements.of("a") == (LENGTH,)


def test_what_is_drawn_after_undoing_replaces_what_was_undone(measurements):
    measurements.add("a", LENGTH)
    measurements.undo()
    measurements.add("a", PROBE)
    assert not measurements.can_redo
    measurements.clear("a")
    assert measurements.series == ()
    measurements.undo()
    assert measurements.of("a") == (PROBE,)


def test_changes_are_announced_and_nothing_is_not(qtbot, measurements):
    with qtbot.assertNotEmitted(measurements.changed):
        measurements.undo()
        measurements.redo()
        measurements.clear("a")
    for call in (lambda: measurements.add("a", LENGTH), measurements.undo, measurements.redo):
        with qtbot.waitSignal(measurements.changed):
            call()


def test_a_measurement_that_is_not_there_is_an_error(measurements):
    with pytest.raises(IndexError):
        measurements.remove("a", 0)
    with pytest.raises(IndexError):
        measurements.move("a", 0, LENGTH)
