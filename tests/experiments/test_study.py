"""A study: one original, several ways at the same budgets, resumable, with one table and one picture."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from draining import drained
from picture_runs import experiment, sha256, write_pictures

from medprune_gui.engine.errors import BudgetError, ConfigError, OutputError
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.experiments.study import run_study
from medprune_gui.engine.experiments.study_ways import ALLOCATIONS, ways_of


def carried_out(config, folder, *, until=None, **options):
    """Carry a study out and return (events, table); broken off at the first event for which ``until()`` holds."""
    return drained(run_study(config, folder, device="cpu", **options), until)


def rows_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "study.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    table = write_pictures(tmp_path_factory.mktemp("study") / "pictures")
    pruning = {"steps": 1, "min_channels": 1, "budget": {"quantity": "parameters", "share": 0.3}}
    return experiment(table, pruning=pruning)


def test_ways_share_one_original_and_a_study_goes_on_where_it_was(config, tmp_path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    ways = {"allocations": ["global", "uniform"], "removed": [0.5]}
    events, table = carried_out(config, whole, **ways)
    fractions = [event.fraction for event in events]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    rows = rows_of(whole)
    assert [(row["network"], row["numbers"]) for row in rows] == [
        (name, numbers) for name in ("original", "global-50", "uniform-50") for numbers in ("float32", "int8")
    ]
    assert len(table.rows) == len(rows)
    assert sha256(whole / "global-50" / "original" / "model.safetensors") == sha256(
        whole / "uniform-50" / "original" / "model.safetensors"
    )
    assert RunFolder(whole / "uniform-50").experiment().model.weights == whole / "global-50" / "original"
    for row in rows[2:]:
        assert 0 < int(row["parameters"]) <= 0.5 * int(rows[0]["parameters"])
        assert float(row["test_ci_low"]) <= float(row["test"]) <= float(row["test_ci_high"])
        assert row["validation"]
        assert row["decision"]
    assert int(rows[3]["size_bytes"]) < int(rows[2]["size_bytes"])
    assert (whole / "study.md").read_text(encoding="utf-8").count("\n| ") == len(rows) + 2
    assert (whole / "tradeoff.svg").stat().st_size > 0
    assert (whole / "tradeoff.png").stat().st_size > 0

    # Broken off while the second way is trained, then carried on, to the same networks.
    state = broken / "uniform-50" / "state"
    carried_out(config, broken, until=lambda: state.is_dir(), **ways)
    assert len(rows_of(broken)) == 4
    with pytest.raises(OutputError, match="--resume"):
        carried_out(config, broken, **ways)
    finished = sha256(broken / "global-50" / "summary.json")
    carried_out(config, broken, resume=True, **ways)
    assert sha256(broken / "global-50" / "summary.json") == finished
    for way in ("global-50", "uniform-50"):
        weights = "pruned/model.safetensors"
        assert sha256(broken / way / weights) == sha256(whole / way / weights)
    same = ("network", "numbers", "parameters", "size_bytes", "validation", "test", "difference", "decision")
    assert [[row[key] for key in same] for row in rows_of(broken)] == [[row[key] for key in same] for row in rows]


def test_ways_can_be_added_to_a_study_whatever_their_order(config, tmp_path):
    study = tmp_path / "study"
    carried_out(config, study, allocations=["uniform"], removed=[0.5])
    trained = sha256(study / "uniform-50" / "summary.json")
    carried_out(config, study, allocations=["global", "uniform"], removed=[0.5], resume=True)
    assert [row["network"] for row in rows_of(study)][2::2] == ["global-50", "uniform-50"]
    assert sha256(study / "uniform-50" / "summary.json") == trained
    assert RunFolder(study / "global-50").experiment().model.weights == study / "uniform-50" / "original"


def test_a_budget_that_cannot_be_met_is_noted_and_the_others_go_on(config, tmp_path):
    events, table = carried_out(config, tmp_path / "study", allocations=["uniform"], removed=[0.9995, 0.4])
    assert [row["network"] for row in rows_of(tmp_path / "study")][2:] == ["uniform-40"] * 2
    assert any(note.startswith("uniform-99.95: ") for note in table.notes)
    assert any(event.level == "warning" and "uniform-99.95" in event.message for event in events)
    with pytest.raises(BudgetError, match="no way meets"):
        carried_out(config, tmp_path / "none", allocations=["uniform"], removed=[0.9995])


def test_all_allocations_are_compared_and_what_does_not_fit_is_said(config):
    ways, notes = ways_of(config)
    assert {way.allocation for way in ways} == set(ALLOCATIONS)
    assert {way.removed for way in ways} == {0.5, 0.75, 0.9}
    assert not notes
    for way in ways:
        assert way.pruning.budget.quantity == "parameters"
        assert way.pruning.budget.share == pytest.approx(1 - way.removed)
        assert way.pruning.allocation == way.allocation
    soft = config.model_copy(update={"pruning": config.pruning.model_copy(update={"schedule": "soft"})})
    ways, notes = ways_of(soft)
    assert "sensitivity" not in {way.allocation for way in ways}
    assert any("sensitivity" in note and "soft" in note for note in notes)


def test_what_cannot_be_compared_is_refused_before_anything_runs(config, tmp_path):
    with pytest.raises(ConfigError, match="global"):
        carried_out(config, tmp_path / "study", allocations=["globl"])
    with pytest.raises(ConfigError, match=r"1\.5"):
        carried_out(config, tmp_path / "study", removed=[1.5])
    weights = config.pruning.model_copy(update={"granularity": "weight"})
    with pytest.raises(ConfigError, match="zeroed weights"):
        carried_out(config.model_copy(update={"pruning": weights}), tmp_path / "study")
    early = config.pruning.rewinding.model_copy(update={"what": "weights", "epoch": 1})
    lottery = config.pruning.model_copy(update={"schedule": "lottery", "rewinding": early})
    with pytest.raises(ConfigError, match="early in its training"):
        carried_out(config.model_copy(update={"pruning": lottery}), tmp_path / "study")
    assert not (tmp_path / "study").exists()
