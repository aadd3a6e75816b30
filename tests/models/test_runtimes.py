"""A network gives the same in every runtime, and stays what it was."""

import contextlib

import numpy as np
import pytest
import torch
from leaving_traces import LeavingTraces
from torch import nn

from medprune_gui.engine.errors import ComputeError, InputError
from medprune_gui.engine.models.runtimes import ready_to_run, runtime_in_words
from medprune_gui.engine.models.runtimes.layers import layer_run
from medprune_gui.engine.models.timing import turns
from medprune_gui.engine.settings.runtimes import RUNTIME_PACKAGES, missing_packages

CPU = torch.device("cpu")


def ready(runtime):
    missing = missing_packages(runtime)
    return pytest.param(runtime, marks=pytest.mark.skipif(bool(missing), reason=f"not installed: {missing}"))


OTHERS = [ready("onnxruntime"), ready("openvino")]


def network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(1, 5, 3), nn.BatchNorm2d(5), nn.ReLU(), nn.Flatten(), nn.Linear(5 * 14 * 14, 2))


def first_output(found):
    """ONNX Runtime returns a list, OpenVINO a mapping by port."""
    return found[0] if isinstance(found, list) else next(iter(found.values()))


@pytest.mark.parametrize("runtime", OTHERS)
def test_a_network_computes_the_same_and_is_left_as_found(runtime):
    model, images = network().train(), torch.rand(2, 1, 16, 16)
    with ready_to_run(model, images, runtime) as run:
        found = np.array(first_output(run()))
    assert all(module.training for module in model.modules())
    with torch.no_grad():
        expected = model.eval()(images)
    np.testing.assert_allclose(found, expected.numpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("runtime", [ready("eager"), *OTHERS])
def test_timing_leaves_no_trace(runtime):
    model, images = LeavingTraces().train(), torch.rand(2, 6)
    with contextlib.suppress(ComputeError), ready_to_run(model, images, runtime) as run:
        run()
    assert model.untouched
    assert model.training
    model(images).sum().backward()


LAYERS = {
    "plain": (nn.Conv2d(3, 6, 3, padding=1), (2, 3, 9, 8)),
    "strided, dilated, grouped, without bias": (
        nn.Conv2d(4, 8, 3, 2, (2, 1), 2, 2, bias=False),
        (1, 4, 12, 11),
    ),
    "three-dimensional": (nn.Conv3d(2, 3, (1, 3, 3)), (1, 2, 5, 6, 7)),
    "one-dimensional": (nn.Conv1d(2, 3, 3), (1, 2, 9)),
    "transposed": (nn.ConvTranspose2d(3, 4, 3, 2, 1, 1), (1, 3, 5, 6)),
    "linear on tokens": (nn.Linear(7, 5), (2, 4, 7)),
    "linear without bias": (nn.Linear(7, 5, bias=False), (2, 7)),
}


@pytest.mark.parametrize("runtime", OTHERS)
@pytest.mark.parametrize("name", LAYERS)
def test_a_single_layer_computes_the_same(runtime, name):
    layer, shape = LAYERS[name]
    images = torch.rand(shape)
    with layer_run(layer, images, runtime, CPU) as run:
        found = np.array(first_output(run()))
    with torch.no_grad():
        np.testing.assert_allclose(found, layer(images).numpy(), rtol=1e-4, atol=1e-5)


def test_a_runtime_that_is_not_installed_is_named_with_the_way_out(monkeypatch):
    monkeypatch.setitem(RUNTIME_PACKAGES, "openvino", (("no_such_package",), "openvino"))
    assert missing_packages("openvino") == ("no_such_package",)
    with (
        pytest.raises(InputError, match=r"no_such_package.*'\.\[openvino\]' in the folder"),
        ready_to_run(network(), torch.rand(1, 1, 16, 16), "openvino"),
    ):
        pass


def test_pytorch_needs_nothing_and_says_its_version():
    assert missing_packages("eager") == ()
    assert runtime_in_words("eager") == f"PyTorch {torch.__version__} eager"


def test_turns_alternate_and_give_times_in_the_order_of_the_runs():
    order = []
    times = list(turns((lambda: order.append("A"), lambda: order.append("B")), 3))
    assert order == ["A", "B", "B", "A", "A", "B"]
    assert [len(pair) for pair in times] == [2, 2, 2]
    assert all(value >= 0 for pair in times for value in pair)
