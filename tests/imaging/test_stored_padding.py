"""Padding (PS3.3 C.7.5.1.1.2) stays padding, whatever is done to the values on their way to the screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from medprune_gui.engine.imaging import Series, Volume, read_frame, read_series, scan
from medprune_gui.engine.imaging.measuring import Measurement, measure
from medprune_gui.engine.imaging.reslicing import resampling, stack_positions
from medprune_gui.engine.imaging.storage import as_16_bit
from medprune_gui.engine.imaging.voi import automatic_window, display_levels

PADDED = np.s_[:8]


@pytest.fixture
def write_padded(write_dicom: Callable[..., Path], tmp_path: Path) -> Callable[..., Series]:
    """Write three CT slices of one tissue with padding above it, the last with a rescale of its own."""

    def write(
        rescales: list[tuple[float, float]], tissue_hu: float = 40.0, padding: tuple[int, int] = (-2000, -2000)
    ) -> Series:
        for index, (slope, intercept) in enumerate(rescales):
            pixels = np.full((64, 64), round((tissue_hu - intercept) / slope), np.int16)
            pixels[PADDED] = np.linspace(*padding, 64).astype(np.int16)
            write_dicom(
                f"{index}.dcm",
                pixels,
                Modality="CT",
                InstanceNumber=index,
                ImagePositionPatient=[0, 0, index],
                RescaleSlope=slope,
                RescaleIntercept=intercept,
                PixelPaddingValue=padding[0],
                PixelPaddingRangeLimit=padding[1],
            )
        (series,) = scan(tmp_path)[0].series
        return series

    return write


def greys(volume: Volume, index: int) -> np.ndarray:
    """Return a slice's grey levels as a canvas shows them, in the automatic window."""
    shown = as_16_bit(volume)
    window = automatic_window(volume, index)
    levels = display_levels(shown.array.dtype, window, shown.slope, shown.intercept, shown.inverted, shown.padding)
    return levels[shown.array[index].view(f"u{shown.array.dtype.itemsize}")]


@pytest.mark.parametrize("padding", [(-2000, -2000), (-2000, -1900)])
@pytest.mark.parametrize(
    ("rescales", "dtype"),
    [
        ([(1, -1024), (1, -1024), (1, -1000)], np.int16),
        ([(1, -1024), (0.5, -1000), (0.3, 0)], np.float32),
        ([(1, -1024), (-1, 3000), (1, 0)], np.int16),
    ],
)
def test_each_slices_own_rescale_leaves_padding_alone(
    write_padded: Callable[..., Series],
    rescales: list[tuple[float, float]],
    dtype: type[np.generic],
    padding: tuple[int, int],
) -> None:
    series = write_padded(rescales, padding=padding)
    volume = read_series(series)
    assert volume.array.dtype == dtype
    assert volume.padding is not None
    padded = (volume.array >= volume.padding[0]) & (volume.array <= volume.padding[1])
    assert padded[:, PADDED].all()
    assert not padded[:, 8:].any()
    for index in range(3):
        region = Measurement("rectangle", ((index, 0, 0), (index, 20, 20)))
        found, alone = measure(volume, region), measure(read_frame(series, index), replaced(region))
        assert found.mean == pytest.approx(40, abs=0.6)  # a stored value is whole
        assert found.mean == pytest.approx(alone.mean, abs=1e-3)
        assert found.pixels == alone.pixels == 13 * 21
        assert measure(volume, Measurement("probe", ((index, 2, 2),))).mean is None
        window = automatic_window(volume, index)
        assert window.centre - window.width / 2 == pytest.approx(40, abs=0.6)
        assert (greys(volume, index)[PADDED] == 0).all()


def replaced(region: Measurement) -> Measurement:
    """Return a region of a stack as one of a single slice."""
    return Measurement(region.kind, tuple((0, row, column) for _, row, column in region.points))


def test_values_beyond_the_whole_numbers_of_their_type_are_no_padding(write_padded: Callable[..., Series]) -> None:
    """Between 2**25 and 2**26 a 32-bit number takes steps of four: the lowest value less one would be itself."""
    series = write_padded([(4096, 0), (4096, 0), (8192, 0)], tissue_hu=8192 * 5000, padding=(12000, 12000))
    volume = read_series(series)
    assert volume.padding is not None
    assert volume.padding[1] < volume.array[:, 8:].min()
    assert (volume.array[:, PADDED] == volume.padding[0]).all()


def test_a_slice_of_nothing_but_padding_stays_empty(write_padded: Callable[..., Series]) -> None:
    series = write_padded([(1, -1024), (1, -1024), (1, -1000)], tissue_hu=-3024)
    volume = read_series(series)
    assert volume.padding is not None
    assert (volume.array[:2] == volume.padding[0]).all()
    assert (volume.array[2, 8:] == -3024).all()
    assert measure(volume, Measurement("rectangle", ((0, 0, 0), (0, 20, 20)))).mean is None


def straightened(volume: Volume, positions: np.ndarray) -> Volume:
    steps = resampling(volume, positions)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def measured(volume: Volume) -> np.ndarray:
    assert volume.padding is not None
    return (volume.array < volume.padding[0]) | (volume.array > volume.padding[1])


def test_straightening_a_tilted_head_blends_no_padding_into_it(data_root: Path) -> None:
    """The scanner's padding is -1500 outside a circle, well below the lowest value that it measured."""
    series = scan(data_root / "dicom_ct_head_ge_tilt")[0].series[0]
    volume = read_series(series)
    straight = straightened(volume, stack_positions(series, volume))
    lowest = volume.array[measured(volume)].min()
    assert volume.padding is not None
    assert volume.padding[1] < lowest
    values = straight.array[measured(straight)]
    assert values.min() >= lowest
    assert straight.array.min() == volume.padding[0]
    # What was measured is still there, and nothing beside it.
    positions = stack_positions(series, volume)
    area = np.cross(volume.affine_lps[:3, 2], volume.affine_lps[:3, 1])
    voxel_mm3 = abs((positions[-1] - positions[0]) @ area) / (len(positions) - 1)
    known_mm3 = values.size * abs(np.linalg.det(straight.affine_lps[:3, :3]))
    assert known_mm3 == pytest.approx(measured(volume).sum() * voxel_mm3, rel=0.02)


@pytest.mark.parametrize("shift", [0.0, 0.3, 0.5, 0.8])
def test_beside_padding_the_nearest_value_stands(shift: float) -> None:
    """Slices of one tissue with a hole of padding: every voxel is tissue or padding, whatever the shift."""
    array = np.full((6, 20, 20), 40, np.int16)
    array[:, 8:12, 8:12] = -2000
    array[2] = -2000
    axial = np.array([[0, 0, 1, 0], [0, 1, 0, 0], [-2, 0, 0, 0], [0, 0, 0, 1.0]])  # slices, rows, columns to x, y, z
    volume = Volume(array, axial, padding=(-2000, -2000))
    positions = np.array([[0.4 * shift * index, shift * index, -2.0 * index] for index in range(6)])
    positions[3:, 2] -= 0.6  # uneven
    straight = straightened(volume, positions)
    assert set(np.unique(straight.array)) == {-2000, 40}
    (padded,) = np.nonzero((straight.array[:, 3:17, 3:17] == -2000).all(axis=(1, 2)))
    assert padded.tolist() == [2]
