"""Networks in files: safetensors and JSON out, those or a plain ``state_dict`` in. Nothing is ever unpickled freely."""

from __future__ import annotations

import json
import pickle
import warnings
import zipfile
from typing import TYPE_CHECKING, Any, Literal

import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError
from safetensors.torch import load_file, save

from medprune_gui.engine.data.cases import listed
from medprune_gui.engine.data.preprocess import Preprocessing
from medprune_gui.engine.errors import CheckpointError
from medprune_gui.engine.files import file_sha256, write_whole
from medprune_gui.engine.models.pickled_imports import imports_of, in_words
from medprune_gui.engine.models.weight_names import WeightsFit, fit_of
from medprune_gui.engine.records import Task

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

__all__ = [
    "DESCRIPTION_FILE",
    "WEIGHTS_FILE",
    "ModelDescription",
    "file_sha256",
    "load_weights",
    "read_description",
    "save_model",
]

WEIGHTS_FILE = "model.safetensors"
DESCRIPTION_FILE = "model.json"
LARGEST_CHECKPOINT_BYTES = 4 * 2**30

# Keys under which training programs keep the state_dict, and the prefixes their wrappers add.
_WRAPPERS = ("state_dict", "model_state_dict", "model")
_PREFIXES = ("module.", "_orig_mod.")

# What weights alone are made with.
_OWN_IMPORTS = ("torch._utils.", "torch.storage.", "torch.FloatStorage", "collections.OrderedDict")

_FOLDER_AGAIN = "Save or copy the model folder again, as a whole"
_FILE_AGAIN = "Copy the file again from where it came from, or choose another"
_KINDS = "Choose a model folder, a .safetensors file or a state_dict that torch.save wrote"
_ALONE = "Ask for the state_dict alone, or for a .safetensors file"


class ModelDescription(BaseModel):
    """What must be known of a network to build it again and to feed it.

    Attributes
    ----------
    architecture, parameters
        As in the registry.
    classes
        In the order of the outputs.
    data
        How images are prepared for it.
    channels
        Channels of the input.
    label_values
        Segmentation: the value in label maps that stands for each class.
    manifest
        What pruning kept; None: the network is whole.
    code
        Text of the Python file that the network comes from, where it is one of the user's; it runs only once that text
        was confirmed on this machine.
    weights_sha256
        Digest of the file of weights that belongs to it; filled in on saving.
    format
        Version of this description.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    architecture: str
    parameters: dict[str, Any] = Field(default_factory=dict)
    task: Task
    classes: tuple[str, ...]
    data: Preprocessing
    channels: int = 1
    label_values: tuple[int, ...] = ()
    manifest: dict[str, Any] | None = None
    code: str | None = None
    weights_sha256: str = ""
    format: Literal[1] = 1


def save_model(folder: Path, model: nn.Module, description: ModelDescription) -> ModelDescription:
    """Write a network's weights and description into a folder, each file whole.

    Returns
    -------
    ModelDescription
        As it was written, with the digest of the weights.

    Raises
    ------
    OutputError
        The disk is full or the folder cannot be written to; the files that were there stay whole.
    """
    # Cloned, because safetensors refuses tensors that share memory.
    tensors = {
        name: value.detach().cpu().clone(memory_format=torch.contiguous_format)
        for name, value in model.state_dict().items()
    }
    write_whole(folder / WEIGHTS_FILE, save(tensors))
    written = description.model_copy(update={"weights_sha256": file_sha256(folder / WEIGHTS_FILE)})
    write_whole(folder / DESCRIPTION_FILE, written.model_dump_json(indent=1).encode())
    return written


def read_description(folder: Path) -> ModelDescription:
    """Read the description of a network that `save_model` wrote.

    Raises
    ------
    CheckpointError
        It is missing, unreadable, or of a newer format.
    """
    path = folder / DESCRIPTION_FILE
    try:
        values = json.loads(path.read_bytes())
    except OSError as error:
        raise CheckpointError(
            "the folder holds no readable description of a network",
            where=path,
            remedy=f"Choose a model folder, one with {DESCRIPTION_FILE} and {WEIGHTS_FILE}",
        ) from error
    except ValueError as error:
        raise CheckpointError("the description of the network is damaged", where=path, remedy=_FOLDER_AGAIN) from error
    if isinstance(values, dict) and isinstance(values.get("format"), int) and values["format"] > 1:
        raise CheckpointError(
            "the network was saved by a newer MedPrune", where=path, remedy="Install the newest version"
        )
    try:
        return ModelDescription.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or "the file"
        raise CheckpointError(
            f"the description of the network is damaged: {key}: {first['msg']}", where=path, remedy=_FOLDER_AGAIN
        ) from error


def load_weights(model: nn.Module, path: Path) -> None:
    """Load weights into a network: from a model folder, a ``.safetensors`` file or a ``state_dict`` file.

    The network changes only if all weights fit.

    Raises
    ------
    CheckpointError
        The file is missing, damaged, unsafe or too large, or its weights are not those of the network: missing,
        unexpected and wrongly shaped ones are named.
    """
    found = read_weights(path)
    expected = model.state_dict()
    fit = fit_of(expected, found)
    if not fit.fits:
        raise CheckpointError(
            f"the weights do not fit the network: {'; '.join(fit.faults)}",
            where=path,
            remedy="Choose the architecture, parameters, classes and size that these weights were trained with",
        )
    theirs = {pair.name: found[pair.found] for pair in fit.pairs if pair.found is not None}
    model.load_state_dict({**expected, **theirs})


def read_weights(path: Path) -> dict[str, torch.Tensor]:
    """Read the weights of a model folder, a ``.safetensors`` file or a ``state_dict`` file, by their names.

    Raises
    ------
    CheckpointError
        The file is missing, damaged, unsafe or too large.
    """
    if path.is_dir():
        description = read_description(path)
        path = path / WEIGHTS_FILE
        if path.is_file() and description.weights_sha256 not in ("", file_sha256(path)):
            raise CheckpointError(
                "the weights are not those that the description beside them belongs to",
                where=path,
                remedy=_FOLDER_AGAIN,
            )
    if not path.is_file():
        raise CheckpointError(
            "there is no such file of weights",
            where=path,
            remedy=_KINDS,
        )
    if path.stat().st_size > LARGEST_CHECKPOINT_BYTES:
        raise CheckpointError(
            f"the file of weights is larger than {LARGEST_CHECKPOINT_BYTES / 2**30:.0f} GiB",
            where=path,
            remedy="Save the state_dict alone, without the optimiser's state",
        )
    _check_kind(path)
    return _read_safetensors(path) if path.suffix == ".safetensors" else _read_state_dict(path)


def weights_fit(model: nn.Module, path: Path) -> WeightsFit:
    """Return which weights of a file belong to which of a network; nothing is loaded into it.

    Raises
    ------
    CheckpointError
        The file is missing, damaged, unsafe or too large.
    """
    return fit_of(model.state_dict(), read_weights(path))


def _check_kind(path: Path) -> None:
    """Refuse a file that does not begin as weights do; an empty one has lost its content."""
    with path.open("rb") as file:
        head = file.read(9)
    # safetensors: eight bytes of length, then JSON. torch.save: an archive, or a pickle of protocol 2 and newer.
    known = head[8:] == b"{" if path.suffix == ".safetensors" else head.startswith((b"PK", b"\x80"))
    if head and not known:
        raise CheckpointError("this is no file of weights", where=path, remedy=_KINDS)


def _read_safetensors(path: Path) -> dict[str, torch.Tensor]:
    try:
        return load_file(path)
    except (SafetensorError, OSError, ValueError) as error:
        raise CheckpointError("the file of weights is damaged", where=path, remedy=_FILE_AGAIN) from error


def _read_state_dict(path: Path) -> dict[str, torch.Tensor]:
    _check_archive(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about odd pickles, which fail anyway if they cannot be read
            loaded = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        foreign = [name for name in imports_of(path) if not name.startswith(_OWN_IMPORTS)]
        wants = f" It wants to import {in_words(foreign)}" if foreign else ""
        raise CheckpointError(
            f"the file holds more than weights, or is damaged, and is not opened: it could run a program.{wants}",
            where=path,
            remedy=_ALONE,
        ) from error
    except Exception as error:  # the border to the unpickler, which raises errors of many kinds on damaged files
        raise CheckpointError("the file of weights is damaged", where=path, remedy=_FILE_AGAIN) from error
    for wrapper in _WRAPPERS:
        if isinstance(loaded, dict) and isinstance(loaded.get(wrapper), dict):
            loaded = loaded[wrapper]
    if not isinstance(loaded, dict) or not loaded:
        raise CheckpointError("the file holds no state_dict", where=path, remedy=_ALONE)
    foreign = [
        name
        for name, value in loaded.items()
        if not isinstance(name, str) or not isinstance(value, torch.Tensor) or value.layout != torch.strided
    ]
    if foreign:
        raise CheckpointError(
            f"the file holds other things than weights: {listed(map(str, foreign))}", where=path, remedy=_ALONE
        )
    weights: dict[str, torch.Tensor] = dict(loaded)
    for prefix in _PREFIXES:
        if all(name.startswith(prefix) for name in weights):
            weights = {name.removeprefix(prefix): value for name, value in weights.items()}
    return weights


def _check_archive(path: Path) -> None:
    """Refuse an archive that could unpack to more than its own size; ``torch.load`` does not."""
    with path.open("rb") as file:
        claimed = file.read(4) == b"PK\x03\x04"
    if not claimed and not zipfile.is_zipfile(path):
        return  # the older form of torch.save, one pickle without an archive
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise CheckpointError("the file of weights is damaged", where=path, remedy=_FILE_AGAIN) from error
    compressed = any(member.compress_type != zipfile.ZIP_STORED for member in members)
    if compressed or sum(member.file_size for member in members) > path.stat().st_size:
        raise CheckpointError(
            "the file of weights is compressed in a way that no training program uses, and is not opened",
            where=path,
            remedy="Save the state_dict again with torch.save",
        )
