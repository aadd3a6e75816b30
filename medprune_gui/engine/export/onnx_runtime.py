"""A network in ONNX Runtime on the CPU, in the place of the network that its file was written from."""

from __future__ import annotations

import copy
import importlib
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn

from medprune_gui.engine.errors import ComputeError
from medprune_gui.engine.models.runtimes import check_installed, runtime_in_words

# Operators that multiply and sum integers.
_INTEGER = frozenset({
    "ConvInteger", "DynamicQuantizeMatMul", "MatMulInteger", "MatMulIntegerToFloat", "QGemm", "QLinearConv",
    "QLinearMatMul",
})  # fmt: skip
# Without the processor's VNNI instructions, products of uint8 and int8 are summed in pairs in 16 bits and may overflow;
# this asks for the slower sums that cannot. With VNNI it changes nothing.
_EXACT_SUMS = ("session.x64quantprecision", "1")
_ERRORS_ONLY = 3


class OnnxRuntimeNetwork(nn.Module):
    """Runs an ONNX file; takes and returns what `medprune_gui.engine.models.onnx.export_onnx` was given.

    Parameters
    ----------
    file
        The ONNX file.
    threads
        Of ONNX Runtime.

    Raises
    ------
    InputError
        ONNX Runtime is not installed.
    ComputeError
        ONNX Runtime refuses the file.
    """

    def __init__(self, file: Path, threads: int) -> None:
        super().__init__()
        runtime = require_onnx_runtime()
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = _ERRORS_ONLY
        options.add_session_config_entry(*_EXACT_SUMS)
        self.runtime = runtime_in_words("onnxruntime")
        self.file = file
        self.integer_operators = _integer_operators(runtime, file)
        self._session = _session(runtime, file, options)

    def forward(self, images: Tensor) -> Tensor:
        """Return the network's output for float32 images on the CPU."""
        (output,) = self._session.run(None, {"image": images.numpy()})
        return torch.from_numpy(output)

    def __deepcopy__(self, _: dict[int, Any]) -> OnnxRuntimeNetwork:
        # With the same session: it cannot be copied, and no run changes it.
        return copy.copy(self)


def require_onnx_runtime() -> ModuleType:
    """Return the package ``onnxruntime``, once it is sure that ONNX files can be written, too.

    Raises
    ------
    InputError
        ``onnx``, ``onnxscript`` or ``onnxruntime`` is not installed.
    """
    check_installed("onnxruntime")
    return importlib.import_module("onnxruntime")


def _session(runtime: ModuleType, file: Path, options: object) -> Any:
    try:
        session = runtime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # A border: its classes are of compiled code and have no common base but this.
        reason = str(error).strip().splitlines()[0]
        raise ComputeError(f"ONNX Runtime refuses this file: {reason}", where=file) from error
    return session


def _integer_operators(runtime: ModuleType, file: Path) -> int:
    """Count the operators of the graph as ONNX Runtime rewrites it that compute with integers."""
    import onnx

    options = runtime.SessionOptions()
    options.log_severity_level = _ERRORS_ONLY
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    with tempfile.TemporaryDirectory() as folder:
        options.optimized_model_filepath = str(Path(folder) / "rewritten.onnx")
        _session(runtime, file, options)
        rewritten = onnx.load(options.optimized_model_filepath)
    return sum(node.op_type in _INTEGER for node in rewritten.graph.node)
