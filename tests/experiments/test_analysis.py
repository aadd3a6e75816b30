"""What the window learns from the analysis before a run: the classes by name, and what a plan would leave."""

from __future__ import annotations

from draining import drained
from picture_runs import experiment, write_pictures

from medprune_gui.engine.config import Budget, PruningConfig
from medprune_gui.engine.experiments.analysis import NetworkAnalysis


def test_the_certificate_says_the_classes_in_the_outputs_order(tmp_path):
    table = write_pictures(tmp_path / "pictures")
    _, analysis = drained(NetworkAnalysis.of(experiment(table, data={"positive": "bright"})))
    assert analysis.certificate.classes == ("dark", "bright")


def test_a_budget_of_memory_is_estimated_in_bytes_at_the_peak(tmp_path):
    table = write_pictures(tmp_path / "pictures")
    _, analysis = drained(NetworkAnalysis.of(experiment(table)))
    estimate = analysis.estimate(PruningConfig(budget=Budget(quantity="memory", share=0.7)))
    assert 0 < estimate.peak_bytes_after <= 0.7 * estimate.peak_bytes_before
    assert not any("bytes" in note for note in estimate.notes)
    other = analysis.estimate(PruningConfig(budget=Budget(share=0.7)))
    assert (other.peak_bytes_before, other.peak_bytes_after) == (None, None)
