"""What is asked of the image process and has not been handed to it yet."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock

from medprune_gui.engine.imaging import Series, Study
from medprune_gui.engine.imaging.layers import LayerKind
from medprune_gui.workers.image_messages import LayerRequest, LoadRequest, Request, ScanRequest, ThumbnailRequest


class WaitingRequests:
    """The newest load, layers and scans in turn, a thumbnail for each series. Callable from any thread; never waits."""

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self._lock = Lock()
        self._load: LoadRequest | None = None
        self._wanted: tuple[Series, int] | None = None
        self._scans: deque[ScanRequest] = deque()
        self._layers: deque[LayerRequest] = deque()
        self._thumbnails: dict[str, ThumbnailRequest] = {}
        self._cancelling = False
        self._dropped = False  # scans that were cancelled before they began

    def __bool__(self) -> bool:
        with self._lock:
            return self._load is not None or bool(self._layers or self._scans or self._thumbnails)

    def scan(self, paths: Sequence[Path], known: Sequence[Study]) -> None:
        """Add a scan."""
        with self._lock:
            self._scans.append(ScanRequest(next(self._ids), tuple(paths), tuple(known)))

    def load(self, series: Series, first: int | None) -> None:
        """Ask for a series instead of the one that was asked for before."""
        with self._lock:
            self._load = LoadRequest(next(self._ids), series, first)
            self._wanted = None

    def want(self, series: Series, index: int) -> None:
        """Ask for a slice of the series that waits or is being read."""
        with self._lock:
            if self._load is not None and self._load.series == series:
                self._load = replace(self._load, first=index)
            else:
                self._wanted = (series, index)

    def thumbnail(self, series: Series) -> None:
        """Ask for a thumbnail."""
        with self._lock:
            self._thumbnails[series.uid] = ThumbnailRequest(next(self._ids), series)

    def layer(self, path: Path, kind: LayerKind | None) -> None:
        """Ask for what is to be laid over an image."""
        with self._lock:
            self._layers.append(LayerRequest(next(self._ids), path, kind))

    def cancel_scans(self) -> None:
        """Forget the scans, and note that one under way is to end."""
        with self._lock:
            self._cancelling = True
            self._dropped = self._dropped or bool(self._scans)
            self._scans.clear()

    def put_back(self, request: Request) -> None:
        """Have a request carried out again, before others of its kind; a load only where there is no newer one."""
        with self._lock:
            if isinstance(request, ScanRequest):
                self._scans.appendleft(request)
            elif isinstance(request, ThumbnailRequest):
                self._thumbnails.setdefault(request.series.uid, request)
            elif isinstance(request, LayerRequest):
                self._layers.appendleft(request)
            elif self._load is None:
                self._load = request

    def take_cancelling(self) -> tuple[bool, bool]:
        """Return whether a scan under way is to end, and whether there were others that waited."""
        with self._lock:
            cancelling, self._cancelling = self._cancelling, False
            dropped, self._dropped = self._dropped, False
            return cancelling, dropped

    def take_load(self) -> LoadRequest | None:
        """Return the newest load and forget it."""
        with self._lock:
            load, self._load = self._load, None
            return load

    def take_wanted(self) -> tuple[Series, int] | None:
        """Return the slice that is wanted and forget it."""
        with self._lock:
            wanted, self._wanted = self._wanted, None
            return wanted

    def take_scan(self) -> ScanRequest | None:
        """Return the next scan and forget it."""
        with self._lock:
            return self._scans.popleft() if self._scans else None

    def take_layer(self) -> LayerRequest | None:
        """Return the next layer's request and forget it."""
        with self._lock:
            return self._layers.popleft() if self._layers else None

    def take_thumbnail(self) -> ThumbnailRequest | None:
        """Return the next thumbnail's request and forget it."""
        with self._lock:
            return self._thumbnails.pop(next(iter(self._thumbnails))) if self._thumbnails else None

    def clear(self) -> tuple[LoadRequest | LayerRequest, ...]:
        """Forget everything; return the load and the layers that there were."""
        with self._lock:
            load, self._load = self._load, None
            lost = (*(() if load is None else (load,)), *self._layers)
            for waiting in (self._layers, self._scans, self._thumbnails):
                waiting.clear()
            return lost
