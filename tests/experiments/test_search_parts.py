"""The parts of a search that need no training: front, stop rule, families of groups, the kept study."""

import math
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from medprune_gui.engine.config import ModelConfig, PruningConfig
from medprune_gui.engine.errors import ConfigError, InputError, OutputError
from medprune_gui.engine.experiments.search.pareto import is_far_behind, pareto_front
from medprune_gui.engine.experiments.search.space import SearchSpace, tied
from medprune_gui.engine.experiments.search.study import SearchStudy, SearchTrial
from medprune_gui.engine.models.registry import build_network
from medprune_gui.engine.pruning import plan_pruning, trace_channels
from medprune_gui.engine.settings.allocations import GroupSettings

COARSE = st.tuples(st.sampled_from([0.0, 0.25, 0.5, 0.75, math.nan]), st.sampled_from([0.1, 0.2, 0.3, 1.0]))


def dominates(one, other):
    return one[0] >= other[0] and one[1] <= other[1] and one != other


@given(st.lists(COARSE, max_size=12))
def test_the_front_is_what_comparing_all_pairs_finds(points):
    real = [point for point in points if not math.isnan(point[0])]
    wanted = {point for point in real if not any(dominates(other, point) for other in real)}
    front = pareto_front(points)
    assert {points[number] for number in front} == wanted
    assert len(front) == len(wanted)
    assert all(number == points.index(points[number]) for number in front)
    assert [points[number][1] for number in front] == sorted(points[number][1] for number in front)


def test_far_behind_is_dominated_by_more_than_the_margin():
    others = [(0.9, 0.3), (0.7, 0.1)]
    assert is_far_behind(0.84, 0.3, others, 0.05)
    assert is_far_behind(0.84, 0.5, others, 0.05)
    assert not is_far_behind(0.86, 0.5, others, 0.05)  # Behind, not far.
    assert not is_far_behind(0.84, 0.2, others, 0.05)  # What scores better costs more.
    assert not is_far_behind(0.5, 0.5, [], 0.05)


def test_few_groups_stand_alone_and_many_form_families_by_name():
    few = [f"conv{number}" for number in range(5)]
    assert tied(few) == {name: (name,) for name in few}
    many = ["stem", *(f"block{b}.layer{n}.conv{c}" for b in range(4) for n in range(6) for c in (1, 2)), "head"]
    families = tied(many, 10)
    assert len(families) <= 10
    assert sorted(name for members in families.values() for name in members) == sorted(many)
    assert families["stem"] == ("stem",)
    assert len(families["block3"]) == 12
    assert list(tied(many, 6)) == ["stem", "block0", "block1", "block2", "block3", "head"]
    assert len(tied(many, 24)) > 12
    assert len(tied(many, 1)) == 1


@pytest.fixture(scope="module")
def article():
    model = ModelConfig(architecture="article", parameters={"filters": [4, 6, 6], "dense": 8})
    network = build_network(model, "classification", 2, (32, 32), seed=0)
    return network, trace_channels(network, torch.zeros(1, 1, 32, 32))


def test_amounts_hold_beside_what_the_experiment_sets(article):
    network, graph = article
    names = [group.name for group in graph.groups if group.prunable]
    groups = {names[0]: GroupSettings(locked=True), names[1]: GroupSettings(min_channels=4)}
    space = SearchSpace.of(graph, PruningConfig(amount=0.3, min_channels=1, groups=groups))
    assert list(space.families) == names[1:]
    config = space.pruning_with(dict.fromkeys(names[1:], 0.5), 0.4)
    assert PruningConfig.model_validate(config.model_dump()) == config
    plan = plan_pruning(network, graph, config)
    sizes = {group.name: group.size for group in graph.groups}
    assert len(plan.kept[names[0]]) == sizes[names[0]]
    assert len(plan.kept[names[1]]) == 4
    assert all(len(plan.kept[name]) == sizes[name] // 2 for name in names[2:])
    with pytest.raises(ConfigError, match="nothing to search"):
        SearchSpace.of(graph, PruningConfig(amount=0.3, groups={name: GroupSettings(locked=True) for name in names}))
    with pytest.raises(ConfigError, match="no such channel group"):
        SearchSpace.of(graph, PruningConfig(amount=0.3, groups={"conv9": GroupSettings()}))


FAMILIES = ("conv1", "conv2", "conv3")


def played(amounts):
    """Return a made-up (score, cost): pruning conv2 costs most of the score and saves least."""
    return 1 - 0.1 * amounts["conv1"] - 0.6 * amounts["conv2"] - 0.2 * amounts["conv3"], 1 - sum(amounts.values()) / 3


def play(study, trials):
    """Go on until so many trials have ended; every fifth is stopped, every eleventh fails."""
    while len(ended := study.trials()) < trials:
        number, amounts = study.next()
        score, cost = played(amounts)
        state = "stopped" if len(ended) % 5 == 4 else "failed" if len(ended) % 11 == 10 else "complete"
        study.end(SearchTrial(number, amounts, state, (score - 0.1, score), score, cost, cost, cost, 1 - cost))
    return study.trials()


def test_a_study_that_is_opened_again_goes_on_as_it_would_have(tmp_path):
    whole = play(SearchStudy(tmp_path / "whole.journal", FAMILIES, seed=3), 40)
    for trials in (1, 7, 13, 26, 40):
        study = SearchStudy(tmp_path / "broken.journal", FAMILIES, seed=3)
        play(study, trials)
        if trials == 13:  # Under way when it was broken off.
            under_way = study.next()
            assert SearchStudy(tmp_path / "broken.journal", FAMILIES, seed=3).next() == under_way
    assert repr(study.trials()) == repr(whole)
    assert [trial.number for trial in whole] == list(range(40))
    uniform = [set(trial.amounts.values()) for trial in whole[:4]]
    assert uniform == [{0.2}, {0.4}, {0.6}, {0.8}]
    assert all(value in [n / 10 for n in range(10)] for trial in whole for value in trial.amounts.values())
    other = play(SearchStudy(tmp_path / "other.journal", FAMILIES, seed=4), 20)
    assert [trial.amounts for trial in other[4:]] != [trial.amounts for trial in whole[4:20]]


def test_the_search_finds_more_than_uniform_amounts_do(tmp_path):
    trials = play(SearchStudy(tmp_path / "journal", FAMILIES, seed=0), 60)
    complete = [trial for trial in trials if trial.state == "complete"]
    front = pareto_front([(trial.score, trial.cost) for trial in complete])
    beyond = [complete[number] for number in front if complete[number].number >= 4]
    assert len(beyond) >= 5
    spared, given = (sum(trial.amounts[name] for trial in beyond) for name in ("conv2", "conv1"))
    assert spared < given  # The family that matters gives less.


def test_a_process_that_is_killed_leaves_a_journal_that_goes_on(tmp_path):
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path; import test_search_parts as parts\n"
        "parts.play(parts.SearchStudy(Path(sys.argv[2]), parts.FAMILIES, seed=3), 100000)"
    )
    journal = tmp_path / "killed.journal"
    for size in (5_000, 15_000):
        process = subprocess.Popen([sys.executable, "-c", code, str(Path(__file__).parent), str(journal)])
        deadline = time.monotonic() + 120
        while not journal.exists() or journal.stat().st_size < size:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
    (tmp_path / "killed.journal.lock").touch()
    with journal.open("ab") as file:
        file.write(b'{"op_code":')  # Half a line, as a full disk leaves it.
    study = SearchStudy(journal, FAMILIES, seed=3)
    ended = study.trials()
    assert len(ended) > 4
    trials = play(study, len(ended) + 3)
    assert repr(trials[: len(ended)]) == repr(ended)
    assert all(trial.score == pytest.approx(played(trial.amounts)[0]) for trial in trials if trial.state == "complete")
    assert {0.2, 0.4, 0.6, 0.8} <= {trial.amounts["conv1"] for trial in trials if len({*trial.amounts.values()}) == 1}


def test_a_journal_of_other_content_is_named(tmp_path):
    (tmp_path / "journal").write_text("not a journal\nat all\n")
    with pytest.raises(InputError, match="journal"):
        SearchStudy(tmp_path / "journal", FAMILIES, seed=0)


def test_a_journal_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(OutputError, match="journal"):
        SearchStudy(tmp_path / "missing" / "journal", FAMILIES, seed=0)
    folder = tmp_path / "unplugged"
    folder.mkdir()
    study = SearchStudy(folder / "journal", FAMILIES, seed=0)
    shutil.rmtree(folder)
    with pytest.raises(OutputError, match="journal"):
        study.next()
