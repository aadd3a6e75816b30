"""Padding is told from the image in one way everywhere: both ends of its range belong to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from medprune_gui.engine.imaging import read_series, scan
from medprune_gui.engine.imaging.measuring import Measurement, measure
from medprune_gui.engine.imaging.padding import outside_padding
from medprune_gui.engine.imaging.range_mask import range_mask
from medprune_gui.engine.imaging.voi import automatic_window, display_levels


@pytest.mark.parametrize(
    ("padding", "expected"),
    [
        (None, [True, True, True, True, True]),
        ((-2000.0, -2000.0), [False, True, True, True, True]),
        ((-2000.0, -1001.0), [False, False, True, True, True]),
        ((3000.0, 4000.0), [True, True, True, True, False]),
    ],
)
def test_both_ends_of_the_range_are_padding(padding, expected):
    stored = np.array([-2000, -1001, -1000, 0, 3000], dtype=np.int16)
    assert outside_padding(stored, padding).tolist() == expected
    assert outside_padding(stored.reshape(1, 5), padding).shape == (1, 5)


def test_masks_figures_and_windows_of_a_real_head_leave_the_same_pixels_out(data_root):
    (study,) = scan(data_root / "dicom_ct_head_ge_tilt")
    volume = read_series(study.series[0])
    low = float(np.percentile(volume.array, 60))
    volume = replace(volume, padding=(float(volume.array.min()), low))
    part = outside_padding(volume.array, volume.padding)
    assert 0.3 < part.mean() < 0.5
    np.testing.assert_array_equal(range_mask(volume, -1e6, 1e6).astype(bool), part)
    at = 14.0
    rows, columns = volume.array.shape[1:]
    whole = measure(volume, Measurement("rectangle", ((at, 0.0, 0.0), (at, rows - 1.0, columns - 1.0))))
    assert whole.pixels == part[14].sum()
    assert whole.minimum == volume.array[14][part[14]].min() * volume.slope + volume.intercept
    window = automatic_window(volume)
    assert window.centre - window.width / 2 > low * volume.slope + volume.intercept
    levels = display_levels(volume.array.dtype, window, volume.slope, volume.intercept, True, volume.padding)
    assert not levels[volume.array.view(np.uint16)][~part].any()
