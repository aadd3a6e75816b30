"""The experiment file: what is written is read back, and what is wrong is named."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from medprune_gui.engine.config import (
    Budget,
    DataConfig,
    EvaluationConfig,
    ExperimentConfig,
    ModelConfig,
    PruningConfig,
    SplitShares,
    TableColumns,
    TrainingConfig,
    dump_experiment,
    load_experiment,
)
from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.settings.allocations import GroupSettings
from medprune_gui.engine.settings.criterion_names import catalogue
from medprune_gui.engine.settings.distillation import Distillation
from medprune_gui.engine.settings.floors import FloorSettings
from medprune_gui.engine.settings.schedules import GrowthSettings, RewindingSettings, SoftSettings

words = st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=12)
shares = st.floats(0.01, 0.99)

tables = st.builds(
    lambda columns, classes, positive, size, bits: DataConfig(
        kind="table", path="/data/cases.csv", columns=columns, classes=classes, positive=positive, size=size, bits=bits
    ),
    st.builds(TableColumns, file=words, label=words, patient=words | st.just(""), split=words | st.just("")),
    st.lists(words, max_size=3).map(tuple),
    st.none() | words,
    st.tuples(st.integers(8, 1024), st.integers(8, 1024)),
    st.integers(1, 16),
)
prunings = st.one_of(
    st.builds(
        PruningConfig,
        granularity=st.sampled_from(["channel", "weight"]),
        criterion=st.sampled_from(["l1", "l2", "random"]),
        amount=st.floats(0.0, 0.99),
        steps=st.integers(1, 9),
    ),
    st.builds(PruningConfig, budget=st.builds(Budget, share=shares, quantity=st.sampled_from(["macs", "parameters"]))),
)
experiments = st.builds(
    ExperimentConfig,
    name=words,
    seed=st.integers(0, 2**31 - 1),
    notes=st.lists(words, max_size=2).map(tuple),
    data=tables,
    model=st.builds(
        ModelConfig, architecture=words, parameters=st.dictionaries(words, st.integers() | words, max_size=2)
    ),
    training=st.builds(TrainingConfig, epochs=st.integers(0, 10_000), learning_rate=st.floats(1e-9, 10.0)),
    pruning=prunings,
    evaluation=st.builds(EvaluationConfig, metric=st.sampled_from([None, "auc", "accuracy"])),
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(config=experiments)
def test_what_is_written_is_read_back(tmp_path, config):
    file = tmp_path / "experiment.toml"
    file.write_text(dump_experiment(config), encoding="utf-8")
    assert load_experiment(file) == config


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[data]\nkind = 'table'\npath = 'a.csv'\ncolour = 1", ["data.colour", "positive"]),
        ("[data]\nkind = 'table'\npath = 'a.csv'\ncolumns = { id = 'x' }", ["data.columns.id", "patient"]),
        ("[data]\nkind = 'chairs'\npath = 'a.csv'", ["data.kind", "chairs", "folders"]),
        ("[pruning]\namount = 0.5", ["data", "missing"]),
        ("[data]\nkind = 'table'\npath = 'a'\n[pruning]\namount = 2.0", ["pruning.amount", "2.0", "1"]),
        (
            "[data]\nkind = 'table'\npath = 'a'\n[pruning]\namount = 0.5\nbudget = {share = 0.5}",
            ["either amount", "budget"],
        ),
        ("name = 1\nseed = = 2", ["TOML", "line 2"]),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, words):
    file = tmp_path / "experiment.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_experiment(file)
    assert all(word in str(caught.value) for word in [*words, "experiment.toml"]), str(caught.value)


def test_relative_paths_are_looked_for_beside_the_file_then_here_then_in_the_data_folder(tmp_path, monkeypatch):
    (tmp_path / "experiments").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "cases.csv").touch()
    file = tmp_path / "experiments" / "a.toml"
    file.write_text("[data]\nkind = 'table'\npath = 'cases.csv'")
    monkeypatch.setenv("MEDPRUNE_DATA", str(tmp_path / "data"))
    assert load_experiment(file).data.path == tmp_path / "data" / "cases.csv"
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cases.csv").touch()
    assert load_experiment(file).data.path == tmp_path / "cases.csv"
    (tmp_path / "experiments" / "cases.csv").touch()
    assert load_experiment(file).data.path == tmp_path / "experiments" / "cases.csv"


def test_settings_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        Budget().share = 0.3


EVERY_KEY = Path(__file__).parents[1] / "resources" / "examples" / "every-key.toml"


def every_key_with(line: str) -> ExperimentConfig:
    """Return the example with a line that is commented out in it, in the place of the one with its key."""
    key = line.partition(" =")[0].removeprefix("# ")
    replaced = ("amount", "budget") if key in ("amount", "budget") else (key,)
    rows, table = [], ""
    for row in EVERY_KEY.read_text(encoding="utf-8").splitlines():
        table = row.partition("]")[0] if row.startswith("[") else table
        if row == line:
            rows.append(line.removeprefix("# "))
        elif not (table in ("[data", "[model", "[pruning") and row.startswith(tuple(f"{name} =" for name in replaced))):
            rows.append(row)
    return ExperimentConfig.model_validate(tomllib.loads("\n".join(rows)))


def test_the_example_of_every_key_holds_the_defaults_and_every_key():
    text = EVERY_KEY.read_text(encoding="utf-8")
    config = ExperimentConfig.model_validate(tomllib.loads(text))
    plain = ExperimentConfig(data=DataConfig(kind="table", path=config.data.path, positive="PNEUMONIA"))
    evaluation = plain.evaluation.model_copy(update={"metric": "auc"})
    assert config == plain.model_copy(update={"name": "Every key", "evaluation": evaluation})
    tables = [ExperimentConfig, DataConfig, ModelConfig, TrainingConfig, PruningConfig, EvaluationConfig, Budget]
    tables += [
        Distillation,
        TableColumns,
        SplitShares,
        GroupSettings,
        FloorSettings,
        SoftSettings,
        GrowthSettings,
        RewindingSettings,
    ]
    for table in tables:
        for key in table.model_fields:
            assert re.search(rf"(^|# |\[|\{{ |, ){key}( =|\])", text, re.MULTILINE), f"{key} is not explained"
    for criterion in catalogue():
        assert re.search(rf"\W{criterion.name}\W", text), f"the criterion {criterion.name} is not named"


def test_what_can_take_the_place_of_a_line_of_the_example_can_be_read():
    lines = [line for line in EVERY_KEY.read_text(encoding="utf-8").splitlines() if re.match(r"# \w+ = ", line)]
    assert len(lines) >= 10
    for line in lines:
        every_key_with(line)
    kinds = {every_key_with(line).pruning.budget.quantity for line in lines if line.startswith("# budget")}
    assert kinds == {"parameters", "bytes", "memory", "latency"}


def test_the_readme_names_the_example():
    assert f"resources/examples/{EVERY_KEY.name}" in (EVERY_KEY.parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_original_has_no_teacher():
    values = {"data": {"kind": "folders", "path": "."}, "training": {"distillation": {}}}
    with pytest.raises(ValidationError, match="distillation is for fine_tuning"):
        ExperimentConfig.model_validate(values)
    values["fine_tuning"] = values.pop("training")
    assert ExperimentConfig.model_validate(values).fine_tuning.distillation.temperature == 2.0


def test_a_loss_of_another_task_is_refused(tmp_path):
    path = tmp_path / "experiment.toml"
    path.write_text('[data]\nkind = "folders"\npath = "."\n[fine_tuning]\nloss = "dice-focal"\n')
    with pytest.raises(ConfigError, match=r"fine_tuning\.loss: dice-focal is not for classification"):
        load_experiment(path)
