"""A measurement while it is drawn, apart from any widget."""

from __future__ import annotations

import itertools

from medprune_gui.engine.imaging.measuring import POINTS, Measurement, MeasurementKind, Point


class Draft:
    """Takes a pointer's way over an image and makes a measurement of it.

    Two ways lead to each figure: hold the button from point to point, or click on each point. An angle goes from one
    end over its vertex to the other end.

    Parameters
    ----------
    kind
        What is drawn.
    """

    def __init__(self, kind: MeasurementKind) -> None:
        self.kind = kind
        self._fixed: list[Point] = []
        self._moving: Point | None = None
        self._dragging = False

    @property
    def started(self) -> bool:
        """Whether there is a point already."""
        return bool(self._fixed)

    @property
    def points(self) -> tuple[Point, ...]:
        """The points set so far and the one under the pointer."""
        return (*self._fixed, *(() if self._moving is None else (self._moving,)))

    def press(self, point: Point) -> Measurement | None:
        """Set a point; return the measurement where it was the last one."""
        self._fixed.append(point)
        self._moving = None
        self._dragging = True
        return self._finished()

    def move(self, point: Point) -> None:
        """Follow the pointer."""
        if self._fixed:
            self._moving = point

    def release(self, point: Point, *, moved: bool) -> Measurement | None:
        """End a drag, which sets a point; a click did so when it was pressed.

        Parameters
        ----------
        moved
            Whether the pointer is elsewhere than where the button was pressed.
        """
        dragging, self._dragging = self._dragging, False
        if not (dragging and moved and self._fixed):
            return None
        self._fixed.append(point)
        self._moving = None
        return self._finished()

    def _finished(self) -> Measurement | None:
        if len(self._fixed) < POINTS[self.kind]:
            return None
        points, self._fixed = tuple(self._fixed), []
        self._dragging = False
        # A figure without an extent is a slip of the hand.
        if len(points) > 1 and any(a == b for a, b in itertools.pairwise(points)):
            return None
        return Measurement(self.kind, points)
