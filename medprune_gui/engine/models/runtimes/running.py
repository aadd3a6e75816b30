"""A network made ready to run again and again in a runtime."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

import torch
from torch import Tensor, nn

from medprune_gui.engine.errors import InputError
from medprune_gui.engine.extras import how_to_install
from medprune_gui.engine.models.copies import private_copy
from medprune_gui.engine.models.failures import failures_in_words
from medprune_gui.engine.models.onnx import onnx_bytes
from medprune_gui.engine.models.runtimes.onnx_files import run_in_onnxruntime, run_in_openvino
from medprune_gui.engine.models.timing import Run
from medprune_gui.engine.settings.runtimes import RUNTIME_NAMES, RUNTIME_PACKAGES, Runtime


@contextmanager
def ready_to_run(
    network: nn.Module, images: Tensor, runtime: Runtime = "eager", device: str | torch.device = "cpu"
) -> Iterator[Run]:
    """Give a run of a network in evaluation mode on the same images each time, with as many threads as torch has.

    A copy with the same parameters is run: what the network's code keeps for its next run, such as a table of places,
    the network could not be trained with. The parameters' device is put back afterwards. A run in PyTorch raises
    ArchitectureError where the network does not run on the images, and OutOfMemoryError.

    Parameters
    ----------
    images
        (batch, channel, ...); handed over once, outside the runs.
    device
        Where PyTorch computes; the other runtimes compute on the processor.

    Raises
    ------
    InputError
        The runtime's packages are not installed, or the network cannot be copied.
    ComputeError
        The network cannot be expressed in what the runtime reads.
    """
    check_installed(runtime)
    if runtime == "eager":
        with _in_pytorch(network, images, torch.device(device)) as run:
            yield run
    else:
        model = onnx_bytes(network, images.cpu(), any_batch=False)
        make = run_in_onnxruntime if runtime == "onnxruntime" else run_in_openvino
        yield make(model, images.cpu().numpy(), torch.get_num_threads())


@contextmanager
def _in_pytorch(network: nn.Module, images: Tensor, device: torch.device) -> Iterator[Run]:
    home = next((parameter.device for parameter in network.parameters()), torch.device("cpu"))
    private, given = private_copy(network).eval(), images.to(device)

    def run() -> None:
        # Within one call: the mode must not reach whoever runs between two turns.
        with torch.inference_mode(), failures_in_words(network, (given,)):
            if device.type == "cuda":
                torch.cuda.synchronize(device)
            private(given)
            if device.type == "cuda":
                torch.cuda.synchronize(device)

    try:
        private.to(device)
        yield run
    finally:
        # The parameters are the network's own.
        private.to(home)


def check_installed(runtime: Runtime, otherwise: str = "") -> None:
    """Make sure that a runtime's packages can be imported.

    Parameters
    ----------
    otherwise
        What else can be done where they cannot, as the end of a sentence.

    Raises
    ------
    InputError
        One cannot.
    """
    packages, extra = RUNTIME_PACKAGES[runtime]
    for package in packages:
        try:
            importlib.import_module(package)
        except ImportError as error:
            raise InputError(
                f"{RUNTIME_NAMES[runtime]} needs the package {package}, which is not installed",
                remedy=f"Install it with: {how_to_install(extra)}{otherwise}",
            ) from error


def runtime_in_words(runtime: Runtime) -> str:
    """Return a runtime's name and version, such as ``PyTorch 2.13.0 eager``."""
    if runtime == "eager":
        return f"PyTorch {torch.__version__} eager"
    return f"{RUNTIME_NAMES[runtime]} {version(runtime)}"
