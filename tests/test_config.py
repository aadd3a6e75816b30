"""The experiment file: what is written is read back, and what is wrong is named."""

from __future__ import annotations

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
    TableColumns,
    TrainingConfig,
    dump_experiment,
    load_experiment,
)
from medprune_gui.engine.errors import ConfigError

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
