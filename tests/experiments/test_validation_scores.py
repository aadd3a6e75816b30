"""What is measured on the validation split, over all and class by class, is what the comparison would say of it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from medprune_gui.engine.config import DataConfig, ExperimentConfig, PruningConfig
from medprune_gui.engine.data.loading import CaseArrays
from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.evaluation.metrics import classification_metrics, segmentation_metrics
from medprune_gui.engine.experiments.floors import check_floor
from medprune_gui.engine.experiments.progress import RunProgress
from medprune_gui.engine.experiments.training_stage import TrainingStage
from medprune_gui.engine.experiments.validation_score import validation_scores
from medprune_gui.engine.models.prediction import predict_at_once
from medprune_gui.engine.settings.floors import FloorSettings
from medprune_gui.engine.training.dice import dice_per_case

PICTURES = ("normal", "effusion", "mass")
MAPS = ("background", "grey", "white", "lesion")


def stage(task, classes, targets) -> TrainingStage:
    random = np.random.default_rng(0)
    images = random.random((len(targets), 1, 16, 16), dtype=np.float32)
    if task == "segmentation":
        images = images + 0.3 * targets[:, None].astype(np.float32)
    cases = CaseArrays(images, targets, ())
    return TrainingStage(task, classes, cases, cases, torch.device("cpu"), RunProgress({"train": 1.0}))


def pictures() -> TrainingStage:
    return stage("classification", PICTURES, np.arange(30) % 3)


def maps() -> TrainingStage:
    random = np.random.default_rng(1)
    return stage("segmentation", MAPS, random.integers(0, 3, (6, 16, 16)))


def network(task: str, classes: int) -> nn.Module:
    torch.manual_seed(0)
    convolution = nn.Conv2d(1, classes, 3, padding=1)
    pooled = nn.Sequential(convolution, nn.AdaptiveAvgPool2d(1), nn.Flatten())
    return (pooled if task == "classification" else convolution).eval()


@pytest.mark.parametrize("metric", ["auc", "accuracy"])
def test_of_pictures(metric):
    on, model = pictures(), network("classification", 3)
    scores = validation_scores(metric, on, 8)(model)
    output = predict_at_once(model, on.validation.images, on.task)
    targets = on.validation.targets
    patients = [str(number) for number in range(len(targets))]
    assert scores.whole == pytest.approx(classification_metrics(targets, output, PICTURES, patients)[metric].value)
    assert tuple(scores.classes) == PICTURES
    for index, name in enumerate(PICTURES):
        own = targets == index
        if metric == "accuracy":
            expected = np.mean(output[own].argmax(axis=1) == index)
        else:
            wins = output[own, index][:, None] - output[~own, index][None, :]
            expected = np.mean((wins > 0) + 0.5 * (wins == 0))
        assert scores.classes[name] == pytest.approx(expected), name


def test_of_label_maps():
    on, model = maps(), network("segmentation", 4)
    scores = validation_scores("dice", on, 4)(model)
    dice = dice_per_case(on.validation.targets, predict_at_once(model, on.validation.images, on.task), MAPS)
    expected = segmentation_metrics(dice, MAPS, [str(number) for number in range(6)])
    assert scores.whole == pytest.approx(expected["dice"].value)
    assert tuple(scores.classes) == MAPS[1:]
    for name in ("grey", "white"):
        assert scores.classes[name] == pytest.approx(expected[f"dice {name}"].value), name


def experiment(kind: str, floor: FloorSettings) -> ExperimentConfig:
    data = DataConfig(kind=kind, path="/a", label_maps="/b" if kind == "volumes" else None)
    return ExperimentConfig(data=data, pruning=PruningConfig(amount=0.5, floor=floor))


@pytest.mark.parametrize(
    ("floor", "words"),
    [
        (FloorSettings(classes={"lesion": 0.1}), ["lesion", "validation", "Dice is undefined"]),
        (FloorSettings(classes={"background": 0.1}), ["no class 'background'", "grey, white, lesion"]),
    ],
)
def test_structures_that_no_validation_case_shows_are_refused(floor, words):
    with pytest.raises(ConfigError) as caught:
        check_floor(experiment("volumes", floor), maps())
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_validation_cases_without_any_structure_are_refused():
    empty = stage("segmentation", MAPS, np.zeros((4, 16, 16), dtype=np.int64))
    with pytest.raises(ConfigError, match="grey or white or lesion"):
        check_floor(experiment("volumes", FloorSettings(drop=0.1)), empty)


def test_what_can_be_measured_is_let_through():
    check_floor(experiment("volumes", FloorSettings(drop=0.1, classes={"grey": 0.1})), maps())
    check_floor(experiment("folders", FloorSettings(metric="accuracy", classes={"mass": 0.0})), pictures())
