"""Networks from the user's own files run once they were confirmed, those of packages as they are installed."""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import nn

from medprune_gui.engine.config import DataConfig, ModelConfig, load_experiment
from medprune_gui.engine.data.preprocess import Preprocessing
from medprune_gui.engine.errors import ArchitectureError, CheckpointError, MedPruneError
from medprune_gui.engine.models.checkpoints import ModelDescription, save_model
from medprune_gui.engine.models.foreign_networks import functions_in
from medprune_gui.engine.models.registry import architecture, architectures, build_network
from medprune_gui.engine.models.trust import is_trusted, trust
from medprune_gui.engine.pruning.stored import load_network

EXAMPLE = Path(__file__).parents[2] / "resources" / "examples" / "own_network.py"

PREPARED = Preprocessing.model_validate(DataConfig(kind="folders", path=Path(), size=(32, 32)), from_attributes=True)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example's network in a file of its own; nobody has confirmed it."""
    monkeypatch.setenv("MEDPRUNE_CONFIG", str(tmp_path / "config"))
    return Path(shutil.copy(EXAMPLE, tmp_path / "own.py"))


def build(name: str, **parameters: object) -> nn.Module:
    return build_network(ModelConfig(architecture=name, parameters=parameters), "classification", 3, (32, 32), seed=1)


def test_a_file_runs_only_once_it_was_confirmed_and_until_it_changes(own: Path) -> None:
    marker = own.parent / "ran"
    own.write_text(own.read_text() + f"\nopen({str(marker)!r}, 'w').close()\n")
    name = f"{own}:small"
    # What it takes is known before anything of it runs.
    assert architecture(name).parameters == {"width": 16, "dropout": 0.2}
    with pytest.raises(CheckpointError, match="nobody has confirmed it"):
        build(name)
    assert not marker.exists()
    sha256 = trust(own.read_text(), str(own))
    assert is_trusted(sha256)
    network = build(name, width=4)
    assert marker.exists()
    assert network(torch.zeros(2, 1, 32, 32)).shape == (2, 3)
    assert all(map(torch.equal, network.parameters(), build(name, width=4).parameters()))
    own.write_text(own.read_text() + "\n# another letter\n")
    with pytest.raises(CheckpointError, match="medprune trust"):
        build(name)


def test_a_damaged_list_of_confirmed_code_confirms_nothing(own: Path) -> None:
    sha256 = trust(own.read_text(), "own")
    (file,) = (own.parent / "config").iterdir()
    file.write_bytes(file.read_bytes()[:-20])
    assert not is_trusted(sha256)


def test_a_stored_network_brings_its_code_which_runs_only_where_it_was_confirmed(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, folder = f"{own}:small", own.parent / "model"
    trust(own.read_text(), "own")
    network = build(name, width=4)
    description = ModelDescription(
        architecture=name, parameters={"width": 4}, task="classification", classes=("a", "b", "c"),
        data=PREPARED, code=own.read_text(),
    )  # fmt: skip
    save_model(folder, network, description)
    own.unlink()
    loaded, _ = load_network(folder)
    image = torch.rand(1, 1, 32, 32)
    assert torch.equal(loaded(image), network.eval()(image))
    # On another machine.
    monkeypatch.setenv("MEDPRUNE_CONFIG", str(own.parent / "elsewhere"))
    with pytest.raises(CheckpointError, match="nobody has confirmed"):
        load_network(folder)


@pytest.mark.parametrize(
    ("code", "function", "says"),
    [
        ("def net(task, classes, channels, size): raise OSError('no disk')", "net", "OSError: no disk"),
        ("def net(task, classes, channels, size): return 3", "net", "returns int, which is no torch.nn.Module"),
        ("def net(task, classes, channels, size): 1 /", "net", "is no Python"),
        ("def net(classes): ...", "net", "Those that it has: none"),
        ("def net(**settings): ...", "other", "Those that it has: net"),
        ("import nothing_of_this_name\ndef net(**settings): ...", "net", "No module named"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(own: Path, code: str, function: str, says: str) -> None:
    own.write_text(code)
    trust(code, "own")
    with pytest.raises(MedPruneError) as caught:
        build(f"{own}:{function}")
    assert says in str(caught.value)
    assert "own.py" in str(caught.value)


def test_unknown_parameters_of_a_file_are_named(own: Path) -> None:
    trust(own.read_text(), "own")
    with pytest.raises(ArchitectureError, match="did you mean width"):
        build(f"{own}:small", widht=3)
    with pytest.raises(ArchitectureError, match="cannot be read"):
        build(f"{own.parent}/nowhere.py:small")


def test_functions_are_read_and_not_run() -> None:
    code = """
import torch
def build(task, classes, channels, size, *, widths=(8, 16), act="relu", make=torch.nn.ReLU): ...
class Net(torch.nn.Module):
    def __init__(self, task, classes, channels, size, depth=3): ...
def _helper(**settings): ...
async def never(**settings): ...
def other(x): ...
"""
    assert functions_in(code, Path("a.py")) == {"build": {"widths": (8, 16), "act": "relu"}, "Net": {"depth": 3}}


def test_an_experiment_finds_the_file_beside_itself(own: Path) -> None:
    (own.parent / "pictures").mkdir()
    file = own.parent / "experiment.toml"
    file.write_text('[data]\nkind = "folders"\npath = "pictures"\n[model]\narchitecture = "own.py:small"\n')
    assert load_experiment(file).model.architecture == f"{own.resolve()}:small"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package that lists a network, installed as pip does it."""
    info = tmp_path / "clinic_networks-1.2.dist-info"
    info.mkdir()
    shutil.copy(EXAMPLE, tmp_path / "clinic_networks.py")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: clinic-networks\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(
        "[medprune.architectures]\nclinic = clinic_networks:small\nUNet = clinic_networks:small\n"
    )
    (info / "RECORD").write_text("clinic_networks.py,,\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    yield
    sys.modules.pop("clinic_networks", None)


@pytest.mark.usefixtures("package")
def test_networks_of_packages_are_listed_without_being_imported(caplog: pytest.LogCaptureFixture) -> None:
    known = {one.name: one for one in architectures()}
    assert "clinic-networks 1.2" in known["clinic"].note
    assert known["UNet"].origin == "medprune"
    assert "UNet of clinic_networks:small is not used" in caplog.text
    assert "clinic_networks" not in sys.modules
    assert build("clinic", width=4)(torch.zeros(1, 1, 32, 32)).shape == (1, 3)
    with pytest.raises(ArchitectureError, match="unexpected keyword argument 'depth'"):
        build("clinic", depth=3)
