"""The border between Python and Qt's event loop: Ctrl-C, and exceptions that nobody caught."""

from __future__ import annotations

import signal
import socket
import sys
from contextlib import suppress
from types import TracebackType
from typing import Self

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot


class EventLoopBorder(QObject):
    """Lets Qt's event loop hear Ctrl-C, and says what no part of the program caught; a context manager.

    Python hands on a signal only between two of its own instructions, and Qt swallows what a slot raises. The block's
    end puts everything back and, where Ctrl-C was pressed, raises KeyboardInterrupt. A second Ctrl-C raises it at once,
    wherever the program is. For the main thread only.

    Signals
    -------
    interrupted
        Ctrl-C was pressed.
    failed
        An exception that nobody caught, in words; its traceback went to stderr.
    """

    interrupted = Signal()
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.was_interrupted = False

    def __enter__(self) -> Self:
        self._receiver, self._sender = socket.socketpair()
        for end in (self._receiver, self._sender):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._receiver.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._take_signal)
        self._fd_before = signal.set_wakeup_fd(self._sender.fileno(), warn_on_full_buffer=False)
        self._handler_before = signal.signal(signal.SIGINT, self._note_interrupt)
        self._hook_before, sys.excepthook = sys.excepthook, self._say_unforeseen
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        sys.excepthook = self._hook_before
        signal.signal(signal.SIGINT, self._handler_before)
        signal.set_wakeup_fd(self._fd_before)
        self._notifier.setEnabled(False)
        self._receiver.close()
        self._sender.close()
        if self.was_interrupted and error is None:
            raise KeyboardInterrupt

    def _note_interrupt(self, *_: object) -> None:
        if self.was_interrupted:
            raise KeyboardInterrupt
        self.was_interrupted = True

    @Slot()
    def _take_signal(self) -> None:
        with suppress(BlockingIOError):
            self._receiver.recv(4096)
        if self.was_interrupted:
            self.interrupted.emit()

    def _say_unforeseen(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        if isinstance(error, Exception):
            first_line = (str(error).strip().splitlines() or [self.tr("no further word")])[0]
            self.failed.emit(
                self.tr("Something unforeseen went wrong ({kind}: {text}). You can go on with your work.").format(
                    kind=kind.__name__, text=first_line
                )
            )
