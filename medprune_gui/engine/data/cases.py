"""A labelled case, and a set of them with its classes in order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from medprune_gui.engine.errors import DatasetError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from medprune_gui.engine.records import Task

Split = Literal["train", "val", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)

# Names of the class without a finding; it comes first, so that the positive class is the last.
_NEGATIVE = {"normal", "healthy", "negative", "control", "no finding", "none", "no", "absent", "0"}

_LONGEST_NAME = 150


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A picture and its label as a reader found them; ``split`` is None where the data name none."""

    name: str
    image: Path
    patient: str
    label: str
    split: Split | None = None
    attributes: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Case:
    """One picture or slice with what is known about it.

    Attributes
    ----------
    name
        Unique within the set.
    label
        Name of its class; empty in segmentation.
    slice
        Index along the configured axis of the volume; None for a plain picture.
    label_map
        The volume of labels that belongs to ``image``; None in classification.
    attributes
        What else a table says about it, such as a subtype or the patient's sex.
    """

    name: str
    image: Path
    patient: str
    split: Split
    label: str = ""
    slice: int | None = None
    label_map: Path | None = None
    attributes: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class CaseSet:
    """Cases of one data set.

    Attributes
    ----------
    classes
        In the order of the network's outputs; with two classes the positive one is the last.
    notes
        What a reader of results must know about the data, in plain sentences.
    label_values
        Segmentation: the value in the label maps that stands for each class.
    """

    task: Task
    classes: tuple[str, ...]
    cases: tuple[Case, ...]
    notes: tuple[str, ...] = ()
    label_values: tuple[int, ...] = ()

    def of(self, split: Split) -> tuple[Case, ...]:
        """Return the cases of a split, in order."""
        return tuple(case for case in self.cases if case.split == split)

    def counts(self) -> dict[Split, dict[str, int]]:
        """Return split -> class -> number of cases; in segmentation split -> ``slices`` -> number of slices."""
        if self.task == "segmentation":
            return {split: {"slices": len(self.of(split))} for split in SPLITS}
        counted = {split: Counter(case.label for case in self.of(split)) for split in SPLITS}
        return {split: {name: counted[split][name] for name in self.classes} for split in SPLITS}


def order_classes(labels: Iterable[str], given: Sequence[str], positive: str | None, where: Path) -> tuple[str, ...]:
    """Return the classes in the order of a network's outputs.

    That is the order in ``given``, or else the alphabet's, with a class named like *normal* or *healthy* first;
    ``positive`` is moved to the end.

    Raises
    ------
    DatasetError
        There is only one class, a label is none of the given classes, or a given class has no cases.
    """
    found = sorted(set(labels))
    if len(found) < 2:
        raise DatasetError(
            f"all cases belong to one class ({', '.join(found)})",
            where=where,
            remedy="Add cases of at least one other class",
        )
    if len(set(given)) != len(given):
        raise DatasetError(
            f"a class is listed twice: {', '.join(given)}", where="data.classes", remedy="List each class once"
        )
    if given and (unknown := sorted(set(found) - set(given))):
        raise DatasetError(
            f"unexpected labels: {listed(unknown)}",
            where=where,
            remedy=f"Add them to the classes ({', '.join(given)}) or take these cases out",
        )
    if absent := [name for name in given if name not in found]:
        raise DatasetError(
            f"no case has the label {listed(absent)}",
            where=where,
            remedy=f"The labels there are: {listed(found)}",
        )
    order = list(given) or sorted(found, key=lambda name: (name.strip().lower() not in _NEGATIVE, name))
    if positive is not None:
        if positive not in order:
            raise DatasetError(
                f"the positive class {positive!r} is none of the classes",
                where="data.positive",
                remedy=f"Choose one of {', '.join(order)}",
            )
        order.remove(positive)
        order.append(positive)
    return tuple(order)


def listed(names: Iterable[str], most: int = 5) -> str:
    """Return the first few names, very long ones cut off, and how many more there are."""
    everything = [name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}..." for name in names]
    more = len(everything) - most
    return ", ".join(everything[:most]) + (f" and {more} more" if more > 0 else "")
