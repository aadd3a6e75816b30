"""A run's networks in ONNX Runtime: how far their outputs are from PyTorch's, and how long they take."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from medprune_gui.engine.config import EvaluationConfig
from medprune_gui.engine.evaluation.latency import latency_ratio, measure_in_turns, summarise
from medprune_gui.engine.experiments.int8_figures import RuntimeFigures
from medprune_gui.engine.experiments.progress import RunProgress
from medprune_gui.engine.export.onnx_int8 import export_int8_onnx
from medprune_gui.engine.export.onnx_runtime import OnnxRuntimeNetwork
from medprune_gui.engine.models.int8 import int8_layers
from medprune_gui.engine.models.onnx import export_onnx
from medprune_gui.engine.records import JobEvent

#: Outputs are compared on so many test cases.
COMPARED = 64


def run_in_onnx_runtime(
    networks: Mapping[str, nn.Module],
    images: NDArray[np.float32],
    folder: Path,
    settings: EvaluationConfig,
    progress: RunProgress,
) -> Generator[JobEvent, None, dict[str, RuntimeFigures]]:
    """Write each network as ``NAME.onnx``, compare its outputs with PyTorch's, and time it in turns with the first.

    Parameters
    ----------
    networks
        Name -> network on the CPU, in float32 or from `medprune_gui.engine.models.int8.quantise_int8`; the first is the
        original.
    images
        (case, channel, row, column).

    Raises
    ------
    InputError
        The packages of the extra ``onnx`` are not installed.
    ComputeError
        A network cannot be expressed in ONNX, or ONNX Runtime refuses it.
    OutputError
        A file cannot be written.
    """
    example = torch.from_numpy(images[:1].copy())
    running: dict[str, OnnxRuntimeNetwork] = {}
    differences: dict[str, float] = {}
    for number, (name, network) in enumerate(networks.items(), 1):
        file = folder / f"{name}.onnx"
        (export_int8_onnx if int8_layers(network) else export_onnx)(network, example, file)
        running[name] = OnnxRuntimeNetwork(file, torch.get_num_threads())
        differences[name] = mean_difference(running[name], network, images)
        yield progress.at(number, len(networks), done=0.5 * number / len(networks))
    batch = torch.from_numpy(np.resize(images, (settings.latency_batch, *images.shape[1:])))
    (whole, original), *others = running.items()
    found: dict[str, RuntimeFigures] = {}
    for number, (name, network_here) in enumerate(others):
        steps = measure_in_turns(
            original, network_here, batch, warm_up=settings.latency_warm_up, repeats=settings.latency_repeats
        )
        samples = yield from progress.follow(steps, 0.5 + 0.5 * number / len(others), 0.5 / len(others))
        latencies = summarise(replace(samples, runtime=original.runtime))
        for one, latency, share in ((whole, latencies[0], 1.0), (name, latencies[1], 1 / latency_ratio(samples))):
            found.setdefault(one, RuntimeFigures(latency, share, running[one].integer_operators, differences[one]))
    return found


def mean_difference(network: nn.Module, reference: nn.Module, images: NDArray[np.float32]) -> float:
    """Return the mean absolute difference of two networks' outputs as a share of the range of the reference's.

    Both are on the CPU and in evaluation mode; the first `COMPARED` images (case, channel, row, column) are used.
    """
    batch = torch.from_numpy(images[:COMPARED].copy())
    with torch.inference_mode():
        outputs: list[NDArray[Any]] = [one(batch).numpy() for one in (network, reference)]
    return float(np.mean(np.abs(outputs[0] - outputs[1])) / max(float(np.ptp(outputs[1])), 1e-12))
