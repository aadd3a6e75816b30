"""What may remain of a network, and what pruning must not cost."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from medprune_gui.engine.settings.frozen import FrozenSettings, Share

#: What a budget limits: multiply-accumulates, parameters, bytes of the model file, peak memory of a prediction in
#: bytes, or milliseconds of a prediction measured on this machine.
Quantity = Literal["macs", "parameters", "bytes", "memory", "latency"]

#: Quantity -> (its name, the unit of ``Budget.most``; empty: a number).
QUANTITY_NAMES: dict[Quantity, tuple[str, str]] = {
    "macs": ("MACs", ""),
    "parameters": ("parameters", ""),
    "bytes": ("bytes of the model file", "bytes"),
    "memory": ("peak memory", "bytes"),
    "latency": ("latency", "ms"),
}

#: What runs the network when its latency is measured.
Runtime = Literal["eager", "onnxruntime", "openvino"]


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
    runtime, batch
        Of ``latency`` (and ``batch`` of ``memory``): what runs the network, and how many cases at a time.
    """

    quantity: Quantity = "macs"
    share: Share | None = 0.5
    most: Annotated[float, Field(gt=0.0)] | None = None
    runtime: Runtime = "eager"
    batch: Annotated[int, Field(ge=1, le=1024)] = 1

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


class FloorSettings(FrozenSettings):
    """What pruning must not cost on the validation split, ``pruning.floors``; after each step it is looked at.

    Attributes
    ----------
    metric
        The least that the verdict's metric may be.
    drop
        The most that it may fall below the original's.
    classes
        Class -> the least that its recall, or its Dice in segmentation, may be.
    class_drop
        The most that any class's recall, or Dice, may fall below the original's.
    tries
        How often a step that fell below a floor is tried again, each time half as far.
    """

    metric: Annotated[float, Field(ge=0.0, le=1.0)] | None = None
    drop: Annotated[float, Field(ge=0.0, le=1.0)] | None = None
    classes: dict[str, Annotated[float, Field(ge=0.0, le=1.0)]] = Field(default_factory=dict)
    class_drop: Annotated[float, Field(ge=0.0, le=1.0)] | None = None
    tries: Annotated[int, Field(ge=0, le=10)] = 2

    @property
    def any(self) -> bool:
        """Whether there is any floor."""
        return self.metric is not None or self.drop is not None or bool(self.classes) or self.class_drop is not None
