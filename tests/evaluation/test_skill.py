import numpy as np
import pytest

from medprune_gui.engine.evaluation.skill import chance_level, guarded, one_sided_notes, told_apart
from medprune_gui.engine.records import Estimate, VerdictRecord


def verdict(decision="non-inferior", low=-0.001, high=0.002, margin=0.02):
    return VerdictRecord("auc", margin, (low + high) / 2, low, high, decision)


def test_a_good_original_keeps_its_verdict():
    good = guarded(verdict(), Estimate(0.99, 0.98, 0.995), 0.5)
    assert good == verdict()


@pytest.mark.parametrize("original", [Estimate(0.52, 0.44, 0.6), Estimate(0.55, 0.53, 0.57), Estimate(0.5, 0.4, 0.6)])
def test_matching_a_network_without_skill_proves_nothing(original):
    judged = guarded(verdict(), original, 0.5)
    assert judged.decision == "inconclusive"
    assert "chance" in judged.notes[0]
    assert guarded(verdict("inferior", -0.2, -0.1), original, 0.5).decision == "inferior"


def test_a_certain_loss_within_the_margin_is_said():
    judged = guarded(verdict(low=-0.013, high=-0.009), Estimate(0.9, 0.88, 0.92), 0.5)
    assert judged.decision == "non-inferior"
    assert "worse" in judged.notes[0]


def test_chance_is_what_knowing_nothing_reaches():
    assert chance_level("auc", None) == 0.5
    assert chance_level("accuracy", np.array([0, 1, 1, 1])) == 0.75
    assert chance_level("dice", None) == 0.0


def test_a_network_that_names_one_class_only_is_named():
    notes = one_sided_notes([np.array([0, 1, 0]), np.array([1, 1, 1])], ("normal", "ill"))
    assert notes == ("The pruned network calls every test case ill: it does not tell the classes apart.",)


def test_matching_an_original_that_names_one_class_only_proves_nothing():
    alike, both = np.array([1, 1, 1]), np.array([0, 1, 1])
    judged = told_apart(verdict(), [alike, alike], ("normal", "ill"))
    assert judged.decision == "inconclusive"
    assert "The original network calls every test case ill" in judged.notes[0]
    assert "class_weights" in judged.notes[0]
    assert "The pruned network" in judged.notes[1]
    assert told_apart(verdict("inferior", -0.2, -0.1), [alike, both], ("normal", "ill")).decision == "inferior"
    assert told_apart(verdict(), [both, both], ("normal", "ill")) == verdict()
    assert told_apart(verdict(), [both, alike], ("normal", "ill")).decision == "non-inferior"
