"""Of nearly every network of MONAI at least nine groups in ten are certified; those that fall short are named."""

from __future__ import annotations

import pytest
import torch

from medprune_gui.engine.models.monai_networks import reference_networks
from medprune_gui.engine.pruning import trace_channels

OUTPUT = "its channels are the network's output"
SHARE = 0.9

MIXED = "layer normalisation mixes all its channels"
MEAN = "a mean or an extreme is taken over its channels"
FIXED = "it is combined with something whose size is fixed"
NOT_FOLLOWED = "it passes through the operation index_put_, which cannot be followed"
NOT_RUN = "the network does not run without some of its channels"
TOGETHER = "all its channels belong together"

#: Networks of which fewer can go: the groups certified, of how many besides the outputs, and why the others stay.
#: Removing what layer normalisation mixes changes its statistics, so that it cannot equal zeroing.
FEWER: dict[str, tuple[int, int, set[str]]] = {
    "critic": (5, 6, {MEAN}),
    "decoder-only-transformer": (4, 5, {MIXED}),
    "diffusion-unet": (19, 23, {TOGETHER}),  # Norm groups across joined skips tie all their channels.
    "globalnet": (8, 9, {f"{NOT_RUN}: the layer output_block needs them all"}),
    "masked-autoencoder-vit": (8, 14, {MIXED, FIXED, NOT_FOLLOWED}),
    "patchdiscriminator": (0, 0, set()),  # It hands out the channels of every layer.
    "swinunetr": (37, 42, {MIXED}),
    "swinunetr-3d": (37, 42, {MIXED}),
    "swinunetr-v2": (41, 46, {MIXED}),
    "vqvae": (8, 10, {MEAN}),
}  # fmt: skip

# MONAI's own code warns of what torch is going to change.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::FutureWarning")


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    "name",
    [
        name if name in FEWER and "swin" not in name else pytest.param(name, marks=pytest.mark.slow)
        for name in reference_networks()
    ],
)
def test_nearly_all_groups_are_certified_or_named(name) -> None:
    torch.manual_seed(0)
    network = reference_networks()[name]
    graph = trace_channels(network.build(), network.example())
    inner = [group for group in graph.groups if group.reason != OUTPUT]
    certified = sum(group.prunable for group in inner)
    reasons = {group.reason for group in inner if not group.prunable}
    assert graph.exact == bool(certified)
    if name in FEWER:
        assert (certified, len(inner), reasons) == FEWER[name]
    else:
        assert certified >= SHARE * len(inner)
