"""Changes of the plan are taken back and made again; a drag is one change."""

from __future__ import annotations

from pathlib import Path

import pytest

from medprune_gui.engine.config import Budget, DataConfig, ExperimentConfig, ModelConfig, PruningConfig
from medprune_gui.engine.settings.allocations import GroupSettings
from medprune_gui.session.changes import MERGE_SECONDS
from medprune_gui.session.plan_history import PlanHistory
from medprune_gui.session.session import Session


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def history(session, clock) -> PlanHistory:
    session.pruning = PruningConfig(amount=0.5)
    return PlanHistory(session, clock)


def change(session, **changes):
    session.pruning = PruningConfig.model_validate({**session.pruning.model_dump(), **changes})


def test_changes_go_back_and_forth_and_say_what_they_are(session, history, clock):
    assert not history.can_undo
    assert history.undo_text == "&Undo"
    change(session, criterion="l2")
    change(session, amount=0.3)
    assert history.undo_text == "&Undo amount"
    history.undo()
    assert (session.pruning.amount, session.pruning.criterion) == (0.5, "l2")
    assert (history.undo_text, history.redo_text) == ("&Undo ranking", "&Redo amount")
    history.undo()
    assert session.pruning == PruningConfig(amount=0.5)
    assert not history.can_undo
    history.undo()
    history.redo()
    history.redo()
    assert (session.pruning.amount, session.pruning.criterion) == (0.3, "l2")
    assert not history.can_redo
    # What was made again is not added to.
    change(session, amount=0.2)
    history.undo()
    assert session.pruning.amount == 0.3


def test_a_drag_is_one_change_and_a_pause_ends_it(session, history, clock):
    for amount in (0.4, 0.3, 0.2):
        clock.seconds += 0.8 * MERGE_SECONDS
        change(session, amount=amount)
    clock.seconds += 1.2 * MERGE_SECONDS
    change(session, amount=0.1)
    history.undo()
    assert session.pruning.amount == 0.2
    history.undo()
    assert session.pruning.amount == 0.5
    assert not history.can_undo


def test_there_and_back_is_no_change(session, history):
    change(session, amount=0.4)
    change(session, amount=0.5)
    assert not history.can_undo


def test_a_new_change_ends_what_could_be_made_again(session, history):
    change(session, amount=0.4)
    history.undo()
    change(session, amount=0.6)
    assert not history.can_redo
    history.undo()
    assert session.pruning.amount == 0.5


def test_fields_within_a_table_are_told_apart(session, history):
    change(session, amount=None, budget=Budget(share=0.5).model_dump())
    change(session, budget=Budget(share=0.4).model_dump())
    change(session, budget=Budget(quantity="parameters", share=0.4).model_dump())
    change(session, groups={"conv1": GroupSettings(locked=True).model_dump()})
    assert history.undo_text == "&Undo group settings"
    history.undo()
    history.undo()
    assert session.pruning.budget == Budget(share=0.4)
    assert history.undo_text == "&Undo target"
    history.undo()
    assert session.pruning.budget == Budget(share=0.5)


def test_another_experiment_or_network_ends_the_history(session, history):
    told = []
    history.changed.connect(lambda: told.append(history.can_undo))
    change(session, amount=0.4)
    session.model = ModelConfig(architecture="UNet")
    assert told == [True, False]
    change(session, amount=0.3)
    session.take_experiment(
        ExperimentConfig(
            data=DataConfig(kind="folders", path=Path("/images")),
            model=session.model,
            pruning=PruningConfig(amount=0.7),
        )
    )
    assert not history.can_undo
    change(session, amount=0.6)
    history.undo()
    assert session.pruning.amount == 0.7
