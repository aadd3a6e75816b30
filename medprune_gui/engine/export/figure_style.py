"""How the report's figures look, and how they are written: the same bytes for the same numbers."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Literal

import matplotlib.style
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Callable

# From the palette of Okabe and Ito (2008), chosen so that the two also differ in lightness.
ORIGINAL = "#1b4f8a"
PRUNED = "#e69f00"
# Kept, zeroed and removed differ in lightness and in hatching.
KEPT = "#1b4f8a"
ZEROED = "#9cc3e6"
REMOVED = "#ffffff"
INK = "#222222"
FAINT = "#8a8a8a"
DIFFERENT = "#d55e00"
CLASS_COLOURS = ("#009e73", "#cc79a7", "#0072b2", "#d55e00", "#f0e442", "#ffffff")

WIDTH_INCHES = 7.2
PNG_DPI = 200

_STYLE: dict[str, object] = {
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 8.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.axisbelow": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.7,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "hatch.linewidth": 0.5,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "figure.constrained_layout.use": True,
    # Glyphs as outlines look alike on every computer; the salt replaces random ids.
    "svg.fonttype": "path",
    "svg.hashsalt": "medprune",
}


def figure(height_inches: float) -> Figure:
    """Return an empty figure of the report's width."""
    return Figure(figsize=(WIDTH_INCHES, height_inches))


def render(draw: Callable[[], Figure], kind: Literal["svg", "png"]) -> bytes:
    """Draw and return one figure, independent of the user's matplotlib settings."""
    content = BytesIO()
    with matplotlib.style.context(["default", _STYLE]):
        drawn = draw()
        # No date and no version in the file.
        metadata = {"Date": None} if kind == "svg" else {"Software": None}
        drawn.savefig(content, format=kind, dpi=PNG_DPI, metadata=metadata)
    return content.getvalue()
