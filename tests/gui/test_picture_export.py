"""Pictures and films for others: as on the screen, but without what names the patient."""

from __future__ import annotations

import numpy as np
import pytest
from canvas_pictures import pixels, shown
from PIL import Image, ImageSequence
from PySide6.QtGui import QImage

from medprune_gui.engine.errors import OutputError
from medprune_gui.engine.imaging import read_series, scan
from medprune_gui.engine.imaging.measuring import Measurement
from medprune_gui.session.measurements import Measurements
from medprune_gui.ui.viewer.exporting import save_film, save_picture
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.measuring.layer import MeasuringLayer


@pytest.fixture(scope="module")
def head(data_root):
    (study,) = scan(data_root / "dicom_ct_head_ge_tilt")
    volume = read_series(study.series[0])
    assert volume.texts["patient"]
    return volume


@pytest.fixture
def canvas(qtbot, head) -> ImageCanvas:
    return shown(qtbot, head, 400, 400)


def _saved(path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.array(picture.convert("RGB")).astype(int)


def test_a_picture_is_what_is_on_the_screen(canvas, tmp_path):
    save_picture(canvas, tmp_path / "view.png", personal=True)
    on_screen = pixels(canvas).astype(int)
    difference = np.abs(_saved(tmp_path / "view.png") - on_screen).max(axis=2)
    # But for the readout at the lower right, which belongs to the pointer.
    difference[330:, 250:] = 0
    assert difference.max() <= 2


def test_without_being_asked_it_names_nobody(canvas, tmp_path):
    save_picture(canvas, tmp_path / "hidden.png")
    save_picture(canvas, tmp_path / "named.png", personal=True)
    hidden, named = _saved(tmp_path / "hidden.png"), _saved(tmp_path / "named.png")
    differs = (hidden != named).any(axis=2)
    assert differs[:30, :200].any()  # the name, at the upper left
    assert not differs[60:].any()  # and nothing of the image
    canvas.set_personal(False)
    assert not np.abs(pixels(canvas).astype(int)[:30, :200] - hidden[:30, :200]).max() > 2
    # The screen goes on as it was.
    canvas.set_personal(True)
    assert np.abs(pixels(canvas).astype(int)[:30, :200] - named[:30, :200]).max() <= 2


def test_personal_data_stay_hidden_for_the_next_image(canvas, head):
    canvas.set_personal(False)
    hidden = pixels(canvas)[:30, :200]
    canvas.show_volume(None)
    canvas.show_volume(head)
    np.testing.assert_array_equal(pixels(canvas)[:30, :200], hidden)


def test_figures_are_in_the_picture(canvas, tmp_path):
    measurements = Measurements()
    layer = MeasuringLayer(canvas, measurements)
    layer.set_series("head")
    save_picture(canvas, tmp_path / "before.png")
    measurements.add(
        "head", Measurement("length", ((float(canvas.slice), 200.0, 100.0), (float(canvas.slice), 200.0, 300.0)))
    )
    save_picture(canvas, tmp_path / "after.png")
    assert (_saved(tmp_path / "before.png") != _saved(tmp_path / "after.png")).any()


def test_a_film_shows_each_slice_as_the_canvas_does_and_leaves_it_where_it_was(canvas, head, tmp_path):
    at = canvas.slice
    seen = []
    assert save_film(canvas, tmp_path / "head.gif", 10.0, progress=lambda *p: seen.append(p)) == len(head.array)
    assert seen == [(index + 1, len(head.array)) for index in range(len(head.array))]
    assert canvas.slice == at
    with Image.open(tmp_path / "head.gif") as film:
        frames = [np.array(frame.convert("RGB")).astype(int) for frame in ImageSequence.Iterator(film)]
    canvas.set_personal(False)
    for index in (0, 7, 20):
        canvas.set_slice(index)
        painted = pixels(canvas).astype(int)
        # A GIF has 256 colours a frame, of which the words take some.
        assert np.abs(frames[index] - painted)[60:320, 60:340].max() <= 8


def test_a_film_that_is_cancelled_leaves_nothing(canvas, tmp_path):
    class CancelledError(Exception):
        pass

    def cancel(done: int, total: int) -> None:
        if done == 3:
            raise CancelledError

    at = canvas.slice
    with pytest.raises(CancelledError):
        save_film(canvas, tmp_path / "head.mp4", 10.0, progress=cancel)
    assert list(tmp_path.iterdir()) == []
    assert canvas.slice == at


def test_at_twice_the_dots_a_picture_is_twice_as_large(canvas, tmp_path, monkeypatch):
    monkeypatch.setattr(canvas, "devicePixelRatioF", lambda: 2.0)
    picture = canvas.picture()
    assert (picture.width(), picture.height()) == (800, 800)
    assert isinstance(picture, QImage)


def test_without_an_image_or_a_place_there_is_an_error(qtbot, canvas, tmp_path):
    empty = ImageCanvas()
    qtbot.addWidget(empty)
    for save in (lambda: save_picture(empty, tmp_path / "a.png"), lambda: save_film(empty, tmp_path / "a.gif", 10.0)):
        with pytest.raises(OutputError, match="no image"):
            save()
    with pytest.raises(OutputError, match=r"\.png"):
        save_picture(canvas, tmp_path / "missing" / "a.png")
    with pytest.raises(OutputError, match="GIF or MP4"):
        save_film(canvas, tmp_path / "a.avi", 10.0)
