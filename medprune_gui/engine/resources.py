"""Where the files that come with the program lie."""

from __future__ import annotations

from pathlib import Path

from medprune_gui.engine.errors import MedPruneError

_PACKAGE = Path(__file__).resolve().parents[1]


def resource(name: str) -> Path:
    """Return the path of a file or folder that comes with MedPrune, such as ``report/report.html``.

    An installed program holds them inside the package, a source checkout beside it.

    Raises
    ------
    MedPruneError
        The program is not installed completely.
    """
    for folder in (_PACKAGE / "resources", _PACKAGE.parent / "resources"):
        if (folder / name).exists():
            return folder / name
    raise MedPruneError(
        "a file that belongs to MedPrune is missing", where=f"resources/{name}", remedy="Install MedPrune again."
    )
