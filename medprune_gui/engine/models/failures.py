"""What a network's own code may raise while it runs, and how that is told. Needs no torch."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from medprune_gui.engine.errors import ArchitectureError, OutOfMemoryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from torch import Tensor, nn

#: What the code of a network raises where an input, a size or a mode does not suit it. A network is anybody's Python
#: code: it looks things up (LookupError, AttributeError), asserts and divides sizes (ArithmeticError), imports what is
#: not installed, takes the first of no parameters (StopIteration), or calls torch, which raises the rest. Not among
#: them are what ends a program, `MedPruneError`, which is told in words already, and errors of files and memory.
NETWORK_FAILURES = (
    ArithmeticError, AssertionError, AttributeError, ImportError, LookupError, NameError, RuntimeError, StopIteration,
    TypeError, ValueError,
)  # fmt: skip

# Said by torch's messages, which speak of what went wrong; the message of a KeyError is the key.
_TELLING = (ImportError, RuntimeError, ValueError)


def failure_in_words(error: BaseException) -> str:
    """Return an error's message, with its kind where the message alone says too little."""
    message = str(error).strip()
    if message and isinstance(error, _TELLING):
        return message
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def is_out_of_memory(error: BaseException) -> bool:
    """Whether there was not enough memory: torch says so in a RuntimeError, of its own kind on a GPU only."""
    message = str(error)
    return isinstance(error, MemoryError) or "allocate memory" in message or "out of memory" in message


@contextmanager
def failures_in_words(network: nn.Module, inputs: Sequence[Tensor]) -> Iterator[None]:
    """Run a network's code inside: what it raises becomes an error that names the network and its input.

    Raises
    ------
    ArchitectureError
        The network does not run on the inputs.
    OutOfMemoryError
        There is too little memory for it.
    """
    try:
        yield
    except (*NETWORK_FAILURES, MemoryError) as error:
        shapes = ", ".join(str(tuple(x.shape)) for x in inputs)
        where = type(network).__name__
        if is_out_of_memory(error):
            raise OutOfMemoryError(
                f"running the network on an input of shape {shapes} needs more memory than there is",
                where=where,
                remedy="Choose a smaller input, a smaller batch or a smaller network",
            ) from error
        raise ArchitectureError(
            f"the network does not run on an input of shape {shapes}: {failure_in_words(error)}",
            where=where,
            remedy="Choose an input size that fits the network",
        ) from error
