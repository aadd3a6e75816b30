"""Networks in files: back again bit by bit, whole or not at all, and never unsafe."""

from __future__ import annotations

import json
import os
import pickle
import resource
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from medprune_gui.engine.config import DataConfig, ModelConfig
from medprune_gui.engine.data.preprocess import Preprocessing
from medprune_gui.engine.errors import CheckpointError, OutputError
from medprune_gui.engine.files import file_sha256, write_whole
from medprune_gui.engine.models.checkpoints import (
    ModelDescription,
    load_weights,
    read_description,
    save_model,
    weights_fit,
)
from medprune_gui.engine.models.registry import build_network

UNET = ModelConfig(architecture="UNet", parameters={"channels": [4, 8], "strides": [2]})


def unet(seed: int, classes: int = 3) -> nn.Module:
    network = build_network(UNET, "segmentation", classes, (16, 16), seed=seed)
    network(torch.randn(2, 1, 16, 16))  # gives batch norm something to remember
    return network.eval()


@pytest.fixture
def description() -> ModelDescription:
    data = DataConfig(kind="volumes", path=Path("a"), label_maps=Path("b"), size=(16, 16), percentiles=(1, 99))
    return ModelDescription(
        architecture="UNet",
        parameters=UNET.parameters,
        task="segmentation",
        classes=("background", "grey", "white"),
        data=Preprocessing.model_validate(data),
        manifest={"model.0": [0, 2]},
    )


def test_a_model_folder_gives_the_same_network_back(tmp_path: Path, description: ModelDescription) -> None:
    network = unet(seed=1)
    written = save_model(tmp_path / "original", network, description)
    assert sorted(path.name for path in (tmp_path / "original").iterdir()) == ["model.json", "model.safetensors"]
    again = read_description(tmp_path / "original")
    assert again == written
    assert again.model_copy(update={"weights_sha256": ""}) == description
    assert again.weights_sha256 == file_sha256(tmp_path / "original" / "model.safetensors")
    fresh = unet(seed=2)
    load_weights(fresh, tmp_path / "original")
    assert all(map(torch.equal, fresh.state_dict().values(), network.state_dict().values()))


@pytest.mark.parametrize("form", ["safetensors", "zip", "legacy", "wrapped", "parallel"])
def test_weights_from_elsewhere(tmp_path: Path, form: str) -> None:
    network, fresh = unet(seed=1), unet(seed=2)
    state = network.state_dict()
    path = tmp_path / ("w.safetensors" if form == "safetensors" else "w.pth")
    if form == "safetensors":
        save_file(state, path)
    elif form == "parallel":
        torch.save({f"module.{name}": value for name, value in state.items()}, path)
    else:
        content = {"epoch": 3, "state_dict": state} if form == "wrapped" else state
        torch.save(content, path, _use_new_zipfile_serialization=form != "legacy")
    load_weights(fresh, path)
    assert all(map(torch.equal, fresh.state_dict().values(), state.values()))


def test_networks_of_others_are_read(data_root: Path) -> None:
    path = data_root / "models_brainchop" / "mindgrab"
    (weights,) = path.glob("*.pth")
    with pytest.raises(CheckpointError) as caught:
        load_weights(unet(seed=0), weights)
    assert "unexpected" in str(caught.value)  # read, understood, and not ours


def test_weights_that_do_not_fit_are_named_and_change_nothing(tmp_path: Path) -> None:
    network = unet(seed=1)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    state = dict(unet(seed=2).state_dict())
    names = list(state)
    gone = names[0]
    del state[gone]
    bent = names[1]
    state[bent] = torch.zeros(7)
    state["head.extra"] = torch.zeros(2)
    save_file(state, tmp_path / "w.safetensors")
    with pytest.raises(CheckpointError) as caught:
        load_weights(network, tmp_path / "w.safetensors")
    for words in (f"1 missing: {gone}", "1 unexpected: head.extra", f"{bent} (7 instead of"):
        assert words in str(caught.value)
    assert all(map(torch.equal, network.state_dict().values(), before.values()))


@pytest.mark.parametrize("wrap", [lambda n: f"net.{n}", lambda n: n.removeprefix("model.")])
def test_a_network_that_was_part_of_something_larger_is_recognised(tmp_path: Path, wrap: Callable[[str], str]) -> None:
    network, other = unet(seed=1), unet(seed=2)
    assert {name.partition(".")[0] for name in network.state_dict()} == {"model"}
    save_file({wrap(name): value for name, value in network.state_dict().items()}, tmp_path / "w.safetensors")
    fit = weights_fit(other, tmp_path / "w.safetensors")
    assert fit.fits
    assert [pair.found for pair in fit.pairs] == [wrap(pair.name) for pair in fit.pairs]
    load_weights(other, tmp_path / "w.safetensors")
    assert all(map(torch.equal, other.state_dict().values(), network.state_dict().values()))


class Attack:
    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.target),)


def test_unsafe_and_damaged_files_are_refused(tmp_path: Path) -> None:
    network = unet(seed=1)
    weights = tmp_path / "w.pth"

    def refuse(says: str, path: Path = weights) -> None:
        with pytest.raises(CheckpointError, match=says) as caught:
            load_weights(network, path)
        assert caught.value.where == str(path)
        assert caught.value.remedy

    for protocol in (2, 4):
        torch.save({"a": Attack(tmp_path / "ran"), "b": torch.ones(2)}, weights, pickle_protocol=protocol)
        refuse("could run a program. It wants to import posix.mkdir. Ask for")
        weights.write_bytes(pickle.dumps(Attack(tmp_path / "ran"), protocol))
        refuse("It wants to import posix.mkdir")
    torch.save(network, weights)
    refuse("It wants to import monai.networks.nets.unet.UNet, .* more")
    assert not (tmp_path / "ran").exists()

    torch.save(network.state_dict(), weights)
    with zipfile.ZipFile(weights) as plain, zipfile.ZipFile(tmp_path / "bomb.pth", "w", zipfile.ZIP_DEFLATED) as bomb:
        for member in plain.namelist():
            bomb.writestr(member, plain.read(member))
    refuse("compressed", tmp_path / "bomb.pth")

    weights.write_bytes(weights.read_bytes()[:-300])
    refuse("damaged")
    weights.write_bytes(b"")
    refuse("damaged|more than weights")
    save_file(network.state_dict(), tmp_path / "w.safetensors")
    (tmp_path / "w.safetensors").write_bytes((tmp_path / "w.safetensors").read_bytes()[:-300])
    refuse("damaged", tmp_path / "w.safetensors")
    for name in ("w.safetensors", "w.pth", "w.txt"):
        (tmp_path / name).write_text("Weights of the network: see the other folder.\n")
        refuse("this is no file of weights", tmp_path / name)
    torch.save([1, 2], weights)
    refuse("no state_dict")
    torch.save({"a": "text"}, weights)
    refuse("other things than weights: a")
    refuse("no such file", tmp_path / "missing.pth")


def test_descriptions_that_cannot_be_used(tmp_path: Path, description: ModelDescription) -> None:
    with pytest.raises(CheckpointError, match="Choose a model folder"):
        read_description(tmp_path)
    save_model(tmp_path, unet(seed=1), description)
    path = tmp_path / "model.json"
    values = json.loads(path.read_text())
    for change, says in (
        ({"format": 2}, "newer MedPrune"),
        ({"classes": 3}, "damaged: classes"),
        ({"surprise": 1}, "damaged: surprise"),
    ):
        path.write_text(json.dumps({**values, **change}))
        with pytest.raises(CheckpointError, match=says):
            read_description(tmp_path)
    path.write_text("{")
    with pytest.raises(CheckpointError, match="damaged"):
        load_weights(unet(seed=1), tmp_path)
    path.write_text(json.dumps(values))
    save_file(unet(seed=3).state_dict(), tmp_path / "model.safetensors")
    with pytest.raises(CheckpointError, match="not those that the description"):
        load_weights(unet(seed=1), tmp_path)


def test_when_no_more_can_be_written_the_old_file_stays_whole(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    write_whole(path, b"good")
    # The system's own limit on a file's size: the write fails half way, as on a full disk.
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(OutputError, match="full"):
            write_whole(path, bytes(200_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == b"good"
    assert list(tmp_path.iterdir()) == [path]


def test_places_that_cannot_be_written_to(tmp_path: Path, description: ModelDescription) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError) as caught:
        save_model(tmp_path / "file" / "original", unet(seed=1), description)
    assert str(tmp_path / "file" / "original") in str(caught.value)
    with pytest.raises(OutputError):
        write_whole(Path("/proc/medprune.json"), b"x")
