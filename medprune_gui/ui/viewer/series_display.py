"""Puts a series on a canvas: asks for it, shows one slice at once and all of them when they are there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from medprune_gui.engine.imaging import Series, Study, Volume
from medprune_gui.engine.records import ErrorRecord
from medprune_gui.ui.viewer.first_choice import first_choice, place_on_show, place_to_keep
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.loading_bar import LoadingBar
from medprune_gui.ui.viewer.message_page import MessagePage
from medprune_gui.ui.viewer.phase_words import phase_name, phase_values
from medprune_gui.ui.viewer.scene import first_window
from medprune_gui.ui.viewer.shown import Shown

_PATIENCE_MS = 150  # shorter waits need no words


class SeriesDisplay(QObject):
    """Keeps a canvas and its words in step with the series that is on display or being read.

    Pictures of a folder are asked for one by one, as series of one instance each; of a series with several phases one
    phase is asked for. Answer with `show_loaded`, `show_volume` or `show_error`, and meanwhile with `show_first_slice`
    and `show_progress`: then a slice is on show, and each that is stepped to is asked for, until all are there.

    Parameters
    ----------
    canvas
        Where the series is shown.
    message
        Where words stand while there is no image.

    Attributes
    ----------
    whole_only
        Show nothing before all slices are there, as planes across them need.
    studies
        Returns what is open: two series of one study show the same patient.

    Signals
    -------
    load_requested
        Series.
    slice_wanted
        (Series as it was asked for, index of the slice that is wanted next); right behind a request, it comes first.
    shown_changed
        Whether there is an image.
    position_changed
        Another slice, picture or phase, or others to choose from: `position`, `phase` and `phases`.
    """

    load_requested = Signal(object)
    slice_wanted = Signal(object, int)
    shown_changed = Signal(bool)
    position_changed = Signal()

    def __init__(self, canvas: ImageCanvas, message: MessagePage) -> None:
        super().__init__(canvas)
        self._canvas, self._message = canvas, message
        self._loading = LoadingBar(canvas)
        self.whole_only = False
        self.studies: Callable[[], Sequence[Study]] = tuple
        self._series: Series | None = None
        self._requested: Series | None = None
        self._coming = False  # what was asked for is not all there
        self._awaited = False  # nothing of what was asked for has come yet
        self._previewing = False  # the canvas has one slice of a series that is being read
        self._keep_view = False  # what comes is another version of what is on show
        self._grown = False  # and has slices that this has not
        self._picture = 0
        self._phase = 0
        self._error: ErrorRecord | None = None  # that the page of words tells of
        self._slice = 0  # the one that is wanted
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._say_loading)
        canvas.slice_changed.connect(self._follow_slice)
        canvas.step_requested.connect(self._step)
        canvas.orientation_changed.connect(self.position_changed)

    @property
    def series(self) -> Series | None:
        """The series on display, or being read."""
        return self._series

    @property
    def requested(self) -> Series | None:
        """What was asked for last: the series, one phase of it, or one of its pictures."""
        return self._requested

    @property
    def waiting(self) -> bool:
        """Whether what was asked for has not all come."""
        return self._coming

    @property
    def previewing(self) -> bool:
        """Whether the canvas has one slice of a series that is being read."""
        return self._previewing

    @property
    def pictures(self) -> int:
        """How many pictures the series has; 0: it is a stack of slices."""
        return len(self._series.instances) if self._series is not None and self._series.kind == "picture" else 0

    @property
    def position(self) -> tuple[int, int]:
        """Which slice or picture of how many."""
        if self.pictures:
            return self._picture, self.pictures
        shown = self._canvas.shown_volume
        if self._coming and self._requested is not None and (shown is None or not self._keep_view or self._previewing):
            return self._slice, len(self._requested.instances)
        return (0, 0) if shown is None else (self._canvas.slice, len(shown.array))

    @property
    def phase(self) -> int:
        """Index of the time point or echo."""
        return self._phase

    @property
    def phases(self) -> int:
        """How many images there are at each position."""
        return 1 if self._series is None else self._series.phases

    @property
    def phase_name(self) -> str:
        """What tells the phases apart, such as "Echo"."""
        return phase_name(self._series)

    @property
    def phase_values(self) -> tuple[str, ...]:
        """The value of each phase, such as "4.6 ms"; empty where it has no unit."""
        return phase_values(self._series)

    # What comes in

    def show_volume(self, volume: Volume) -> None:
        """Show what was asked for, in the view of its first slice where that is on show."""
        pictures = self.pictures
        before, at = self._canvas.volume if self._keep_view else None, self._slice
        keep_view = before is not None
        chosen = keep_view or self._awaited  # all may be there before the first slice is
        if before is not None and self._grown and self._requested is not None:
            at = first_choice(self._requested, place_on_show(before, self._canvas.slice))
        self._coming = self._previewing = self._keep_view = self._grown = False
        self._loading.hide()
        self._canvas.steps_outside = pictures > 0
        self._canvas.show_volume(volume, keep_view=keep_view)
        if before is not None and before.array.min() == before.array.max():
            # An empty slice had no window of its own to be kept.
            self._canvas.apply_window(first_window(volume, min(at, len(volume.array) - 1)))
        if pictures:
            self._canvas.set_counter(self._picture, pictures)
        else:
            if chosen and not self.whole_only:
                self._canvas.set_slice(at)
            self._slice = self._canvas.slice
        self._arrived()

    def show_first_slice(self, series: Series, index: int, volume: Volume) -> bool:
        """Show one slice of what was asked for and return True, unless all of it is there or it has to wait."""
        if self.whole_only or series != self._requested or not (self._previewing or self._awaited):
            return False
        count = len(series.instances)
        # A volume of one slice would name its file, which the stack does not.
        texts = {name: text for name, text in volume.texts.items() if name != "file"}
        self._canvas.steps_outside = True
        self._canvas.show_volume(replace(volume, texts=texts), keep_view=self._keep_view)
        self._canvas.set_counter(index, count, slices=True)
        if not self._previewing:
            self._loading.begin(0, count)
        self._previewing = self._keep_view = True
        self._arrived()
        return True

    def show_loaded(self, series: Series, volume: Volume) -> bool:
        """Show a volume and return True, unless another series has been asked for since."""
        if series != self._requested:
            return False
        self.show_volume(volume)
        return True

    def show_progress(self, done: int, total: int) -> None:
        """Show how many slices have been read."""
        self._message.progress(done, total)
        if self._previewing:
            self._loading.begin(done, total)

    def show_error(self, error: ErrorRecord | str) -> None:
        """Say why there is no image."""
        self._clear()
        self._error = error if isinstance(error, ErrorRecord) else None
        self._message.fail(self.tr("These images cannot be shown"), self._error_words() or str(error))

    def show_personal(self) -> None:
        """Name the file of an error that stands where the image would be, or name it no more."""
        if self._error is not None:
            self._message.fail(self.tr("These images cannot be shown"), self._error_words())

    def _error_words(self) -> str:
        error = self._error
        return "" if error is None else str(error if self._canvas.personal else error.without_place())

    # What is asked for

    def take_series(self, series: Series | None) -> None:
        """Ask for another series, or for the same one where a scan has found more of it."""
        before, self._series = self._series, series
        place = place_to_keep(self._canvas, before, series, self.studies())
        # One that has grown stays on show until all of it is there.
        grown = series is not None and before is not None and before.uid == series.uid
        if not (grown and self._canvas.volume is not None):
            self._clear()
        if series is None:
            self._requested = None
            self._message.invite(
                self.tr("Open images: Ctrl+O"),
                self.tr("or drop files or folders here: DICOM, NIfTI, PNG, JPEG, PGM, TIFF, BMP"),
            )
            self.position_changed.emit()
            return
        if not grown:
            self._picture = self._phase = 0
        self._phase = min(self._phase, series.phases - 1)
        if self._canvas.volume is None:
            self._message.wait("")
        self._keep_view = self._grown = self._canvas.volume is not None
        if self.pictures:
            self._request_picture(min(self._picture, self.pictures - 1))
        elif self._grown:
            # The slices that are there can be looked through until all are.
            self._request(series.phase(self._phase), None)
        else:
            self._slice = first_choice(series.phase(self._phase), place)
            self._request_slices()

    def ask_again(self) -> None:
        """Ask once more for what has not come, since something else was asked for in between."""
        if self._coming and self._requested is not None:
            self.load_requested.emit(self._requested)
            if not self.pictures:
                self.slice_wanted.emit(self._requested, self._slice)

    def go_to(self, index: int) -> None:
        """Show another slice or picture; an index outside is taken as the first or last."""
        index = min(max(index, 0), self.position[1] - 1)
        if self.pictures:
            if index != self._picture:
                self._request_picture(index)
        elif self._previewing or self._canvas.volume is None:
            if self._requested is not None and index != self._slice:
                self._slice = index
                self.position_changed.emit()
                self.slice_wanted.emit(self._requested, index)
        else:
            self._canvas.set_slice(index)

    def go_to_phase(self, index: int) -> None:
        """Show another time point or echo: the same slice, window and zoom."""
        index = min(max(index, 0), self.phases - 1)
        if self._series is not None and index != self._phase:
            self._phase = index
            self._keep_view = self._canvas.volume is not None
            self._request_slices()

    def step_phase(self, by: int) -> None:
        """Go on by some time points or echoes."""
        self.go_to_phase(self._phase + by)

    # Shown elsewhere, and shown again

    def shown(self) -> Shown:
        """Return what is shown, for `show_again`."""
        canvas = self._canvas
        volume = None if self._previewing else canvas.volume
        return Shown(
            series=self._series,
            requested=self._requested,
            picture=self._picture,
            phase=self._phase,
            volume=volume,
            orientation=canvas.orientation,
            slice=canvas.slice,
            window=None if volume is None else canvas.window,
            inverted=canvas.inverted,
            view=None if canvas.view.fitted else canvas.view,
            layers=canvas.layers,
        )

    def show_again(self, shown: Shown) -> None:
        """Show what was shown before; what had not come by then is asked for again."""
        self._clear()
        self._hold(shown)
        if shown.volume is not None:
            self._canvas.show_volume(shown.volume, window=shown.window, layers=shown.layers)
            self._canvas.steps_outside = self.pictures > 0
            if self.pictures:
                self._canvas.set_counter(self._picture, self.pictures)
            self._canvas.set_orientation(shown.orientation)
            self._canvas.set_slice(shown.slice)
            if shown.window is not None:
                self._canvas.apply_window(shown.window)  # another slice may have brought another one
            self._canvas.set_inverted(shown.inverted)
            if shown.view is not None:
                self._canvas.set_view(shown.view)
            self.shown_changed.emit(True)
        elif self._series is not None:
            series, self._series = self._series, None
            self.take_series(series)
        self.position_changed.emit()

    def hold(self, shown: Shown) -> None:
        """Take over what another display shows, where someone else fills this canvas with it."""
        self._patience.stop()
        self._error = None
        self._loading.hide()
        self._awaited = self._previewing = self._keep_view = self._grown = self._coming = False
        self._hold(shown)
        self._canvas.steps_outside = False
        self.position_changed.emit()

    def _hold(self, shown: Shown) -> None:
        self._series, self._requested = shown.series, shown.requested
        self._picture, self._phase, self._slice = shown.picture, shown.phase, shown.slice

    # What follows

    def _step(self, by: int) -> None:
        self.go_to((self._picture if self.pictures else self._slice) + by)

    def _follow_slice(self, index: int) -> None:
        if not self._canvas.steps_outside:
            self._slice = index
            self.position_changed.emit()

    def _request_picture(self, picture: int) -> None:
        assert self._series is not None
        self._picture = picture
        self._request(replace(self._series, instances=(self._series.instances[picture],), frames=1), None)

    def _request_slices(self) -> None:
        assert self._series is not None
        self._request(self._series.phase(self._phase), self._slice)

    def _request(self, series: Series, first: int | None) -> None:
        self._requested = series
        self._coming = True
        self._awaited, self._previewing = first is not None, False
        self._patience.start()
        self.position_changed.emit()
        self.load_requested.emit(series)
        if first is not None:
            self.slice_wanted.emit(series, first)

    # What is seen

    def _arrived(self) -> None:
        self._patience.stop()
        self._awaited = False
        self.shown_changed.emit(True)
        self.position_changed.emit()

    def _clear(self) -> None:
        self._patience.stop()
        self._error = None
        self._coming = self._awaited = self._previewing = self._keep_view = self._grown = False
        self._loading.hide()
        self._canvas.show_volume(None)
        self.shown_changed.emit(False)
        self.position_changed.emit()

    def _say_loading(self) -> None:
        if self._series is not None and self._requested is not None and self._canvas.volume is None:
            count = len(self._requested.instances)
            name = self._series.description if self._canvas.personal else ""
            self._message.wait(
                self.tr("Loading {0} slices ...").format(count) if count > 1 else self.tr("Loading ..."), name
            )
