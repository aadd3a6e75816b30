"""Each criterion against values worked out by hand, on networks small enough for it."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.parametrizations import spectral_norm

from medprune_gui.engine.config import PruningConfig
from medprune_gui.engine.pruning import ChannelGraph, CriterionData, importance_table, plan_pruning, trace_channels
from medprune_gui.engine.pruning.criteria import Evidence, find_criterion, weight_importance
from medprune_gui.engine.pruning.criteria.lamp import over_the_larger
from medprune_gui.engine.pruning.criteria.movement import LEARNING_RATE, PASSES

Case = tuple[nn.Sequential, ChannelGraph, CriterionData]


def squared_error(output: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return (output - targets).square().mean()


@pytest.fixture
def dense() -> Case:
    """Two dense layers with three hidden units and two batches of unequal size, in double precision."""
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2)).double().eval()
    graph = trace_channels(model, torch.rand(2, 4).double())
    x, y = torch.randn(5, 4).double(), torch.randn(5, 2).double()
    return model, graph, CriterionData(((x[:3], y[:3]), (x[3:], y[3:])), squared_error)


@pytest.fixture
def pictures() -> Case:
    torch.manual_seed(2)
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 2, 3)).eval()
    graph = trace_channels(model, torch.rand(1, 1, 9, 9))
    x = torch.randn(6, 1, 9, 9)
    return model, graph, CriterionData(((x[:4], torch.zeros(4)), (x[4:], torch.zeros(2))), lambda out, _: out.sum())


def raw(case: Case, name: str) -> np.ndarray:
    model, graph, data = case
    table = importance_table(model, graph, name, 0, data, "none")
    return table.units[1 : 1 + graph.groups[0].size]


def gradients(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> dict[str, torch.Tensor]:
    model.zero_grad()
    squared_error(model(x), y).backward()
    return {name: p.grad.clone() for name, p in model.named_parameters()}


def units_of(values: dict[str, torch.Tensor]) -> np.ndarray:
    """Sum what belongs to a hidden unit: a row of the first layer, a column of the second."""
    return (values["0.weight"].sum(1) + values["2.weight"].sum(0)).numpy()


def test_sizes_of_weights(dense: Case) -> None:
    weights = {name: p.detach() for name, p in dense[0].named_parameters()}
    np.testing.assert_allclose(raw(dense, "l1"), units_of({n: w.abs() for n, w in weights.items()}))
    np.testing.assert_allclose(raw(dense, "l2"), units_of({n: w.square() for n, w in weights.items()}))


def test_taylor_is_weight_times_gradient(dense: Case) -> None:
    model, _, data = dense
    per_batch = [gradients(model, x[0], y) for x, y in data.batches]
    expected = sum(
        units_of({n: (p.detach() * g[n]).abs() for n, p in model.named_parameters()}) for g in per_batch
    ) / 2  # fmt: skip
    np.testing.assert_allclose(raw(dense, "taylor"), expected)


def test_group_taylor_lets_effects_cancel(dense: Case) -> None:
    model, _, data = dense
    expected = np.zeros(3)
    for x, y in data.batches:
        found = gradients(model, x[0], y)
        effect = {n: (p.detach() * found[n]) for n, p in model.named_parameters()}
        for along in (effect["0.weight"].sum(1), effect["0.bias"], effect["2.weight"].sum(0)):
            expected += along.square().numpy() / 2
    np.testing.assert_allclose(raw(dense, "taylor-group"), expected)


def test_optimal_brain_damage_takes_each_case_alone(dense: Case) -> None:
    model, _, data = dense
    total = {n: torch.zeros_like(p) for n, p in model.named_parameters()}
    for x, y in data.batches:
        for case in range(len(y)):
            for n, g in gradients(model, x[0][case : case + 1], y[case : case + 1]).items():
                total[n] += g.square() / 5
    expected = units_of({n: 0.5 * p.detach().square() * total[n] for n, p in model.named_parameters()})
    np.testing.assert_allclose(raw(dense, "obd"), expected)


def test_snip_is_a_share_of_the_sensitivity_to_all_cases(dense: Case) -> None:
    model, graph, data = dense
    whole = gradients(model, torch.cat([x[0] for x, _ in data.batches]), torch.cat([y for _, y in data.batches]))
    expected = {n: (p.detach() * whole[n]).abs() for n, p in model.named_parameters() if p.ndim > 1}
    total = sum(values.sum() for values in expected.values())
    found = weight_importance(model, graph, "snip", 0, data)
    for name, values in expected.items():
        torch.testing.assert_close(found[name], values / total)
    assert sum(float(values.sum()) for values in found.values()) == pytest.approx(1.0)


def test_grasp_is_the_change_of_the_gradients_norm(dense: Case) -> None:
    """Half the derivative of |g|^2 along the weight is H g: compared with finite differences."""
    model, graph, data = dense
    x, y = torch.cat([x[0] for x, _ in data.batches]), torch.cat([y for _, y in data.batches])
    found = weight_importance(model, graph, "grasp", 0, data)

    def half_norm() -> float:
        return 0.5 * sum(float(g.square().sum()) for n, g in gradients(model, x, y).items() if n.endswith("weight"))

    for name, place in (("0.weight", (1, 2)), ("2.weight", (0, 1)), ("2.weight", (1, 0))):
        weight = model.get_parameter(name)
        value, step = weight[place].item(), 1e-5
        norms = []
        for change in (step, -step):
            with torch.no_grad():
                weight[place] = value + change
            norms.append(half_norm())
        with torch.no_grad():
            weight[place] = value
        slope = (norms[0] - norms[1]) / (2 * step)
        assert float(found[name][place]) == pytest.approx(value * slope, rel=1e-5, abs=1e-9)


def test_synflow_conserves_the_flow_through_every_unit(pictures: Case) -> None:
    model, graph, _ = pictures
    model[1].running_var.uniform_(0.5, 2.0)
    found = weight_importance(model, graph, "synflow")
    incoming, outgoing = found["0.weight"].sum((1, 2, 3)), found["3.weight"].sum((0, 2, 3))
    torch.testing.assert_close(incoming, outgoing)
    # With absolute weights and no biases, the whole flow is what the network puts out for ones.
    scale = (model[1].weight / (model[1].running_var + model[1].eps).sqrt()).detach().double()
    hidden = functional.conv2d(torch.ones(1, 1, 9, 9).double(), model[0].weight.detach().double().abs())
    out = functional.conv2d(hidden * scale.reshape(1, -1, 1, 1), model[3].weight.detach().double().abs())
    torch.testing.assert_close(incoming.sum(), out.sum())


def test_movement_follows_a_short_training(dense: Case) -> None:
    model, graph, data = dense
    trained = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2)).double()
    trained.load_state_dict(model.state_dict())
    moved = {n: torch.zeros_like(p) for n, p in trained.named_parameters()}
    for _ in range(PASSES):
        for x, y in data.batches:
            found = gradients(trained, x[0], y)
            norm = sum(float(g.square().sum()) for g in found.values()) ** 0.5
            with torch.no_grad():
                for n, p in trained.named_parameters():
                    step = found[n] * min(1.0 / norm, 1.0)
                    moved[n] -= p * step
                    p -= LEARNING_RATE * step
    for name, values in weight_importance(model, graph, "movement", 0, data).items():
        torch.testing.assert_close(values, moved[name].detach())
    # The sign says the direction: what grew in size has moved away from zero.
    weight = model[2].weight.detach()
    assert (raw(dense, "movement") >= 0).all()
    grew = trained[2].weight.detach().abs() > weight.abs()
    strong = moved["2.weight"].abs() > 0.1 * moved["2.weight"].abs().max()
    assert torch.equal(grew[strong], moved["2.weight"][strong] > 0)


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("transposed", [False, True])
def test_wanda_is_weight_times_size_of_its_input(groups: int, transposed: bool) -> None:
    torch.manual_seed(0)
    kind = nn.ConvTranspose2d if transposed else nn.Conv2d
    model = nn.Sequential(kind(4, 6, 3, groups=groups))
    x = torch.randn(3, 4, 8, 8) * torch.tensor([0.1, 1.0, 2.0, 5.0]).reshape(1, 4, 1, 1)
    data = CriterionData(((x[:2], torch.zeros(2)), (x[2:], torch.zeros(1))), squared_error)
    sizes = x.square().mean((0, 2, 3)).sqrt()
    found = find_criterion("wanda").weight_importance(model, Evidence(0, data))["0.weight"]
    for (first, second, row, column), weight in np.ndenumerate(model[0].weight.detach().numpy()):
        channel = first if transposed else (first // (6 // groups)) * (4 // groups) + second
        assert float(found[first, second, row, column]) == pytest.approx(abs(weight) * float(sizes[channel]), rel=1e-5)


def test_wanda_of_dense_layers_counts_every_case(dense: Case) -> None:
    model, graph, data = dense
    hidden = model[:2](torch.cat([x[0] for x, _ in data.batches])).detach()
    found = weight_importance(model, graph, "wanda", 0, data)["2.weight"]
    torch.testing.assert_close(found, model[2].weight.detach().abs() * hidden.square().mean(0).sqrt())


def test_normalisation_scales_rank_channels(pictures: Case) -> None:
    pictures[0][1].weight.data = torch.tensor([0.5, -2.0, 0.0, 1.0])
    assert raw(pictures, "bn-scale").tolist() == [0.5, 2.0, 0.0, 1.0]


def test_groups_without_scales_are_ranked_by_size_and_named() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Conv2d(4, 3, 3), nn.Conv2d(3, 2, 3)).eval()
    model[1].weight.data = torch.tensor([1.0, 2.0, 3.0, 4.0])
    graph = trace_channels(model, torch.rand(1, 1, 9, 9))
    table = importance_table(model, graph, "bn-scale", normalisation="none")
    size = model[2].weight.detach().square().sum((1, 2, 3)) + model[3].weight.detach().square().sum((0, 2, 3))
    np.testing.assert_allclose(table.units[1:5], [1, 2, 3, 4])
    np.testing.assert_allclose(table.units[5:8], 2.5 * (size / size.mean()).numpy(), rtol=1e-6)
    assert [note for note in table.notes if "in 2:" in note and "no normalisation" in note]


def test_the_geometric_median_finds_the_redundant_channel() -> None:
    model = nn.Sequential(nn.Conv2d(1, 4, 1, bias=False), nn.ReLU(), nn.Conv2d(4, 1, 1)).eval()
    model[0].weight.data = torch.tensor([0.0, 3.0, -4.0, 9.0]).reshape(4, 1, 1, 1)
    model[2].weight.data.fill_(0.5)
    graph = trace_channels(model, torch.rand(1, 1, 8, 8))
    distances = importance_table(model, graph, "fpgm", normalisation="none").units[1:5]
    # Of the squares 0, 9, 16 and 81; size would have taken the first one.
    np.testing.assert_allclose(distances, [106.0, 88.0, 88.0, 218.0], rtol=1e-6)


def test_the_geometric_median_looks_at_what_the_next_layer_takes_in() -> None:
    model = nn.Sequential(nn.Conv2d(1, 3, 1, bias=False), nn.Flatten(), nn.Linear(12, 1)).eval()
    model[0].weight.data.fill_(1.0)
    model[2].weight.data = torch.tensor([[2.0, 0, 0, 0, 0, 2.0, 1.0, 0, 0, 0, 0, 3.0]])
    graph = trace_channels(model, torch.rand(1, 1, 2, 2))
    distances = importance_table(model, graph, "fpgm", normalisation="none").units[1:4]
    squares = np.array([[4.0, 0, 0, 0], [0, 4.0, 1.0, 0], [0, 0, 0, 9.0]])
    expected = np.linalg.norm(squares[:, None] - squares[None], axis=2).sum(1)
    np.testing.assert_allclose(distances, expected, rtol=1e-6)


def test_the_geometric_median_leaves_computed_weights_alone() -> None:
    """In training, reading a weight under spectral normalisation moves the estimate of its largest singular value."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Linear(3, 6), nn.ReLU(), spectral_norm(nn.Linear(6, 5)), nn.ReLU(), nn.Linear(5, 2)
    ).train()
    graph = trace_channels(model, torch.rand(2, 3), certify=False)
    before = copy.deepcopy(model.state_dict())
    importance_table(model, graph, "fpgm")
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_lamp_is_measured_against_the_larger_ones() -> None:
    scores = over_the_larger(np.array([1.0, 9.0, 4.0, 0.0]))
    np.testing.assert_allclose(scores, [1 / 14, 1.0, 4 / 13, 0.0])
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
    model[0].weight.data = torch.tensor([[1.0, -3.0], [2.0, 0.0]])
    found = find_criterion("lamp").weight_importance(model, Evidence())["0.weight"]
    torch.testing.assert_close(found.double(), torch.tensor([[1 / 14, 1.0], [4 / 13, 0.0]]).double())


def test_lamp_leaves_the_strongest_unit_of_each_group_at_one(pictures: Case) -> None:
    squares = raw(pictures, "l2")
    scores = raw(pictures, "lamp")
    assert scores.max() == 1.0
    np.testing.assert_array_equal(scores.argsort(), squares.argsort())


def test_apoz_counts_zeros(pictures: Case) -> None:
    model, _, data = pictures
    model[1].bias.data = torch.tensor([-9.0, 9.0, 0.0, 1.0])
    hidden = model[:3](torch.cat([x[0] for x, _ in data.batches]))
    alive = (hidden > 0).double().mean((0, 2, 3)).numpy()
    np.testing.assert_allclose(raw(pictures, "apoz"), alive)
    assert alive[0] == 0.0
    assert alive[1] == 1.0


def test_apoz_says_where_activations_are_never_zero() -> None:
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.GELU(), nn.Conv2d(4, 2, 3)).eval()
    graph = trace_channels(model, torch.rand(1, 1, 9, 9))
    data = CriterionData(((torch.rand(2, 1, 9, 9) + 0.1, torch.zeros(2)),), squared_error)
    assert "no activation that is ever zero" in importance_table(model, graph, "apoz", 0, data).notes[0]


class Residual(nn.Module):
    """Activations that the code calls itself, after a sum."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.last = nn.Conv2d(1, 3, 3, padding=1), nn.Conv2d(3, 3, 1), nn.Conv2d(3, 2, 1)

    def hidden(self, x: torch.Tensor) -> torch.Tensor:
        y = self.first(x)
        return functional.relu(y + self.second(y.tanh()))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(self.hidden(x))


def test_activations_called_in_code_are_seen() -> None:
    torch.manual_seed(0)
    model = Residual().eval()
    graph = trace_channels(model, torch.rand(1, 1, 9, 9))
    x = torch.randn(4, 1, 9, 9)
    found = importance_table(model, graph, "apoz", 0, CriterionData(((x, torch.zeros(4)),), squared_error), "none")
    # tanh is never zero here: its share is 1.
    alive = (model.hidden(x) > 0).double().mean((0, 2, 3)) + 1.0
    np.testing.assert_allclose(found.units[1:4], alive.numpy())


def test_hrank_is_the_mean_rank_of_the_feature_maps() -> None:
    model = nn.Sequential(nn.Conv2d(3, 3, 1, groups=3, bias=False), nn.ReLU(), nn.Conv2d(3, 1, 1)).eval()
    model[0].weight.data.fill_(1.0)
    mixed = nn.Sequential(nn.Conv2d(1, 3, 1), *model).eval()
    mixed[0].weight.data.fill_(1.0)
    mixed[0].bias.data = torch.tensor([0.0, -2.0, 0.0])
    graph = trace_channels(mixed, torch.rand(1, 1, 8, 8))
    one, full = torch.ones(8, 8), torch.eye(8) + 1.0
    x = torch.stack([one, full]).unsqueeze(1)
    data = CriterionData(((x[:1], torch.zeros(1)), (x[1:], torch.zeros(1))), squared_error)
    found = importance_table(mixed, graph, "hrank", 0, data, "none").units[1:4]
    expected = [
        np.mean([np.linalg.matrix_rank(np.maximum(picture.numpy() + bias, 0)) for picture in (one, full)])
        for bias in (0.0, -2.0, 0.0)
    ]
    assert found.tolist() == expected == [4.5, 0.0, 4.5]


def test_hrank_sees_volumes_slice_by_slice() -> None:
    model = nn.Sequential(nn.Conv3d(1, 2, 1), nn.ReLU(), nn.Conv3d(2, 1, 1)).eval()
    model[0].weight.data.fill_(1.0)
    model[0].bias.data = torch.tensor([0.0, -3.0])
    graph = trace_channels(model, torch.rand(1, 1, 8, 8, 8))
    x = torch.ones(1, 1, 8, 8, 8)
    x[0, 0, :4] += torch.eye(8)
    found = importance_table(model, graph, "hrank", 0, CriterionData(((x, torch.zeros(1)),), squared_error), "none")
    assert found.units[1:3].tolist() == [(4 * 8 + 4 * 1) / 8, 0.0]


def test_random_is_even_and_follows_its_seed(dense: Case) -> None:
    model, graph, _ = dense
    tables = [importance_table(model, graph, "random", seed).units for seed in (0, 0, 1)]
    assert np.array_equal(tables[0], tables[1])
    assert not np.array_equal(tables[0], tables[2])
    wide = nn.Sequential(nn.Linear(4, 400), nn.Linear(400, 2))
    units = importance_table(wide, trace_channels(wide, torch.rand(2, 4)), "random").units[1:401]
    assert abs(np.quantile(units, [0.25, 0.5, 0.75]) - [0.25, 0.5, 0.75]).max() < 0.1


@pytest.mark.parametrize(("normalisation", "expected"), [("mean", [0.5, 1.5]), ("max", [1 / 3, 1.0]), ("none", [1, 3])])
def test_normalisation_divides_each_group(normalisation: str, expected: list[float]) -> None:
    model = nn.Sequential(nn.Linear(1, 2), nn.Linear(2, 1)).eval()
    model[0].weight.data = torch.tensor([[1.0], [2.0]])
    model[1].weight.data = torch.tensor([[0.0, 1.0]])
    graph = trace_channels(model, torch.rand(2, 1))
    table = importance_table(model, graph, "l1", normalisation=normalisation)  # type: ignore[arg-type]
    np.testing.assert_allclose(table.units[1:3], expected)


@pytest.mark.parametrize("criterion", ["taylor", "taylor-group", "obd", "snip", "synflow", "l1"])
def test_ranked_over_the_whole_network_a_wide_layer_is_not_emptied_first(criterion: str) -> None:
    """What a layer does for the result is shared out among its units, so that each of many has little of it."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 16, 3), nn.ReLU(), nn.Conv2d(16, 128, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(128, 2),
    ).eval()  # fmt: skip
    x, y = torch.rand(8, 1, 12, 12), torch.arange(8) % 2
    graph = trace_channels(model, x[:1])
    data = CriterionData(((x, y),), functional.cross_entropy)
    plan = plan_pruning(model, graph, PruningConfig(criterion=criterion, amount=0.8), data)
    narrow, wide = (len(plan.kept[group.name]) / group.size for group in graph.groups if group.prunable)
    assert 0.5 < narrow / wide < 2


def test_a_layer_whose_scales_are_all_small_loses_no_more_than_others() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 8, 3), nn.BatchNorm2d(8), nn.Conv2d(8, 2, 3)
    ).eval()
    model[1].weight.data = torch.linspace(1.0, 2.0, 8)
    model[4].weight.data = torch.linspace(0.1, 0.2, 8)
    graph = trace_channels(model, torch.rand(1, 1, 9, 9))
    plan = plan_pruning(model, graph, PruningConfig(criterion="bn-scale", amount=0.5))
    assert [plan.kept[group.name] for group in graph.groups if group.prunable] == [[4, 5, 6, 7]] * 2


def test_channels_that_are_all_alike_are_said_to_be(pictures: Case) -> None:
    model, graph, _ = pictures
    assert "does not tell channels apart anywhere" in importance_table(model, graph, "bn-scale").notes[0]
    model[1].weight.data[2] = 0.5
    assert importance_table(model, graph, "bn-scale").notes == ()
