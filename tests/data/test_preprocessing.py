"""Normalising, quantising, projecting: what must hold for any picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from medprune_gui.engine.config import DataConfig
from medprune_gui.engine.data.preprocess import (
    normalise,
    placement,
    prepare_image,
    prepare_labels,
    prepare_slices,
    project,
    quantise,
    value_range,
)
from medprune_gui.engine.errors import DatasetError, ImageReadError
from medprune_gui.engine.imaging import read_image
from medprune_gui.engine.imaging.volume import Volume

CONFIG = DataConfig(kind="table", path=Path("labels.csv"), size=(16, 24))


def volume(array: np.ndarray, spacing: tuple[float, float, float] = (1.0, 1.0, 1.0), **more: object) -> Volume:
    return Volume(array, np.diag([*spacing, 1.0]), **more)


@given(image=arrays(np.float32, (5, 7), elements=st.floats(-1e6, 1e6, width=32)), bits=st.integers(1, 16))
def test_levels_are_in_range_counted_and_stable(image: np.ndarray, bits: int) -> None:
    levels = quantise(normalise(image, value_range(image, (0.0, 100.0))), bits)
    assert levels.dtype == np.float32
    assert levels.min() >= 0.0
    assert levels.max() <= 1.0
    assert len(np.unique(levels)) <= 2**bits
    assert np.array_equal(quantise(levels, bits), levels)
    order = np.argsort(image, axis=None)
    assert (np.diff(levels.ravel()[order]) >= 0).all()


def test_eight_bits_keep_an_eight_bit_picture() -> None:
    image = np.arange(256, dtype=np.uint8).reshape(16, 16)
    assert np.array_equal(np.rint(quantise(normalise(image, (0, 255)), 8) * 255), image)


@given(st.tuples(st.integers(1, 12), st.integers(1, 12)))
def test_whole_blocks_are_averaged(factor: tuple[int, int]) -> None:
    image = np.random.default_rng(0).random((4 * factor[0], 3 * factor[1]), dtype=np.float32)
    blocks = image.reshape(4, factor[0], 3, factor[1]).mean(axis=(1, 3))
    assert np.allclose(project(image, (4, 3)), blocks, atol=1e-5)


@given(
    st.tuples(st.integers(1, 90), st.integers(1, 90)),
    st.tuples(st.floats(0.2, 5.0), st.floats(0.2, 5.0)),
)
def test_padding_is_symmetric_and_the_shape_is_kept(shape: tuple[int, int], pixel: tuple[float, float]) -> None:
    size = (48, 64)
    rows, columns = placement(shape, size, pixel)
    for taken, length in ((rows, size[0]), (columns, size[1])):
        assert 0 <= taken.start < taken.stop <= length
        assert 0 <= (length - taken.stop) - taken.start <= 1
    assert rows.stop - rows.start == 48 or columns.stop - columns.start == 64
    picture = project(np.ones(shape, np.float32), size, pixel)
    assert np.allclose(picture[rows, columns], 1.0, atol=1e-6)
    assert picture.sum() == pytest.approx((rows.stop - rows.start) * (columns.stop - columns.start), rel=1e-5)


def test_inverted_and_undefined_pixels() -> None:
    array = np.linspace(0, 1000, 16 * 24).reshape(1, 16, 24).astype(np.float32)
    upright = prepare_image(volume(array), CONFIG)
    assert np.allclose(prepare_image(volume(array, inverted=True), CONFIG), 1 - upright, atol=1e-6)
    assert np.allclose(prepare_image(volume(array, slope=-2.0), CONFIG), 1 - upright, atol=1e-6)
    damaged = array.copy()
    damaged[0, 3, 3], damaged[0, 3, 4] = np.nan, np.inf
    prepared = prepare_image(volume(damaged), CONFIG)
    assert prepared[0, 3, 3] == 0.0
    assert prepared[0, 3, 4] == 1.0
    assert not prepare_image(volume(np.full((1, 9, 9), 7, np.uint8)), CONFIG).any()


@pytest.mark.parametrize("inverted", [False, True])
def test_padding_is_black_and_does_not_stretch_the_grey_levels(inverted: bool) -> None:
    array = np.linspace(0, 1000, 16 * 24).reshape(1, 16, 24).astype(np.int16)
    padded = array.copy()
    padded[0, :4] = -2000
    more = {"padding": (-2000.0, -2000.0), "inverted": inverted}
    settings = CONFIG.model_copy(update={"percentiles": (1.0, 99.0)})
    measured = prepare_image(volume(array[:, 4:], inverted=inverted), settings.model_copy(update={"size": (12, 24)}))
    for prepared in (
        prepare_image(volume(padded, **more), settings)[0],
        prepare_slices(volume(padded, **more), settings)[0, 0],
    ):
        assert not prepared[:4].any()
        assert np.array_equal(prepared[4:], measured[0])
    assert not prepare_image(volume(np.full((1, 9, 9), -2000, np.int16), **more), CONFIG).any()


def test_a_colour_copy_of_a_grey_picture_is_prepared_alike(tmp_path: Path) -> None:
    grey = np.random.default_rng(1).integers(0, 256, (40, 30), dtype=np.uint8)
    Image.fromarray(grey).save(tmp_path / "grey.png")
    Image.fromarray(grey).convert("RGB").save(tmp_path / "colour.png")
    one, other = (prepare_image(read_image(tmp_path / f"{name}.png"), CONFIG) for name in ("grey", "colour"))
    assert one.shape == (1, 16, 24)
    assert np.allclose(one, other, atol=1e-5)


def test_slices_share_the_volumes_range_and_keep_their_shape() -> None:
    array = np.zeros((6, 10, 20), np.int16)
    array[2], array[3] = 500, 1000
    config = CONFIG.model_copy(update={"size": (32, 32)})
    axial = prepare_slices(volume(array), config)
    assert axial.shape == (6, 1, 32, 32)
    assert axial[2].max() == pytest.approx(0.5, abs=0.01)
    assert axial[3].max() == 1.0
    assert (axial[3, 0] > 0).any(axis=1).sum() == 16  # half as high as wide
    # In coronal slices the last slice, nearest to the head, is on top; slices 3 mm apart are three pixels high.
    coronal = prepare_slices(volume(array, (3.0, 1.0, 1.0)), config.model_copy(update={"axis": "coronal"}), [4])
    bright = np.flatnonzero(coronal[0, 0].max(axis=1) > 0.9)
    dim = np.flatnonzero((coronal[0, 0].max(axis=1) > 0.3) & (coronal[0, 0].max(axis=1) < 0.6))
    assert bright.max() < dim.max()
    with pytest.raises(ImageReadError, match="6 slices"):
        prepare_image(volume(array), config)


@pytest.mark.parametrize("axis", ["axial", "coronal", "sagittal"])
def test_labels_lie_on_the_image(axis: str) -> None:
    labels = np.zeros((30, 40, 50), np.uint8)
    labels[8:20, 10:30, 5:40] = 7
    labels[10:14, 12:22, 8:20] = 40
    settings = CONFIG.model_copy(update={"size": (64, 80), "axis": axis})
    spacing = (2.5, 0.8, 1.1)
    targets = prepare_labels(volume(labels, spacing), settings, (0, 7, 40))
    image = prepare_slices(volume(np.where(labels, 1000, 0), spacing), settings)
    assert set(np.unique(targets)) == {0, 1, 2}
    # Where the smoothed image is clearly inside or outside, so is the label.
    assert (targets[image[:, 0] > 0.99] > 0).all()
    assert (targets[image[:, 0] < 0.01] == 0).all()
    with pytest.raises(DatasetError, match="other values than 0, 7"):
        prepare_labels(volume(labels), settings, (0, 7))
    assert np.array_equal(
        prepare_labels(replace(volume(labels // 7), slope=7.0), settings, (0, 7, 35)).max(), targets.max()
    )
