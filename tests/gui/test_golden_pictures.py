"""Real views look as they looked when a person last checked them; broken ones are noticed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from canvas_pictures import pixels as canvas_pixels
from golden_views import FOLDER, FROM_DATA, VIEWS, View, difference, painted, stored
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from medprune_gui.ui.theme import apply_theme
from medprune_gui.ui.viewer.image_canvas import ImageCanvas

view_of = cache(lambda name: VIEWS[name]())


@pytest.fixture(params=VIEWS)
def name(request: pytest.FixtureRequest, qapp: QApplication) -> str:
    if request.param in FROM_DATA:
        request.getfixturevalue("data_root")
    apply_theme(qapp)
    return request.param


def test_pictures_are_small_and_their_sources_are_told() -> None:
    told = (FOLDER / "SOURCE.txt").read_text()
    assert {path.stem for path in FOLDER.glob("*.png")} == set(VIEWS)
    for view in VIEWS:
        assert view in told
        assert (FOLDER / f"{view}.png").stat().st_size < 62 * 1024


def difference_of(qtbot: QtBot, name: str, view: View, change: Callable[[ImageCanvas], None] | None = None) -> str:
    canvas = ImageCanvas()
    qtbot.addWidget(canvas)
    pixels = painted(canvas, view)
    if change is not None:
        change(canvas)
        pixels = canvas_pixels(canvas)
    return difference(pixels, stored(name))


def test_a_view_is_painted_as_it_was(qtbot: QtBot, name: str) -> None:
    assert difference_of(qtbot, name, view_of(name)) == ""


@pytest.mark.parametrize(
    "broken",
    [
        lambda array: array[:, ::-1],
        lambda array: array[:, :, ::-1],
        lambda array: np.roll(array, 1, axis=1),
        lambda array: np.roll(array, -1, axis=2),
    ],
    ids=["upside down", "mirrored", "a row lower", "a column to the left"],
)
def test_a_turned_or_shifted_image_is_noticed(
    qtbot: QtBot, name: str, broken: Callable[[np.ndarray], np.ndarray]
) -> None:
    view = view_of(name)
    volume = replace(view.volume, array=np.ascontiguousarray(broken(view.volume.array)))
    assert "image" in difference_of(qtbot, name, replace(view, volume=volume))


def test_inversion_is_noticed(qtbot: QtBot, name: str) -> None:
    assert "image" in difference_of(qtbot, name, view_of(name), lambda canvas: canvas.set_inverted(True))


@pytest.mark.parametrize(("shift", "stretch"), [(0.05, 1.0), (0.0, 1.15)], ids=["brighter", "wider"])
def test_a_wrong_window_is_noticed(qtbot: QtBot, name: str, shift: float, stretch: float) -> None:
    if view_of(name).volume.colour:
        pytest.skip("colour has no window")

    def change(canvas: ImageCanvas) -> None:
        window = canvas.window
        canvas.set_window(window.centre - shift * window.width, window.width * stretch)

    assert "image" in difference_of(qtbot, name, view_of(name), change)


def test_a_misplaced_mask_is_noticed(qtbot: QtBot, data_root: Path, qapp: QApplication) -> None:
    apply_theme(qapp)
    view = view_of("mr_tumour_mask")
    assert view.labels is not None
    for labels in (np.roll(view.labels, 1, axis=2), np.zeros_like(view.labels)):
        assert "image" in difference_of(qtbot, "mr_tumour_mask", replace(view, labels=labels))


def test_missing_words_are_noticed(qtbot: QtBot, name: str) -> None:
    view = view_of(name)
    if not view.volume.oriented or name == "cr_monochrome1":
        pytest.skip("no letters, or light ones with a dark rim on an even grey, which are as bright as it is")
    assert difference_of(qtbot, name, replace(view, volume=replace(view.volume, oriented=False)))
