"""Slabs against numpy, on a real head."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from medprune_gui.engine.imaging import Volume, read_series, scan
from medprune_gui.engine.imaging.slabs import Slab


@pytest.fixture(scope="module")
def head(data_root: Path) -> Volume:
    return read_series(scan(data_root / "dicom_ct_head_phantom")[0].series[0])  # slices every 5 mm


def test_a_slab_holds_the_slices_within_its_thickness(head: Volume) -> None:
    assert Slab("MIP", 1.0).reach(head, 10) == range(10, 11)
    assert Slab("MIP", 15.0).reach(head, 10) == range(9, 12)
    assert Slab("MIP", 20.0).reach(head, 10) == range(9, 13)
    assert Slab("MIP", 50.0).reach(head, 0) == range(6)
    assert Slab("MIP", 5000.0).reach(head, 10) == range(28)


def test_values_along_a_slab_are_those_of_numpy(head: Volume) -> None:
    part = head.array[9:12]
    for kind, expected in (("MIP", part.max(0)), ("MinIP", part.min(0)), ("Mean", np.rint(part.mean(0)))):
        frame = Slab(kind, 15.0).frame(head, 10)  # type: ignore[arg-type]
        assert frame.array.dtype == head.array.dtype
        assert np.array_equal(frame.array[0], expected)
        assert np.allclose(frame.affine_lps, head.frame(10).affine_lps)
    assert np.array_equal(Slab("MIP", 5.0).frame(head, 10).array[0], head.array[10])


def test_the_highest_value_is_the_brightest_even_where_stored_values_run_down(head: Volume) -> None:
    up = replace(head, array=head.array.astype(np.int32))
    down = replace(up, array=-up.array, slope=-up.slope)
    assert np.array_equal(Slab("MIP", 15.0).frame(down, 10).array, -Slab("MIP", 15.0).frame(up, 10).array)


def test_padding_and_gaps_take_no_part() -> None:
    slices = np.array([[[-2000, -2000]], [[5, -2000]], [[7, -2000]]], dtype=np.int16)
    volume = Volume(slices, np.eye(4), padding=(-2000, -2000))
    for kind, expected in (("MIP", [7, -2000]), ("MinIP", [5, -2000]), ("Mean", [6, -2000])):
        assert Slab(kind, 3.0).frame(volume, 1).array[0, 0].tolist() == expected  # type: ignore[arg-type]
    holes = Volume(np.array([[[np.nan]], [[2.5]], [[4.5]]], dtype=np.float32), np.eye(4))
    assert Slab("Mean", 3.0).frame(holes, 1).array.item() == 3.5
