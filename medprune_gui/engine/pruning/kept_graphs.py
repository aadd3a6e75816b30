"""Channel graphs kept on disk: an architecture that was followed and proven once need not be the next time.

What a trace and a trial find depends on the network's code and shapes and not on its weights, so the key is a hash over
these (see `architecture_key`).
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import math
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import FunctionType, MethodType
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.parameter import is_lazy
from torch.utils._pytree import tree_leaves

from medprune_gui.engine.cache import cache_folder
from medprune_gui.engine.errors import OutputError
from medprune_gui.engine.files import file_sha256, write_whole
from medprune_gui.engine.pruning.costs import Axes, OpCost
from medprune_gui.engine.pruning.graph import ChannelGraph, ChannelGroup, with_slots
from medprune_gui.engine.pruning.unit_ids import Ids

FORMAT = "medprune-graph 1"

#: What each module has of `nn.Module`, besides what its own code sets.
_BOOKKEEPING = frozenset(vars(nn.Module()))

#: Packages whose code is known by their version.
PACKAGES = ("torch", "monai", "einops", "numpy", "torchvision")


def kept_graph(
    model: nn.Module,
    inputs: Sequence[torch.Tensor],
    options: Sequence[object],
    made: Callable[[], ChannelGraph],
) -> ChannelGraph:
    """Return the graph that was kept for a network's architecture; where there is none, make it and keep it.

    Parameters
    ----------
    model, inputs, options
        As in `architecture_key`.
    made
        Follows the network and proves what it finds.
    """
    key = architecture_key(model, inputs, options)
    graph = load_graph(key) if key else None
    if graph is None:
        graph = made()
        if key:
            store_graph(key, graph)
    return graph


def architecture_key(model: nn.Module, inputs: Sequence[torch.Tensor], options: Sequence[object] = ()) -> str | None:
    """Return a hash over all that a channel graph depends on.

    Parameters
    ----------
    model
        The network. Of tensors shapes and types count, and the values of those with whole numbers, which may be places
        of channels.
    inputs
        The example; values count alike.
    options
        Further settings of trace and trial.

    Returns
    -------
    str or None
        None: part of the network's code is in no file (typed into a console, say), or in functions without a name of
        their own or in hooks, so that a change would go unseen.
    """
    tensors = (*model.named_parameters(), *model.named_buffers())
    if any(is_lazy(tensor) for _, tensor in tensors) or not all(map(_has_known_code, model.modules())):
        return None
    engine = Path(__file__).parents[1]
    sources = {*(engine / "pruning").rglob("*.py"), *(engine / "models").rglob("*.py")}
    for cls in {cls for module in model.modules() for cls in type(module).__mro__}:
        if cls.__module__.partition(".")[0] in (*PACKAGES, "builtins", "typing"):
            continue
        file = getattr(sys.modules.get(cls.__module__), "__file__", None)
        if file is None or not Path(file).is_file():
            return None
        sources.add(Path(file))
    digest = hashlib.sha256()
    for line in _description(model, inputs, options):
        digest.update(line.encode() + b"\n")
    for path in sorted(sources):
        digest.update(file_sha256(path).encode())
    return digest.hexdigest()


def _description(model: nn.Module, inputs: Sequence[torch.Tensor], options: Sequence[object]) -> Iterator[str]:
    yield FORMAT
    yield sys.version
    for package in (*PACKAGES, "medprune"):
        with contextlib.suppress(PackageNotFoundError):
            yield f"{package} {version(package)}"
    yield repr([_plain(x) for x in inputs])
    yield repr(tuple(options))
    for name, module in model.named_modules(remove_duplicate=False):
        cls = type(module)
        yield f"{name} {cls.__module__}.{cls.__qualname__} {_plain(_attributes(module))}"
    numbers: dict[int, int] = {}
    for name, tensor in (
        *model.named_parameters(remove_duplicate=False), *model.named_buffers(remove_duplicate=False)
    ):  # fmt: skip
        # Which names are one tensor counts too.
        yield f"{name} {numbers.setdefault(id(tensor), len(numbers))} {_plain(tensor)}"


def _attributes(module: nn.Module) -> dict[str, Any]:
    """Return what a module's own code has set, private attributes among it."""
    return {key: value for key, value in vars(module).items() if key not in _BOOKKEEPING}


def _has_known_code(module: nn.Module) -> bool:
    hooks = (module._forward_hooks, module._forward_pre_hooks)
    return not any(hooks) and not any(
        isinstance(value, FunctionType) and "<" in value.__qualname__  # A lambda, or defined in another function.
        for value in tree_leaves(_attributes(module))
    )


def _plain(value: object) -> str:
    """Say what a value is in words that are the same in every process."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_plain(value[key])}" for key in sorted(value, key=str)) + "}"
    if isinstance(value, list | tuple | set | frozenset):
        parts = [_plain(item) for item in value]
        return f"[{', '.join(parts if isinstance(value, list | tuple) else sorted(parts))}]"
    if value is None or isinstance(value, bool | int | float | str | torch.dtype):
        return repr(value)
    if isinstance(value, torch.Tensor):
        # Whole numbers may be places of channels; real ones are weights, or drawn at random.
        whole = not (value.is_floating_point() or value.is_complex())
        places = hashlib.sha256(value.detach().cpu().numpy().tobytes()).hexdigest() if whole and value.numel() else ""
        return f"{tuple(value.shape)} {value.dtype} {places}"
    if isinstance(value, partial):
        return f"partial({_plain(value.func)}, {_plain(value.args)}, {_plain(value.keywords)})"
    if isinstance(value, FunctionType | MethodType | type):
        return f"{value.__module__}.{value.__qualname__}"
    return f"{type(value).__module__}.{type(value).__qualname__}"


def load_graph(key: str) -> ChannelGraph | None:
    """Return the graph that was kept under a key; None where nothing (sound) is kept."""
    try:
        with np.load(io.BytesIO(_file(key).read_bytes()), allow_pickle=False) as kept:
            said, ids = json.loads(bytes(kept["said"])), kept["ids"].astype(np.int64)
        if said["key"] != key:
            return None
        return _graph_from(said, ids)
    except (OSError, ValueError, LookupError, TypeError, EOFError, RecursionError, zipfile.BadZipFile, zlib.error):
        return None


def store_graph(key: str, graph: ChannelGraph) -> None:
    """Keep a graph. Where the folder cannot be written nothing is kept, and the next time takes longer."""
    lists: list[Ids] = []

    def number(ids: Ids) -> int:
        lists.append(ids)
        return len(lists) - 1

    said = {
        "key": key,
        "groups": [[g.name, g.size, g.prunable, g.reason, g.width, g.exact, g.output] for g in graph.groups],
        "tensors": [
            [name, axes.shape, axes.kind, [[axis, number(ids)] for axis, ids in axes.units.items()]]
            for name, axes in graph.tensors.items()
        ],
        "ops": [[op.module, op.macs, [number(ids) for ids in op.axes]] for op in graph.ops],
        "exact": graph.exact,
        "max_error": graph.max_error if math.isfinite(graph.max_error) else None,
        "unknown_ops": graph.unknown_ops,
    }
    said["lengths"] = [ids.size for ids in lists]
    file = io.BytesIO()
    joint = np.concatenate(lists).astype(np.int32) if lists else np.zeros(0, dtype=np.int32)
    np.savez(file, said=np.frombuffer(json.dumps(said).encode(), dtype=np.uint8), ids=joint)
    with contextlib.suppress(OutputError):
        write_whole(_file(key), file.getvalue())


def _graph_from(said: Mapping[str, Any], joint: Ids) -> ChannelGraph:
    lists = np.split(joint, np.cumsum(said["lengths"])[:-1]) if said["lengths"] else []
    tensors = {
        name: Axes(tuple(shape), kind, {axis: lists[number] for axis, number in units})
        for name, shape, kind, units in said["tensors"]
    }
    groups = tuple(
        ChannelGroup(name, size, prunable, reason, width=width, exact=exact, output=output)
        for name, size, prunable, reason, width, exact, output in said["groups"]
    )
    return ChannelGraph(
        with_slots(groups, tensors),
        tensors,
        tuple(OpCost(module, macs, tuple(lists[number] for number in axes)) for module, macs, axes in said["ops"]),
        exact=said["exact"],
        max_error=math.nan if said["max_error"] is None else said["max_error"],
        unknown_ops=tuple(said["unknown_ops"]),
    )


def _file(key: str) -> Path:
    return cache_folder("graphs") / f"{key}.npz"
