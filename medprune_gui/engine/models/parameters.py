"""Which values the networks' parameters may have. No torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medprune_gui.engine.errors import ArchitectureError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a parameter may be: in words, as a test of a value, and as the words to choose from where it is one."""

    words: str
    fits: Callable[[Any], bool]
    choices: tuple[str, ...] = ()


def _whole(low: int, high: int) -> Allowed:
    return Allowed(f"a whole number from {low} to {high:,}", lambda value: _is_whole(value, low, high))


def _number(low: float, high: float) -> Allowed:
    return Allowed(
        f"a number from {low:g} to {high:g}",
        lambda value: isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high,
    )


def _wholes(shortest: int, longest: int, low: int, high: int) -> Allowed:
    return Allowed(
        f"a list of {shortest} to {longest} whole numbers from {low} to {high:,}",
        lambda value: (
            isinstance(value, list | tuple)
            and shortest <= len(value) <= longest
            and all(_is_whole(item, low, high) for item in value)
        ),
    )


def _one_of(*names: str) -> Allowed:
    return Allowed(" or ".join(names), lambda value: value in names, names)


def _yes_or_no() -> Allowed:
    return Allowed("true or false", lambda value: isinstance(value, bool))


def _is_whole(value: Any, low: int, high: int) -> bool:
    # True is a whole number to Python, but a slip in a settings file.
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


# A parameter of one name means the same in every network.
ALLOWED: Mapping[str, Allowed] = {
    "filters": _wholes(1, 10, 1, 4096),
    "dense": _whole(1, 65_536),
    "dropout": _number(0.0, 0.95),
    "channels": _wholes(2, 10, 1, 4096),
    "strides": _wholes(1, 9, 1, 8),
    "num_res_units": _whole(0, 8),
    "norm": _one_of("batch", "instance", "group"),
    "init_features": _whole(1, 4096),
    "growth_rate": _whole(1, 1024),
    "block_config": _wholes(1, 6, 1, 64),
    "dropout_prob": _number(0.0, 0.95),
    "conv1_t_size": _whole(1, 31),
    "conv1_t_stride": _whole(1, 8),
    "widen_factor": _number(0.05, 8.0),
    "layers": _wholes(4, 4, 1, 64),
    "inplanes": _whole(1, 4096),
    "reduction": _whole(1, 256),
    "model_name": _one_of(*(f"efficientnet-b{number}" for number in range(8))),
    "patch_size": _whole(1, 256),
    "hidden_size": _whole(1, 8192),
    "mlp_dim": _whole(1, 32_768),
    "num_layers": _whole(1, 64),
    "num_heads": _whole(1, 256),
    "dropout_rate": _number(0.0, 0.95),
    "features": _wholes(6, 6, 1, 4096),
    "init_filters": _whole(1, 4096),
    "blocks_down": _wholes(2, 8, 1, 64),
    "blocks_up": _wholes(1, 7, 1, 64),
    "res_block": _yes_or_no(),
    "feature_size": _whole(1, 4096),
    "depths": _wholes(4, 4, 1, 64),
    "window_size": _whole(1, 64),
    "drop_rate": _number(0.0, 0.95),
}


def check_parameters(given: Mapping[str, Any], usual: Mapping[str, Any]) -> None:
    """Raise ArchitectureError where a known parameter has a value that no network can be built with."""
    for name, value in given.items():
        if not ALLOWED[name].fits(value):
            usually = list(usual[name]) if isinstance(usual[name], tuple) else usual[name]
            raise ArchitectureError(
                f"{name} must be {ALLOWED[name].words}, not {value!r}",
                where="model.parameters",
                remedy=f"The usual value is {usually}",
            )
