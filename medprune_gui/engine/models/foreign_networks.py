"""Networks that others bring: from a Python file of the user's own, or from an installed package. No torch.

Either way a function (or class) builds the network. It is called with the keywords ``task`` ("classification" or
"segmentation"), ``classes``, ``channels`` and ``size`` (rows, columns), and with the parameters that were set, and
returns a ``torch.nn.Module``: (case, channel, row, column) -> logits (case, class), or (case, class, row, column).

A file is named as ``path/to/file.py:function``; a package lists its functions under the entry point group
``medprune.architectures``.
"""

from __future__ import annotations

import ast
import logging
import sys
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from medprune_gui.engine.errors import ArchitectureError, MedPruneError
from medprune_gui.engine.models.known_networks import ARCHITECTURES, Architecture
from medprune_gui.engine.models.trust import code_hash, require_trust
from medprune_gui.engine.settings.network_names import is_file_name, split_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from medprune_gui.engine.records import Task

ENTRY_POINT_GROUP = "medprune.architectures"

#: What every builder is told; all its other arguments are parameters.
TOLD = ("task", "classes", "channels", "size")

_BOTH: tuple[Task, ...] = ("classification", "segmentation")


def source_of(name: str) -> str | None:
    """Return the text of the file that a network is named by; None for other networks.

    Raises
    ------
    ArchitectureError
        The file cannot be read.
    """
    if not is_file_name(name):
        return None
    file, _ = split_name(name)
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ArchitectureError(
            "the Python file of the network cannot be read", where=file, remedy="Check its path"
        ) from error


def functions_in(code: str, file: Path) -> dict[str, dict[str, Any]]:
    """Return what a file offers as networks: name -> parameters with their defaults. Nothing of it runs.

    These are its functions and classes at the top level that are called with `TOLD`. Defaults that are no plain values
    are left out.

    Raises
    ------
    ArchitectureError
        The text is no Python.
    """
    try:
        body = ast.parse(code).body
    except (SyntaxError, ValueError) as error:
        raise ArchitectureError(f"the file is no Python: {error}", where=file) from error
    found = {}
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        wanted = "__init__" if isinstance(node, ast.ClassDef) else node.name
        called = next((n for n in inside if isinstance(n, ast.FunctionDef) and n.name == wanted), None)
        if called is not None:
            names = {argument.arg for argument in (*called.args.args, *called.args.kwonlyargs)}
            if names.issuperset(TOLD) or called.args.kwarg is not None:
                found[node.name] = _defaults(called.args)
    return found


def _defaults(arguments: ast.arguments) -> dict[str, Any]:
    positional = arguments.args[len(arguments.args) - len(arguments.defaults) :]
    pairs = [
        *zip(positional, arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    values = {}
    for argument, default in pairs:
        if argument.arg not in TOLD and default is not None:
            try:
                values[argument.arg] = ast.literal_eval(default)
            except ValueError:
                continue
    return values


def network_in_file(name: str, code: str | None = None) -> Architecture:
    """Return the network of ``file.py:function`` as it is offered for choice; nothing of the file runs.

    Parameters
    ----------
    code
        The file's text as it was when it was stored; None: as it is now.

    Raises
    ------
    ArchitectureError
        The file cannot be read, or has no such function.
    """
    file, function = split_name(name)
    offered = functions_in(code if code is not None else source_of(name) or "", file)
    if function not in offered:
        named = ", ".join(offered) or "none"
        raise ArchitectureError(
            f"there is no function or class {function!r} in it that takes {', '.join(TOLD)}",
            where=file,
            remedy=f"Those that it has: {named}",
        )
    return Architecture(name, f"{function} ({file.name})", _BOTH, offered[function], f"From {file}.", "file")


def installed_networks() -> dict[str, EntryPoint]:
    """Return the networks of installed packages by name; a name that is taken already is left out, with a warning."""
    taken = {known.name for known in ARCHITECTURES}
    found: dict[str, EntryPoint] = {}
    for entry in entry_points(group=ENTRY_POINT_GROUP):
        if entry.name not in taken and found.setdefault(entry.name, entry) == entry:
            continue
        logging.getLogger(__name__).warning(
            "the network %s of %s is not used: the name is taken", entry.name, entry.value
        )
    return found


def network_in_package(entry: EntryPoint) -> Architecture:
    """Return a network of a package as it is offered; what it takes is known once it is imported, for building."""
    origin = f"{entry.dist.name} {entry.dist.version}" if entry.dist is not None else "an unknown package"
    return Architecture(
        entry.name, entry.name, _BOTH, {}, f"From the installed package {origin}: {entry.value}", "package"
    )


def builder_of(chosen: Architecture, code: str | None = None) -> Callable[..., Any]:
    """Return the function that builds a foreign network; here its code runs for the first time.

    Raises
    ------
    CheckpointError
        The user has not confirmed the file, or it has changed since.
    ArchitectureError
        The code fails.
    """
    try:
        if chosen.origin == "package":
            built: Callable[..., Any] = installed_networks()[chosen.name].load()
            return built
        file, function = split_name(chosen.name)
        text = code if code is not None else source_of(chosen.name) or ""
        require_trust(text, str(file))
        found: Callable[..., Any] = getattr(_module(text, file), function)
        return found
    except (MedPruneError, MemoryError):
        raise
    except Exception as error:  # Code of somebody else may fail in any way.
        raise ArchitectureError(
            f"the code of the network fails: {type(error).__name__}: {error}",
            where=chosen.name,
            remedy="Mend the file or the package that brings it, or choose another network",
        ) from error


def _module(code: str, file: Path) -> ModuleType:
    """Run a file's text as a module of its own name, so that what it defines can be copied and stored."""
    name = f"medprune_own_{code_hash(code)[:16]}"
    if name not in sys.modules:
        module = ModuleType(name)
        module.__file__ = str(file)
        sys.modules[name] = module
        try:
            exec(compile(code, str(file), "exec"), vars(module))  # noqa: S102 (confirmed by the user, by its hash)
        except BaseException:
            del sys.modules[name]
            raise
    return sys.modules[name]
