"""A run with a budget in milliseconds or peak memory: measured once, kept, and compared in the runtime asked for."""

import json
import shutil

import pytest
from picture_runs import carry_out, experiment, sha256, write_pictures

from medprune_gui.engine.settings.runtimes import missing_packages


def config_with(table, **budget):
    pruning = {"amount": None, "budget": budget, "steps": 2, "schedule": "linear", "min_channels": 1}
    return experiment(table, pruning=pruning)


def test_a_cut_that_was_measured_is_not_measured_again(tmp_path):
    config = config_with(write_pictures(tmp_path / "pictures"), quantity="latency", share=0.9, batch=128)
    broken = tmp_path / "broken"
    mark = broken / "state" / "step-1-cut" / "model.json"
    events, _ = carry_out(config, broken, until=mark.exists)
    told = [event for event in events if event.message.startswith("Measuring in PyTorch: 1 network so far")]
    assert [event.stage for event in told] == ["prune"]
    cut = json.loads((mark.parent / "step.json").read_text())["kept"]
    other = tmp_path / "other"
    shutil.copytree(broken, other)
    stopped = other / "state" / "step-2-cut" / "model.json"
    carry_out(config, other, resume=True, until=stopped.exists)
    assert json.loads((other / "state" / "step-1-cut" / "step.json").read_text())["kept"] == cut
    third = tmp_path / "third"
    shutil.copytree(other, third)
    events, whole = carry_out(config, other, resume=True)
    assert not any("so far" in event.message for event in events), "both cuts are kept"
    _, again = carry_out(config, third, resume=True)
    assert whole.pruned.parameters == again.pruned.parameters < whole.original.parameters
    for file in ("model.safetensors", "model.json"):
        assert sha256(other / "pruned" / file) == sha256(third / "pruned" / file)
    assert any("measured in turns" in note for note in whole.notes)


def test_peak_memory_is_a_target_of_a_run(tmp_path):
    config = config_with(write_pictures(tmp_path / "pictures"), quantity="memory", share=0.7)
    events, comparison = carry_out(config, tmp_path / "run")
    assert comparison.pruned.parameters < comparison.original.parameters
    (level,) = {event.level for event in events if "at the peak of a forward pass" in event.message}
    assert level == "info", "what was measured is no warning"
    assert any("at the peak of a forward pass" in note for note in comparison.notes)


@pytest.mark.skipif(bool(missing_packages("onnxruntime")), reason="ONNX Runtime is not installed")
def test_the_comparison_speaks_of_the_runtime_of_the_budget(tmp_path):
    config = config_with(
        write_pictures(tmp_path / "pictures"), quantity="latency", share=0.9, batch=128, runtime="onnxruntime"
    )
    _, comparison = carry_out(config, tmp_path / "run")
    assert comparison.latency.runtime.startswith("ONNX Runtime")
    assert any("in ONNX Runtime" in note for note in comparison.notes)
