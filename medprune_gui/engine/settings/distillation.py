"""How much a network learns from another one's answers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from medprune_gui.engine.settings.frozen import FrozenSettings


class Distillation(FrozenSettings):
    """Fine-tuning learns from the original's answers as well as from the labels.

    Attributes
    ----------
    weight
        Share of the original's answers in the loss; the labels have the rest.
    temperature
        What logits are divided by: above 1, small differences between unlikely classes count more.
    """

    weight: Annotated[float, Field(gt=0.0, le=1.0)] = 0.5
    temperature: Annotated[float, Field(gt=0.0, le=100.0)] = 2.0
