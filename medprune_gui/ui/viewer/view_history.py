"""What was drawn and how images were shown, to be taken back and made again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Set
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from medprune_gui.engine.imaging.reorienting import Reorientation
from medprune_gui.engine.imaging.volume import Window
from medprune_gui.session.changes import Change, Changes
from medprune_gui.session.measurements import Drawn, Measurements
from medprune_gui.ui.viewer.heat import HeatMap
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.overlay import LabelLook
from medprune_gui.ui.viewer.view import View

_DRAWN = "figures drawn or removed"


@dataclass(frozen=True, slots=True)
class _Display:
    """How one canvas shows its volume, which ``of`` tells from others; ``heat`` is a heat map without its values."""

    of: int
    window: Window
    inverted: bool
    orientation: Reorientation
    view: View | None
    opacity: float
    look: LabelLook
    heat: tuple[float, float, float, float] | None


@dataclass(frozen=True, slots=True)
class _State:
    drawn: Drawn
    displays: Mapping[int, _Display]


_Step = Callable[[Callable[[Change[_State]], bool]], Change[_State] | None]


class ViewHistory(QObject):
    """Changes of measurements and of how images and layers are shown, in the order in which they were made.

    That is window, inversion, sides, zoom and place; of layers opacity, outlines, which labels are seen, and colours.

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
            canvas.layers_changed,
        ):
            signal.connect(self._schedule)

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        pending = self._soon.isActive() and _differing(self._changes.now, self._read())
        return bool(pending) or self._next_undo() is not None

    @property
    def can_redo(self) -> bool:
        """Whether there is a change to make again."""
        return self._next_redo() is not None

    @property
    def undo_text(self) -> str:
        """What the menu says of `undo`, such as ``Undo zoom or place``."""
        found = self._next_undo()
        return self.tr("&Undo") if found is None else self.tr("&Undo {what}").format(what=self._words(found))

    @property
    def redo_text(self) -> str:
        """What the menu says of `redo`."""
        found = self._next_redo()
        return self.tr("&Redo") if found is None else self.tr("&Redo {what}").format(what=self._words(found))

    def undo(self) -> None:
        """Take back the latest change that can be seen, if there is one."""
        self._note()
        self._go(self._changes.take_back, lambda change: change.before)

    def redo(self) -> None:
        """Make the change again that was taken back last, if there is one."""
        self._note()
        self._go(self._changes.make_again, lambda change: change.after)

    def _next_undo(self) -> Change[_State] | None:
        """Return the latest change that is seen to be taken back; `undo` passes over the others."""
        return next(filter(self._seen, self._changes.done), None)

    def _next_redo(self) -> Change[_State] | None:
        return next(filter(self._seen, self._changes.undone), None)

    def _words(self, change: Change[_State]) -> str:
        kinds = {part.partition(" ")[0] for part in change.parts}
        if change.parts >= {_DRAWN}:
            before, after = (sum(map(len, state.drawn.values())) for state in (change.before, change.after))
            if after > before:
                return self.tr("new figure")
            return self.tr("removed figure") if before - after == 1 else self.tr("removed figures")
        names = {
            "figure": self.tr("moved figure"),
            "orientation": self.tr("turning"),
            "inverted": self.tr("inversion"),
            "window": self.tr("window"),
            "view": self.tr("zoom or place"),
            **dict.fromkeys(("opacity", "outlines", "label", "heat"), self.tr("look of what lies over it")),
        }
        # A turn brings another place along, and a reset everything.
        several = len(kinds & {"orientation", "inverted", "window"}) > 1
        return self.tr("display") if several else next(name for kind, name in names.items() if kind in kinds)

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
                    canvas.set_opacity(display.opacity)
                    canvas.set_label_look(display.look)
                    if canvas.heat is not None and display.heat is not None:
                        canvas.set_heat(_coloured(canvas.heat, display.heat))
        finally:
            self._moving = False

    def _read(self) -> _State:
        displays = {}
        for number, canvas in enumerate(self._canvases):
            if canvas.volume is not None:
                view = None if canvas.view.fitted else canvas.view
                image = (canvas.window, canvas.inverted, canvas.orientation, view)
                layers = (canvas.opacity, canvas.label_look, _colours(canvas.heat))
                displays[number] = _Display(self._shown[number], *image, *layers)
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
                for name in ("window", "inverted", "orientation", "view", "opacity")
                if getattr(old_display, name) != getattr(new_display, name)
            )
            parts.update(f"{name} {number}" for name in _differing_layers(old_display, new_display))
    return frozenset(parts)


def _differing_layers(before: _Display, now: _Display) -> set[str]:
    """Return which labels, and what of colours, are seen in another way; another map is no such change."""
    parts = {f"label {label}" for label in before.look.hidden ^ now.look.hidden}
    if before.look.filled != now.look.filled:
        parts.add("outlines")
    if None not in (before.heat, now.heat) and before.heat != now.heat:
        parts.add("heat")
    return parts


def _colours(heat: HeatMap | None) -> tuple[float, float, float, float] | None:
    return None if heat is None else (heat.low, heat.high, heat.threshold, heat.opacity)


def _coloured(heat: HeatMap, colours: tuple[float, float, float, float]) -> HeatMap:
    low, high, threshold, opacity = colours
    return (
        heat if _colours(heat) == colours else replace(heat, low=low, high=high, threshold=threshold, opacity=opacity)
    )
