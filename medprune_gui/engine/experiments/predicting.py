"""Predictions of one network for new images."""

from __future__ import annotations

import csv
import io
from collections.abc import Generator
from pathlib import Path

import numpy as np

from medprune_gui.engine.data.preprocess import prepare_image
from medprune_gui.engine.errors import InputError
from medprune_gui.engine.files import write_whole
from medprune_gui.engine.imaging import read_image, scan
from medprune_gui.engine.models.devices import choose_device
from medprune_gui.engine.models.prediction import predict
from medprune_gui.engine.pruning.stored import load_network
from medprune_gui.engine.records import JobEvent

_BATCH = 64


def predict_files(model: Path, path: Path, out: Path, *, device: str = "auto") -> Generator[JobEvent, None, int]:
    """Classify an image, or every image below a folder, and write a table.

    Parameters
    ----------
    model
        A model folder, such as ``pruned`` of a run folder.
    out
        CSV with the columns ``file``, ``prediction``, ``p_<class>`` for each class.

    Returns
    -------
    int
        Images predicted.

    Raises
    ------
    InputError
        The network segments; its results are no table.
    MedPruneError
        The model or an image cannot be read, or the table cannot be written.
    """
    network, description = load_network(model)
    if description.task != "classification":
        raise InputError(
            "this network marks structures, and a table of predictions is for classification",
            where=model,
            remedy="Look at its label maps in the window, under Predictions",
        )
    chosen = choose_device(device)
    files = [path] if path.is_file() else _images_below(path)
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["file", "prediction", *(f"p_{name}" for name in description.classes)])
    for start in range(0, len(files), _BATCH):
        batch = files[start : start + _BATCH]
        images = np.stack([prepare_image(read_image(file), description.data) for file in batch])
        steps = predict(network, images, description.task, device=chosen)
        try:
            while True:
                next(steps)
        except StopIteration as stop:
            probabilities = stop.value
        for file, row in zip(batch, probabilities, strict=True):
            writer.writerow([file, description.classes[int(row.argmax())], *(f"{value:.6f}" for value in row)])
        done = start + len(batch)
        yield JobEvent("predict", done, len(files), fraction=done / len(files))
    write_whole(out, table.getvalue().encode("utf-8", "surrogateescape"))
    return len(files)


def _images_below(folder: Path) -> list[Path]:
    found = {instance.path for study in scan(folder) for series in study.series for instance in series.instances}
    return sorted(found)
