"""Layers from files on the images of the viewer, in the planes of a volume too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from medprune_gui.engine.data.alignment import laid_over
from medprune_gui.engine.imaging import Volume
from medprune_gui.engine.imaging.layers import LayerKind, heat_range
from medprune_gui.ui.viewer.heat import HeatMap
from medprune_gui.ui.viewer.layers import Layers
from medprune_gui.ui.viewer.overlay import LabelLook
from medprune_gui.ui.viewer.viewer import Viewer
from medprune_gui.ui.viewer.viewport import Viewport


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """The image that something is to be laid over: a viewport and the volume in it, as it was read."""

    viewport: Viewport
    volume: Volume


def target_of(viewer: Viewer) -> Target | None:
    """Return the active image; None where there is none, or not all of it is there."""
    viewport = viewer.grid.active
    volume = _read_volume(viewer, viewport)
    return None if volume is None or viewport.display.waiting else Target(viewport, volume)


def lay_over(viewer: Viewer, target: Target, kind: LayerKind, layer: Volume, path: Path) -> bool:
    """Lay what was read from a file over an image; labels take the place of labels, heat of heat.

    Returns
    -------
    bool
        Whether the image is still on display, in that viewport.

    Raises
    ------
    DatasetError
        The layer does not lie on the image.
    """
    if _read_volume(viewer, target.viewport) is not target.volume:
        return False
    name = "label map" if kind == "labels" else "heat map"
    values = laid_over(layer, target.volume, path, name).array
    canvas = target.viewport.canvas
    in_planes = _in_planes(viewer, target.viewport)
    layers = viewer.planes.source_layers if in_planes else canvas.layers
    if kind == "labels":
        layers = replace(layers, labels=values, difference=None, look=LabelLook())
    else:
        low, high, threshold = heat_range(values)
        layers = replace(layers, heat=HeatMap(values, low, high, threshold, canvas.opacity))
    _show(viewer, target.viewport, layers)
    canvas.labels_visible = True
    return True


def remove_layers(viewer: Viewer) -> None:
    """Take away what lies over the active image, but for the file's own planes."""
    _show(viewer, viewer.grid.active, Layers())


def _in_planes(viewer: Viewer, viewport: Viewport) -> bool:
    return viewer.grid.name == "mpr" and viewer.planes.source is not None and viewport in viewer.grid.viewports


def _read_volume(viewer: Viewer, viewport: Viewport) -> Volume | None:
    return viewer.planes.source if _in_planes(viewer, viewport) else viewport.canvas.volume


def _show(viewer: Viewer, viewport: Viewport, layers: Layers) -> None:
    if _in_planes(viewer, viewport):
        viewer.planes.lay_over(layers)
    else:
        viewport.canvas.set_layers(layers)
