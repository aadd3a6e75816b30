"""Quantisation to int8 after training: static, with scales of weights and inputs that minimise the squared error."""

from medprune_gui.engine.models.int8.quantising import (
    float_layers,
    float_notes,
    int8_layers,
    quantise_int8,
    stored_bytes,
)

__all__ = ["float_layers", "float_notes", "int8_layers", "quantise_int8", "stored_bytes"]
