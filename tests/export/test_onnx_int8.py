"""Int8 networks in ONNX Runtime: the same outputs as their emulation, computed with integers."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch

from medprune_gui.engine.errors import ComputeError, InputError
from medprune_gui.engine.export.onnx_int8 import export_int8_onnx
from medprune_gui.engine.export.onnx_runtime import OnnxRuntimeNetwork, require_onnx_runtime
from medprune_gui.engine.models.copies import private_copy
from medprune_gui.engine.models.int8 import quantise_int8, stored_bytes

sys.path.append(str(Path(__file__).parents[1] / "models" / "int8"))
from trained_networks import normalised_classifier, plain_classifier, squares, trained


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("build", "least_integer_operators"), [(plain_classifier, 3), (normalised_classifier, 1)], ids=["plain", "norm"]
)
def test_onnx_runtime_computes_what_was_emulated(tmp_path, build, least_integer_operators):
    for package in ("onnx", "onnxscript", "onnxruntime"):
        pytest.importorskip(package, reason="the extra onnx is not installed")
    import onnx

    network = trained(build())
    quantised = quantise_int8(network, squares(64, 2)[0].split(32))
    file = tmp_path / "int8.onnx"
    pictures = squares(100, 1)[0]
    export_int8_onnx(quantised, pictures[:1], file)
    assert [found.name for found in tmp_path.iterdir()] == ["int8.onnx"]
    running = OnnxRuntimeNetwork(file, 1)
    assert running.integer_operators >= least_integer_operators
    with torch.inference_mode():
        emulated, run, whole = quantised(pictures), running(pictures), network(pictures)
    assert torch.equal(private_copy(running)(pictures), run)
    reach = float(whole.max() - whole.min())
    # Both round the same sums; where one falls on a half step, they may be a step apart.
    assert float((emulated - run).abs().max()) < 0.01 * reach
    assert float((emulated - run).abs().mean()) < 0.3 * float((emulated - whole).abs().mean())
    stored = {tensor.name: tensor.data_type for tensor in onnx.load(file).graph.initializer}
    weights = [kind for name, kind in stored.items() if name.endswith("weight_values")]
    assert weights == [onnx.TensorProto.INT8] * 4
    # The graph itself, some tens of kilobytes, comes on top.
    assert stored_bytes(quantised) < file.stat().st_size < stored_bytes(quantised) + 40_000


def test_without_onnx_runtime_the_user_is_told_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(InputError, match=r"onnxruntime.*'\.\[onnx\]'") as caught:
        require_onnx_runtime()
    assert "eager" not in str(caught.value), "int8 in ONNX Runtime has no other runtime to choose"


def test_a_file_that_is_no_network_is_refused(tmp_path):
    pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")
    (tmp_path / "broken.onnx").write_bytes(b"not a network")
    with pytest.raises(ComputeError, match=r"broken\.onnx"):
        OnnxRuntimeNetwork(tmp_path / "broken.onnx", 1)
