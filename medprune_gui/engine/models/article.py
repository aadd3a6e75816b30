"""The article network: five convolutions, each halving the picture, and two dense layers."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from medprune_gui.engine.errors import ArchitectureError


class ArticleNetwork(nn.Module):
    """Plain convolutional classifier: 3x3 convolutions with ReLU and 2x2 max pooling, then two dense layers.

    Parameters
    ----------
    in_channels
        Channels of the picture.
    classes
        Classes to tell apart.
    size
        (rows, columns) of the picture; each pooling halves it, rounding down.
    filters
        Filters of each convolution; its length is the number of halvings.
    dense
        Units of the hidden dense layer.
    dropout
        Share of the hidden units that is silenced in training.

    Raises
    ------
    ArchitectureError
        The picture is too small to be halved so often.
    """

    def __init__(
        self,
        in_channels: int = 1,
        classes: int = 2,
        size: tuple[int, int] = (64, 64),
        filters: Sequence[int] = (32, 64, 128, 256, 512),
        dense: int = 128,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        filters = tuple(filters)
        least = 2 ** len(filters)
        if min(size) < least:
            raise ArchitectureError(
                f"pictures of {size[0]} x {size[1]} are too small to be halved {len(filters)} times",
                where="article",
                remedy=f"Use pictures of at least {least} x {least}, or fewer filters",
            )
        self.features = nn.Sequential()
        channels = in_channels
        for number, width in enumerate(filters, start=1):
            self.features.add_module(f"conv{number}", nn.Conv2d(channels, width, 3, padding=1))
            self.features.add_module(f"relu{number}", nn.ReLU())
            self.features.add_module(f"pool{number}", nn.MaxPool2d(2))
            channels = width
        self.classifier = nn.Sequential()
        self.classifier.add_module("flatten", nn.Flatten())
        self.classifier.add_module("dense", nn.Linear(channels * (size[0] // least) * (size[1] // least), dense))
        self.classifier.add_module("relu", nn.ReLU())
        self.classifier.add_module("dropout", nn.Dropout(dropout))
        self.classifier.add_module("output", nn.Linear(dense, classes))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return logits (batch, classes) for pictures (batch, channel, row, column)."""
        logits: torch.Tensor = self.classifier(self.features(images))
        return logits
