"""Networks in files that must be those of an experiment: same task, classes, architecture and preparation of images."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from torch import nn

from medprune_gui.engine.config import ExperimentConfig
from medprune_gui.engine.data.cases import CaseSet
from medprune_gui.engine.data.preprocess import Preprocessing
from medprune_gui.engine.data.reading import read_cases
from medprune_gui.engine.errors import CheckpointError
from medprune_gui.engine.models.checkpoints import (
    DESCRIPTION_FILE,
    WEIGHTS_FILE,
    ModelDescription,
    load_weights,
    read_description,
    weights_fit,
)
from medprune_gui.engine.models.foreign_networks import source_of
from medprune_gui.engine.models.registry import architecture, build_network
from medprune_gui.engine.models.weight_names import WeightsFit


def describe(config: ExperimentConfig, case_set: CaseSet, manifest: dict[str, Any] | None = None) -> ModelDescription:
    """Return the description of an experiment's network.

    Parameters
    ----------
    manifest
        What pruning kept; None: the network is whole.
    """
    return ModelDescription(
        architecture=config.model.architecture,
        parameters=config.model.parameters,
        task=case_set.task,
        classes=case_set.classes,
        data=Preprocessing.model_validate(config.data, from_attributes=True),
        label_values=case_set.label_values,
        manifest=manifest,
        code=source_of(config.model.architecture),
    )


def untrained_network(config: ExperimentConfig, case_set: CaseSet) -> nn.Module:
    """Return an experiment's network with the first weights that its seed draws.

    Raises
    ------
    MedPruneError
        It is unknown, or cannot be built for these cases.
    """
    return build_network(config.model, case_set.task, len(case_set.classes), config.data.size, seed=config.seed)


def experiment_weights_fit(config: ExperimentConfig, weights: Path) -> WeightsFit:
    """Return which weights of a file belong to which of an experiment's network; nothing is trained or stored.

    Raises
    ------
    MedPruneError
        The experiment's data or network cannot be used, or the file is missing, damaged or unsafe.
    """
    return weights_fit(untrained_network(config, read_cases(config.data, config.seed)), weights)


def load_original(network: nn.Module, weights: Path, expected: ModelDescription) -> None:
    """Load weights into an experiment's unpruned network.

    A plain file says nothing about itself but the shapes of its weights; a model folder describes its network, which
    must be the expected one: with classes in another order, say, the same weights would mean the opposite.

    Parameters
    ----------
    weights
        A model folder, a ``.safetensors`` file or a ``state_dict``.
    expected
        From `describe`.

    Raises
    ------
    CheckpointError
        The weights cannot be loaded, or the folder holds a pruned network or one of another experiment.
    """
    if weights.is_dir():
        found = read_description(weights)
        if found.manifest is not None:
            raise CheckpointError(
                "this network has been pruned already, and pruning starts from a whole one",
                where=weights,
                remedy="Choose the folder original of its run",
            )
        for what, theirs, ours in _facts(found, expected):
            if theirs != ours:
                raise CheckpointError(
                    f"the network was made for another experiment: its {what} is {theirs}, here it is {ours}",
                    where=weights / DESCRIPTION_FILE,
                    remedy=f"Change the experiment, or give {WEIGHTS_FILE} itself to use its weights all the same",
                )
    load_weights(network, weights)


def _facts(found: ModelDescription, expected: ModelDescription) -> Iterator[tuple[str, str, str]]:
    """Yield what must be equal: its name, and both values in words."""
    both = (found, expected)
    yield "task", found.task, expected.task
    yield "order of classes", *(", ".join(one.classes) for one in both)  # type: ignore[misc]
    yield "architecture", found.architecture, expected.architecture
    yield "code", *("the same" if one.code == expected.code else "another" for one in both)  # type: ignore[misc]
    defaults = architecture(expected.architecture, expected.code).parameters
    for name in sorted({*defaults, *found.parameters, *expected.parameters}):
        theirs, ours = (_plain({**defaults, **one.parameters}.get(name)) for one in both)
        yield f"parameter {name}", theirs, ours
    for name in Preprocessing.model_fields:
        # Only volumes are cut along an axis.
        if name != "axis" or expected.task == "segmentation":
            yield f"data.{name}", *(_plain(getattr(one.data, name)) for one in both)  # type: ignore[misc]


def _plain(value: Any) -> str:
    """Return a setting as text that is the same for a tuple and the list it becomes in JSON."""
    return " x ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
