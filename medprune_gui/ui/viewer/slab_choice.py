"""Which thick slab the planes of a volume are seen in."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from medprune_gui.engine.imaging.slabs import Slab, SlabKind
from medprune_gui.ui.viewer.planes import PlanesView

THINNEST_MM, THICKEST_MM = 1, 200
_USUAL_MM = 10


class SlabChoice(QObject):
    """Kind and thickness; the thickness is kept while slices are seen one by one.

    Parameters
    ----------
    planes
        What is seen so.
    """

    changed = Signal()

    def __init__(self, planes: PlanesView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._planes = planes
        self._kind: SlabKind | None = None
        self._thickness_mm = _USUAL_MM

    @property
    def kind(self) -> SlabKind | None:
        """What is seen of neighbouring slices; None: single slices."""
        return self._kind

    @property
    def thickness_mm(self) -> int:
        """From one face of the slab to the other."""
        return self._thickness_mm

    def set_kind(self, kind: SlabKind | None) -> None:
        """See neighbouring slices as one, or (None) each alone."""
        self._kind = kind
        self._apply()

    def set_thickness_mm(self, thickness_mm: int) -> None:
        """Make the slab thicker or thinner, now and for later."""
        self._thickness_mm = min(max(thickness_mm, THINNEST_MM), THICKEST_MM)
        self._apply()

    def _apply(self) -> None:
        self._planes.set_slab(None if self._kind is None else Slab(self._kind, float(self._thickness_mm)))
        self.changed.emit()
