"""The image viewer on real and on synthetic images: steps, zoom, words, links."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from canvas_pictures import pixels, plain, shown
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from medprune_gui.engine.errors import OutputError
from medprune_gui.engine.imaging import Volume, read_series, scan
from medprune_gui.session.session import Session
from medprune_gui.ui.viewer.annotations import AnnotationPainter, Annotations, WordsLayer
from medprune_gui.ui.viewer.corner_texts import Counter, Reading, slice_place
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.linking import link
from medprune_gui.ui.viewer.view import Projection, View
from medprune_gui.ui.viewer.viewer import Viewer

REAL = {
    "ct": "dicom_ct_head_phantom",
    "mr": "dicom_mr_braintumor",
    "t1": "mri_t1_nifti",
    "x-ray": "cxr_pneumonia_fullres_sample/NORMAL",
}


pytestmark = pytest.mark.usefixtures("themed")


@pytest.fixture(scope="module")
def ct(data_root: Path) -> Volume:
    return read_series(scan(data_root / REAL["ct"])[0].series[0])


@given(
    st.floats(0.05, 40),
    st.floats(0, 300),
    st.floats(0, 200),
    st.tuples(st.floats(0, 800), st.floats(0, 600)),
    st.floats(0.1, 10),
)
def test_zooming_keeps_the_point_under_the_pointer(
    zoom: float, column: float, row: float, at: tuple[float, float], factor: float
) -> None:
    pointer = QPointF(*at)
    before = Projection.of((200, 300), (1.5, 0.5), QSizeF(800, 600), View(zoom, column, row))
    there = before.transform().map(before.to_image(pointer))
    assert (there - pointer).manhattanLength() < 1e-6
    view = before.zoomed(factor, pointer)
    after = Projection.of((200, 300), (1.5, 0.5), QSizeF(800, 600), view)
    assert 0 <= view.column <= 300
    assert 0 <= view.row <= 200
    if 0 < view.column < 300 and 0 < view.row < 200:  # else the image was held back at its edge
        moved = after.transform().map(before.to_image(pointer)) - pointer
        assert moved.manhattanLength() < 1e-6


@given(st.integers(20, 900), st.integers(20, 900), st.booleans())
def test_words_never_overlap_nor_leave_the_widget(qapp: QApplication, width: int, height: int, caption: bool) -> None:
    words = Annotations(
        top_left=("Patient With A Very Long Name 12345678", "T1 MPRAGE SAGITTAL 1 MM", "file.nii.gz"),
        top_right=("MR", "1991-11-19", "512 x 512"),
        bottom_left=("H 166.2 mm", "C 1040  W 2080", "Slice 128 / 256"),
        letters=("RA", "LP", "AH", "PF"),
        caption="Original" if caption else "",
        pixels_per_cm=width / 20,
        readout=("-88888 HU", "x 5120  y 5120", "Zoom 9999 %"),
    )
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setFont(qapp.font())
    annotations = AnnotationPainter(painter, QRectF(0, 0, width, height))
    annotations.paint(words)
    painter.end()
    rects = [rect for _, rect in annotations.placed]
    assert all(QRectF(0, 0, width, height).contains(rect) for rect in rects)
    assert not any(a.intersects(b) for i, a in enumerate(rects) for b in rects[:i])
    texts = {text for text, _ in annotations.placed}
    assert ("RA" in texts) == ("LP" in texts)
    assert ("AH" in texts) == ("PF" in texts)
    if width >= (500 if caption else 360) and height >= 200:  # as in a quarter of a small window
        assert any(text.startswith("Patient") for text in texts)
    if width >= 700 and height >= 300:
        assert texts >= {*words.bottom_left, *words.top_left, *words.top_right, *words.letters, ""}
        assert any(text.endswith((" cm", " mm")) and text not in words.bottom_left for text in texts)


def test_words_that_change_are_painted_as_if_they_were_new(qapp: QApplication) -> None:
    """Figures of the same and of other lengths, in wide and in narrow widgets: as a fresh layer paints them."""
    first = Annotations(
        top_left=("Anonymous", "Thorax 1 mm"),
        top_right=("CT", "2015-02-06"),
        bottom_left=("H 166.2 mm", "C 40  W 400", "Slice 128 / 256"),
        letters=("R", "L", "A", "P"),
        pixels_per_cm=30.0,
        readout=("-88888 HU", "x 5120  y 5120"),
    )
    bottoms = [
        ("H 166.2 mm", "C 41  W 401", "Slice 129 / 256"),
        ("H 9.7 mm", "C -1024  W 65535  inverted", "Slice 9 / 256"),
        ("C 42  W 402", "Slice 9 / 256"),
        ("F 1.0 mm", "C 42  W 403", "Slice 8 / 256"),
    ]
    for size in (QRectF(0, 0, 400, 300), QRectF(0, 0, 150, 60), QRectF(0, 0, 230, 120)):
        layer = WordsLayer()
        for words in [first, *(replace(first, bottom_left=lines) for lines in bottoms), replace(first, caption="Mine")]:
            pictures, rooms = [], []
            for painted in (layer, WordsLayer()):
                image = QImage(400, 300, QImage.Format.Format_RGB32)
                image.fill(0x336699)
                painter = QPainter(image)
                painter.setFont(qapp.font())
                rooms.append(painted.paint(painter, size, words))
                painter.end()
                pictures.append(image)
            assert pictures[0] == pictures[1]
            assert rooms[0] == rooms[1]


@pytest.mark.parametrize("kind", REAL)
def test_real_series_are_shown_at_any_size(qtbot: QtBot, data_root: Path, kind: str) -> None:
    session = Session()
    viewer = Viewer(session)
    qtbot.addWidget(viewer)
    viewer.resize(800, 700)
    viewer.show()
    with qtbot.waitSignal(viewer.load_requested) as asked:
        session.series = scan(data_root / REAL[kind])[0].series[0]
    (series,) = asked.args
    volume = read_series(series)
    viewer.show_loaded(series, volume)
    canvas = viewer.canvas
    assert pixels(canvas).std() > 10
    for width, height in ((96, 96), (1, 1), (3, 400), (400, 3), (140, 120)):
        canvas.setMinimumSize(1, 1)
        canvas.resize(width, height)
        canvas.set_overlays(np.ones(volume.array.shape[:3], dtype=np.uint8))
        assert not canvas.grab().isNull()
    letters = {"ct": "APRL", "mr": "APRL", "t1": "APRL", "x-ray": ""}[kind]
    words = canvas._scene._words(canvas._scene.projection(QSizeF(500, 500)), "")  # type: ignore[union-attr]
    left, right, top, bottom = words.letters
    assert top + bottom + left + right == letters
    assert (words.pixels_per_cm > 0) == (kind != "x-ray")


def test_wheel_keys_and_actions_step_through_slices(qtbot: QtBot, data_root: Path) -> None:
    session = Session()
    viewer = Viewer(session)
    qtbot.addWidget(viewer)
    viewer.show()
    session.series = scan(data_root / REAL["ct"])[0].series[0]
    viewer.show_volume(read_series(session.series))
    canvas = viewer.canvas
    places = [slice_place(canvas.volume, index) for index in (0, 27)]  # type: ignore[arg-type]
    assert places[0] != places[1]
    middle = canvas.slice
    wheel(canvas, -120)
    assert canvas.slice == middle + 1
    wheel(canvas, 60)
    wheel(canvas, 60)
    assert canvas.slice == middle
    qtbot.keyClick(canvas, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert canvas.slice == middle - 10
    wheel(canvas, -120, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.slice == middle
    viewer.last_slice()
    assert canvas.slice == viewer._slices.index == 27
    viewer.next_slice()
    viewer.next_page()
    assert canvas.slice == 27
    viewer.first_slice()
    viewer.previous_slice()
    assert canvas.slice == 0
    viewer._slices._slider.setValue(5)
    assert canvas.slice == 5

    zoom = canvas.view.zoom
    wheel(canvas, 120, Qt.KeyboardModifier.ControlModifier)
    assert canvas.view.zoom > zoom
    assert canvas.slice == 5
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton)
    assert canvas.view.fitted
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, QPoint(100, 100))
    qtbot.mouseMove(canvas, QPoint(130, 80))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(130, 80))
    assert canvas.view.column == pytest.approx(256 - 30 / zoom)
    assert canvas.view.row == pytest.approx(256 + 20 / zoom)
    viewer.invert()
    assert canvas.inverted
    viewer.reset()
    assert not canvas.inverted
    canvas.set_overlays(np.ones(canvas.volume.array.shape, dtype=np.uint8))  # type: ignore[union-attr]
    viewer.toggle_labels()
    assert not canvas.labels_visible


def test_the_pixel_under_the_cursor_is_read_in_its_unit(qtbot: QtBot, ct: Volume) -> None:
    canvas = shown(qtbot, ct)
    readings: list[Reading | None] = []
    canvas.cursor_changed.connect(readings.append)
    qtbot.mouseMove(canvas, QPoint(300, 200))
    qtbot.waitUntil(lambda: bool(readings) and readings[-1] is not None and readings[-1].column == 300)
    value = float(ct.array[canvas.slice, 200, 300]) * ct.slope + ct.intercept
    assert readings[-1] == Reading(canvas.slice, 200, 300, value, "HU")
    canvas.set_slice(3)
    assert readings[-1].slice == 3
    canvas.zoom_by(2.0)  # about the centre, (256, 256)
    assert (readings[-1].row, readings[-1].column) == (228, 278)
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert readings[-1] is None


def test_linked_canvases_follow_each_other_once(qtbot: QtBot) -> None:
    volume = plain(np.random.default_rng(0).integers(0, 4000, (9, 80, 100)).astype(np.uint16))
    first, second = shown(qtbot, volume, 500, 400), shown(qtbot, volume, 300, 400)
    link(first, second)
    emitted: list[str] = []
    for name, canvas in (("first", first), ("second", second)):
        canvas.slice_changed.connect(lambda _, name=name: emitted.append(f"{name} slice"))
        canvas.window_changed.connect(lambda *_, name=name: emitted.append(f"{name} window"))
        canvas.view_changed.connect(lambda _, name=name: emitted.append(f"{name} view"))
    second.set_slice(2)
    assert first.slice == 2
    first.set_window(500.25, 123.5)
    assert (second.window.centre, second.window.width) == (500.25, 123.5)
    second.zoom_by(1.7, QPointF(20, 30))
    assert first.view == second.view
    first.fit()
    assert second.view.fitted
    assert second.view.zoom == 3.0
    assert sorted(emitted) == sorted(
        f"{who} {what}" for who in ("first", "second") for what in ("slice", "window", "view", "view")
    )


def test_another_version_of_an_image_keeps_the_view(qtbot: QtBot) -> None:
    volume = plain(np.random.default_rng(0).integers(0, 4000, (9, 80, 100)).astype(np.uint16))
    canvas = shown(qtbot, volume)
    canvas.set_slice(7)
    canvas.zoom_by(3)
    canvas.set_window(100, 50)
    before = canvas.slice, canvas.view, canvas.window
    canvas.show_volume(plain(volume.array + 1), keep_view=True)
    assert (canvas.slice, canvas.view, canvas.window) == before
    canvas.show_volume(plain(volume.array[:3]))
    assert canvas.slice == 1
    assert canvas.view.fitted


def test_pictures_of_different_sizes_are_stepped_through_one_by_one(qtbot: QtBot, data_root: Path) -> None:
    session = Session()
    viewer = Viewer(session)
    qtbot.addWidget(viewer)
    viewer.show()
    asked = []
    viewer.load_requested.connect(asked.append)
    series = scan(data_root / REAL["x-ray"])[0].series[0]
    session.series = series
    for index in range(3):
        (one,) = asked[-1].instances
        assert one == series.instances[index]
        viewer.show_loaded(asked[-1], read_series(asked[-1]))
        assert viewer.canvas._scene.counter == Counter(index, len(series.instances))  # type: ignore[union-attr]
        assert viewer._slices.index == index
        wheel(viewer.canvas, -120)
    viewer.last_slice()
    assert asked[-1].instances[0] == series.instances[-1]
    on_display = viewer.canvas.volume
    viewer.show_loaded(asked[0], read_series(asked[0]))  # came too late
    assert viewer.canvas.volume is on_display


def test_empty_loading_and_error_states_say_what_is_going_on(qtbot: QtBot, data_root: Path, tmp_path: Path) -> None:
    session = Session()
    viewer = Viewer(session)
    qtbot.addWidget(viewer)
    viewer.show()
    assert "Ctrl+O" in viewer.grid.active.message.words
    session.series = series = scan(data_root / REAL["ct"])[0].series[0]
    qtbot.waitUntil(lambda: "Loading 28 slices" in viewer.grid.active.message.words, timeout=2000)
    viewer.show_error("01.dcm: The pixels cannot be decoded")
    assert "01.dcm" in viewer.grid.active.message.words
    assert viewer.grid.active.message.isVisible()
    viewer.show_volume(read_series(series))
    assert viewer.canvas.isVisible()
    viewer.save_picture(tmp_path / "view.png")
    assert QImage(str(tmp_path / "view.png")).size() == viewer.canvas.size()
    with pytest.raises(OutputError) as refused:
        viewer.save_picture(tmp_path / "missing" / "view.png")
    assert "missing" in str(refused.value)
    session.series = None
    assert "Ctrl+O" in viewer.grid.active.message.words
    assert viewer.canvas.volume is None


def wheel(canvas: ImageCanvas, angle: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    place = QPointF(canvas.rect().center())
    event = QWheelEvent(
        place,
        canvas.mapToGlobal(place),
        QPoint(),
        QPoint(0, angle),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)
