"""A run that fine-tunes with the original as teacher, on averaged weights, is the same after a break."""

from __future__ import annotations

from pathlib import Path

from picture_runs import carry_out, experiment, sha256, write_pictures
from safetensors.torch import load_file

OPTIONS = {"distillation": {"weight": 0.5}, "ema": 0.9, "patience": 5, "schedule": "plateau", "loss": "focal"}


def test_a_run_with_a_teacher_is_resumed_to_the_same_network(tmp_path: Path) -> None:
    table = write_pictures(tmp_path / "pictures")
    config = experiment(table, fine_tuning=OPTIONS, pruning={"steps": 2, "epochs_per_step": 2})
    carry_out(config, tmp_path / "whole")
    mark = tmp_path / "broken" / "state" / "step-2.state"
    _, nothing = carry_out(config, tmp_path / "broken", until=mark.exists)
    assert nothing is None
    carry_out(config, tmp_path / "broken", resume=True)
    files = [tmp_path / name / "pruned" / "model.safetensors" for name in ("whole", "broken")]
    assert sha256(files[0]) == sha256(files[1])

    alone = experiment(table, fine_tuning={**OPTIONS, "distillation": None}, pruning={"steps": 2, "epochs_per_step": 2})
    carry_out(alone, tmp_path / "alone")
    taught, untaught = (load_file(tmp_path / name / "pruned" / "model.safetensors") for name in ("whole", "alone"))
    assert any(
        not (value.shape == untaught[name].shape and value.equal(untaught[name])) for name, value in taught.items()
    )
