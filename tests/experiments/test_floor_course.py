"""Which share of the way a run goes next, and whether a network holds its floors."""

from __future__ import annotations

import pytest

from medprune_gui.engine.config import Budget, PruningConfig
from medprune_gui.engine.experiments.floor_course import Course
from medprune_gui.engine.experiments.floors import Loss, held_in_words, missed_in_words, worst


def follow(course: Course, most: float) -> tuple[list[float], float]:
    """Return the shares that were tried where everything up to ``most`` holds, and what was reached."""
    tried = []
    while (share := course.next) is not None:
        tried.append(share)
        course = course.held() if share <= most else course.fell()
    return tried, course.reached


@pytest.mark.parametrize(
    ("shares", "tries", "most", "tried", "reached"),
    [
        ((0.5, 0.75, 1.0), 3, 1.0, [0.5, 0.75, 1.0], 1.0),
        ((1.0,), 3, 0.0, [1.0, 0.5, 0.25, 0.125], 0.0),
        ((1.0,), 3, 0.6, [1.0, 0.5, 0.75, 0.625], 0.5),
        ((1.0,), 3, 0.7, [1.0, 0.5, 0.75, 0.625], 0.625),
        ((0.5, 0.75, 1.0), 2, 0.7, [0.5, 0.75, 0.625, 0.6875], 0.6875),
        ((0.5, 0.75, 1.0), 0, 0.7, [0.5, 0.75], 0.5),
        ((0.5, 0.75, 1.0), 1, 0.3, [0.5, 0.25], 0.25),
    ],
)
def test_steps_are_halved_after_one_that_fell(shares, tries, most, tried, reached):
    assert follow(Course(shares, tries), most) == (tried, reached)


def test_what_may_be_the_last_step_is_known_beforehand():
    course = Course((0.5, 1.0), 1)
    assert not course.may_be_last
    assert course.held().may_be_last
    fallen = course.fell()
    assert (fallen.may_be_last, fallen.next, fallen.stepped_back) == (True, 0.25, True)
    assert fallen.held().next is None


def test_a_loss_is_measured_to_the_point_and_no_rounding_decides():
    assert Loss("AUC", 0.96, 0.94, 0.02).holds
    assert Loss("AUC", 0.3, 0.2, 0.1).holds
    assert not Loss("AUC", 0.96, 0.9399, 0.02).holds
    assert Loss("AUC", 0.9, 0.9, 0.0).holds
    assert Loss("AUC", 0.9, 0.95, 0.0).holds
    assert not Loss("AUC", 0.9, 0.8999, 0.0).holds


def test_the_worst_is_what_lies_furthest_below_its_own_floor():
    losses = [Loss("AUC", 0.9, 0.8, 0.09), Loss("AUC of class a", 0.9, 0.85, 0.01), Loss("AUC of class b", 0.9, 0.9, 0)]
    assert worst(losses).name == "AUC of class a"


@pytest.mark.parametrize(
    ("config", "reached", "words"),
    [
        (
            {"budget": Budget(share=0.5)},
            0.76,
            "50 % of the MACs asked for, 38 % removed: 44 % would have cost 0.030 AUC of class effusion (floor 0.020)",
        ),
        ({"amount": 0.8, "granularity": "weight"}, 0.5, "80 % of the weights asked for, 40 % set to zero"),
        ({"amount": 0.5, "granularity": "layer"}, 0.5, "50 % of the removable layers asked for, 25 % removed"),
        ({"amount": 0.5}, 0.0, "50 % of the channels asked for, none removed: the original is kept as it is"),
        ({"budget": Budget(quantity="bytes", share=0.3)}, 0.5, "70 % of the bytes of the model file asked for, 35 %"),
    ],
)
def test_what_was_missed_is_said(config, reached, words):
    said = missed_in_words(PruningConfig(**config), reached, 0.88, Loss("AUC of class effusion", 0.95, 0.92, 0.02))
    assert words in said, said


def test_what_held_is_said():
    said = held_in_words([Loss("AUC", 0.961, 0.95, 0.02), Loss("AUC of class a", 0.9, 0.91, 0.0)])
    assert said == (
        "The floor held on the validation split: AUC 0.961 before and 0.950 after pruning, 0.020 allowed; "
        "AUC of class a 0.900 before and 0.910 after pruning, 0.000 allowed."
    )
