"""What was drawn and how images were shown, to be taken back and made again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Set
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from medprune_gui.engine.imaging.reorienting import Reorientation
from medprune_gui.engine.imaging.volume import Window
from medprune_gui.session.changes import Change, Changes
from medprune_gui.session.measurements import Drawn, Measurements
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.view import View

_DRAWN = "figures drawn or removed"


@dataclass(frozen=True, slots=True)
class _Display:
    """How one canvas shows its volume, which ``of`` tells from others."""

    of: int
    window: Window
    inverted: bool
    orientation: Reorientation
    view: View | None


@dataclass(frozen=True, slots=True)
class _State:
    drawn: Drawn
    displays: Mapping[int, _Display]


_Step = Callable[[Callable[[Change[_State]], bool]], Change[_State] | None]


class ViewHistory(QObject):
    """Changes of measurements and of window, inversion, sides, zoom and place, in the order in which they were made.

    What belongs together because canvases are linked is one change, and so is a drag. Changes of an image that is not
    on display are passed over, and can be taken back when it is again.

    Parameters
    ----------
    measurements
        What was drawn.

    Attributes
    ----------
    on_display
        Returns the UIDs of the series whose figures can be seen; None: all can.

    Signals
    -------
    changed
        What can be taken back or made again may be something else.
    """

    changed = Signal()

    def __init__(self, measurements: Measurements, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._measurements = measurements
        self.on_display: Callable[[], Set[str]] | None = None
        self._canvases: list[ImageCanvas] = []
        self._shown: dict[int, int] = {}
        self._volumes = 0
        self._changes: Changes[_State] = Changes(_State(measurements.drawn, {}))
        self._moving = False
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._note)
        measurements.changed.connect(self._schedule)

    def watch(self, canvas: ImageCanvas) -> None:
        """Take down how a canvas shows its volumes from now on."""
        number = len(self._canvases)
        self._canvases.append(canvas)
        self._count_volume(number)
        canvas.volume_changed.connect(lambda: self._count_volume(number))
        for signal in (
            canvas.window_changed,
            canvas.inverted_changed,
            canvas.orientation_changed,
            canvas.view_changed,
        ):
            signal.connect(self._schedule)

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        pending = self._soon.isActive() and _differing(self._changes.now, self._read())
        return bool(pending) or self._changes.can_take_back(self._seen)

    @property
    def can_redo(self) -> bool:
        """Whether there is a change to make again."""
        return self._changes.can_make_again(self._seen)

    def undo(self) -> None:
        """Take back the latest change that can be seen, if there is one."""
        self._note()
        self._go(self._changes.take_back, lambda change: change.before)

    def redo(self) -> None:
        """Make the change again that was taken back last, if there is one."""
        self._note()
        self._go(self._changes.make_again, lambda change: change.after)

    def _go(self, step: _Step, end: Callable[[Change[_State]], _State]) -> None:
        """Take steps that can be seen until one of them is another look."""
        before = self._read()
        while (change := step(self._seen)) is not None:
            self._show(end(change), _redrawn(change) & self._on_display(change))
            now = self._read()
            self._changes.now = now
            if now != before:
                break
        self.changed.emit()

    def _seen(self, change: Change[_State]) -> bool:
        """Whether a change is of an image that is on display: no figure goes or comes unseen."""
        if _redrawn(change) & self._on_display(change):
            return True
        before, after = change.before.displays, change.after.displays
        return any(
            number in after
            and before[number] != after[number]
            and before[number].of == after[number].of == self._shown[number]
            for number in before
        )

    def _on_display(self, change: Change[_State]) -> Set[str]:
        return change.before.drawn.keys() | change.after.drawn.keys() if self.on_display is None else self.on_display()

    def _show(self, state: _State, redrawn: Collection[str]) -> None:
        """Show canvases as they were, and the figures of some series; other series keep theirs."""
        self._moving = True
        try:
            others = {uid: own for uid, own in self._measurements.drawn.items() if uid not in redrawn}
            self._measurements.restore(others | {uid: state.drawn[uid] for uid in redrawn if uid in state.drawn})
            for number, canvas in enumerate(self._canvases):
                display = state.displays.get(number)
                if display is not None and display.of == self._shown[number]:
                    canvas.set_orientation(display.orientation)
                    canvas.apply_window(display.window)
                    canvas.set_inverted(display.inverted)
                    canvas.fit() if display.view is None else canvas.set_view(display.view)
        finally:
            self._moving = False

    def _read(self) -> _State:
        displays = {}
        for number, canvas in enumerate(self._canvases):
            if canvas.volume is not None:
                view = None if canvas.view.fitted else canvas.view
                displays[number] = _Display(
                    self._shown[number], canvas.window, canvas.inverted, canvas.orientation, view
                )
        return _State(self._measurements.drawn, displays)

    def _count_volume(self, number: int) -> None:
        """Tell the volume that a canvas shows from the one before: how it is shown at first is no change."""
        self._volumes += 1
        self._shown[number] = self._volumes
        self._schedule()

    def _schedule(self) -> None:
        if not self._moving:
            self._soon.start()

    def _note(self) -> None:
        self._soon.stop()
        before, now = self._changes.now, self._read()
        if now == before:
            return
        parts = _differing(before, now)
        if parts:
            # Two figures drawn within a second are two changes.
            self._changes.note(now, parts, merge=_DRAWN not in parts)
        else:
            self._changes.now = now
        self.changed.emit()


def _redrawn(change: Change[_State]) -> set[str]:
    """Return the series whose figures a change is about."""
    before, after = change.before.drawn, change.after.drawn
    return {uid for uid in before.keys() | after.keys() if before.get(uid) != after.get(uid)}


def _differing(before: _State, now: _State) -> frozenset[str]:
    """Return what is another thing; what another volume brought along is not."""
    parts = set()
    for uid in before.drawn.keys() | now.drawn.keys():
        old, new = before.drawn.get(uid, ()), now.drawn.get(uid, ())
        if len(old) != len(new):
            parts.add(_DRAWN)
        else:
            pairs = enumerate(zip(old, new, strict=True))
            parts.update(f"figure {index} {uid}" for index, (one, other) in pairs if one != other)
    for number, new_display in now.displays.items():
        old_display = before.displays.get(number)
        if old_display is not None and old_display.of == new_display.of:
            parts.update(
                f"{name} {number}"
                for name in ("window", "inverted", "orientation", "view")
                if getattr(old_display, name) != getattr(new_display, name)
            )
    return frozenset(parts)
