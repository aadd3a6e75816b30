from __future__ import annotations

import resource

import numpy as np
import pytest
import torch
from monai.networks.nets import UNet
from torch import nn
from training_cases import Cases, bright_squares, classifier, run, same_weights, square_maps

from medprune_gui.engine.config import TrainingConfig
from medprune_gui.engine.errors import (
    ArchitectureError,
    ConfigError,
    DatasetError,
    OutOfMemoryError,
    OutputError,
    TrainingDivergedError,
)
from medprune_gui.engine.pruning import WeightMasks
from medprune_gui.engine.training import train

CLASSES = ("normal", "square")
TRAIN, VAL = bright_squares(50, 1), bright_squares(24, 2)


def half_masked(model: nn.Module) -> WeightMasks:
    draw = torch.Generator().manual_seed(4)
    weights = {name: value for name, value in model.named_parameters() if value.ndim > 1}
    return WeightMasks({name: torch.rand(value.shape, generator=draw) > 0.5 for name, value in weights.items()})


def training(model: nn.Module, config: TrainingConfig, **options):
    return train(model, TRAIN, VAL, config, task="classification", classes=CLASSES, seed=3, **options)


@pytest.mark.parametrize("optimiser", ["adamw", "sgd"])
@pytest.mark.parametrize("done", [1, 2])
def test_interrupted_and_resumed_equals_uninterrupted(tmp_path, optimiser, done):
    config = TrainingConfig(epochs=4, batch_size=12, learning_rate=3e-3, optimiser=optimiser)
    whole = classifier()
    expected = run(training(whole, config))

    state = tmp_path / "state.pt"
    interrupted = classifier()
    generator = training(interrupted, config, state=state)
    # Stopped in the middle of the epoch after `done`: what it did of that one must not matter.
    next(step for step in generator if step.epoch == done and "val_loss" in step.metrics)
    generator.close()
    torch.rand(7)  # somebody else draws random numbers in between
    resumed = classifier(seed=99)  # its weights come from the state
    generator = training(resumed, config, state=state)
    first = next(generator)
    assert first.epoch == done + 1
    assert run(generator) == expected
    assert same_weights(resumed, whole)

    # A finished state gives the same network at once.
    again = classifier(seed=98)
    assert list(training(again, config, state=state)) == []
    assert same_weights(again, whole)


def test_a_state_that_does_not_fit_or_is_damaged_is_not_used(tmp_path, caplog):
    state = tmp_path / "state.pt"
    config = TrainingConfig(epochs=1, batch_size=25)
    run(training(classifier(), config, state=state))
    other = classifier()
    run(training(other, config.model_copy(update={"learning_rate": 5e-3}), state=state))
    fresh = classifier()
    run(training(fresh, config.model_copy(update={"learning_rate": 5e-3})))
    assert same_weights(other, fresh)
    state.write_bytes(state.read_bytes()[:1000])
    damaged = classifier()
    run(training(damaged, config, state=state))
    fresh = classifier()
    run(training(fresh, config))
    assert same_weights(damaged, fresh)
    assert "other settings" in caplog.text
    assert "cannot be read" in caplog.text


def test_a_full_disk_is_said_and_the_older_state_stays_whole(tmp_path):
    state = tmp_path / "state.pt"
    config = TrainingConfig(epochs=3, batch_size=25)
    generator = training(classifier(), config, state=state)
    next(step for step in generator if "val_loss" in step.metrics)
    before = state.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, limits[1]))
    try:
        with pytest.raises(OutputError, match="unchanged"):
            list(generator)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert state.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["state.pt"]


def test_it_learns_reports_and_keeps_the_best_weights():
    model = classifier()
    model[1].eval()  # a frozen layer's mode is the caller's business
    config = TrainingConfig(epochs=12, batch_size=10, learning_rate=1e-2)
    generator = training(model, config)
    steps = []
    try:
        while True:
            steps.append(next(generator))
    except StopIteration as done:
        history = done.value
    ends = [step for step in steps if "val_loss" in step.metrics]
    assert [step.epoch for step in ends] == list(range(1, 13))
    assert all(step.metrics["images_per_second"] > 0 for step in steps)
    assert [step.fraction for step in steps] == sorted(step.fraction for step in steps)
    assert ends[-1].fraction == 1.0
    assert history.selected_by == "val_auc"
    areas = [epoch["val_auc"] for epoch in history.epochs]
    assert max(areas) > 0.95
    assert areas[history.best_epoch - 1] == max(areas)
    assert model.training
    assert not model[1].training
    model.eval()
    with torch.inference_mode():
        probabilities = model(torch.from_numpy(VAL.images.copy())).softmax(1)
    accuracy = float(np.mean(probabilities.argmax(1).numpy() == VAL.targets))
    assert accuracy == pytest.approx(history.epochs[history.best_epoch - 1]["val_accuracy"])


def test_segmentation_learns_dice():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = UNet(2, 1, 2, (8, 16), (2,), num_res_units=1)
    config = TrainingConfig(epochs=20, batch_size=8, learning_rate=1e-2)
    data = square_maps(48, 1), square_maps(15, 2)
    history = run(train(model, *data, config, task="segmentation", classes=("background", "square"), seed=0))
    assert history.selected_by == "val_dice"
    assert history.epochs[history.best_epoch - 1]["val_dice"] > 0.8


def test_masked_weights_stay_at_zero_through_momentum_and_decay():
    model = classifier()
    masks = half_masked(model)
    before = {name: value.detach().clone() for name, value in model.named_parameters()}
    run(training(model, TrainingConfig(epochs=2, batch_size=10, weight_decay=0.1), masks=masks))
    for name, value in model.named_parameters():
        assert not torch.equal(value, before[name])
        if name in masks.keep:
            assert torch.count_nonzero(value[~masks.keep[name]]) == 0
    assert not any(value._backward_hooks for value in model.parameters()), "the network is a plain one again"


def test_gradients_are_clipped_by_those_of_weights_that_are_left(monkeypatch):
    model = classifier()
    masks, clip, norms = half_masked(model), nn.utils.clip_grad_norm_, []

    def watched(parameters, most):
        assert not any(model.get_parameter(name).grad[~keep].any() for name, keep in masks.keep.items())
        norms.append(clip(parameters, most))

    monkeypatch.setattr(nn.utils, "clip_grad_norm_", watched)
    run(training(model, TrainingConfig(epochs=1, batch_size=10), masks=masks))
    assert norms


def test_a_training_with_masks_resumes_as_if_uninterrupted(tmp_path):
    config = TrainingConfig(epochs=3, batch_size=12, learning_rate=3e-3)
    whole = classifier()
    masks = half_masked(whole)
    expected = run(training(whole, config, masks=masks))
    generator = training(classifier(), config, masks=masks, state=tmp_path / "state.pt")
    next(step for step in generator if step.epoch == 1 and "val_loss" in step.metrics)
    generator.close()
    resumed = classifier(seed=99)
    assert run(training(resumed, config, masks=masks, state=tmp_path / "state.pt")) == expected
    assert same_weights(resumed, whole)


def test_cancelling_and_strangers_random_numbers_leave_no_trace():
    model = classifier()
    model.eval()
    torch.manual_seed(5)
    expected = torch.rand(4)
    torch.manual_seed(5)
    generator = training(model, TrainingConfig(epochs=5, batch_size=10))
    next(generator)
    assert not torch.is_inference_mode_enabled()
    assert torch.is_grad_enabled()
    generator.close()
    assert torch.equal(torch.rand(4), expected)
    assert not any(module.training for module in model.modules())


class _KeptInEvaluation(nn.Module):
    """Makes a tensor for its next runs when it first runs in evaluation mode."""

    def __init__(self) -> None:
        super().__init__()
        self.network, self.scale = classifier(), None

    def forward(self, images):
        if self.scale is None and not self.training:
            self.scale = torch.full((1,), 0.5)
        return self.network(images) * (1.0 if self.scale is None else self.scale)


def test_what_a_network_keeps_in_validation_serves_the_next_epoch():
    history = run(training(_KeptInEvaluation(), TrainingConfig(epochs=2, batch_size=25)))
    assert len(history.epochs) == 2


def test_no_epochs_touch_nothing():
    model = classifier()
    generator = training(model, TrainingConfig(epochs=0))
    assert run(generator).best_epoch is None
    assert same_weights(model, classifier())


def test_divergence_names_the_way_out():
    model = classifier()
    config = TrainingConfig(epochs=3, batch_size=10, learning_rate=10.0, optimiser="sgd")
    bad = Cases(TRAIN.images.copy(), TRAIN.targets)
    bad.images[7] = np.inf
    with pytest.raises(TrainingDivergedError, match="learning rate below 10"):
        run(train(model, bad, VAL, config, task="classification", classes=CLASSES, seed=0))


class _Greedy(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, images):
        return torch.empty(2**52) * self.scale


def test_memory_that_is_not_there_is_said_in_words():
    with pytest.raises(OutOfMemoryError, match="smaller batch"):
        run(training(_Greedy(), TrainingConfig(epochs=1)))


def test_data_and_networks_that_do_not_fit_are_refused():
    config = TrainingConfig(epochs=1)
    with pytest.raises(DatasetError, match="0 to 1, but there are 1 classes"):
        run(train(classifier(), TRAIN, VAL, config, task="classification", classes=("a",), seed=0))
    with pytest.raises(DatasetError, match="no validation cases"):
        run(train(classifier(), TRAIN, bright_squares(0, 1), config, task="classification", classes=CLASSES, seed=0))
    with pytest.raises(ArchitectureError, match="is needed"):
        run(train(classifier(), TRAIN, VAL, config, task="classification", classes=("a", "b", "c"), seed=0))


def test_validation_with_one_class_is_judged_by_the_loss():
    one = Cases(VAL.images[::2].copy(), VAL.targets[::2])
    config = TrainingConfig(epochs=3, batch_size=10)
    history = run(train(classifier(), TRAIN, one, config, task="classification", classes=CLASSES, seed=0))
    losses = [epoch["val_loss"] for epoch in history.epochs]
    assert history.selected_by == "val_loss"
    assert losses[history.best_epoch - 1] == min(losses)
    assert "val_auc" not in history.epochs[0]


@pytest.mark.parametrize(
    ("norm", "batch", "remedy"), [("batch", 1, "larger batch size or larger images"), ("instance", 4, "larger images")]
)
def test_normalisation_over_a_single_value_is_said_in_words(norm, batch, remedy):
    model = UNet(2, 1, 2, (4, 4, 4), (2, 2), num_res_units=1, norm=norm)
    data = square_maps(4, 1)
    small = Cases(data.images[:, :, :4, :4].copy(), data.targets[:, :4, :4].copy())
    modes = [module.training for module in model.modules()]
    config = TrainingConfig(epochs=1, batch_size=batch)
    with pytest.raises(ConfigError, match=rf"a batch of {batch} images? of 4 x 4 pixels.*{remedy}"):
        run(train(model, small, small, config, task="segmentation", classes=("background", "square"), seed=0))
    assert modes == [module.training for module in model.modules()]
