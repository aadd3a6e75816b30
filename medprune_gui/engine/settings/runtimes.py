"""What runs a network, where milliseconds are asked for."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Literal

#: PyTorch as it comes, ONNX Runtime or OpenVINO.
Runtime = Literal["eager", "onnxruntime", "openvino"]

#: Runtime -> its name.
RUNTIME_NAMES: dict[Runtime, str] = {
    "eager": "PyTorch",
    "onnxruntime": "ONNX Runtime",
    "openvino": "OpenVINO",
}

#: Runtime -> (packages that it needs beyond torch, the extra that installs them).
RUNTIME_PACKAGES: dict[Runtime, tuple[tuple[str, ...], str]] = {
    "eager": ((), ""),
    "onnxruntime": (("onnx", "onnxscript", "onnxruntime"), "onnx"),
    "openvino": (("onnx", "onnxscript", "openvino"), "openvino"),
}


def missing_packages(runtime: Runtime) -> tuple[str, ...]:
    """Return the packages that a runtime needs and that are not installed; nothing is imported."""
    return tuple(package for package in RUNTIME_PACKAGES[runtime][0] if find_spec(package) is None)
