"""A run that takes out whole layers, and one that was broken off after its first step."""

import torch
from picture_runs import carry_out, experiment, sha256, write_pictures

from medprune_gui.engine.config import ModelConfig
from medprune_gui.engine.experiments.pruning_steps import PrunedNetwork
from medprune_gui.engine.models.checkpoints import read_description
from medprune_gui.engine.models.registry import build_network
from medprune_gui.engine.pruning import PruningConfig, trace_channels
from medprune_gui.engine.pruning.depth.removing import removed_layers
from medprune_gui.engine.pruning.stored import load_network


def test_layers_go_in_two_steps_and_a_resumed_run_ends_the_same(tmp_path):
    config = experiment(
        write_pictures(tmp_path / "pictures"),
        model={"architecture": "resnet18", "parameters": {"widen_factor": 0.0625}},
        training={"epochs": 1},
        fine_tuning={"epochs": 1},
        pruning={"granularity": "layer", "amount": 0.5, "budget": None, "steps": 2, "schedule": "linear"},
    )
    _, whole = carry_out(config, tmp_path / "whole")
    mark = tmp_path / "broken" / "state" / "step-1" / "model.json"
    _, nothing = carry_out(config, tmp_path / "broken", until=mark.exists)
    assert nothing is None
    first = read_description(mark.parent).manifest["layers"]
    _, resumed = carry_out(config, tmp_path / "broken", resume=True)
    for file in ("model.safetensors", "model.json"):
        assert sha256(tmp_path / "whole" / "pruned" / file) == sha256(tmp_path / "broken" / "pruned" / file)
    network, description = load_network(tmp_path / "whole" / "pruned")
    gone = description.manifest["layers"]
    assert set(first) < set(gone)
    assert sum(p.numel() for p in network.parameters()) == whole.pruned.parameters < whole.original.parameters
    assert whole.pruned.macs < whole.original.macs
    assert resumed.notes == whole.notes
    left = {layer.name: layer.parameters_after for layer in whole.layers}
    assert all(left[name] == 0 for name in left if name.startswith(tuple(f"{layer}." for layer in gone)))


def test_what_is_rewound_lacks_the_same_layers_and_has_the_early_values():
    late, early = (_resnet(seed) for seed in (0, 1))
    graph = trace_channels(late, torch.rand(1, 1, 32, 32), certify=False)
    pruned = PrunedNetwork(late).pruned_further(PruningConfig(granularity="layer", amount=0.5), graph)
    rewound = pruned.rewound(early, graph)
    assert rewound.layers == pruned.layers == removed_layers(rewound.network)
    expected, found = early.state_dict(), rewound.network.state_dict()
    assert found.keys() == pruned.network.state_dict().keys() < expected.keys()
    assert all(torch.equal(value, expected[name]) for name, value in found.items())


def _resnet(seed: int) -> torch.nn.Module:
    return build_network(
        ModelConfig(architecture="resnet18", parameters={"widen_factor": 0.0625}),
        "classification", 2, (32, 32), seed=seed,
    ).eval()  # fmt: skip
