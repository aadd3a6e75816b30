"""The validated settings of an experiment, one TOML table each: no torch, no Qt."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

import tomli_w
from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator

from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.frozen_settings import FrozenSettings as _Settings
from medprune_gui.engine.pruning.criterion_names import Normalisation, criterion_info
from medprune_gui.engine.pruning_settings import (
    PREPARED,
    ZEROED,
    GrowthSettings,
    RewindingSettings,
    Schedule,
    SoftSettings,
    numbers_of,
)
from medprune_gui.engine.records import Task

Share = Annotated[float, Field(gt=0.0, lt=1.0)]


class TableColumns(_Settings):
    """Which column of a table of cases says what; empty: there is no such column."""

    file: Annotated[str, Field(min_length=1)] = "file"
    label: Annotated[str, Field(min_length=1)] = "label"
    patient: str = "patient"
    split: str = "split"


class SplitShares(_Settings):
    """How cases are divided where the data do not say: by patient, or by blocks of slices in one volume."""

    validation: Share = 0.15
    test: Share = 0.2
    gap_slices: Annotated[int, Field(ge=0)] = 3

    @model_validator(mode="after")
    def _leave_training_cases(self) -> Self:
        if self.validation + self.test >= 0.9:
            raise ValueError("validation and test together must leave at least a tenth for training")
        return self


class DataConfig(_Settings):
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


class ModelConfig(_Settings):
    """A network by its registered name, its parameters, and weights to start from.

    ``weights``: a model folder, a ``.safetensors`` file or a ``state_dict``; given, the original is not trained.
    """

    architecture: str = "article"
    parameters: dict[str, Any] = Field(default_factory=dict)
    weights: Path | None = None


class TrainingConfig(_Settings):
    """Training of the original, or fine-tuning of the pruned network."""

    epochs: Annotated[int, Field(ge=0, le=10_000)] = 6
    batch_size: Annotated[int, Field(ge=1, le=4096)] = 32
    learning_rate: Annotated[float, Field(gt=0.0, le=10.0)] = 1e-3
    optimiser: Literal["adamw", "sgd"] = "adamw"
    weight_decay: Annotated[float, Field(ge=0.0, le=1.0)] = 1e-4
    class_weights: bool = True
    augment: bool = True


class Budget(_Settings):
    """The most that may remain, as a share of the original: of the MACs or of the parameters."""

    quantity: Literal["macs", "parameters"] = "macs"
    share: Share = 0.5


class PruningConfig(_Settings):
    """How a network is pruned.

    Attributes
    ----------
    granularity
        ``channel`` removes whole channel groups (attention heads among them). The others set to zero and remove
        nothing: single weights (``weight``), weights in an N:M pattern along a layer's inputs (``n:m``), blocks of a
        layer's matrix (``block``), single kernels of convolutions (``kernel``), or all weights of a layer's output
        (``filter``).
    pattern
        Of ``n:m``: of each M weights N stay. It says the amount where none is given.
    block
        Of ``block``: (rows, columns).
    criterion
        Importance, by a name of `medprune_gui.engine.pruning.criterion_names.catalogue`, such as ``l1``.
    normalisation
        What the importance of a group's channels is divided by before groups are compared: their ``mean``, their
        largest (``max``), or ``none``; not given: what suits the criterion.
    scope
        ``global`` ranks all groups together, ``layer`` removes the same share in each.
    amount
        Share of units to remove, 0 to 1; not with ``budget``.
    budget
        What may remain instead of an amount.
    schedule, steps
        How the amount is reached; see `medprune_gui.engine.pruning.schedule`.
    epochs_per_step
        Epochs of fine-tuning after each step but the last; of ``growing`` and ``soft``, which cut once, ``steps`` times
        as many epochs prepare the cut.
    round_to
        Channels kept in a group are a multiple of this, never fewer than ``min_channels``.
    """

    granularity: Literal["channel", "weight", "n:m", "block", "kernel", "filter"] = "channel"
    pattern: str = "2:4"
    block: tuple[Annotated[int, Field(ge=1, le=1024)], Annotated[int, Field(ge=1, le=1024)]] = (4, 4)
    criterion: str = "l1"
    normalisation: Normalisation | None = None
    scope: Literal["global", "layer"] = "global"
    amount: Annotated[float, Field(ge=0.0, lt=1.0)] | None = None
    budget: Budget | None = None
    schedule: Schedule = "cubic"
    steps: Annotated[int, Field(ge=1, le=100)] = 3
    epochs_per_step: Annotated[int, Field(ge=0, le=1000)] = 1
    round_to: Annotated[int, Field(ge=1, le=64)] = 1
    min_channels: Annotated[int, Field(ge=1)] = 2
    seed: int = 0
    soft: SoftSettings = SoftSettings()
    growth: GrowthSettings = GrowthSettings()
    rewinding: RewindingSettings = RewindingSettings()

    @property
    def zeroes(self) -> bool:
        """Whether pruning sets to zero and removes nothing."""
        return self.granularity in ZEROED

    @property
    def greatest_amount(self) -> float:
        """The most that the granularity can prune."""
        if self.granularity != "n:m":
            return 1.0
        kept, group = numbers_of(self.pattern)
        return 1.0 - kept / group

    @field_validator("criterion")
    @classmethod
    def _is_a_criterion(cls, name: str) -> str:
        try:
            criterion_info(name)
        except ConfigError as error:
            raise ValueError(f"there is no such criterion ({error.remedy})") from error
        return name

    @field_validator("pattern")
    @classmethod
    def _is_a_pattern(cls, pattern: str) -> str:
        numbers_of(pattern)
        return pattern

    @model_validator(mode="before")
    @classmethod
    def _pattern_says_the_amount(cls, values: Any) -> Any:
        if not isinstance(values, dict) or values.get("granularity") != "n:m":
            return values
        if values.get("amount") is not None or values.get("budget") is not None:
            return values
        kept, group = numbers_of(str(values.get("pattern", cls.model_fields["pattern"].default)))
        return {**values, "amount": 1.0 - kept / group}

    @model_validator(mode="after")
    def _amount_or_budget(self) -> Self:
        if (self.amount is None) == (self.budget is None):
            raise ValueError("give either amount (a share to remove) or budget (what may remain)")
        if self.zeroes and self.budget is not None:
            raise ValueError("zeroed weights cost as much as before: give amount instead of budget")
        if self.zeroes and self.granularity not in criterion_info(self.criterion).granularities:
            raise ValueError(f"criterion: {self.criterion} ranks whole channels, not what {self.granularity} zeroes")
        if self.amount is not None and self.amount > self.greatest_amount + 1e-6:
            raise ValueError(f"amount: the pattern {self.pattern} can zero no more than {self.greatest_amount:.4g}")
        if self.schedule in PREPARED and self.epochs_per_step == 0:
            raise ValueError(f"epochs_per_step: the schedule {self.schedule} needs at least 1")
        return self


class EvaluationConfig(_Settings):
    """What the two networks are compared by."""

    metric: Literal["auc", "accuracy", "dice"] | None = None
    margin: Annotated[float, Field(gt=0.0, lt=1.0)] = 0.02
    latency_batch: Annotated[int, Field(ge=1, le=1024)] = 1
    latency_repeats: Annotated[int, Field(ge=5, le=10_000)] = 60
    latency_warm_up: Annotated[int, Field(ge=0, le=1000)] = 10


class ExperimentConfig(_Settings):
    """One experiment: the same file that the window writes and the command line reads."""

    name: str = "Experiment"
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    notes: tuple[str, ...] = ()
    data: DataConfig
    model: ModelConfig = ModelConfig()
    training: TrainingConfig = TrainingConfig()
    pruning: PruningConfig = PruningConfig(budget=Budget())
    fine_tuning: TrainingConfig = TrainingConfig(epochs=3, learning_rate=5e-4)
    evaluation: EvaluationConfig = EvaluationConfig()


def load_experiment(path: Path) -> ExperimentConfig:
    """Read an experiment file.

    Relative paths in it are looked for beside the file, in the current folder, and in the folder that the
    environment variable ``MEDPRUNE_DATA`` names, in this order.

    Raises
    ------
    ConfigError
        The file is missing, no TOML, a key or value in it cannot be used, or a relative path leads nowhere.
    """
    try:
        values = tomllib.loads(path.read_bytes().decode("utf-8", "surrogateescape"))
    except OSError as error:
        raise ConfigError(
            "the experiment file cannot be read", where=path, remedy=error.strerror or str(error)
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"this is no valid TOML: {error}", where=path) from error
    try:
        config = ExperimentConfig.model_validate(values)
    except ValidationError as error:
        raise config_error(error, path) from error
    data = config.data.model_copy(
        update={
            "path": _locate(config.data.path, path.parent),
            "label_maps": config.data.label_maps and _locate(config.data.label_maps, path.parent),
        }
    )
    weights = config.model.weights and _locate(config.model.weights, path.parent)
    return config.model_copy(update={"data": data, "model": config.model.model_copy(update={"weights": weights})})


def config_error(error: ValidationError, where: str | os.PathLike[str] | None = None) -> ConfigError:
    """Say a validation error in words: the first key at fault, what is wrong, what is allowed."""
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"]) or "the experiment"
    if first["type"] == "extra_forbidden":
        return ConfigError(
            f"{key}: there is no such key",
            where=where,
            remedy=f"The keys here are {', '.join(_keys_beside(first['loc']))}",
        )
    if first["type"] == "missing":
        return ConfigError(
            f"{key} is missing", where=where, remedy="Add it; resources/examples shows whole experiments"
        )
    message = first["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return ConfigError(
        f"{key}: {message}, not {first['input']!r}" if _plain(first["input"]) else f"{key}: {message}", where=where
    )


def _plain(value: object) -> bool:
    return isinstance(value, (str, int, float, bool))


def _keys_beside(location: tuple[int | str, ...]) -> list[str]:
    model: type[BaseModel] = ExperimentConfig
    if location and location[0] not in ExperimentConfig.model_fields:
        # An error of one table alone, as the window checks it.
        owner = next(
            (table for table in (DataConfig, PruningConfig, TrainingConfig) if location[0] in table.model_fields), None
        )
        model = owner or model
    for part in location[:-1]:
        annotation = model.model_fields[str(part)].annotation if str(part) in model.model_fields else None
        inner = next(
            (
                kind
                for kind in (annotation, *get_args(annotation))
                if isinstance(kind, type) and issubclass(kind, BaseModel)
            ),
            None,
        )
        if inner is None:
            break
        model = inner
    return list(model.model_fields)


def dump_experiment(config: ExperimentConfig) -> str:
    """Return the experiment as TOML text that `load_experiment` reads back to an equal object."""
    return tomli_w.dumps(config.model_dump(mode="json", exclude_none=True))


def _locate(path: Path, beside: Path) -> Path:
    path = Path(os.path.expandvars(path)).expanduser()
    if path.is_absolute():
        return path
    roots = [beside, Path.cwd()]
    if "MEDPRUNE_DATA" in os.environ:
        roots.append(Path(os.environ["MEDPRUNE_DATA"]))
    for root in roots:
        if (root / path).exists():
            return (root / path).resolve()
    data = os.environ.get("MEDPRUNE_DATA", "not set")
    raise ConfigError(
        "there is no such file or folder",
        where=path,
        remedy=f"It was looked for beside the experiment file, in the current folder and in MEDPRUNE_DATA ({data})",
    )
