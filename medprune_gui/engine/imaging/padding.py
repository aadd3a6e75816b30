"""Values round an image that are no part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def outside_padding(stored: NDArray[Any], padding: tuple[float, float] | None) -> NDArray[np.bool_]:
    """Return which stored values are part of the image.

    Pixel Padding Value and Pixel Padding Range Limit (PS3.3 C.7.5.1.1.2) are the ends of a range, both of which are
    padding. They are stored values: compare before the modality LUT.

    Parameters
    ----------
    stored
        Of any shape.
    padding
        (lowest, highest), as a `Volume` has it; None: all values are part of the image.

    Returns
    -------
    ndarray
        Of the same shape.
    """
    if padding is None:
        return np.ones(stored.shape, dtype=np.bool_)
    return np.asarray((stored < padding[0]) | (stored > padding[1]), dtype=np.bool_)
