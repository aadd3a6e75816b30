"""Milliseconds of single layers, measured once on this machine and kept."""

from __future__ import annotations

import hashlib
import json
import math
import os
import platform
import statistics
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import torch
from torch import nn

from medprune_gui.engine.cache import cache_folder
from medprune_gui.engine.errors import ArchitectureError, ComputeError, OutputError
from medprune_gui.engine.files import write_whole
from medprune_gui.engine.models.runtimes import check_installed, runtime_in_words
from medprune_gui.engine.models.runtimes.layers import layer_run
from medprune_gui.engine.models.timing import milliseconds
from medprune_gui.engine.settings.runtimes import Runtime

FORMAT = "medprune-layer-times"

# Runs of one layer: a first one that is not counted, then as many as fit.
_LEAST, _MOST, _BUDGET_MS = 3, 9, 15.0


class LayerTimes:
    """Times per layer shape in one runtime, with the threads that torch has when the table is opened.

    Parameters
    ----------
    runtime
        What runs the layers.
    device
        Where PyTorch computes.

    Raises
    ------
    InputError
        The runtime is not installed.
    """

    def __init__(self, runtime: Runtime, device: torch.device | None = None) -> None:
        check_installed(runtime, ", or choose the runtime eager")
        self.runtime = runtime
        self.runtime_in_words = runtime_in_words(runtime)
        self.device = device or torch.device("cpu")
        self._machine = _machine_in_words(runtime, self.device)
        name = hashlib.sha256(self._machine.encode()).hexdigest()[:32]
        self._file = cache_folder("latency") / f"{name}.json"
        self._times = _read(self._file, self._machine)
        self._known = len(self._times)

    def __len__(self) -> int:
        return len(self._times)

    def of(self, key: str, build: Callable[[], tuple[nn.Module, torch.Tensor]]) -> float:
        """Return the milliseconds of one layer, measured the first time it is asked for.

        Parameters
        ----------
        key
            All that the time depends on.
        build
            Makes the layer and its input.

        Returns
        -------
        float
            0 for a layer that the runtime does not run by itself.
        """
        if key not in self._times:
            self._times[key] = self._measured(*build())
        return self._times[key]

    def _measured(self, layer: nn.Module, images: torch.Tensor) -> float:
        try:
            with layer_run(layer, images, self.runtime, self.device) as run:
                run()
                times: list[float] = []
                while len(times) < _LEAST or (len(times) < _MOST and sum(times) < _BUDGET_MS):
                    times.append(milliseconds(run))
        except (ArchitectureError, ComputeError, RuntimeError):
            # An odd layer alone may be refused where the network that holds it is not; its time counts with the rest.
            return 0.0
        return statistics.median(times)

    def keep(self) -> None:
        """Write what was measured; where the folder cannot be written, it is measured anew the next time."""
        if len(self._times) > self._known:
            kept = {"format": FORMAT, "machine": self._machine, "milliseconds": self._times}
            with suppress(OutputError):
                write_whole(self._file, json.dumps(kept, indent=1).encode())
            self._known = len(self._times)


def _machine_in_words(runtime: Runtime, device: torch.device) -> str:
    chip = torch.cuda.get_device_name(device) if device.type == "cuda" else torch.backends.cpu.get_cpu_capability()
    processor = platform.processor() or platform.machine()
    words = (platform.node(), processor, f"{os.cpu_count()} processors", chip, runtime_in_words(runtime))
    return ", ".join((*words, f"{torch.get_num_threads()} threads"))


def _read(file: Path, machine: str) -> dict[str, float]:
    """Return what was kept; nothing where the file is missing or damaged."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        if kept["format"] != FORMAT or kept["machine"] != machine:
            return {}
        return {str(key): float(value) for key, value in kept["milliseconds"].items() if math.isfinite(value)}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}
