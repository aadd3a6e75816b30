"""Labelled cases and what is done to their pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from medprune_gui.engine.records import Task
from medprune_gui.engine.settings.frozen import FrozenSettings, Share


class TableColumns(FrozenSettings):
    """Which column of a table of cases says what; empty: there is no such column."""

    file: Annotated[str, Field(min_length=1)] = "file"
    label: Annotated[str, Field(min_length=1)] = "label"
    patient: str = "patient"
    split: str = "split"


class SplitShares(FrozenSettings):
    """How cases are divided where the data do not say: by patient, or by blocks of slices in one volume."""

    validation: Share = 0.15
    test: Share = 0.2
    gap_slices: Annotated[int, Field(ge=0)] = 3

    @model_validator(mode="after")
    def _leave_training_cases(self) -> Self:
        if self.validation + self.test >= 0.9:
            raise ValueError("validation and test together must leave at least a tenth for training")
        return self


class DataConfig(FrozenSettings):
    """Labelled cases and what is done to their pixels.

    ``kind``: ``folders`` (a folder per class, below optional ``train``/``val``/``test`` folders), ``table`` (CSV) or
    ``volumes`` (an image volume, or a folder of them, with label maps of the same names). ``size`` is
    (rows, columns) after projection; ``bits`` the grey levels kept by quantising, as a power of two.
    """

    kind: Literal["folders", "table", "volumes"]
    path: Path
    label_maps: Path | None = None
    columns: TableColumns = TableColumns()
    classes: tuple[str, ...] = ()
    positive: str | None = None
    size: tuple[Annotated[int, Field(ge=8, le=1024)], Annotated[int, Field(ge=8, le=1024)]] = (64, 64)
    bits: Annotated[int, Field(ge=1, le=16)] = 8
    percentiles: tuple[float, float] = (0.0, 100.0)
    axis: Literal["sagittal", "coronal", "axial"] = "axial"
    splits: SplitShares = SplitShares()

    @model_validator(mode="after")
    def _volumes_have_label_maps(self) -> Self:
        if self.kind == "volumes" and self.label_maps is None:
            raise ValueError("volumes need label_maps: a label map, or a folder of label maps with the images' names")
        if not 0.0 <= self.percentiles[0] < self.percentiles[1] <= 100.0:
            raise ValueError("percentiles must be two rising numbers between 0 and 100")
        return self

    @property
    def task(self) -> Task:
        """Segmentation for volumes with label maps, else classification."""
        return "segmentation" if self.kind == "volumes" else "classification"
