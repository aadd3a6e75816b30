"""Windows against the standard's formulas, hand-computed, and against pydicom."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.pixels import apply_modality_lut, apply_windowing

from medprune_gui.engine.imaging import Volume, Window, read_image
from medprune_gui.engine.imaging.orientation import SideLetters, plane_of, side_letters
from medprune_gui.engine.imaging.voi import (
    PRESETS,
    apply_window,
    automatic_window,
    display_levels,
    display_table,
    modality_values,
)
from medprune_gui.engine.imaging.volume import WindowFunction


@pytest.mark.parametrize(
    ("window", "value", "grey"),
    [
        # PS3.3 C.11.2.1.2.1, note: centre 2048, width 4096 spans 0 to 4095 exactly.
        (Window(2048, 4096), 0, 0.0),
        (Window(2048, 4096), 4095, 1.0),
        (Window(2048, 4096), 2047.5, 0.5),
        (Window(40, 81), 0, (0 - 39.5) / 80 + 0.5),
        (Window(40, 1), 39.5, 0.0),
        (Window(40, 1), 40, 1.0),
        (Window(40, 80, function="LINEAR_EXACT"), 0, 0.0),
        (Window(40, 80, function="LINEAR_EXACT"), 20, 0.25),
        (Window(40, 80, function="LINEAR_EXACT"), 80, 1.0),
        (Window(40, 80, function="SIGMOID"), 40, 0.5),
        (Window(40, 80, function="SIGMOID"), 60, 1 / (1 + np.exp(-1.0))),
        (Window(40, 80, function="SIGMOID"), -1e6, 0.0),
    ],
)
def test_window_functions(window: Window, value: float, grey: float) -> None:
    assert apply_window(np.array([value]), window)[0] == pytest.approx(grey, abs=1e-6)


def test_presets_are_those_of_the_number_keys() -> None:
    assert {key: (w.width, w.centre) for key, w in PRESETS.items()} == {
        1: (400, 40),
        2: (1500, -600),
        3: (150, 90),
        4: (2500, 480),
        5: (80, 40),
    }


def test_display_table_agrees_with_pydicom_on_a_real_slice(data_root: Path) -> None:
    path = data_root / "dicom_ct_head_ge_tilt" / "14.dcm"
    dataset = dcmread(path)
    expected = apply_windowing(apply_modality_lut(dataset.pixel_array, dataset), dataset)
    # pydicom scales to the range of the stored bits; here 0 to 255.
    low, high = -(2.0**15), 2.0**15 - 1
    expected = (expected - low) / (high - low) * 255
    volume = read_image(path)
    table = display_levels(volume.array.dtype, volume.windows[0], volume.slope, volume.intercept)
    shown = table[volume.array[0].view(np.uint16)]
    assert np.abs(shown - expected).max() <= 0.51
    assert 0 < shown.mean() < 255


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.uint16])
def test_table_is_indexed_by_raw_bits(dtype: type) -> None:
    limits = np.iinfo(dtype)
    stored = np.array([limits.min, -1 if limits.min else 1, 0, 100, limits.max]).astype(dtype)
    window = Window(90, 60, function="LINEAR_EXACT")
    index = stored.view(f"u{stored.dtype.itemsize}")
    levels = display_levels(dtype, window, slope=2.0, intercept=-100.0)[index]
    assert levels.tolist() == np.rint(apply_window(stored * 2.0 - 100.0, window) * 255).tolist()
    inverted = display_levels(dtype, window, slope=2.0, intercept=-100.0, inverted=True)[index]
    assert (inverted + levels.astype(int) == 255).all()
    pixels = display_table(dtype, window, slope=2.0, intercept=-100.0)[index]
    assert pixels.dtype == np.uint32
    assert [f"{pixel:08x}" for pixel in pixels.tolist()] == [f"ff{g:02x}{g:02x}{g:02x}" for g in levels.tolist()]


def test_table_refuses_what_it_cannot_index() -> None:
    with pytest.raises(ValueError, match="16 bits"):
        display_table(np.float32, Window(0, 1))
    with pytest.raises(ValueError, match="positive width"):
        display_table(np.uint8, Window(0, 0))


def test_automatic_window_leaves_padding_outliers_and_gaps_out() -> None:
    rng = np.random.default_rng(0)
    stored = rng.integers(0, 1001, (4, 50, 50)).astype(np.int16)
    stored[:, :25] = -2000
    stored[0, 30, 30] = 30000
    volume = Volume(stored, np.eye(4), slope=2.0, intercept=-100.0, padding=(-2000.0, -2000.0))
    window = automatic_window(volume)
    assert window.centre - window.width / 2 == pytest.approx(10 * 2 - 100, abs=20)
    assert window.centre + window.width / 2 == pytest.approx(990 * 2 - 100, abs=20)

    mask = np.zeros((1, 40, 40), np.uint8)
    mask[0, 0, 0] = 1
    assert apply_window(np.array([0, 1]), automatic_window(Volume(mask, np.eye(4)))).tolist() == [0.0, 1.0]
    empty = automatic_window(Volume(np.full((1, 2, 2), np.nan, np.float32), np.eye(4)))
    assert empty.width > 0


def test_windows_that_hide_a_mask_are_not_offered(data_root: Path) -> None:
    folder = next((data_root / "dicom_mr_braintumor" / "PGBM-001").glob("*/*MaskTumor*"))
    masks = [read_image(path) for path in sorted(folder.glob("*.dcm"))]
    drawn = next(mask for mask in masks if mask.array.any())
    assert drawn.windows == ()


def affine(row: tuple[float, float, float], column: tuple[float, float, float]) -> np.ndarray:
    result = np.eye(4)
    result[:3, 2], result[:3, 1] = row, column
    result[:3, 0] = np.cross(row, column)
    return result


@pytest.mark.parametrize(
    ("row", "column", "letters", "plane"),
    [
        ((1, 0, 0), (0, 1, 0), SideLetters("R", "L", "A", "P"), "axial"),
        ((-1, 0, 0), (0, 1, 0), SideLetters("L", "R", "A", "P"), "axial"),
        ((1, 0, 0), (0, 0, -1), SideLetters("R", "L", "H", "F"), "coronal"),
        ((0, 1, 0), (0, 0, -1), SideLetters("A", "P", "H", "F"), "sagittal"),
        # Lying on the right side: what is up in the room is the patient's left.
        ((0, 1, 0), (-1, 0, 0), SideLetters("A", "P", "L", "R"), "axial"),
        ((0.8, 0.6, 0), (0, 0, -1), SideLetters("RA", "LP", "H", "F"), "coronal"),
        ((1, 0, 0), (0, 0.9483, -0.3173), SideLetters("R", "L", "AH", "PF"), "axial"),
    ],
)
def test_letters_on_every_side(row: tuple, column: tuple, letters: SideLetters, plane: str) -> None:
    assert side_letters(affine(row, column)) == letters
    assert plane_of(affine(row, column)) == plane


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.uint16])
@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
@pytest.mark.parametrize(("slope", "intercept"), [(1.0, 0.0), (1.0, -1024.0), (-0.5, 3.0), (3.7e-5, 2.5), (1e-9, 1e4)])
def test_every_value_has_the_level_of_its_window(
    dtype: type, function: WindowFunction, slope: float, intercept: float
) -> None:
    limits = np.iinfo(dtype)
    stored = np.arange(limits.min, limits.max + 1).astype(dtype)
    index = stored.view(f"u{stored.dtype.itemsize}")
    span = (limits.max - limits.min) * abs(slope)
    middle = 0.5 * (limits.max + limits.min) * slope + intercept
    for centre in (middle, middle - 0.6 * span, middle + 3.0 * span):
        for width in (0.01 * span, 0.3 * span, 5.0 * span, 1.0):
            window = Window(centre, width, function=function)
            levels = np.rint(255 * apply_window(modality_values(stored, slope, intercept), window))
            for inverted in (False, True):
                found = display_levels(dtype, window, slope, intercept, inverted)[index]
                assert np.array_equal(found, 255 - levels if inverted else levels)
            padded = display_levels(dtype, window, slope, intercept, padding=(3.0, 7.0))[index]
            inside = (stored >= 3) & (stored <= 7)
            assert np.array_equal(padded, np.where(inside, 0, levels))
