"""Layers over an image: label by label, filled or outlined, and heat maps; in any plane."""

from __future__ import annotations

import numpy as np
import pytest
from canvas_pictures import pixels, plain, shown
from matplotlib import colormaps

from medprune_gui.engine.imaging.reorienting import TURN_RIGHT, Reorientation
from medprune_gui.ui.theme import LABEL_COLOURS
from medprune_gui.ui.viewer.heat import HeatMap
from medprune_gui.ui.viewer.label_menu import LabelMenu
from medprune_gui.ui.viewer.overlay import LabelLook


def _rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])


@pytest.fixture
def labelled(qtbot):
    """Two labels side by side on black, 8 screen pixels to a voxel."""
    canvas = shown(qtbot, plain(np.zeros((2, 64, 64), dtype=np.uint8), oriented=False))
    canvas.set_slice(0)
    canvas.set_window(128, 256)
    labels = np.zeros((2, 64, 64), dtype=np.uint8)
    labels[0, 20:40, 16:24] = 1
    labels[0, 20:40, 24:40] = 3
    canvas.set_overlays(labels)
    canvas.set_opacity(0.5)
    return canvas


def test_a_hidden_label_is_not_seen_and_the_others_are(labelled):
    one, three = (_rgb(LABEL_COLOURS[label - 1]) for label in (1, 3))
    painted = pixels(labelled).astype(int)
    assert np.abs(painted[240, 160] - one / 2).max() <= 1
    assert np.abs(painted[240, 240] - three / 2).max() <= 1
    labelled.set_label_look(LabelLook(hidden=frozenset({1})))
    painted = pixels(labelled).astype(int)
    assert not painted[165:315, 130:190].any()
    assert np.abs(painted[240, 240] - three / 2).max() <= 1
    labelled.set_label_look(LabelLook(hidden=frozenset({1, 3})))
    assert not pixels(labelled)[100:400, 100:400].any()


def test_outlines_alone_leave_the_tissue_free(labelled):
    labelled.set_label_look(LabelLook(filled=False))
    painted = pixels(labelled).astype(int)
    assert not painted[240, 240].any()
    assert np.array_equal(painted[160, 240], _rgb(LABEL_COLOURS[2]))


def test_labels_that_changed_in_place_are_drawn_anew(labelled):
    labels = labelled.labels
    before = pixels(labelled)
    labels[0, 30:50, 30:50] = 2
    labelled.set_overlays(labels)
    assert (pixels(labelled) != before).any()


def test_labels_follow_the_image_when_it_is_turned(labelled):
    before = pixels(labelled)[130:380, 130:380].astype(int)
    labelled.turn(TURN_RIGHT)
    after = pixels(labelled)[130:380, 130:380].astype(int)
    # Areas agree where they are not on an outline, which lies on one side of an edge.
    turned = np.rot90(before, -1)
    assert (np.abs(after - turned).max(axis=2) <= 1).mean() > 0.97


@pytest.fixture
def heated(qtbot):
    volume = plain(np.zeros((3, 32, 32), dtype=np.uint8), oriented=False)
    canvas = shown(qtbot, volume)
    canvas.set_slice(1)
    canvas.set_window(128, 256)
    return canvas


def _heat(fill: float, **fields: float) -> HeatMap:
    values = np.full((3, 32, 32), np.nan, dtype=np.float32)
    values[1, 8:24, 8:24] = fill
    return HeatMap(values, 0.0, 1.0, **fields)


@pytest.mark.parametrize("value", [0.0, 0.25, 0.5, 1.0])
@pytest.mark.parametrize("opacity", [0.5, 1.0])
def test_heat_has_the_colours_of_viridis(heated, value, opacity):
    heated.set_heat(_heat(value, opacity=opacity))
    expected = np.array(colormaps["viridis"](value)[:3]) * 255 * opacity
    painted = pixels(heated).astype(int)
    assert np.abs(painted[256, 256] - expected).max() <= 3
    assert not painted[60:100, 100:400].any()  # values that are no number stay clear


def test_below_the_threshold_the_image_is_free(heated):
    heated.set_heat(_heat(0.4, threshold=0.5))
    assert not pixels(heated)[100:400, 100:400].any()
    heated.set_heat(_heat(0.6, threshold=0.5))
    assert pixels(heated)[256, 256].any()


def test_heat_lies_on_its_slice_and_goes_with_the_overlay(heated):
    heated.set_heat(_heat(1.0))
    assert heated.has_labels
    heated.set_slice(0)
    assert not pixels(heated)[100:400, 100:400].any()
    heated.set_slice(1)
    heated.labels_visible = False
    assert not pixels(heated)[100:400, 100:400].any()
    heated.labels_visible = True
    heated.set_heat(None)
    assert not pixels(heated)[100:400, 100:400].any()
    assert not heated.has_labels


def test_heat_is_cut_along_the_axis_that_is_shown(qtbot):
    values = np.full((4, 16, 16), np.nan, dtype=np.float32)
    values[:, 5, 8] = 1.0
    canvas = shown(qtbot, plain(np.zeros((4, 16, 16), dtype=np.uint8), spacing=(4.0, 1.0, 1.0), oriented=False))
    canvas.set_window(128, 256)
    canvas.set_orientation(Reorientation((1, 0, 2)))  # slices are rows now
    canvas.set_slice(5)
    canvas.set_heat(HeatMap(values, 0.0, 1.0, opacity=1.0))
    painted = pixels(canvas)[:, :, 1]
    column = int((8.5 / 16) * 512)
    assert (painted[100:400, column] > 200).all()
    canvas.set_slice(6)
    assert not pixels(canvas)[100:400, column].any()


def test_heat_of_another_shape_and_upside_down_colours_are_refused(heated):
    with pytest.raises(ValueError, match="shape"):
        heated.set_heat(HeatMap(np.zeros((3, 32, 31), dtype=np.float32), 0.0, 1.0))
    with pytest.raises(ValueError, match="lower to a higher"):
        HeatMap(np.zeros((3, 32, 32), dtype=np.float32), 1.0, 1.0)


def test_the_menu_lists_the_labels_that_there_are_and_switches_them(qtbot, labelled):
    menu = LabelMenu(lambda: labelled)
    qtbot.addWidget(menu)

    def entries():
        menu.aboutToShow.emit()
        return {action.text(): action for action in menu.actions() if action.text()}

    assert list(entries()) == ["Label 1", "Label 3", "Outlines only"]
    entries()["Label 1"].trigger()
    assert labelled.label_look.hidden == {1}
    assert [action.isChecked() for action in entries().values()] == [False, True, False]
    entries()["Outlines only"].trigger()
    assert not labelled.label_look.filled
    entries()["Label 1"].trigger()
    assert labelled.label_look == LabelLook(filled=False)
    labelled.set_overlays(None)
    assert entries() == {}
