"""Words of figures are readable in viewports of any size: they cover neither corner texts nor each other."""

from __future__ import annotations

import itertools

import pytest
from canvas_pictures import shown
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF

from medprune_gui.engine.imaging import read_series, scan
from medprune_gui.engine.imaging.measuring import Measurement
from medprune_gui.session.measurements import Measurements
from medprune_gui.ui.viewer.measuring import painting
from medprune_gui.ui.viewer.measuring.layer import MeasuringLayer
from medprune_gui.ui.viewer.measuring.word_places import Block, place_blocks

AREA = QRectF(0, 0, 360, 300)
LINE = 15.0


def block(x: float, y: float, width: float, height: float, *forms: tuple[float, ...]) -> Block:
    bounds = QRectF(x, y, width, height)
    return Block(bounds, bounds.center().y(), forms or ((60.0,),), (bounds,))


def test_words_go_to_the_right_and_else_to_the_left():
    at_the_left, at_the_right = block(50, 100, 40, 40), block(300, 100, 40, 40)
    first, second = place_blocks(AREA, (), (at_the_left, at_the_right), LINE)
    assert first.rect.left() > at_the_left.bounds.right()
    assert second.rect.right() < at_the_right.bounds.left()
    assert first.rect.center().y() == at_the_left.anchor_y


def test_a_narrow_form_is_taken_where_the_wide_one_has_no_room_and_lines_are_left_out_last():
    forms = ((60.0, 140.0, 120.0), (60.0, 70.0, 80.0, 60.0, 70.0))
    narrow = QRectF(0, 0, 136, 300)
    (place,) = place_blocks(narrow, (), (block(2, 100, 40, 20, *forms),), LINE)
    assert (place.form, place.lines) == (1, 5)
    low = QRectF(0, 0, 136, 40)
    (place,) = place_blocks(low, (), (block(2, 5, 40, 20, *forms),), LINE)
    assert (place.form, place.lines) == (1, 2)
    assert place_blocks(QRectF(0, 0, 50, 40), (), (block(5, 5, 30, 20, *forms),), LINE) == [None]


def test_a_figure_out_of_sight_has_no_words():
    assert place_blocks(AREA, (), (block(500, 100, 40, 40),), LINE) == [None]


def test_a_figure_that_fills_the_view_has_its_words_inside():
    whole = block(2, 2, 356, 296)
    (place,) = place_blocks(AREA, (QRectF(0, 140, 30, 20),), (whole,), LINE)
    assert whole.bounds.contains(place.rect)


rects = st.builds(
    QRectF, st.integers(-40, 380), st.integers(-40, 320), st.integers(0, 200).map(float), st.integers(0, 160).map(float)
)
forms = st.sampled_from([((60.0,),), ((60.0, 140.0, 120.0), (60.0, 70.0, 80.0, 60.0, 70.0))])
blocks = st.builds(lambda r, f: Block(r, r.center().y(), f, (r,)), rects, forms)


@given(st.lists(blocks, max_size=6), st.lists(rects, max_size=5))
def test_no_words_meet_and_all_are_within_the_view(some, taken):
    places = [place for place in place_blocks(AREA, taken, some, LINE) if place is not None]
    for place in places:
        assert AREA.contains(place.rect)
        assert not any(place.rect.intersects(other) for other in taken)
    for one, other in itertools.combinations(places, 2):
        assert not one.rect.intersects(other.rect)


@pytest.mark.parametrize("size", [(160, 140), (240, 200), (360, 360), (700, 620)])
def test_on_a_real_head_words_keep_off_each_other_and_the_corners(qtbot, data_root, monkeypatch, size):
    (study,) = scan(data_root / "dicom_ct_head_ge_tilt")
    canvas = shown(qtbot, read_series(study.series[0]), *size)
    measurements = Measurements()
    layer = MeasuringLayer(canvas, measurements)
    layer.set_series("head")
    at = float(canvas.slice)
    for kind, *points in (
        ("length", (at, 120.0, 90.0), (at, 170.0, 330.0)),
        ("ellipse", (at, 230.0, 230.0), (at, 300.0, 300.0)),
        ("rectangle", (at, 340.0, 320.0), (at, 420.0, 420.0)),
        ("probe", (at, 60.0, 60.0)),
    ):
        measurements.add("head", Measurement(kind, tuple(points)))
    written: list[tuple[str, QRectF]] = []
    real = painting.outlined
    monkeypatch.setattr(
        painting, "outlined", lambda p, rect, text, *rest: written.append((text, rect)) or real(p, rect, text, *rest)
    )
    canvas.picture(personal=True)
    taken = canvas._scene.words.taken
    assert taken
    for text, rect in written:
        assert QRectF(canvas.rect()).contains(rect), text
        assert not any(rect.intersects(other) for other in taken), text
    for (_, one), (_, other) in itertools.combinations(written, 2):
        assert not one.intersects(other)
    if size[0] >= 360:
        texts = [text for text, _ in written]
        assert any(text.endswith(" mm") for text in texts)
        assert sum("Mean" in text for text in texts) == 2
