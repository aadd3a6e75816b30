"""What pruning settings mean, in a sentence below them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from medprune_gui.engine.config import PruningConfig


def plan_words(pruning: PruningConfig) -> str:
    """Say what the settings do."""
    if pruning.zeroes:
        what = {
            "n:m": _tr("Layers whose inputs the pattern does not divide are left whole."),
            "kernel": _tr("Layers without kernels are left whole."),
            "filter": _tr("The network's own outputs are left whole."),
        }.get(pruning.granularity, "")
        zeroed = _tr("Zeroed weights make the file smaller only when it is compressed, and the network no faster.")
        return f"{zeroed} {what}".strip()
    budget = pruning.budget
    layers = pruning.granularity == "layer"
    if budget is None:
        if layers:
            return _tr("This share of the removable layers goes.")
        return _tr("This share of the channels is removed.")
    of_what = {
        "macs": _tr("the work per image (MACs)"),
        "parameters": _tr("the parameters"),
        "bytes": _tr("the model file's bytes"),
        "memory": _tr("the bytes held at once"),
        "latency": _tr("the measured time"),
    }[budget.quantity]
    if layers:
        words = _tr("Layers are removed until no more than this remains of {what}.")
    elif budget.most is not None:
        words = _tr("Channels are removed until no more than this remains of {what}.")
    else:
        words = _tr("Channels are removed until at most this share of {what} remains.")
    return words.format(what=of_what)


def _tr(text: str) -> str:
    return QCoreApplication.translate("PlanWords", text)
