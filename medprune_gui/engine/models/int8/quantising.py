"""A network quantised to int8 after its training, as it computes, and how many bytes it stores."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from medprune_gui.engine.errors import ArchitectureError
from medprune_gui.engine.models.copies import private_copy
from medprune_gui.engine.models.int8.activations import calibrated_ranges
from medprune_gui.engine.models.int8.folding import fold_batch_norm
from medprune_gui.engine.models.int8.layers import Int8Layer
from medprune_gui.engine.models.int8.plain_layers import NOT_REACHED, plain_layers

# The attribute of a layer that says why it was left alone.
_REASON = "float_reason"


def quantise_int8(model: nn.Module, calibration_batches: Sequence[Tensor]) -> nn.Module:
    """Return a copy whose convolutions and linear layers compute with int8 weights and uint8 inputs, emulated.

    Batch normalisation that follows a convolution is folded into it first, where `folding` proves that it may be.
    What else there is (other normalisations, activations, attention) stays in float32, as do layers that are more than
    their kind or are used in other ways than by calling them; `float_notes` says which and why.

    Parameters
    ----------
    model
        Trained; it is not changed.
    calibration_batches
        Training cases, (case, channel, row, column) each, on the model's device, prepared as for the network.

    Returns
    -------
    nn.Module
        In evaluation mode, on the model's device; every quantised layer is an `Int8Layer`.

    Raises
    ------
    ArchitectureError
        There is no layer that could be quantised, or the network does not run on the cases.
    InputError
        There are no calibration cases.
    ComputeError
        An input of a layer is not finite, or there is too little memory for a batch.
    """
    network = private_copy(model, own_parameters=True).eval().requires_grad_(False)
    fold_batch_norm(network)
    found, left = plain_layers(network, calibration_batches)
    # What the code counts or keeps while it is calibrated is not the result's.
    private = private_copy(network)
    ranges = calibrated_ranges(private, {name: private.get_submodule(name) for name in found}, calibration_batches)
    left |= {name: NOT_REACHED for name in found if name not in ranges}
    for name, reason in left.items():
        vars(network.get_submodule(name))[_REASON] = reason
    if not ranges:
        raise ArchitectureError(
            ". ".join(
                ("this network has no convolution or linear layer that could be quantised", *float_notes(network))
            ),
            where=type(model).__name__,
            remedy="Choose a network with convolutions",
        )
    device = calibration_batches[0].device
    replaced = {id(found[name]): Int8Layer(found[name], entering).to(device) for name, entering in ranges.items()}
    # A layer may stand in several places.
    for name, module in list(network.named_modules(remove_duplicate=False)):
        if id(module) in replaced:
            if not name:
                return replaced[id(module)].eval()
            network.set_submodule(name, replaced[id(module)])
    return network.eval()


def int8_layers(network: nn.Module) -> tuple[str, ...]:
    """Return the names of the layers that compute with integers, in the order of the network."""
    return tuple(name for name, module in network.named_modules() if isinstance(module, Int8Layer))


def float_layers(network: nn.Module) -> tuple[str, ...]:
    """Return the names of the other modules with parameters of their own, which stayed in float32."""
    return tuple(
        name
        for name, module in network.named_modules()
        if not isinstance(module, Int8Layer) and any(True for _ in module.parameters(recurse=False))
    )


def float_notes(network: nn.Module) -> tuple[str, ...]:
    """Return in words which convolutions and linear layers of a quantised network stayed in float32, and why."""
    names: dict[str, list[str]] = {}
    for name, module in network.named_modules():
        if (reason := vars(module).get(_REASON)) is not None:
            names.setdefault(reason, []).append(name or type(module).__name__)
    return tuple(f"Kept in float32: {', '.join(layers)} ({reason})" for reason, layers in names.items())


def stored_bytes(network: nn.Module) -> int:
    """Return the bytes of all that a network stores, shared tensors once: parameters and persistent buffers.

    Of a quantised layer: a byte a weight, a float32 a scale and a bias, and five bytes for the range of its input.
    """
    stored = {(tensor.data_ptr(), tensor.numel()): tensor for tensor in network.state_dict().values()}
    return sum(tensor.numel() * tensor.element_size() for tensor in stored.values())
