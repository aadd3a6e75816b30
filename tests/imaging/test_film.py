"""Films hold the frames that went in, in their order and at their speed."""

from __future__ import annotations

import av
import numpy as np
import pytest
from PIL import Image, ImageSequence

from medprune_gui.engine.errors import OutputError
from medprune_gui.engine.imaging import read_series, scan
from medprune_gui.engine.imaging.film import check_film, write_film
from medprune_gui.engine.imaging.voi import PRESETS, display_levels


@pytest.fixture(scope="module")
def slices(data_root):
    """Bone and air of a real head, (row, column, 3) each, with an odd number of rows."""
    (study,) = scan(data_root / "dicom_ct_head_ge_tilt")
    volume = read_series(study.series[0])
    levels = display_levels(volume.array.dtype, PRESETS[4], volume.slope, volume.intercept)
    bits = volume.array.view(f"u{volume.array.dtype.itemsize}")[::4, 1::2, ::2]
    return [np.repeat(levels[one][..., np.newaxis], 3, axis=-1)[:255] for one in bits]


def _film_frames(path) -> tuple[list[np.ndarray], float]:
    if path.suffix == ".gif":
        with Image.open(path) as film:
            assert film.info["loop"] == 0
            return [np.array(f.convert("RGB")) for f in ImageSequence.Iterator(film)], 1000 / film.info["duration"]
    with av.open(path) as film:
        stream = film.streams.video[0]
        return [f.to_ndarray(format="rgb24") for f in film.decode(stream)], float(stream.average_rate)


@pytest.mark.parametrize(("name", "loss"), [("head.gif", 0.5), ("head.mp4", 4.0)])
def test_a_film_shows_every_slice_in_order(slices, tmp_path, name, loss):
    path = tmp_path / name
    assert write_film(path, iter(slices), 10.0) == len(slices)
    frames, per_second = _film_frames(path)
    assert per_second == pytest.approx(10.0)
    assert len(frames) == len(slices)
    for frame, original in zip(frames, slices, strict=True):
        rows, columns = original.shape[:2]
        shown = frame[:rows, :columns].astype(int)
        errors = [np.abs(shown - other.astype(int)).mean() for other in slices]
        assert errors[int(np.argmin(errors))] < loss
        np.testing.assert_array_equal(slices[int(np.argmin(errors))], original)


def test_an_odd_size_is_made_even_for_mp4(slices, tmp_path):
    assert slices[0].shape[0] % 2
    write_film(tmp_path / "a.mp4", slices[:2], 5.0)
    frames, _ = _film_frames(tmp_path / "a.mp4")
    assert frames[0].shape == (slices[0].shape[0] + 1, slices[0].shape[1], 3)


def test_speed_of_a_gif_is_in_hundredths_of_a_second(slices, tmp_path):
    write_film(tmp_path / "a.gif", slices[:3], 60.0)
    assert _film_frames(tmp_path / "a.gif")[1] == pytest.approx(50.0)


@pytest.mark.parametrize("name", ["head.avi", "head"])
def test_other_formats_are_refused_before_anything_is_drawn(tmp_path, name):
    with pytest.raises(OutputError, match="GIF or MP4"):
        check_film(tmp_path / name)


@pytest.mark.parametrize("name", ["a.gif", "a.mp4"])
def test_no_frames_make_no_film_and_the_old_one_stays(tmp_path, name):
    (tmp_path / name).write_bytes(b"old")
    with pytest.raises(OutputError, match="nothing"):
        write_film(tmp_path / name, [], 10.0)
    assert (tmp_path / name).read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_without_the_library_mp4_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(__import__("sys").modules, "av", None)
    with pytest.raises(OutputError, match="video"):
        check_film(tmp_path / "a.mp4")
    check_film(tmp_path / "a.gif")
