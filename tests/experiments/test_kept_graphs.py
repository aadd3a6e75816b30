"""An architecture that was proven once is not tried again, in the panel or in a run, and nothing else changes."""

from draining import drained
from picture_runs import carry_out, experiment, sha256, write_pictures

from medprune_gui.engine.experiments.analysis import NetworkAnalysis
from medprune_gui.engine.pruning import tracing


def analyse(config):
    _, analysis = drained(NetworkAnalysis.of(config))
    return analysis.certificate


def test_a_run_finds_the_certificate_of_the_panel_and_ends_alike_without_one(tmp_path, monkeypatch):
    config = experiment(write_pictures(tmp_path / "pictures"))
    folder = tmp_path / "not" / "made" / "yet"
    monkeypatch.setenv("MEDPRUNE_CACHE", str(folder))
    certificate = analyse(config)
    assert len(list((folder / "graphs").iterdir())) == 1

    tried = []
    certify = tracing.certify_graph
    monkeypatch.setattr(tracing, "certify_graph", lambda *args: tried.append(1) or certify(*args))
    assert analyse(config).groups == certificate.groups
    carry_out(config, tmp_path / "first")
    assert not tried

    monkeypatch.setenv("MEDPRUNE_CACHE", str(tmp_path / "another"))
    carry_out(config, tmp_path / "second")
    assert tried
    for file in ("model.safetensors", "model.json"):
        assert sha256(tmp_path / "first" / "pruned" / file) == sha256(tmp_path / "second" / "pruned" / file)
