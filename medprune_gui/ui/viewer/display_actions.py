"""What menus, tools and keys do with the images on display: layouts, links, slabs, sides, sizes, film."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication

from medprune_gui.engine.imaging.reorienting import (
    FLIP_HORIZONTALLY,
    FLIP_VERTICALLY,
    TURN_LEFT,
    TURN_RIGHT,
    Reorientation,
)
from medprune_gui.engine.imaging.slabs import SlabKind
from medprune_gui.ui.actions import Action
from medprune_gui.ui.viewer.grid_links import LINK_KINDS, LinkKind
from medprune_gui.ui.viewer.viewer import Viewer
from medprune_gui.ui.viewer.viewport_grid import Layout


def display_actions(viewer: Viewer, menu: str, on_shown: Callable[[], bool]) -> list[Action]:
    """Return the part of the action table that is about the images on display.

    Parameters
    ----------
    viewer
        What they act on.
    menu
        Title of their menu.
    on_shown
        Whether an image is on display.
    """

    def several() -> bool:
        return viewer.isVisible() and len(viewer.grid.viewports) > 1

    def calibrated() -> bool:
        volume = viewer.canvas.volume
        return on_shown() and volume is not None and volume.calibrated

    ways = (
        ("flip_horizontally", _tr("Flip left and right"), FLIP_HORIZONTALLY, "H"),
        ("flip_vertically", _tr("Flip top and bottom"), FLIP_VERTICALLY, "V"),
        ("turn_right", _tr("Turn right"), TURN_RIGHT, "R"),
        ("turn_left", _tr("Turn left"), TURN_LEFT, "L"),
    )
    actions = [
        Action(name, menu, text, partial(_turn, viewer, way), (key,), on_shown, name == "flip_horizontally", viewer)
        for name, text, way, key in ways
    ]
    one_to_one, life_size = _tr("One pixel to one"), _tr("True size (about)")
    actions += [
        Action(
            "pixel_size", menu, one_to_one, lambda: viewer.canvas.pixel_size(), ("Shift+P",), on_shown, True, viewer
        ),
        Action("true_size", menu, life_size, lambda: viewer.canvas.true_size(), ("Shift+T",), calibrated, scope=viewer),
        Action(
            "cine",
            menu,
            _tr("Film"),
            viewer.toggle_film,
            ("C",),
            on_shown,
            scope=viewer,
            checked=lambda: viewer.cine.running,
            tip=_tr("Run through the slices"),
            icon="film",
        ),
    ]
    return actions + _layout_actions(viewer, several) + _slab_actions(viewer)


def _layout_actions(viewer: Viewer, several: Callable[[], bool]) -> list[Action]:
    menu = _tr("&Layout")
    layouts: tuple[tuple[Layout, str], ...] = (
        ("1x1", _tr("One image")),
        ("1x2", _tr("Two images")),
        ("2x2", _tr("Four images")),
        ("mpr", _tr("Three planes (MPR)")),
    )
    links: dict[LinkKind, str] = {
        "scroll": _tr("Scroll together"),
        "zoom": _tr("Zoom together"),
        "pan": _tr("Pan together"),
        "window": _tr("Window together"),
    }
    actions = [
        Action(
            f"layout_{name}",
            menu,
            text,
            partial(viewer.set_layout, name),
            (f"Shift+{number}",),
            checked=partial(_laid_out, viewer, name),
        )
        for number, (name, text) in enumerate(layouts, start=1)
    ]
    actions.append(
        Action(
            "whole",
            menu,
            _tr("Active image alone, or back"),
            viewer.grid.toggle_whole,
            ("Shift+Return",),
            several,
            checked=lambda: viewer.grid.whole,
        )
    )
    actions += [
        Action(
            f"link_{kind}",
            menu,
            links[kind],
            partial(viewer.links.toggle, kind),
            (f"Shift+{key}",),
            several,
            separator=kind == "scroll",
            checked=partial(viewer.links.linked, kind),
        )
        for kind, key in zip(LINK_KINDS, "SZDW", strict=True)
    ]
    return actions + [
        Action(
            f"viewport_{number}",
            menu,
            _tr("Image {0}").format(number),
            partial(viewer.activate_number, number),
            (f"Alt+{number}",),
            several,
            separator=number == 1,
        )
        for number in range(1, 5)
    ]


def _slab_actions(viewer: Viewer) -> list[Action]:
    menu, choice = _tr("&Layout"), viewer.slab
    kinds: tuple[tuple[SlabKind | None, str], ...] = (
        (None, _tr("Single slices")),
        ("MIP", _tr("Highest values (MIP)")),
        ("MinIP", _tr("Lowest values (MinIP)")),
        ("Mean", _tr("Mean values")),
    )
    return [
        Action(
            f"slab_{kind or 'none'}",
            menu,
            text,
            partial(choice.set_kind, kind),
            enabled=lambda: viewer.grid.name == "mpr",
            separator=kind is None,
            checked=partial(_slab_chosen, viewer, kind),
        )
        for kind, text in kinds
    ]


def _laid_out(viewer: Viewer, name: Layout) -> bool:
    return viewer.grid.name == name


def _slab_chosen(viewer: Viewer, kind: SlabKind | None) -> bool:
    return viewer.slab.kind == kind


def _turn(viewer: Viewer, way: Reorientation) -> None:
    viewer.canvas.turn(way)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Viewer", text)
