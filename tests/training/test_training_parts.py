from __future__ import annotations

import numpy as np
import pytest
import torch
from monai.losses import FocalLoss
from monai.metrics import compute_dice
from sklearn.metrics import roc_auc_score
from torch.nn import functional

from medprune_gui.engine.config import TrainingConfig
from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.training.augmentation import augment, draw_changes
from medprune_gui.engine.training.batches import shuffled
from medprune_gui.engine.training.dice import dice_per_case
from medprune_gui.engine.training.losses import inverse_frequency, make_loss
from medprune_gui.engine.training.macro_area import macro_auc
from medprune_gui.engine.training.rates import learning_rate, plateaus


def test_dice_equals_monai_and_is_nan_where_absent_in_both():
    random = np.random.default_rng(0)
    truth, predicted = random.integers(0, 4, (2, 12, 9, 7))
    truth[0], predicted[0] = 0, 0  # nothing there, nothing found
    truth[1], predicted[1] = 0, 2  # nothing there, something found
    truth[2][truth[2] == 3] = 0
    predicted[2][predicted[2] == 3] = 1
    classes = ("background", "a", "b", "c")
    ours = dice_per_case(truth, predicted, classes)
    one_hot = [functional.one_hot(torch.from_numpy(labels), 4).movedim(-1, 1).float() for labels in (predicted, truth)]
    theirs = compute_dice(*one_hot, include_background=False, ignore_empty=False).numpy()
    absent = np.stack([~((truth == c) | (predicted == c)).any(axis=(1, 2)) for c in (1, 2, 3)], axis=1)
    assert np.array_equal(np.isnan(ours), absent)
    np.testing.assert_allclose(ours[~absent], theirs[~absent], rtol=1e-6)
    assert (theirs[absent] == 1).all()
    assert ours[1, 1] == 0


def test_the_area_equals_scikit_learns_over_the_classes_that_occur():
    random = np.random.default_rng(2)
    truth = random.integers(0, 3, 50)
    probabilities = np.round(random.dirichlet(np.ones(4), 50), 1)  # with ties, and a class without cases
    areas = [roc_auc_score(truth == index, probabilities[:, index]) for index in range(3)]
    assert macro_auc(truth, probabilities) == pytest.approx(np.mean(areas))
    # Close to 1 single precision tells fewer probabilities apart than close to 0: the last class decides.
    last = np.array([1e-9, 2e-9, 3e-9, 4e-9], dtype=np.float32)
    pair = np.stack([np.float32(1) - last, last], axis=1)
    assert macro_auc(np.array([0, 0, 1, 1]), pair) == 1.0
    assert np.isnan(macro_auc(np.array([1, 1, 1, 1]), pair))
    pair[0] = np.nan
    assert np.isnan(macro_auc(np.array([0, 0, 1, 1]), pair))


def test_augmentation_depends_on_the_case_not_on_its_batch():
    images = torch.rand(6, 1, 24, 32)
    targets = (images[:, 0] > 0.5).long()
    changes = draw_changes(6, seed=4, epoch=2)
    assert torch.equal(changes, draw_changes(6, seed=4, epoch=2))
    assert not torch.equal(changes, draw_changes(6, seed=4, epoch=3))
    whole = augment(images, targets, changes)
    alone = augment(images[3:4], targets[3:4], changes[3:4])
    torch.testing.assert_close(whole[0][3:4], alone[0])
    assert torch.equal(whole[1][3:4], alone[1])
    assert set(whole[1].unique().tolist()) == {0, 1}


def test_augmentation_is_small_moves_labels_with_the_image_and_never_mirrors():
    images = torch.zeros(40, 1, 48, 64)
    images[:, :, 16:32, 4:16] = 1.0  # a block on the left, not square to the grid
    targets = images[:, 0].long()
    changes = draw_changes(40, seed=0, epoch=0)
    changes[:, 4:] = 0.0
    moved, labels = augment(images, targets, changes)
    overlap = ((moved[:, 0] > 0.5) & (labels == 1)).sum() / (labels == 1).sum()
    assert overlap > 0.97
    columns = torch.arange(64.0)
    centre = (labels.sum(1) * columns).sum(1) / labels.sum((1, 2))
    assert centre.max() < 24  # still on the left
    assert not torch.equal(labels, targets)
    # A rotation keeps areas also where height and width differ (zoom: at most 5 % in each direction).
    areas = labels.sum((1, 2)) / targets[0].sum()
    assert areas.min() > 0.87
    assert areas.max() < 1.15
    still, same = augment(images, targets, torch.zeros(40, 6))
    torch.testing.assert_close(still, images)
    assert torch.equal(same, targets)


@pytest.mark.parametrize(("cases", "size"), [(33, 32), (50, 12), (5, 8), (64, 16), (1, 4)])
def test_batches_hold_every_case_once_and_are_even(cases, size):
    batches = shuffled(cases, size, seed=1, epoch=0)
    assert sorted(np.concatenate(batches)) == list(range(cases))
    lengths = [len(batch) for batch in batches]
    assert max(lengths) <= size
    assert max(lengths) - min(lengths) <= 1
    if cases > 5:
        assert not np.array_equal(np.concatenate(batches), np.concatenate(shuffled(cases, size, 1, 1)))


def test_class_weights_balance_the_loss():
    targets = np.array([0] * 90 + [1] * 10)
    weights = inverse_frequency(targets, 2)
    torch.testing.assert_close(weights, torch.tensor([100 / 180, 100 / 20]))
    # A network that knows nothing pays the same for either class as a whole.
    logits = torch.zeros(100, 2)
    loss = functional.cross_entropy(logits, torch.from_numpy(targets), weight=weights, reduction="none")
    torch.testing.assert_close(loss[:90].sum(), loss[90:].sum())
    torch.testing.assert_close(make_loss("classification", weights)(logits, torch.from_numpy(targets)), loss.mean())


def test_focal_loss_is_that_of_monai():
    logits, targets = torch.randn(40, 3), torch.arange(40) % 3
    # MONAI averages over the classes as well, all but one of which add nothing.
    expected = 3 * FocalLoss(to_onehot_y=True, use_softmax=True, gamma=2.0)(logits, targets.unsqueeze(1))
    torch.testing.assert_close(make_loss("classification", name="focal")(logits, targets), expected)
    weights = torch.tensor([1.0, 2.0, 4.0])
    sure = torch.tensor([[9.0, -9.0, 0.0]])
    weighted = make_loss("classification", weights, "focal")
    assert weighted(sure, torch.tensor([0])) < 1e-6 < weighted(sure, torch.tensor([1]))


@pytest.mark.parametrize(("task", "name"), [("classification", "dice-ce"), ("segmentation", "focal")])
def test_a_loss_of_another_task_is_refused(task, name):
    with pytest.raises(ConfigError, match=f"the loss {name} is not for {task}"):
        make_loss(task, name=name)


def test_plateaus_are_three_epochs_without_a_better_score():
    better, worse = (1.0, 0.0), (0.0, 0.0)
    assert plateaus([]) == plateaus([better, worse, worse]) == 0
    assert plateaus([better, worse, worse, worse]) == plateaus([better, worse, worse, worse, worse, worse]) == 1
    assert plateaus([better, *[worse] * 6]) == 2
    assert plateaus([better, worse, worse, (2.0, 0.0), worse, worse]) == 0
    # Equal quality: a smaller loss is better.
    assert plateaus([(1.0, -0.5), (1.0, -0.4), (1.0, -0.3), (1.0, -0.2)]) == 0


def test_other_courses_of_the_learning_rate():
    constant = TrainingConfig(learning_rate=0.1, schedule="constant", warm_up=0.0)
    assert {learning_rate(constant, step, 50) for step in range(50)} == {0.1}
    plateau = TrainingConfig(learning_rate=0.1, schedule="plateau", warm_up=0.1)
    flat = [(0.5, -1.0)] * 4
    assert [learning_rate(plateau, step, 20, flat) for step in (0, 1, 2, 19)] == [0.05, 0.1, 0.05, 0.05]


def test_learning_rate_warms_up_then_falls_to_nearly_nothing():
    config = TrainingConfig(learning_rate=1e-3)
    rates = [learning_rate(config, step, 200) for step in range(200)]
    assert max(rates) == rates[9] == pytest.approx(1e-3)
    assert rates[:10] == sorted(rates[:10])
    assert rates[9:] == sorted(rates[9:], reverse=True)
    assert 0 < rates[-1] < 1e-6
    assert learning_rate(config, 0, 1) == pytest.approx(1e-3)
