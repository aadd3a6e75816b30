"""Predictions: the short way from a file to a class, and no trace left on the network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from leaving_traces import LeavingTraces

from medprune_gui.engine.config import DataConfig, ModelConfig
from medprune_gui.engine.data.preprocess import Preprocessing, prepare_image
from medprune_gui.engine.errors import ComputeError, ConfigError
from medprune_gui.engine.imaging import read_image
from medprune_gui.engine.models.devices import choose_device
from medprune_gui.engine.models.prediction import predict
from medprune_gui.engine.models.registry import build_network


def collect(generator: object) -> tuple[list[tuple[int, int]], np.ndarray]:
    steps = []
    while True:
        try:
            steps.append(next(generator))
        except StopIteration as end:
            return steps, end.value


def test_probabilities_do_not_depend_on_batches_and_modes_come_back() -> None:
    network = build_network(ModelConfig(), "classification", 3, (32, 32), seed=0).train()
    network.classifier.dropout.eval()
    images = np.random.default_rng(0).random((10, 1, 32, 32), dtype=np.float32)
    steps, whole = collect(predict(network, images, "classification"))
    assert steps == [(10, 10)]
    steps, parts = collect(predict(network, images, "classification", batch_size=4))
    assert steps == [(4, 10), (8, 10), (10, 10)]
    assert whole.dtype == np.float32
    assert np.allclose(whole, parts, atol=1e-6)
    assert np.allclose(whole.sum(axis=1), 1.0, atol=1e-5)
    assert network.training
    assert network.features.training
    assert not network.classifier.dropout.training


def test_a_cancelled_prediction_puts_modes_back_and_leaves_gradients_on() -> None:
    network = build_network(ModelConfig(), "classification", 2, (32, 32), seed=0).train()
    generator = predict(network, np.zeros((4, 1, 32, 32), np.float32), "classification", batch_size=1)
    next(generator)
    assert not torch.is_inference_mode_enabled()
    assert torch.is_grad_enabled()
    generator.close()
    assert network.training


def test_a_network_can_be_trained_after_it_predicted() -> None:
    network = torch.nn.Sequential(torch.nn.Flatten(), LeavingTraces())
    images = np.random.default_rng(0).random((2, 1, 2, 3), dtype=np.float32)
    collect(predict(network, images, "classification"))
    network(torch.from_numpy(images)).sum().backward()


def test_segmentation_gives_classes() -> None:
    network = build_network(ModelConfig(architecture="UNet"), "segmentation", 3, (32, 48), seed=0)
    images = np.random.default_rng(0).random((3, 1, 32, 48), dtype=np.float32)
    _, labels = collect(predict(network, images, "segmentation", batch_size=2))
    assert labels.dtype == np.uint8
    assert labels.shape == (3, 32, 48)
    with torch.no_grad():
        expected = network.eval()(torch.from_numpy(images)).argmax(dim=1)
    assert np.array_equal(labels, expected.numpy())


def test_a_damaged_network_is_said() -> None:
    network = build_network(ModelConfig(), "classification", 2, (32, 32), seed=0)
    torch.nn.init.constant_(network.classifier.output.weight, float("nan"))
    with pytest.raises(ComputeError, match="not a number"):
        collect(predict(network, np.zeros((1, 1, 32, 32), np.float32), "classification"))


def test_from_a_file_to_a_class(data_root: Path) -> None:
    config = DataConfig(kind="table", path=data_root / "cxr_pneumonia_224" / "labels.csv")
    stored = Preprocessing.model_validate_json(Preprocessing.model_validate(config).model_dump_json())
    path = next((data_root / "cxr_pneumonia_fullres_sample" / "NORMAL").iterdir())
    image = prepare_image(read_image(path), stored)
    assert np.array_equal(image, prepare_image(read_image(path), config))
    network = build_network(ModelConfig(), "classification", 2, stored.size)
    _, probabilities = collect(predict(network, image[None], "classification"))
    assert probabilities.shape == (1, 2)


def test_devices() -> None:
    assert choose_device("cpu") == torch.device("cpu")
    usable = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    assert usable[choose_device("auto").type]
    for name, there in usable.items():
        if not there:
            with pytest.raises(ConfigError, match="Choose auto or"):
                choose_device(name)
