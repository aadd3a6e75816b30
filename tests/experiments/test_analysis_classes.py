"""The window learns the classes from the analysis, so that single ones can be chosen before a run."""

from __future__ import annotations

from picture_runs import experiment, write_pictures

from medprune_gui.engine.experiments.analysis import NetworkAnalysis


def test_the_certificate_says_the_classes_in_the_outputs_order(tmp_path):
    table = write_pictures(tmp_path / "pictures")
    steps = NetworkAnalysis.of(experiment(table, data={"positive": "bright"}))
    while True:
        try:
            next(steps)
        except StopIteration as done:
            certificate = done.value.certificate
            break
    assert certificate.classes == ("dark", "bright")
