"""A single convolution or linear layer made ready to run, without the seconds that exporting a network takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.conv import _ConvNd

from medprune_gui.engine.errors import ComputeError
from medprune_gui.engine.models.onnx import OPSET
from medprune_gui.engine.models.runtimes.onnx_files import run_in_onnxruntime, run_in_openvino
from medprune_gui.engine.models.runtimes.running import check_installed, ready_to_run
from medprune_gui.engine.models.timing import Run
from medprune_gui.engine.settings.runtimes import Runtime


@contextmanager
def layer_run(layer: nn.Module, images: Tensor, runtime: Runtime, device: torch.device) -> Iterator[Run]:
    """Give a run of one layer; parameters and errors as in `running.ready_to_run`.

    Raises
    ------
    ComputeError
        The layer is none that can be written as one ONNX operation.
    """
    if runtime == "eager":
        with ready_to_run(layer, images, runtime, device) as run:
            yield run
        return
    check_installed(runtime)
    make = run_in_onnxruntime if runtime == "onnxruntime" else run_in_openvino
    yield make(_layer_as_onnx(layer, images), images.cpu().numpy(), torch.get_num_threads())


def _layer_as_onnx(layer: nn.Module, images: Tensor) -> bytes:
    """Return an ONNX file with one operation (https://onnx.ai/onnx/operators: Conv, ConvTranspose, MatMul and Add)."""
    from onnx import TensorProto, helper, numpy_helper

    parameters = {name: p.detach().cpu() for name, p in layer.named_parameters(recurse=False) if name != "bias"}
    bias: Any = layer.bias
    weights = [numpy_helper.from_array(parameters["weight"].numpy(), "weight")]
    if isinstance(layer, _ConvNd):
        if isinstance(layer.padding, str) or layer.padding_mode != "zeros":
            raise ComputeError("the layer pads in a way that is several operations", where=type(layer).__name__)
        settings: dict[str, Any] = {
            "strides": layer.stride, "dilations": layer.dilation, "group": layer.groups,
            "kernel_shape": layer.kernel_size, "pads": [*layer.padding, *layer.padding],
        }  # fmt: skip
        if layer.transposed:
            settings["output_padding"] = layer.output_padding
        inputs = ["image", "weight"]
        if bias is not None:
            inputs.append("bias")
            weights.append(numpy_helper.from_array(bias.detach().cpu().numpy(), "bias"))
        nodes = [helper.make_node("ConvTranspose" if layer.transposed else "Conv", inputs, ["output"], **settings)]
    elif isinstance(layer, nn.Linear):
        weights = [numpy_helper.from_array(parameters["weight"].t().contiguous().numpy(), "weight")]
        nodes = [helper.make_node("MatMul", ["image", "weight"], ["output" if bias is None else "product"])]
        if bias is not None:
            nodes.append(helper.make_node("Add", ["product", "bias"], ["output"]))
            weights.append(numpy_helper.from_array(bias.detach().cpu().numpy(), "bias"))
    else:
        raise ComputeError("the layer is no single operation", where=type(layer).__name__)
    graph = helper.make_graph(
        nodes,
        "layer",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, list(images.shape))],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, None)],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
    content: bytes = model.SerializeToString()
    return content
