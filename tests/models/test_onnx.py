import sys

import pytest
import torch

from medprune_gui.engine.errors import InputError
from medprune_gui.engine.models.onnx import export_onnx


def network() -> torch.nn.Module:
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Conv2d(1, 5, 3, padding=1),
        torch.nn.BatchNorm2d(5),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Dropout(0.5),
        torch.nn.Linear(5 * 8 * 8, 2),
    )


@pytest.mark.filterwarnings("ignore")
def test_the_file_computes_what_the_network_computes_for_any_batch(tmp_path):
    pytest.importorskip("onnx", reason="the extra onnx is not installed")
    pytest.importorskip("onnxscript", reason="the extra onnx is not installed")
    import onnx
    from onnx.reference import ReferenceEvaluator

    model = network().train()
    path = tmp_path / "model.onnx"
    export_onnx(model, torch.zeros(1, 1, 16, 16), path)

    assert model.training, "the network's mode is the caller's"
    assert [file.name for file in tmp_path.iterdir()] == ["model.onnx"]
    images = torch.randn(3, 1, 16, 16, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected = model.eval()(images)
    (computed,) = ReferenceEvaluator(onnx.load(path)).run(None, {"image": images.numpy()})
    torch.testing.assert_close(torch.from_numpy(computed), expected, rtol=1e-4, atol=1e-5)


def test_without_the_extra_the_user_is_told_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(InputError, match=r"'\.\[onnx\]'"):
        export_onnx(network(), torch.zeros(1, 1, 16, 16), tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())
