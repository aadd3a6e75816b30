"""What may remain of a network."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from medprune_gui.engine.settings.frozen import FrozenSettings, Share

#: What a budget limits: multiply-accumulates, parameters, or bytes of the model file.
Quantity = Literal["macs", "parameters", "bytes"]

#: Quantity -> (its name, the unit of ``Budget.most``; empty: a number).
QUANTITY_NAMES: dict[Quantity, tuple[str, str]] = {
    "macs": ("MACs", ""),
    "parameters": ("parameters", ""),
    "bytes": ("bytes of the model file", "bytes"),
}

#: Of a model file, which holds single precision; its header and the buffers of normalisation come on top.
BYTES_PER_PARAMETER = 4


def in_quantity(quantity: Quantity, parameters: float, macs: float) -> float:
    """Return what a network of so many parameters and MACs comes to in a budget's quantity."""
    return float({"macs": macs, "parameters": parameters, "bytes": BYTES_PER_PARAMETER * parameters}[quantity])


class Budget(FrozenSettings):
    """The most that may remain, as a share of the original or outright.

    Attributes
    ----------
    quantity
        What is limited.
    share
        Of the original, 0 to 1.
    most
        Instead of ``share``: MACs, parameters or bytes.
    """

    quantity: Quantity = "macs"
    share: Share | None = 0.5
    most: Annotated[float, Field(gt=0.0)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _most_replaces_the_share(cls, values: Any) -> Any:
        if isinstance(values, dict) and values.get("most") is not None and "share" not in values:
            return {**values, "share": None}
        return values

    @model_validator(mode="after")
    def _share_or_most(self) -> Self:
        if (self.share is None) == (self.most is None):
            raise ValueError("give either share (of the original) or most (outright)")
        return self

    def most_of(self, whole: float) -> float:
        """Return the most that may remain, of an original that comes to ``whole`` in the same quantity."""
        if self.most is not None:
            return self.most
        assert self.share is not None
        return self.share * whole
