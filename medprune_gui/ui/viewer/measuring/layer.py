"""Measurements on a canvas: drawn, caught hold of, moved and removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QCursor, QKeyEvent, QMouseEvent, QPainter

from medprune_gui.engine.imaging.measuring import Findings, Measurement, MeasurementKind, Point, measure
from medprune_gui.engine.imaging.volume import Volume
from medprune_gui.session.measurements import Measurements
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.measuring.draft import Draft
from medprune_gui.ui.viewer.measuring.painting import Drawn, grabbed, paint_measurements
from medprune_gui.ui.viewer.measuring.words import findings_lines

# A hand that clicks moves by so many screen pixels.
_STILL = 3


@dataclass(slots=True)
class _Held:
    """A figure that the hand holds: by one of its points (``end``) or as a whole (None), caught at ``start``."""

    index: int
    end: int | None
    start: Point
    before: Measurement
    now: Measurement


class MeasuringLayer(QObject):
    """Lets the left button measure on a canvas.

    With a tool, the left button draws; without one it catches hold of what was drawn, and anywhere else does what it
    always does. Either way a click on a figure chooses it. Escape gives up what is being drawn, then the tool. Delete
    removes what is chosen.

    Parameters
    ----------
    canvas
        Shows the figures of its series.
    measurements
        Where they are kept.

    Signals
    -------
    tool_changed
        The kind that the left button draws; None: it does not draw.
    selection_changed
        Index of the measurement that is chosen; -1: none.
    """

    tool_changed = Signal(object)
    selection_changed = Signal(int)

    def __init__(self, canvas: ImageCanvas, measurements: Measurements) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._measurements = measurements
        self._series_uid = ""
        self._tool: MeasurementKind | None = None
        self._draft: Draft | None = None
        self._selected = -1
        self._pressed_at: QPointF | None = None
        self._held: _Held | None = None
        self._clicked: tuple[int, Point] | None = None  # a figure under a press that may be a click or begin a figure
        self._found: dict[Measurement, Findings] = {}
        self._found_on: Volume | None = None
        canvas.set_pointer_tool(self)
        measurements.changed.connect(self._follow)
        canvas.volume_changed.connect(self._forget)
        canvas.slice_changed.connect(self._leave_slice)

    # What is chosen

    @property
    def series_uid(self) -> str:
        """Of the series whose measurements are shown; empty: none can be made."""
        return self._series_uid

    def set_series(self, uid: str) -> None:
        """Show and draw the measurements of another series."""
        self._series_uid = uid
        self._let_go()
        self._draft = None if self._tool is None else Draft(self._tool)
        self.select(-1)
        self._canvas.update()

    @property
    def tool(self) -> MeasurementKind | None:
        """What the left button draws."""
        return self._tool

    def set_tool(self, tool: MeasurementKind | None) -> None:
        """Let the left button draw something, or do what it always does."""
        self._draft = None if tool is None else Draft(tool)
        if tool != self._tool:
            self._tool = tool
            self.tool_changed.emit(tool)
        if tool is None:
            self._canvas.unsetCursor()
        else:
            self._canvas.setCursor(QCursor(Qt.CursorShape.CrossCursor))
        self._canvas.update()

    def give_up(self) -> None:
        """Give up the figure that was begun; where there is none, the tool."""
        if self._draft is not None:
            self.set_tool(self._tool if self._draft.started else None)

    @property
    def selected(self) -> int:
        """Index of the measurement that is chosen; -1: none."""
        return self._selected

    def select(self, index: int) -> None:
        """Choose a measurement; -1: none."""
        if index != self._selected:
            self._selected = index
            self.selection_changed.emit(index)
            self._canvas.update()

    def go_to(self, index: int) -> None:
        """Choose a measurement and show the slice that it lies on."""
        self.select(index)
        measurements = self._measurements.of(self._series_uid)
        if 0 <= index < len(measurements) and (volume := self._canvas.volume) is not None:
            first = measurements[index].points[0]
            self._canvas.set_slice(round(self._canvas.orientation.to_shown(first, volume.array.shape)[0]))

    def remove_selected(self) -> None:
        """Remove the measurement that is chosen, if there is one."""
        if 0 <= self._selected < len(self._measurements.of(self._series_uid)):
            index, self._selected = self._selected, -1
            self._measurements.remove(self._series_uid, index)
            self.selection_changed.emit(-1)

    # The canvas asks

    def press(self, event: QMouseEvent) -> bool:
        """Begin to draw or to move; False: not for this layer."""
        if event.button() != Qt.MouseButton.LeftButton or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            return False
        point = self._stored(event.position())
        if point is None or not self._series_uid:
            return False
        self._pressed_at = event.position()
        shown = self._shown()
        caught = grabbed([drawn for _, drawn in shown], event.position())
        if self._draft is not None:
            if caught is not None and not self._draft.started:
                self._clicked = (shown[caught[0]][0], point)
            else:
                self._finish(self._draft.press(point))
            return True
        if caught is None:
            self.select(-1)
            self._pressed_at = None
            return False
        index = shown[caught[0]][0]
        figure = self._measurements.of(self._series_uid)[index]
        self._held = _Held(index, caught[1], point, figure, figure)
        self.select(index)
        return True

    def move(self, event: QMouseEvent) -> bool:
        """Carry on; False: not for this layer."""
        if self._draft is not None:
            if self._clicked is not None and self._moved(event):  # no click: a figure that begins on another one
                self._finish(self._draft.press(self._clicked[1]))
                self._clicked = None
            if self._draft.started and (point := self._stored(event.position())) is not None:
                self._draft.move(point)
                self._canvas.update()
            return self._draft.started or self._clicked is not None or event.buttons() == Qt.MouseButton.NoButton
        if self._held is None:
            self._point_out(event)
            return False
        point = self._stored(event.position())
        if point is not None:
            held = self._held
            after = (
                held.before.moved(held.start, point) if held.end is None else held.before.with_point(held.end, point)
            )
            if after != held.now:
                held.now = after
                self._measurements.move(self._series_uid, held.index, after)
        return True

    def release(self, event: QMouseEvent) -> bool:
        """End a drag; False: not for this layer."""
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        moved = self._moved(event)
        pressed, self._pressed_at = self._pressed_at, None
        clicked, self._clicked = self._clicked, None
        if clicked is not None and not moved:
            self.select(clicked[0])
            return True
        if self._held is not None:
            self._held = None
            return True
        if self._draft is None or pressed is None:
            return False
        point = self._stored(event.position())
        if clicked is not None:
            self._finish(self._draft.press(clicked[1]))
        if point is not None:
            self._finish(self._draft.release(point, moved=moved))
        return True

    def key(self, event: QKeyEvent) -> bool:
        """Act on a key; False: not one of ours."""
        if event.key() == Qt.Key.Key_Escape and self._draft is not None:
            self.give_up()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._selected >= 0:
            self.remove_selected()
        else:
            return False
        return True

    def paint(self, painter: QPainter, taken: Sequence[QRectF]) -> None:
        """Draw the figures of the slice on display, with words where no others are."""
        drawn = [each for _, each in self._shown()]
        if self._draft is not None and self._draft.points:
            points = tuple(self._on_screen(point)[0] for point in self._draft.points)
            lines: tuple[str, ...] = ()
            if (figure := self._measured_draft()) is not None:
                lines = findings_lines(figure)
            drawn.append(Drawn(self._draft.kind, points, lines, selected=True))
        if drawn:
            paint_measurements(painter, QRectF(self._canvas.rect()), drawn, taken)

    def _moved(self, event: QMouseEvent) -> bool:
        """Whether the pointer is elsewhere than where the button was pressed."""
        pressed = self._pressed_at
        return pressed is not None and (event.position() - pressed).manhattanLength() > _STILL

    # Places

    def _stored(self, position: QPointF) -> Point | None:
        """Return the stored voxel under a point of the widget, at the image's edge where it lies beside it."""
        volume, shown = self._canvas.volume, self._canvas.shown_volume
        if volume is None or shown is None:
            return None
        place = self._canvas.projection().to_image(position)
        rows, columns = shown.array.shape[1:3]
        row = min(max(place.y() - 0.5, -0.5), rows - 0.5)
        column = min(max(place.x() - 0.5, -0.5), columns - 0.5)
        return self._canvas.orientation.to_stored((self._canvas.slice, row, column), volume.array.shape)

    def _on_screen(self, point: Point) -> tuple[QPointF, float]:
        """Return where a stored point is on the screen, and the shown slice that it lies on."""
        volume = self._canvas.volume
        assert volume is not None
        at, row, column = self._canvas.orientation.to_shown(point, volume.array.shape)
        return self._canvas.projection().transform().map(QPointF(column + 0.5, row + 0.5)), at

    def _shown(self) -> list[tuple[int, Drawn]]:
        """Return the figures of the slice on display, each with its index."""
        volume, shown = self._canvas.volume, self._canvas.shown_volume
        if volume is None or shown is None:
            return []
        slab = self._canvas.slab
        reach = range(self._canvas.slice, self._canvas.slice + 1)
        if slab is not None:
            reach = slab.reach(shown, self._canvas.slice)
        found = []
        for index, measurement in enumerate(self._measurements.of(self._series_uid)):
            places = [self._on_screen(point) for point in measurement.points]
            if all(reach.start - 0.5 <= at < reach.stop - 0.5 + 1e-6 for _, at in places):
                lines = findings_lines(self._measure(volume, measurement))
                points = tuple(place for place, _ in places)
                found.append((index, Drawn(measurement.kind, points, lines, selected=index == self._selected)))
        return found

    def _measure(self, volume: Volume, measurement: Measurement) -> Findings:
        if self._found_on is not volume:
            self._found, self._found_on = {}, volume
        if measurement not in self._found:
            self._found[measurement] = measure(volume, measurement)
        return self._found[measurement]

    def _measured_draft(self) -> Findings | None:
        """Return what the figure under way says so far."""
        assert self._draft is not None
        volume, points = self._canvas.volume, self._draft.points
        kind: MeasurementKind = self._draft.kind
        if kind == "angle" and len(points) == 2:
            kind = "length"
        if volume is None or (kind != "probe" and len(points) < 2):
            return None
        try:
            return measure(volume, Measurement(kind, points))
        except ValueError:  # fewer points than it takes
            return None

    def _finish(self, measurement: Measurement | None) -> None:
        if measurement is not None:
            self._measurements.add(self._series_uid, measurement)
            self.select(len(self._measurements.of(self._series_uid)) - 1)
        self._canvas.update()

    def _point_out(self, event: QMouseEvent) -> None:
        """Show by the cursor what a press would catch hold of."""
        if event.buttons() != Qt.MouseButton.NoButton:
            return
        over = grabbed([drawn for _, drawn in self._shown()], event.position()) is not None
        if over:
            self._canvas.setCursor(QCursor(Qt.CursorShape.PointingHandCursor))
        else:
            self._canvas.unsetCursor()

    # What happens elsewhere

    def _follow(self) -> None:
        figures = self._measurements.of(self._series_uid)
        self._clicked = None  # figures may have other numbers now
        if self._held is not None and self._held.now not in figures[self._held.index : self._held.index + 1]:
            self._let_go()  # it was taken back or removed under the hand
        if self._selected >= len(figures):
            self.select(-1)
        self._canvas.update()

    def _let_go(self) -> None:
        self._held = self._pressed_at = self._clicked = None

    def _forget(self) -> None:
        self._let_go()
        if self._tool is not None:
            self._draft = Draft(self._tool)

    def _leave_slice(self) -> None:
        """Give up what was begun on another slice, and let go what is held: a figure lies on one."""
        if self._held is not None or self._clicked is not None:
            self._let_go()
        if self._draft is not None and self._draft.started:
            self._draft = Draft(self._draft.kind)
