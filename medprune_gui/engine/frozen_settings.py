"""The base of all settings: frozen, checked, and without unknown keys."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class FrozenSettings(BaseModel):
    """One table of an experiment file."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
