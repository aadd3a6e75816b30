"""What may remain of a network."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from medprune_gui.engine.settings.frozen import FrozenSettings, Share
from medprune_gui.engine.settings.runtimes import Runtime

#: What a budget limits: multiply-accumulates, parameters, bytes of the model file, bytes that a forward pass holds at
#: its peak, or milliseconds that one takes on this machine.
Quantity = Literal["macs", "parameters", "bytes", "memory", "latency"]

#: Those that only a run of what is left can tell; the others follow from counting.
MEASURED: tuple[Quantity, ...] = ("memory", "latency")

#: Quantity -> (its name, the unit of ``Budget.most``; empty: a number).
QUANTITY_NAMES: dict[Quantity, tuple[str, str]] = {
    "macs": ("MACs", ""),
    "parameters": ("parameters", ""),
    "bytes": ("bytes of the model file", "bytes"),
    "memory": ("peak memory", "bytes"),
    "latency": ("time per batch", "ms"),
}

#: Of a model file, which holds single precision; its header and the buffers of normalisation come on top.
BYTES_PER_PARAMETER = 4


def in_quantity(quantity: Quantity, parameters: float, macs: float) -> float:
    """Return what a network of so many parameters and MACs comes to in a budget's quantity.

    Raises
    ------
    ValueError
        The quantity is one of `MEASURED`.
    """
    counted: dict[Quantity, float] = {"macs": macs, "parameters": parameters, "bytes": BYTES_PER_PARAMETER * parameters}
    if quantity not in counted:
        raise ValueError(f"{QUANTITY_NAMES[quantity][0]} cannot be counted")
    return float(counted[quantity])


def quantity_in_words(quantity: Quantity, value: float) -> str:
    """Say an amount in the unit that `Budget.most` has, such as ``38,213 MACs`` or ``2.91 ms``."""
    if quantity == "latency":
        return f"{value:.3g} ms"
    name, unit = QUANTITY_NAMES[quantity]
    return f"{math.ceil(value):,} {f'bytes of {name}' if unit and not name.startswith(unit) else name}"


class Budget(FrozenSettings):
    """The most that may remain, as a share of the original or outright.

    Attributes
    ----------
    quantity
        What is limited.
    share
        Of the original, 0 to 1.
    most
        Instead of ``share``: MACs, parameters, bytes or milliseconds.
    runtime
        What runs the network, for ``latency``.
    batch
        Cases in one forward pass, for ``latency`` and ``memory``.
    """

    quantity: Quantity = "macs"
    share: Share | None = 0.5
    most: Annotated[float, Field(gt=0.0)] | None = None
    runtime: Runtime = "eager"
    batch: Annotated[int, Field(ge=1, le=1024)] = 1

    @property
    def measured(self) -> bool:
        """Whether the network has to run to see what it comes to."""
        return self.quantity in MEASURED

    @model_validator(mode="before")
    @classmethod
    def _most_replaces_the_share(cls, values: Any) -> Any:
        if isinstance(values, dict) and values.get("most") is not None and "share" not in values:
            return {**values, "share": None}
        return values

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.share is None) == (self.most is None):
            raise ValueError("give either share (of the original) or most (outright)")
        if self.runtime != "eager" and self.quantity != "latency":
            raise ValueError("runtime: only milliseconds (quantity latency) depend on it: leave it out")
        if self.batch != 1 and not self.measured:
            raise ValueError("batch: only latency and memory depend on it: leave it out")
        return self

    def most_of(self, whole: float) -> float:
        """Return the most that may remain, of an original that comes to ``whole`` in the same quantity."""
        if self.most is not None:
            return self.most
        assert self.share is not None
        return self.share * whole
