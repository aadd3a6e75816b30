"""Blocks of a layer's matrix (Narang et al. 2017, Block-sparse recurrent neural networks, arXiv:1711.02782)."""

from __future__ import annotations

import torch


def block_cells(outputs: int, inputs: int, places: int, block: tuple[int, int]) -> torch.Tensor:
    """Return the numbers of the blocks of the matrix (output, input x kernel); those at its edges may be smaller.

    Returns
    -------
    (output, input, kernel) of block numbers.
    """
    rows, columns = block
    across = -(-inputs * places // columns)
    down = torch.arange(outputs) // rows
    right = torch.arange(inputs * places) // columns
    return (down[:, None] * across + right[None, :]).reshape(outputs, inputs, places)
