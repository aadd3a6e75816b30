"""Images from files: studies, series and instances; pixels with their place in space; windows.

Readers import pydicom, nibabel and Pillow only when they are called, so that the window starts at once.
"""

from medprune_gui.engine.imaging.reading import read_frame, read_image, read_series
from medprune_gui.engine.imaging.scanning import scan
from medprune_gui.engine.imaging.study import Instance, Series, SeriesWarning, Study
from medprune_gui.engine.imaging.volume import Volume, Window

__all__ = [
    "Instance",
    "Series",
    "SeriesWarning",
    "Study",
    "Volume",
    "Window",
    "read_frame",
    "read_image",
    "read_series",
    "scan",
]
