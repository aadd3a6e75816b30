"""A layer that may be taken out whole, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LayerUnit:
    """A layer, residual block or encoder level with input and output of one shape.

    Attributes
    ----------
    name
        Of the module, such as ``layer1.0``.
    kind
        Its class.
    parameters
        Elements of its parameters.
    macs
        Multiply-accumulates of it and everything in it, for one case.
    removable
        Whether it may be taken out.
    reason
        Why not, in words; None where it may.
    zeroed
        Parameters (full names) that, set to zero, make the network compute in evaluation exactly what it computes
        without the layer; empty where there are none, as of any layer that adds nothing to its input.
    max_error
        Largest relative difference, in double precision, of what it gives back then and what it was given; NaN without
        ``zeroed``.
    """

    name: str
    kind: str
    parameters: int
    macs: int
    removable: bool = True
    reason: str | None = None
    zeroed: tuple[str, ...] = ()
    max_error: float = float("nan")

    @property
    def exact(self) -> bool:
        """Whether taking it out equals zeroing a part of it, as it does with a residual block."""
        return bool(self.zeroed)
