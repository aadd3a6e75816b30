"""Small random changes to training images: a function of (seed, epoch, index of the case)."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

_MAX_ROTATION = math.radians(10.0)
_MAX_SHIFT = 0.05  # of the image's height and width
_MAX_ZOOM = 0.05
_MAX_GAIN = 0.1
_MAX_OFFSET = 0.1  # of the image's own standard deviation


def draw_changes(cases: int, seed: int, epoch: int) -> Tensor:
    """Draw one epoch's changes for all cases, so that they do not depend on how the cases are batched.

    Returns
    -------
    (cases, 6), uniform from -1 to 1: rotation, row shift, column shift, zoom, gain, offset.
    """
    random = np.random.default_rng([seed, epoch, 1])
    return torch.from_numpy(random.uniform(-1.0, 1.0, size=(cases, 6)).astype(np.float32))


def augment(images: Tensor, targets: Tensor, changes: Tensor) -> tuple[Tensor, Tensor]:
    """Rotate, shift and zoom a little, and vary contrast and brightness; never mirror.

    Left and right mean something in medical images, so there is no flip. Label maps move with their images.

    Parameters
    ----------
    images
        (n, channel, row, column).
    targets
        (n,) classes, returned as they are, or (n, row, column) label maps, taken from the nearest pixel.
    changes
        (n, 6) rows of `draw_changes`.
    """
    rotation, down, right, zoom, gain, offset = changes.to(images.device).unbind(1)
    rows, columns = images.shape[-2:]
    cosine = torch.cos(rotation * _MAX_ROTATION) * (1 + zoom * _MAX_ZOOM)
    sine = torch.sin(rotation * _MAX_ROTATION) * (1 + zoom * _MAX_ZOOM)
    # The grid counts from -1 to 1 along both axes: the ratio keeps a rotation a rotation where they differ in length.
    matrix = torch.stack(
        [
            torch.stack([cosine, -sine * (rows / columns), right * (2 * _MAX_SHIFT)], dim=1),
            torch.stack([sine * (columns / rows), cosine, down * (2 * _MAX_SHIFT)], dim=1),
        ],
        dim=1,
    )
    grid = functional.affine_grid(matrix, [len(images), 1, rows, columns], align_corners=False)
    moved = functional.grid_sample(images, grid, padding_mode="border", align_corners=False)
    if targets.ndim > 1:
        labels = targets.unsqueeze(1).to(images.dtype)
        labels = functional.grid_sample(labels, grid, mode="nearest", padding_mode="border", align_corners=False)
        targets = labels.squeeze(1).to(targets.dtype)
    spread = moved.std(dim=(1, 2, 3), keepdim=True, correction=0)

    def per_image(value: Tensor) -> Tensor:
        return value.view(-1, 1, 1, 1)

    return moved * per_image(1 + gain * _MAX_GAIN) + per_image(offset * _MAX_OFFSET) * spread, targets
