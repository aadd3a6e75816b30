"""Predictions of one network for new images."""

from __future__ import annotations

import csv
import io
from collections.abc import Generator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from medprune_gui.engine.data.preprocess import prepare_image
from medprune_gui.engine.errors import ImageReadError, InputError
from medprune_gui.engine.files import check_writable, write_whole
from medprune_gui.engine.imaging import read_image, scan
from medprune_gui.engine.models.devices import choose_device
from medprune_gui.engine.models.prediction import predict_at_once
from medprune_gui.engine.pruning.stored import load_network
from medprune_gui.engine.records import JobEvent

_BATCH = 64


def predict_files(model: Path, path: Path, out: Path, *, device: str = "auto") -> Generator[JobEvent, None, int]:
    """Classify an image, or every image below a folder, and write a table.

    Images of a folder that cannot be read, or that have several slices, are left out with a warning each.

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
    ImageReadError
        The image, or every image of the folder, cannot be used.
    MedPruneError
        The model cannot be read, or the table cannot be written.
    """
    network, description = load_network(model)
    if description.task != "classification":
        raise InputError(
            "this network marks structures, and a table of predictions is for classification",
            where=model,
            remedy="Look at its label maps in the window, under Predictions",
        )
    check_writable(out)
    chosen = choose_device(device)
    files, unreadable = _images_below(path) if path.is_dir() else ([path], [])
    for file in unreadable:
        yield _left_out(f"{file}: the image cannot be read")
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["file", "prediction", *(f"p_{name}" for name in description.classes)])
    predicted = 0
    for start in range(0, len(files), _BATCH):
        images: dict[Path, NDArray[np.float32]] = {}
        for file in files[start : start + _BATCH]:
            try:
                images[file] = prepare_image(read_image(file), description.data)
            except ImageReadError as error:
                if not path.is_dir():
                    raise
                yield _left_out(f"{file}: {error.what}")
        if images:
            rows = predict_at_once(network, np.stack(list(images.values())), description.task, device=chosen)
            for file, row in zip(images, rows, strict=True):
                writer.writerow([file, description.classes[int(row.argmax())], *(f"{value:.6f}" for value in row)])
        predicted += len(images)
        done = min(start + _BATCH, len(files))
        yield JobEvent("predict", done, len(files), fraction=done / len(files))
    total = len(files) + len(unreadable)
    if not predicted:
        raise ImageReadError(f"none of the {total} images can be predicted", where=path)
    write_whole(out, table.getvalue().encode("utf-8", "surrogateescape"))
    if predicted < total:
        yield _left_out(f"{predicted} of {total} images predicted, {total - predicted} left out", fraction=1.0)
    return predicted


def _images_below(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return the images of a folder, and the files that cannot be read."""
    series = [one for study in scan(folder) for one in study.series]
    found = {instance.path for one in series for instance in one.instances}
    unreadable = {
        file for one in series for warning in one.warnings if warning.code == "unreadable" for file in warning.files
    }
    return sorted(found), sorted(unreadable)


def _left_out(message: str, fraction: float = 0.0) -> JobEvent:
    return JobEvent("predict", message=message, fraction=fraction, level="warning")
