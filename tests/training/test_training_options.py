"""Averaged weights, an early end, a teacher, and batches that do not fit into memory."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from training_cases import Cases, bright_squares, classifier, run, same_weights

from medprune_gui.engine.config import TrainingConfig
from medprune_gui.engine.errors import OutOfMemoryError
from medprune_gui.engine.pruning import WeightMasks
from medprune_gui.engine.settings.distillation import Distillation
from medprune_gui.engine.training import train
from medprune_gui.engine.training.averaging import WeightAverage
from medprune_gui.engine.training.distillation import Teacher

CLASSES = ("normal", "square")
TRAIN, VAL = bright_squares(50, 1), bright_squares(24, 2)


def training(model: nn.Module, config: TrainingConfig, **options):
    return train(model, TRAIN, VAL, config, task="classification", classes=CLASSES, seed=3, **options)


def test_the_average_is_that_of_the_steps():
    model = nn.BatchNorm1d(1)
    average = WeightAverage(model, 0.9)
    expected = 1.0
    for step, value in enumerate((2.0, 5.0, 3.0, 7.0)):
        with torch.no_grad():
            model.weight.fill_(value)
            model.num_batches_tracked.fill_(step)
        average.follow(model, step)
        decay = min(0.9, (1 + step) / (10 + step))
        expected = decay * expected + (1 - decay) * value
    assert average.values["weight"].item() == pytest.approx(expected)
    assert average.values["num_batches_tracked"] == 3
    with average.in_place_of_weights(model):
        assert model.weight.item() == pytest.approx(expected)
    assert model.weight.item() == 7.0


@pytest.mark.parametrize(
    "options",
    [{"ema": 0.9}, {"schedule": "plateau", "patience": 3}, {"loss": "focal", "schedule": "constant", "ema": 0.5}],
)
def test_resumed_equals_uninterrupted_with_every_option(tmp_path, options):
    config = TrainingConfig(epochs=6, batch_size=12, learning_rate=3e-3, **options)
    whole = classifier()
    expected = run(training(whole, config))
    state = tmp_path / "state.pt"
    generator = training(classifier(), config, state=state)
    next(step for step in generator if step.epoch == 2 and "val_loss" in step.metrics)
    generator.close()
    resumed = classifier(seed=99)
    assert run(training(resumed, config, state=state)) == expected
    assert same_weights(resumed, whole)


def test_averaged_weights_are_what_is_validated_and_kept():
    plain, averaged = classifier(), classifier()
    config = TrainingConfig(epochs=3, batch_size=10, learning_rate=1e-2)
    run(training(plain, config))
    history = run(training(averaged, config.model_copy(update={"ema": 0.999})))
    assert not same_weights(plain, averaged)
    # What was measured at the best epoch is what the network that is left gives.
    best = history.epochs[history.best_epoch - 1]
    with torch.no_grad():
        right = averaged.eval()(torch.tensor(VAL.images)).argmax(1) == torch.tensor(VAL.targets)
    assert right.float().mean().item() == pytest.approx(best["val_accuracy"])


def test_masked_weights_are_zero_on_average_too():
    model = classifier()
    masks = WeightMasks({"0.weight": torch.arange(72).reshape(8, 1, 3, 3) % 2 == 0})
    run(training(model, TrainingConfig(epochs=2, batch_size=10, ema=0.9), masks=masks))
    weights = model[0].weight.detach().flatten()
    assert not weights[1::2].any()
    assert weights[::2].any()


def test_training_ends_when_nothing_gets_better(tmp_path):
    # Nothing can be learnt with so small a rate, so that the first epoch stays the best.
    config = TrainingConfig(
        epochs=50, batch_size=25, learning_rate=1e-7, patience=4, augment=False, schedule="constant"
    )
    model, state = classifier(), tmp_path / "state.pt"
    history = run(training(model, config, state=state))
    assert len(history.epochs) == history.best_epoch + 4 < 50
    again = classifier(seed=5)
    assert run(training(again, config, state=state)) == history
    assert same_weights(again, model)


def test_a_teachers_loss_is_hintons():
    teacher = nn.Linear(3, 2)
    images, logits = torch.randn(5, 3), torch.randn(5, 2, requires_grad=True)
    loss = Teacher(teacher, Distillation(weight=0.25, temperature=4.0), torch.device("cpu")).loss(
        images, logits, torch.tensor(2.0)
    )
    said, learnt = (teacher(images) / 4).softmax(1).detach(), (logits / 4).softmax(1)
    divergence = (said * (said / learnt).log()).sum(1).mean()
    torch.testing.assert_close(loss, 0.75 * 2.0 + 0.25 * 16 * divergence)
    assert not teacher.training


def test_a_student_learns_its_teachers_answers_and_leaves_it_alone():
    teacher, student = classifier(seed=1), classifier(seed=7)
    # One that has learnt the contrary of the labels shows whose answers count.
    contrary = Cases(TRAIN.images, 1 - TRAIN.targets)
    config = TrainingConfig(epochs=25, batch_size=10, learning_rate=1e-2, augment=False)
    run(train(teacher, contrary, contrary, config, task="classification", classes=CLASSES, seed=3))
    before = {name: value.clone() for name, value in teacher.state_dict().items()}
    with_teacher = config.model_copy(update={"distillation": Distillation(weight=1.0)})
    run(training(student, with_teacher, teacher=teacher, choose="last"))
    with torch.no_grad():
        images, targets = torch.tensor(TRAIN.images), torch.tensor(TRAIN.targets)
        assert (teacher.eval()(images).argmax(1) == targets).float().mean() < 0.2
        assert (student.eval()(images).argmax(1) == targets).float().mean() < 0.2
    assert all(torch.equal(value, before[name]) for name, value in teacher.state_dict().items())
    assert all(parameter.requires_grad for parameter in teacher.parameters())


class Small(nn.Module):
    """A network on a device that has room for so many images at once."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.network, self.room = nn.Sequential(nn.Flatten(), nn.Linear(320, 2)), room

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if len(x) > self.room and self.training:
            raise torch.OutOfMemoryError("out of memory")
        return self.network(x)


def test_a_batch_that_does_not_fit_is_worked_through_in_parts():
    config = TrainingConfig(epochs=2, batch_size=25, augment=False)
    whole, parts = Small(100), Small(7)
    parts.load_state_dict(whole.state_dict())
    run(training(whole, config))
    steps = list(training(parts, config))
    assert [step.note for step in steps if step.note] == [steps[0].note]
    assert "25 images at once: each step now takes them in 4 parts" in steps[0].note
    # The same steps, but for rounding: gradients are added up over a batch's parts.
    for name, value in whole.state_dict().items():
        torch.testing.assert_close(parts.state_dict()[name], value)


def test_a_single_image_that_does_not_fit_is_an_error():
    with pytest.raises(OutOfMemoryError, match="batches of 25"):
        run(training(Small(0), TrainingConfig(epochs=1, batch_size=25)))
