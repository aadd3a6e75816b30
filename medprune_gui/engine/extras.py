"""What beyond the bare program has to be installed for some of what it does."""

from __future__ import annotations


def how_to_install(extra: str) -> str:
    """Return the command that installs an extra, such as ``onnx``, and where: MedPrune comes from no package index."""
    return f"python -m pip install '.[{extra}]' in the folder that MedPrune was installed from"
