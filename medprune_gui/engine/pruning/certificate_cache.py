"""Certificates kept on disk: an architecture that has been proven once need only be traced the next time.

What a trial finds depends on the network's code and shapes and not on its weights, so the key is a hash over these.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import FunctionType, MethodType
from typing import Any

import torch
from torch import nn
from torch.utils._pytree import tree_leaves

from medprune_gui.engine.cache import cache_folder
from medprune_gui.engine.errors import OutputError
from medprune_gui.engine.files import file_sha256, write_whole
from medprune_gui.engine.pruning.certification import Progress, certify_graph
from medprune_gui.engine.pruning.graph import ChannelGraph

FORMAT = "medprune-certificate"

#: What each module has of `nn.Module`, besides what its own code sets.
_BOOKKEEPING = frozenset(vars(nn.Module()))

#: Packages whose code is known by their version.
PACKAGES = ("torch", "monai", "einops", "numpy", "torchvision")


def certify_once(
    model: nn.Module,
    graph: ChannelGraph,
    inputs: Sequence[torch.Tensor],
    progress: Progress | None = None,
    training: bool = True,
) -> ChannelGraph:
    """Return what `certification.certify_graph` returns, from disk where it was kept; otherwise keep it."""
    key = architecture_key(model, graph, inputs, (training,))
    certified = load_certificate(key, graph) if key else None
    if certified is None:
        certified = certify_graph(model, graph, inputs, progress, training)
        if key:
            store_certificate(key, graph, certified)
    return certified


def architecture_key(
    model: nn.Module, graph: ChannelGraph, inputs: Sequence[torch.Tensor], options: Sequence[object] = ()
) -> str | None:
    """Return a hash over all that a certificate depends on.

    Parameters
    ----------
    model
        The network.
    graph
        Its channel graph before any trial; what was traced belongs to the key.
    inputs
        What the trial runs on; only shapes and types count.
    options
        Further settings of the trial.

    Returns
    -------
    str or None
        None: part of the network's code is in no file (typed into a console, say), or in functions without a name of
        their own or in hooks, so that a change would go unseen.
    """
    if not all(_has_known_code(module) for module in model.modules()):
        return None
    digest = hashlib.sha256()
    sources = set(Path(__file__).parent.rglob("*.py"))
    for module in model.modules():
        for cls in type(module).__mro__:
            if cls.__module__.partition(".")[0] in (*PACKAGES, "builtins", "typing", "medprune_gui.engine.pruning"):
                continue
            file = getattr(sys.modules.get(cls.__module__), "__file__", None)
            if file is None or not Path(file).is_file():
                return None
            sources.add(Path(file))
    for line in _description(model, graph, inputs, options):
        digest.update(line.encode() + b"\n")
    for path in sorted(sources):
        digest.update(file_sha256(path).encode())
    return digest.hexdigest()


def _description(
    model: nn.Module, graph: ChannelGraph, inputs: Sequence[torch.Tensor], options: Sequence[object]
) -> Iterator[str]:
    yield sys.version
    for package in (*PACKAGES, "medprune"):
        with contextlib.suppress(PackageNotFoundError):
            yield f"{package} {version(package)}"
    yield repr([(tuple(x.shape), str(x.dtype)) for x in inputs])
    yield repr(tuple(options))
    for name, module in model.named_modules():
        cls = type(module)
        yield f"{name} {cls.__module__}.{cls.__qualname__} {_plain(_attributes(module))}"
    for name, tensor in (*model.named_parameters(), *model.named_buffers()):
        yield f"{name} {tuple(tensor.shape)} {tensor.dtype}"
    for group in graph.groups:
        yield repr((group.name, group.size, group.width, group.prunable, group.reason, group.exact))
        for slot in group.slots:
            yield f"{slot.parameter} {slot.dim} {hashlib.sha256(slot.indices.tobytes()).hexdigest()}"


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
    """Say what an attribute is in words that are the same in every process."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_plain(value[key])}" for key in sorted(value, key=str)) + "}"
    if isinstance(value, list | tuple | set | frozenset):
        parts = [_plain(item) for item in value]
        return f"[{', '.join(parts if isinstance(value, list | tuple) else sorted(parts))}]"
    if value is None or isinstance(value, bool | int | float | str | torch.dtype):
        return repr(value)
    if isinstance(value, torch.Tensor):
        # Whole numbers may be places of channels; real ones are often drawn at random.
        places = "" if value.is_floating_point() or value.is_complex() else _plain(value.tolist())
        return f"{tuple(value.shape)} {value.dtype} {places}"
    if isinstance(value, partial):
        return f"partial({_plain(value.func)}, {_plain(value.args)}, {_plain(value.keywords)})"
    if isinstance(value, FunctionType | MethodType | type):
        return f"{value.__module__}.{value.__qualname__}"
    return f"{type(value).__module__}.{type(value).__qualname__}"


def load_certificate(key: str, graph: ChannelGraph) -> ChannelGraph | None:
    """Return the traced graph with what an earlier trial found; None where nothing (sound) is kept.

    Parameters
    ----------
    key
        From `architecture_key`.
    graph
        The channel graph before any trial.
    """
    try:
        kept = json.loads(_file(key).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(kept, dict) or kept.get("format") != FORMAT or kept.get("key") != key:
        return None
    proven, reasons, exact, error = (kept.get(name) for name in ("proven", "reasons", "exact", "max_error"))
    if not isinstance(proven, list) or not isinstance(reasons, dict) or not isinstance(exact, bool):
        return None
    if not all(isinstance(reason, str) and reason for reason in reasons.values()):
        return None
    names = sorted(group.name for group in graph.groups if group.prunable)
    if not all(isinstance(name, str) for name in proven) or sorted([*proven, *reasons]) != names:
        return None
    if bool(proven) != (type(error) is float and math.isfinite(error) and error >= 0):
        return None
    return replace(graph.frozen(reasons), exact=exact, max_error=math.nan if error is None else error)


def store_certificate(key: str, graph: ChannelGraph, certified: ChannelGraph) -> None:
    """Keep what a trial found. Where the folder cannot be written nothing is kept, and the next time takes longer.

    Parameters
    ----------
    key
        From `architecture_key`.
    graph, certified
        The channel graph before and after the trial.
    """
    tried = {group.name for group in graph.groups if group.prunable}
    kept: dict[str, Any] = {
        "format": FORMAT,
        "key": key,
        "proven": [group.name for group in certified.groups if group.prunable],
        "reasons": {g.name: g.reason for g in certified.groups if g.name in tried and not g.prunable},
        "exact": certified.exact,
        "max_error": certified.max_error if math.isfinite(certified.max_error) else None,
    }
    with contextlib.suppress(OutputError):
        write_whole(_file(key), json.dumps(kept, indent=1).encode())


def _file(key: str) -> Path:
    return cache_folder("certificates") / f"{key}.json"
