"""Undo and redo on images: what was drawn and how it was shown come back in the order in which they were made."""

from __future__ import annotations

import numpy as np
import pytest
from canvas_pictures import plain, shown
from PySide6.QtTest import QTest

from medprune_gui.engine.imaging import Window, read_series, scan
from medprune_gui.engine.imaging.measuring import Measurement
from medprune_gui.engine.imaging.reorienting import FLIP_HORIZONTALLY
from medprune_gui.session.measurements import Measurements
from medprune_gui.session.session import Session
from medprune_gui.ui.viewer.linking import link
from medprune_gui.ui.viewer.overlay import LabelLook
from medprune_gui.ui.viewer.view_history import ViewHistory
from medprune_gui.ui.viewer.viewer import Viewer

PROBE = Measurement("probe", ((1.0, 5.0, 5.0),))
OTHER = Measurement("probe", ((1.0, 9.0, 9.0),))


def _volume(level: int):
    array = np.full((3, 32, 32), level, dtype=np.int16)
    return plain(array, windows=(Window(50.0, 100.0),))


@pytest.fixture
def measurements() -> Measurements:
    return Measurements()


@pytest.fixture
def canvas(qtbot):
    return shown(qtbot, _volume(1))


@pytest.fixture
def history(canvas, measurements) -> ViewHistory:
    history = ViewHistory(measurements)
    history.watch(canvas)
    settle()
    return history


def settle() -> None:
    """Let one change be over before the next one."""
    QTest.qWait(5)


def test_nothing_was_done_at_first(history):
    assert not history.can_undo
    assert not history.can_redo
    history.undo()
    history.redo()


def test_window_sides_zoom_and_figures_come_back_one_by_one(canvas, measurements, history):
    canvas.set_window(10, 20)
    settle()
    canvas.set_inverted(True)
    settle()
    canvas.turn(FLIP_HORIZONTALLY)
    settle()
    measurements.add("a", PROBE)
    settle()
    canvas.zoom_by(2.0)
    settle()
    zoomed = canvas.view

    history.undo()
    assert canvas.view.fitted
    history.undo()
    assert measurements.of("a") == ()
    history.undo()
    assert canvas.orientation == canvas.first_orientation
    history.undo()
    assert not canvas.inverted
    history.undo()
    assert (canvas.window.centre, canvas.window.width) == (50.0, 100.0)
    assert not history.can_undo
    for _ in range(5):
        history.redo()
    assert canvas.view == zoomed
    assert (canvas.window.centre, canvas.inverted, measurements.of("a")) == (10, True, (PROBE,))
    assert not history.can_redo


def test_a_drag_of_the_window_is_one_change(canvas, history):
    for centre in range(60, 90):
        canvas.set_window(centre, 100)
        settle()
    history.undo()
    assert canvas.window.centre == 50.0
    assert not history.can_undo


def test_figures_drawn_in_quick_succession_are_changes_of_their_own(measurements, history):
    measurements.add("a", PROBE)
    settle()
    measurements.add("a", OTHER)
    settle()
    history.undo()
    assert measurements.of("a") == (PROBE,)


def test_a_figure_that_is_dragged_goes_back_to_where_it_was_taken(measurements, history):
    measurements.add("a", PROBE)
    settle()
    for column in range(6, 12):
        measurements.move("a", 0, Measurement("probe", ((1.0, 5.0, float(column)),)))
        settle()
    history.undo()
    assert measurements.of("a") == (PROBE,)


def test_how_layers_are_seen_comes_back_label_by_label(canvas, history):
    labels = np.ones(canvas.volume.array.shape, dtype=np.uint8)
    labels[1] = 2
    canvas.set_overlays(labels)
    settle()
    assert not history.can_undo  # what lies over the image is no way of seeing it
    for percent in range(50, 90, 5):  # a drag of the slider
        canvas.set_opacity(percent / 100)
        settle()
    for hidden in ({1}, {1, 2}):
        canvas.set_label_look(LabelLook(frozenset(hidden)))
        settle()
    canvas.set_label_look(LabelLook(frozenset({1, 2}), filled=False))
    settle()
    history.undo()
    assert canvas.label_look == LabelLook(frozenset({1, 2}))
    history.undo()
    assert canvas.label_look == LabelLook(frozenset({1}))
    history.undo()
    assert canvas.label_look == LabelLook()
    assert canvas.opacity == 0.85
    history.undo()
    assert canvas.opacity == 0.4
    assert not history.can_undo
    for _ in range(4):
        history.redo()
    assert (canvas.opacity, canvas.label_look) == (0.85, LabelLook(frozenset({1, 2}), filled=False))
    assert canvas.labels is labels


def test_scrolling_is_no_change(canvas, history):
    canvas.set_slice(0)
    settle()
    assert not history.can_undo


def test_linked_canvases_go_back_together(qtbot, canvas, history):
    other = shown(qtbot, _volume(2))
    history.watch(other)
    link(canvas, other)
    settle()
    canvas.set_window(10, 20)
    settle()
    assert other.window.centre == 10
    history.undo()
    assert canvas.window.centre == other.window.centre == 50.0
    assert not history.can_undo


def test_another_volume_is_no_change_and_keeps_figures_that_can_be_taken_back(canvas, measurements, history):
    canvas.set_window(10, 20)
    settle()
    measurements.add("a", PROBE)
    settle()
    canvas.show_volume(_volume(3))
    settle()
    history.undo()
    assert measurements.of("a") == ()
    assert canvas.window.centre == 50.0
    # The window was that of the volume before.
    history.undo()
    assert canvas.window.centre == 50.0
    assert not history.can_undo


def test_what_is_done_after_undoing_ends_redoing(canvas, history):
    canvas.set_window(10, 20)
    settle()
    history.undo()
    canvas.set_inverted(True)
    settle()
    assert not history.can_redo
    history.undo()
    assert not canvas.inverted


def test_a_change_counts_even_if_it_is_undone_at_once(canvas, history):
    canvas.set_window(10, 20)
    history.undo()
    assert canvas.window.centre == 50.0


def test_it_tells_what_can_be_done(qtbot, canvas, history):
    with qtbot.waitSignal(history.changed):
        canvas.set_window(10, 20)
    assert history.can_undo
    with qtbot.waitSignal(history.changed):
        history.undo()
    assert history.can_redo


def test_the_menu_names_what_would_be_taken_back(canvas, measurements, history):
    assert (history.undo_text, history.redo_text) == ("&Undo", "&Redo")
    names = []
    for change in (
        lambda: canvas.set_window(10, 20),
        lambda: canvas.set_inverted(True),
        lambda: canvas.turn(FLIP_HORIZONTALLY),
        lambda: measurements.add("a", PROBE),
        lambda: measurements.move("a", 0, OTHER),
        lambda: measurements.remove("a", 0),
        lambda: canvas.zoom_by(2.0),
    ):
        change()
        settle()
        names.append(history.undo_text)
    assert names == [
        "&Undo window",
        "&Undo inversion",
        "&Undo turning",
        "&Undo new figure",
        "&Undo moved figure",
        "&Undo removed figure",
        "&Undo zoom or place",
    ]
    for name in reversed(names):
        assert history.undo_text == name
        history.undo()
        assert history.redo_text == name.replace("Undo", "Redo")
    assert (history.undo_text, history.can_undo) == ("&Undo", False)


def test_what_undo_passes_over_is_neither_named_nor_offered(canvas, measurements, history):
    measurements.add("a", PROBE)
    settle()
    canvas.set_window(10, 20)
    settle()
    canvas.show_volume(_volume(2))
    settle()
    assert history.undo_text == "&Undo new figure"
    history.undo()
    assert measurements.of("a") == ()
    assert not history.can_undo
    assert history.undo_text == "&Undo"


@pytest.fixture
def two(qtbot, data_root):
    """A viewer, and two real series that it shows one after the other."""
    session = Session()
    viewer = Viewer(session)
    qtbot.addWidget(viewer)
    viewer.resize(600, 500)
    viewer.load_requested.connect(lambda series: viewer.show_loaded(series, read_series(series)))
    viewer.show()
    tilted, phantom = (
        scan(data_root / name)[0].series[0] for name in ("dicom_ct_head_ge_tilt", "dicom_ct_head_phantom")
    )
    return viewer, session, tilted, phantom


def _show(session, series):
    session.series = series
    settle()


def _draw(session, series):
    session.measurements.add(series.uid, LENGTH)
    settle()


LENGTH = Measurement("length", ((3, 10, 10), (3, 90, 90)))


def test_no_figure_of_an_image_out_of_sight_is_taken_back(two):
    viewer, session, tilted, phantom = two
    history, of = viewer.history, session.measurements.of
    _show(session, tilted)
    _draw(session, tilted)
    _show(session, phantom)
    assert not history.can_undo
    history.undo()
    assert of(tilted.uid) == (LENGTH,)
    _draw(session, phantom)
    viewer.canvas.set_window(10, 20)
    settle()
    _show(session, tilted)
    assert history.can_undo
    history.undo()
    assert of(tilted.uid) == ()
    assert of(phantom.uid) == (LENGTH,)
    assert not history.can_undo
    # What was drawn on the other one is taken back there, and this one's comes again here.
    _show(session, phantom)
    assert not history.can_redo
    history.undo()
    assert of(phantom.uid) == ()
    history.redo()
    assert (of(phantom.uid), of(tilted.uid)) == ((LENGTH,), ())
    _show(session, tilted)
    history.redo()
    assert (of(phantom.uid), of(tilted.uid)) == ((LENGTH,), (LENGTH,))


def test_side_by_side_both_images_are_in_sight(two):
    viewer, session, tilted, phantom = two
    _show(session, tilted)
    _draw(session, tilted)
    viewer.set_layout("1x2")
    viewer.activate_number(2)
    _show(session, phantom)
    _draw(session, phantom)
    viewer.history.undo()
    assert session.measurements.drawn == {tilted.uid: (LENGTH,)}
    viewer.history.undo()
    assert session.measurements.drawn == {}
