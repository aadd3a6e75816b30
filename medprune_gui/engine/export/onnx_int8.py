"""An int8 network as an ONNX file with QuantizeLinear and DequantizeLinear, which runtimes turn into integer sums."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from medprune_gui.engine.files import write_whole
from medprune_gui.engine.models.onnx import export_onnx


def export_int8_onnx(network: nn.Module, example_input: torch.Tensor, file: Path) -> None:
    """Write a network from `medprune_gui.engine.models.int8.quantise_int8`, its weights stored as int8.

    Parameters and errors as of `medprune_gui.engine.models.onnx.export_onnx`.
    """
    export_onnx(network, example_input, file)
    import onnx

    proto = onnx.load(file)
    # Layers of equal width share one tensor of zero points, which ONNX Runtime 1.32 fails on when it rewrites two such
    # layers ("Attempt to replace the existing tensor"): each gets its own.
    stored = {tensor.name: tensor for tensor in proto.graph.initializer}
    for number, node in enumerate(proto.graph.node):
        if node.op_type == "DequantizeLinear" and node.input[0] in stored:
            own = onnx.TensorProto()
            own.CopyFrom(stored[node.input[2]])
            own.name = node.input[2] = f"{own.name}_{number}"
            proto.graph.initializer.append(own)
    write_whole(file, proto.SerializeToString())
