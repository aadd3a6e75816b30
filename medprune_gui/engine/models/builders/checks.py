"""What networks ask of the picture's size and of their parameters together, said before torch stumbles over it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from torch import nn

from medprune_gui.engine.errors import ArchitectureError

Parameters: TypeAlias = dict[str, Any]

#: (rows, columns) of a picture.
Size: TypeAlias = tuple[int, int]

#: Called with parameters, classes, size and channels of the input.
Builder: TypeAlias = Callable[[Parameters, int, Size, int], nn.Module]

#: Channels that group normalisation takes together are an eighth of a layer's, as in MONAI's SegResNet.
GROUPS = 8


def at_least(least: int, size: Size, name: str) -> None:
    """Raise ArchitectureError where a picture is shorter than ``least`` along either axis."""
    if min(size) < least:
        raise ArchitectureError(
            f"{name} cannot take pictures of {size[0]} x {size[1]}",
            where="data.size",
            remedy=f"Use pictures of at least {least} x {least}",
        )


def multiples_of(step: int, size: Size, name: str) -> None:
    """Raise ArchitectureError where rows or columns are no multiples of ``step``."""
    if any(length % step for length in size):
        fitting = tuple(max(step, round(length / step) * step) for length in size)
        raise ArchitectureError(
            f"{name} cannot take pictures of {size[0]} x {size[1]}",
            where="data.size",
            remedy=f"Use rows and columns that are multiples of {step}, such as {fitting[0]} x {fitting[1]}",
        )


def more_than_one_place(step: int, size: Size, name: str) -> None:
    """Raise ArchitectureError where a single place is left at the bottom, which instance normalisation refuses."""
    if math.prod(length // step for length in size) < 2:
        raise ArchitectureError(
            f"{name} leaves a single place of pictures of {size[0]} x {size[1]}",
            where="data.size",
            remedy=f"Use larger pictures, such as {2 * step} x {2 * step}, or fewer levels",
        )


def same_length(parameters: Parameters, one: str, other: str, fewer: int = 0) -> None:
    """Raise ArchitectureError unless list ``other`` is ``fewer`` items shorter than list ``one``."""
    expected = len(parameters[one]) - fewer
    if len(parameters[other]) != expected:
        raise ArchitectureError(
            f"{len(parameters[one])} levels of {one} need {expected} {other}, not {len(parameters[other])}",
            where="model.parameters",
            remedy=f"Give {other} one number fewer than {one}: one for each step down"
            if fewer
            else f"Give {other} as many numbers as {one}: one for each level",
        )


def divides(parameters: Parameters, divisor: str, number: str) -> None:
    """Raise ArchitectureError unless one parameter divides another."""
    if parameters[number] % parameters[divisor]:
        raise ArchitectureError(
            f"{number} {parameters[number]} cannot be shared out evenly over {divisor} {parameters[divisor]}",
            where="model.parameters",
            remedy=f"Choose {number} as a multiple of {divisor}",
        )


def normalisation(name: str, widths: Sequence[int]) -> tuple[str, dict[str, Any]]:
    """Return a normalisation with weights of its own, as MONAI takes it.

    Raises
    ------
    ArchitectureError
        Group normalisation does not go with these numbers of channels.
    """
    if name != "group":
        return name, {"affine": True}
    if odd := [width for width in widths if width % GROUPS]:
        raise ArchitectureError(
            f"group normalisation takes channels in {GROUPS} groups, and {odd[0]} channels cannot be shared out evenly",
            where="model.parameters",
            remedy=f"Choose multiples of {GROUPS}, or batch or instance normalisation",
        )
    return "group", {"num_groups": GROUPS}
