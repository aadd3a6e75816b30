"""What a viewport shows, to be shown again later."""

from __future__ import annotations

from dataclasses import dataclass, field

from medprune_gui.engine.imaging import Series, Volume
from medprune_gui.engine.imaging.reorienting import AS_STORED, Reorientation
from medprune_gui.engine.imaging.volume import Window
from medprune_gui.ui.viewer.layers import Layers
from medprune_gui.ui.viewer.view import View


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What a display shows, to be shown again later: see `SeriesDisplay.shown`.

    Attributes
    ----------
    window
        None: the volume's first one.
    view
        Zoom and place; None: the whole image.
    """

    series: Series | None = None
    requested: Series | None = None
    picture: int = 0
    phase: int = 0
    volume: Volume | None = None
    orientation: Reorientation = AS_STORED
    slice: int = 0
    window: Window | None = None
    inverted: bool = False
    view: View | None = None
    layers: Layers = field(default_factory=Layers)
