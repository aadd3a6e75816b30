"""Single kernels of convolutions (Mao et al. 2017, Exploring the granularity of sparsity, arXiv:1705.08922)."""

from __future__ import annotations

import torch


def kernel_cells(outputs: int, inputs: int, places: int) -> torch.Tensor:
    """Return the numbers of the kernels, each of one input and one output channel.

    Returns
    -------
    (output, input, kernel) of kernel numbers.
    """
    numbers = torch.arange(outputs * inputs).reshape(outputs, inputs, 1)
    return numbers.expand(outputs, inputs, places)
