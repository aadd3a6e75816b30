"""Real views as the canvas paints them, and how alike two pictures are.

Write the stored pictures anew, after looking at them, with ``python -m tests.gui.golden_views`` in the project's root.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtGui import QFont, QImage

from medprune_gui.engine.imaging import Series, Volume, Window, read_image, read_series, scan
from medprune_gui.engine.imaging.voi import PRESETS
from medprune_gui.engine.imaging.volume import VoiLut
from medprune_gui.ui.viewer.image_canvas import ImageCanvas

FOLDER = Path(__file__).parent / "golden"
SIZE = 280
INSIDE = np.s_[56:224, 30:250]  # no words there
_PYDICOM = Path(pydicom.__file__).parent / "data" / "test_files"
_BLOCK = 10


@dataclass(frozen=True)
class View:
    """What is shown and how.

    ``index`` None: the middle slice; ``window`` None: the first of the file, or an automatic one.
    """

    volume: Volume
    index: int | None = None
    window: Window | None = None
    labels: NDArray[np.uint8] | None = None


def _data() -> Path:
    return Path(os.environ.get("MEDPRUNE_DATA", Path(__file__).parents[3] / "shared" / "data"))


def _series(folder: str, *, word: str = "") -> Series:
    found = [series for study in scan(_data() / folder) for series in study.series]
    return next(series for series in found if word in series.description)


def _tumour() -> View:
    folder = "dicom_mr_braintumor/PGBM-003"
    volume = read_series(_series(folder, word="T1post"))
    mask = read_series(_series(folder, word="Mask"))
    labels = (mask.array != 0).astype(np.uint8)
    return View(volume, int(labels.sum(axis=(1, 2)).argmax()), labels=labels)


def _film() -> View:
    """A real MR image through a curve with a toe and a shoulder, as a VOI LUT."""
    curve = 1 / (1 + np.exp(-np.linspace(-5, 5, 1600)))
    lut = VoiLut(0, 12, np.rint(4095 * curve).astype("<u2").tobytes(), "FILM")
    return View(read_image(_PYDICOM / "MR_small.dcm"), window=lut.window())


VIEWS: dict[str, Callable[[], View]] = {
    "ct_rescaled": lambda: View(read_image(_PYDICOM / "CT_small.dcm"), window=Window(0, 600)),
    "cr_monochrome1": lambda: View(read_image(_PYDICOM / "dicomdirtests" / "77654033" / "CR1" / "6154")),
    "mr_voi_lut": _film,
    "us_palette": lambda: View(read_image(_PYDICOM / "examples_palette.dcm")),
    "us_ybr": lambda: View(read_image(_PYDICOM / "examples_ybr_color.dcm"), 10),
    "ct_tilted_bone": lambda: View(read_series(_series("dicom_ct_head_ge_tilt")), 12, PRESETS[4]),
    "mr_tumour_mask": _tumour,
    "t1_nifti_axial": lambda: View(read_series(_series("mri_t1_nifti"))),
    "mr_overlay_plane": lambda: View(read_image(_PYDICOM / "examples_overlay.dcm")),
}
FROM_DATA = ("ct_tilted_bone", "mr_tumour_mask", "t1_nifti_axial")


def painted(canvas: ImageCanvas, view: View) -> NDArray[np.uint8]:
    """Show a view in a canvas and return its pixels, (row, column, 3); size and font are pinned."""
    font = QFont("DejaVu Sans")
    font.setPixelSize(9)
    canvas.setFont(font)
    canvas.resize(SIZE, SIZE)
    canvas.show_volume(replace(view.volume, texts={}))
    if view.index is not None:
        canvas.set_slice(view.index)
    if view.window is not None:
        canvas.apply_window(view.window)
    if view.labels is not None:
        canvas.set_overlays(view.labels)
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return lines[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def stored(name: str) -> NDArray[np.uint8]:
    with Image.open(FOLDER / f"{name}.png") as picture:
        return np.asarray(picture.convert("RGB"))


def difference(found: NDArray[np.uint8], expected: NDArray[np.uint8]) -> str:
    """Say how two pictures differ; empty where they are alike but for how fonts and edges are smoothed."""
    if found.shape != expected.shape:
        return f"size {found.shape} instead of {expected.shape}"
    inside = np.abs(found.astype(int) - expected)[INSIDE]
    if inside.mean() > 0.5 or np.percentile(inside, 99) > 4 or _worst_block(found[INSIDE], expected[INSIDE]) > 6:
        return f"image: mean {inside.mean():.2f}, 99th percentile {np.percentile(inside, 99):.0f} grey levels off"
    # Around it there are words, whose pixels depend on the fonts of the machine, but not how dense they are: another
    # typeface moves a block by up to 16 grey levels, a letter that is not there by 29 and more.
    worst = _worst_block(found, expected)
    return f"words or edges: a block is {worst:.0f} grey levels off" if worst > 22 else ""


def _worst_block(found: NDArray[np.uint8], expected: NDArray[np.uint8]) -> float:
    """The largest difference between the means of small blocks, which how an edge was smoothed hardly moves."""
    rows, columns = (side // _BLOCK * _BLOCK for side in found.shape[:2])
    off = (found.astype(float) - expected)[:rows, :columns]
    blocks = off.reshape(rows // _BLOCK, _BLOCK, columns // _BLOCK, _BLOCK, 3).mean((1, 3))
    return float(np.abs(blocks).max())


def write_all() -> None:
    """Write every picture anew, as grey where it is grey."""
    from PySide6.QtWidgets import QApplication

    from medprune_gui.ui.theme import apply_theme

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    apply_theme(app)
    FOLDER.mkdir(exist_ok=True)
    for name, view in VIEWS.items():
        canvas = ImageCanvas()
        pixels = painted(canvas, view())
        grey = (pixels == pixels[..., :1]).all()
        picture = Image.fromarray(pixels[..., 0] if grey else pixels)
        path = FOLDER / f"{name}.png"
        picture.save(path, optimize=True)
        sys.stdout.write(f"{path}: {path.stat().st_size / 1024:.0f} KB\n")


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    write_all()
