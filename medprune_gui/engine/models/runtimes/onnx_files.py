"""Runs of ONNX models in ONNX Runtime and OpenVINO."""

from __future__ import annotations

import io
from typing import Any

import numpy.typing as npt

from medprune_gui.engine.models.timing import Run


def run_in_onnxruntime(model: bytes, images: npt.NDArray[Any], threads: int) -> Run:
    """Return a run of a model's only input on the processor.

    Parameters
    ----------
    model
        An ONNX file's content.
    images
        (batch, channel, ...) in the model's own type.
    threads
        Threads within one operation.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    given = {session.get_inputs()[0].name: images}
    return lambda: session.run(None, given)


def run_in_openvino(model: bytes, images: npt.NDArray[Any], threads: int) -> Run:
    """Return a run as `run_in_onnxruntime` does, in OpenVINO set for the least latency."""
    import openvino

    core = openvino.Core()
    # On processors that have it, OpenVINO would compute in bfloat16: faster, and another network's results.
    settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": "f32"}
    request = core.compile_model(core.read_model(io.BytesIO(model)), "CPU", settings).create_infer_request()
    return lambda: request.infer([images], share_inputs=True)
