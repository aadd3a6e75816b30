"""A small experiment on pictures in a folder or a table, carried out in this process."""

import csv
import hashlib
from pathlib import Path

import numpy as np
from draining import drained
from PIL import Image

from medprune_gui.engine.config import ExperimentConfig
from medprune_gui.engine.experiments import pipeline

SIZES = {"train": 8, "val": 4, "test": 6}


def write_pictures(root: Path) -> Path:
    """Write bright and dark pictures and a table of them, and return the table."""
    random = np.random.default_rng(0)
    rows = []
    root.mkdir(parents=True, exist_ok=True)
    for split, count in SIZES.items():
        for label, level in (("dark", 90), ("bright", 150)):
            for number in range(count):
                name = f"{split}-{label}-{number}.png"
                Image.fromarray(random.normal(level, 40, (32, 32)).clip(0, 255).astype(np.uint8)).save(root / name)
                rows.append([name, label, name, split])
    write_table(root / "table.csv", rows)
    return root / "table.csv"


def write_table(table: Path, rows: list[list[str]]) -> None:
    with table.open("w", newline="") as file:
        csv.writer(file).writerows([["file", "label", "patient", "split"], *rows])


def read_table(table: Path) -> list[list[str]]:
    with table.open(newline="") as file:
        return list(csv.reader(file))[1:]


def mirror(picture: Path, out: Path) -> None:
    """Write a picture with other pixels of the same levels."""
    Image.open(picture).transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(out)


def experiment(table: Path, **changes) -> ExperimentConfig:
    """Return the experiment; ``changes`` are merged into its tables."""
    values = {
        "data": {"kind": "table", "path": table, "size": (32, 32)},
        "model": {"architecture": "article", "parameters": {"filters": [4, 6, 6], "dense": 8}},
        "training": {"epochs": 2, "batch_size": 8},
        "pruning": {"budget": {"quantity": "macs", "share": 0.5}, "steps": 2},
        "fine_tuning": {"epochs": 2, "batch_size": 8},
        "evaluation": {"latency_repeats": 5, "latency_warm_up": 0},
    }
    for key, change in changes.items():
        values[key] = {**values[key], **change} if isinstance(change, dict) else change
    return ExperimentConfig.model_validate(values)


def carry_out(config, folder, *, resume=False, until=None):
    """Run to the end and return (events, comparison); broken off at the first event for which ``until()`` holds."""
    return drained(pipeline.run(config, folder, resume=resume, device="cpu"), until)


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
