"""Slices that will probably be wanted next, made while nothing else is to be done."""

from __future__ import annotations

from weakref import WeakKeyDictionary, ref

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer

from medprune_gui.ui.viewer.frame import FrameRenderer

AHEAD, BEHIND = 6, 2  # slices
PAUSE_MS = 30  # without a new picture, before anything is made
LONGEST_MS = 8.0  # slices that take longer to make would be felt as a jerk


class LookAhead(QObject):
    """Makes one slice at a time, between events; a picture that is drawn meanwhile makes it wait again."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shown: WeakKeyDictionary[FrameRenderer, tuple[int, int]] = WeakKeyDictionary()
        self._wanted: list[tuple[ref[FrameRenderer], int, int]] = []
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._make_one)

    @property
    def busy(self) -> bool:
        """Whether there is still something to make."""
        return self._timer.isActive()

    def follow(self, renderer: FrameRenderer, index: int, level: int) -> None:
        """Note that slice ``index`` was drawn, halved ``level`` times; its neighbours are made later."""
        before = self._shown.get(renderer)
        if before == (index, level):
            return  # drawn again in another window: nothing else is wanted than before
        self._shown[renderer] = (index, level)
        self._wanted = [wanted for wanted in self._wanted if wanted[0]() not in (None, renderer)]
        if renderer.build_ms > LONGEST_MS:
            return
        way = -1 if before is not None and index < before[0] else 1
        steps = [*range(1, AHEAD + 1), *range(-1, -BEHIND - 1, -1)]
        neighbours = [index + way * step for step in steps if 0 <= index + way * step < renderer.slices]
        self._wanted += [(ref(renderer), at, level) for at in neighbours if not renderer.ready(at, level)]
        if self._wanted:
            self._timer.start(PAUSE_MS)

    def _make_one(self) -> None:
        while self._wanted:
            held, index, level = self._wanted.pop(0)
            renderer = held()
            if renderer is not None and renderer.build_ms <= LONGEST_MS and not renderer.ready(index, level):
                renderer.prepare(index, level)
                self._timer.start(0)  # once more when all events are dealt with
                return
        self._timer.stop()


def looking_ahead() -> LookAhead:
    """Return what looks ahead for all images, one after another; it lives and ends with the application."""
    application = QCoreApplication.instance()
    assert application is not None, "images are drawn by an application"
    found = application.findChild(LookAhead, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return found if isinstance(found, LookAhead) else LookAhead(application)


def look_ahead(renderer: FrameRenderer, index: int, level: int) -> None:
    """Let the neighbours of slice ``index``, which was drawn just now, be made while nothing else is to be done."""
    looking_ahead().follow(renderer, index, level)
