"""A network as an ONNX file, for runtimes other than PyTorch."""

from __future__ import annotations

import importlib
import logging
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

from medprune_gui.engine.errors import ComputeError, InputError
from medprune_gui.engine.extras import how_to_install
from medprune_gui.engine.files import write_whole
from medprune_gui.engine.models.copies import private_copy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import torch

# Since this version the exporter's own operators are stable in all common runtimes.
OPSET = 18


def export_onnx(model: torch.nn.Module, example_input: torch.Tensor, path: Path) -> None:
    """Write ``model`` as it computes in evaluation mode; its batch size is free, other sizes are fixed.

    Parameters and errors as in `onnx_bytes`.

    Parameters
    ----------
    path
        File to replace whole.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    write_whole(path, onnx_bytes(model, example_input))


def onnx_bytes(model: torch.nn.Module, example_input: torch.Tensor, *, any_batch: bool = True) -> bytes:
    """Return the content of an ONNX file that computes what ``model`` computes in evaluation mode.

    The graph's input is called ``image``, its output ``output``.

    Parameters
    ----------
    model
        Takes one tensor and returns one; a copy with the same parameters is followed, so that it is left as found.
    example_input
        (batch, channel, ...), on the model's device; only its shape and type matter.
    any_batch
        Leave the batch size free; other sizes are fixed.

    Raises
    ------
    InputError
        The packages of the extra ``onnx`` are not installed, or the network cannot be copied.
    ComputeError
        The network cannot be expressed in ONNX, or the result breaks the format's rules.
    """
    for package in ("onnx", "onnxscript"):
        try:
            importlib.import_module(package)
        except ImportError as error:
            raise InputError(
                f"the package {package} is needed for ONNX files and is not installed",
                remedy=f"Install it with: {how_to_install('onnx')}",
            ) from error
    import onnx
    import torch

    private = private_copy(model).eval()
    example = example_input
    if any_batch and len(example) == 1:  # A batch of one would be taken for a fixed size.
        example = example.repeat(2, *[1] * (example.dim() - 1))
    try:
        # The exporter warns about its own libraries, which a user can do nothing about.
        with warnings.catch_warnings(), _quiet("torch.onnx"), torch.no_grad():
            warnings.simplefilter("ignore")
            program = torch.onnx.export(
                private,
                (example,),
                dynamo=True,
                opset_version=OPSET,
                input_names=["image"],
                output_names=["output"],
                dynamic_shapes=({0: torch.export.Dim("batch")},) if any_batch else None,
                verbose=False,
            )
            assert program is not None
            proto = program.model_proto
            onnx.checker.check_model(proto, full_check=True)
    except (torch.onnx.OnnxExporterError, onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        # The exporter's own message is a list of hints to developers; its cause says what it met.
        reason = str(error.__cause__ or error).strip().splitlines()[0].rstrip(".")
        raise ComputeError(
            f"this network cannot be written as ONNX: {reason}",
            where=type(model).__name__,
            remedy="Use the saved weights (model.safetensors) with PyTorch instead.",
        ) from error
    content: bytes = proto.SerializeToString()
    return content


@contextmanager
def _quiet(logger_name: str) -> Iterator[None]:
    """Let a logger tell errors only, for a while."""
    logger = logging.getLogger(logger_name)
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
