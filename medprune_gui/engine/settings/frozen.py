"""The base of all settings: frozen, checked, and without unknown keys."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

#: More than nothing, less than all.
Share = Annotated[float, Field(gt=0.0, lt=1.0)]


class FrozenSettings(BaseModel):
    """One table of an experiment file."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
