"""The validated settings of an experiment, and the TOML file that they stand in: no torch, no Qt."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

import tomli_w
from pydantic import BaseModel, Field, ValidationError, model_validator

from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.settings.budgets import Budget
from medprune_gui.engine.settings.cases import DataConfig, SplitShares, TableColumns
from medprune_gui.engine.settings.frozen import FrozenSettings
from medprune_gui.engine.settings.network_names import is_file_name, split_name
from medprune_gui.engine.settings.pruning import PruningConfig
from medprune_gui.engine.settings.training import LOSSES, TrainingConfig

__all__ = [
    "Budget",
    "DataConfig",
    "EvaluationConfig",
    "ExperimentConfig",
    "ModelConfig",
    "PruningConfig",
    "SplitShares",
    "TableColumns",
    "TrainingConfig",
    "config_error",
    "dump_experiment",
    "load_experiment",
]


class ModelConfig(FrozenSettings):
    """A network by its name, its parameters, and weights to start from.

    ``architecture``: a registered name, or ``file.py:function`` for one of the user's own.

    ``weights``: a model folder, a ``.safetensors`` file or a ``state_dict``; given, the original is not trained.
    """

    architecture: str = "article"
    parameters: dict[str, Any] = Field(default_factory=dict)
    weights: Path | None = None


class EvaluationConfig(FrozenSettings):
    """What the two networks are compared by."""

    metric: Literal["auc", "accuracy", "dice"] | None = None
    margin: Annotated[float, Field(gt=0.0, lt=1.0)] = 0.02
    latency_batch: Annotated[int, Field(ge=1, le=1024)] = 1
    latency_repeats: Annotated[int, Field(ge=5, le=10_000)] = 60
    latency_warm_up: Annotated[int, Field(ge=0, le=1000)] = 10


class ExperimentConfig(FrozenSettings):
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

    @model_validator(mode="after")
    def _original_has_no_teacher(self) -> Self:
        if self.training.distillation:
            raise ValueError("distillation is for fine_tuning: the original, whose answers are learnt, is trained here")
        return self


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
    _check_losses(config, path)
    data = config.data.model_copy(
        update={
            "path": _locate(config.data.path, path.parent),
            "label_maps": config.data.label_maps and _locate(config.data.label_maps, path.parent),
        }
    )
    weights = config.model.weights and _locate(config.model.weights, path.parent)
    architecture = config.model.architecture
    if is_file_name(architecture):
        file, function = split_name(architecture)
        architecture = f"{_locate(file, path.parent)}:{function}"
    model = config.model.model_copy(update={"weights": weights, "architecture": architecture})
    return config.model_copy(update={"data": data, "model": model})


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


def _check_losses(config: ExperimentConfig, path: Path) -> None:
    fitting = LOSSES[config.data.task]
    for table, settings in (("training", config.training), ("fine_tuning", config.fine_tuning)):
        if settings.loss not in (None, *fitting):
            raise ConfigError(
                f"{table}.loss: {settings.loss} is not for {config.data.task}",
                where=path,
                remedy=f"Choose {' or '.join(fitting)}",
            )


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
