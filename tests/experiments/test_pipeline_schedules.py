"""Schedules that do more than prune in steps, carried out in a run, and gone on with after a break."""

from pathlib import Path

import pytest
import torch
from picture_runs import carry_out, experiment, sha256, write_pictures
from safetensors.torch import load_file

from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.experiments.pruning_steps import PrunedNetwork
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.models.article import ArticleNetwork
from medprune_gui.engine.pruning import PruningConfig, step_configs, trace_channels
from medprune_gui.engine.pruning.shrinking import cuts_of

SMALL = {"parameters": {"filters": [4, 6], "dense": 8}}
WEIGHTS = {"granularity": "weight", "amount": 0.75, "budget": None, "steps": 2}
CHANNELS = {"amount": 0.5, "budget": None, "steps": 2, "min_channels": 1}


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return write_pictures(tmp_path_factory.mktemp("pictures"))


def zeros(folder: Path) -> tuple[int, int]:
    weights = [value for value in load_file(folder / "model.safetensors").values() if value.ndim >= 2]
    return sum(int((value == 0).sum()) for value in weights), sum(value.numel() for value in weights)


CASES = {
    "growing": ({**CHANNELS, "schedule": "growing"}, "state/prepare.state"),
    "soft": ({**WEIGHTS, "schedule": "soft"}, "state/prepare.state"),
    "soft-wanda-channels": ({**CHANNELS, "schedule": "soft", "soft": {"sensitivity": "wanda"}}, "state/prepare.state"),
    "lottery": ({**WEIGHTS, "schedule": "lottery"}, "state/early.safetensors"),
    "lottery-channels": ({**CHANNELS, "schedule": "lottery", "rewinding": {"epoch": 0}}, "state/step-1/model.json"),
    "lottery-rate": (
        {**WEIGHTS, "schedule": "lottery", "rewinding": {"what": "learning-rate"}}, "state/step-1/model.json",
    ),
    "one-cycle": ({**WEIGHTS, "granularity": "kernel", "schedule": "one-cycle"}, "state/step-1/model.json"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_resumed_run_ends_with_the_same_weights(table, tmp_path, name):
    pruning, mark = CASES[name]
    config = experiment(table, model=SMALL, pruning=pruning)
    whole_events, whole = carry_out(config, tmp_path / "whole")
    _, nothing = carry_out(config, tmp_path / "broken", until=(tmp_path / "broken" / mark).exists)
    assert nothing is None
    _, resumed = carry_out(config, tmp_path / "broken", resume=True)
    for network in ("original", "pruned"):
        for file in ("model.safetensors", "model.json"):
            assert sha256(tmp_path / "whole" / network / file) == sha256(tmp_path / "broken" / network / file)
    assert resumed.notes == whole.notes
    fractions = [event.fraction for event in whole_events]
    assert fractions == sorted(fractions)
    if pruning["amount"] == 0.75 and name != "one-cycle":
        found, of = zeros(tmp_path / "whole" / "pruned")
        assert found == round(0.75 * of)
    if name == "one-cycle":
        kernels = [v for v in load_file(tmp_path / "whole" / "pruned" / "model.safetensors").values() if v.ndim == 4]
        gone = sum(int((~kernel.flatten(2).any(2)).sum()) for kernel in kernels)
        assert gone == round(0.75 * sum(kernel.shape[0] * kernel.shape[1] for kernel in kernels))
    if name in ("growing", "soft-wanda-channels", "lottery-channels"):
        assert whole.pruned.parameters < whole.original.parameters
    else:
        assert whole.pruned.parameters == whole.original.parameters
        assert whole.pruned.nonzero_parameters < whole.original.nonzero_parameters


@pytest.mark.parametrize("granularity", ["channel", "weight"])
def test_what_is_rewound_has_the_early_values_and_the_late_choice(granularity):
    torch.manual_seed(0)
    late, early = (ArticleNetwork(1, 2, (32, 32), filters=(4, 6), dense=8).eval() for _ in range(2))
    graph = trace_channels(late, torch.rand(1, 1, 32, 32), certify=False)
    config = PruningConfig(granularity=granularity, amount=0.5, min_channels=1, schedule="lottery", steps=2)
    current = PrunedNetwork(late)
    for step in step_configs(config):
        current = current.pruned_further(step, graph).rewound(early, graph)
        expected, weights = early.state_dict(), current.network.state_dict()
        for name, cut in cuts_of(graph, current.kept).items():
            for axis, keep in cut.keep.items():
                if name in expected:
                    expected[name] = expected[name].index_select(axis, torch.from_numpy(keep))
        for name, keep in current.masks.keep.items() if current.masks else ():
            expected[name] = expected[name] * keep
        assert all(torch.equal(weights[name], value) for name, value in expected.items())
    assert sum(map(len, current.kept.values())) < graph.units if granularity == "channel" else current.masks.zeroed


def test_a_run_does_not_go_back_to_where_it_never_was(table, tmp_path):
    late = experiment(table, pruning={**WEIGHTS, "schedule": "lottery", "rewinding": {"epoch": 2}})
    with pytest.raises(ConfigError, match="nothing to train again"):
        carry_out(late, tmp_path / "late")
    assert RunFolder(tmp_path / "late").state() == "empty"
    loaded = experiment(table, model={"weights": tmp_path / "w"}, pruning={**WEIGHTS, "schedule": "lottery"})
    with pytest.raises(ConfigError, match="from a file"):
        carry_out(loaded, tmp_path / "loaded")
