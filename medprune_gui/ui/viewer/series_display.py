"""Puts the session's series on a canvas: asks for it, shows one slice at once and all of them when they are there."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from medprune_gui.engine.imaging import Series, Volume
from medprune_gui.session.session import Session
from medprune_gui.ui.viewer.first_choice import first_choice, place_on_show
from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.loading_bar import LoadingBar
from medprune_gui.ui.viewer.message_page import MessagePage
from medprune_gui.ui.viewer.slice_bar import SliceBar

_PATIENCE_MS = 150  # shorter waits need no words


class SeriesDisplay(QObject):
    """Keeps canvas, sliders and words in step with the series that is on display or being read.

    Pictures of a folder are asked for one by one, as series of one instance each; of a series with several phases one
    phase is asked for. Answer with `show_loaded`, `show_volume` or `show_error`, and meanwhile with `show_first_slice`
    and `show_progress`: then a slice is on show, and each that is stepped to is asked for, until all are there.

    Parameters
    ----------
    session
        Its ``series`` is on display.
    canvas
        Where it is shown.
    message
        Where words stand while there is no image.
    slices, phases
        Sliders through slices or pictures, and through time points or echoes.

    Signals
    -------
    load_requested
        Series.
    slice_wanted
        (Series as it was asked for, index of the slice that is wanted next); right behind a request, it comes first.
    shown_changed
        Whether there is an image.
    """

    load_requested = Signal(object)
    slice_wanted = Signal(object, int)
    shown_changed = Signal(bool)

    def __init__(
        self, session: Session, canvas: ImageCanvas, message: MessagePage, slices: SliceBar, phases: SliceBar
    ) -> None:
        super().__init__(canvas)
        self._session, self._canvas, self._message = session, canvas, message
        self._slices, self._phases = slices, phases
        self._loading = LoadingBar(canvas)
        self._series: Series | None = None
        self.requested: Series | None = None
        self._awaited = False  # nothing of what was asked for has come yet
        self._previewing = False  # the canvas has one slice of a series that is being read
        self._keep_view = False  # what comes is another version of what is on show
        self._grown = False  # and has slices that this has not
        self._picture = 0
        self._phase = 0
        self._slice = 0  # the one that is wanted
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._say_loading)
        canvas.slice_changed.connect(self._follow_slice)
        canvas.step_requested.connect(self._step)
        slices.moved.connect(self.go_to)
        phases.moved.connect(self.go_to_phase)

    @property
    def pictures(self) -> int:
        """How many pictures the series has; 0: it is a stack of slices."""
        return len(self._series.instances) if self._series is not None and self._series.kind == "picture" else 0

    @property
    def phases(self) -> int:
        """How many images there are at each position."""
        return 1 if self._series is None else self._series.phases

    # What comes in

    def show_volume(self, volume: Volume) -> None:
        """Show what was asked for, in the view of its first slice where that is on show."""
        pictures = self.pictures
        before, at = self._canvas.volume if self._keep_view else None, self._slice
        keep_view = before is not None
        chosen = keep_view or self._awaited  # all may be there before the first slice is
        if before is not None and self._grown and self.requested is not None:
            at = first_choice(self.requested, place_on_show(before, self._canvas.slice))
        self._previewing = self._keep_view = self._grown = False
        self._loading.hide()
        self._canvas.steps_outside = pictures > 0
        self._canvas.show_volume(volume, keep_view=keep_view)
        if pictures:
            self._canvas.set_counter(self._picture, pictures)
            self._slices.set_range(self._picture, pictures)
        else:
            if chosen:
                self._canvas.set_slice(at)
            self._slices.set_range(self._canvas.slice, len(volume.array))
            self._slice = self._canvas.slice
        self._arrived()

    def show_first_slice(self, series: Series, index: int, volume: Volume) -> bool:
        """Show one slice of what was asked for and return True, unless all of it is there."""
        if series != self.requested or not (self._previewing or self._awaited):
            return False
        count = len(series.instances)
        # A volume of one slice would name its file, which the stack does not.
        texts = {name: text for name, text in volume.texts.items() if name != "file"}
        self._canvas.steps_outside = True
        self._canvas.show_volume(replace(volume, texts=texts), keep_view=self._keep_view)
        self._canvas.set_counter(index, count, slices=True)
        self._slices.set_range(self._slice, count)  # which may have been moved on since
        if not self._previewing:
            self._loading.begin(0, count)
        self._previewing = self._keep_view = True
        self._arrived()
        return True

    def show_loaded(self, series: Series, volume: Volume) -> bool:
        """Show a volume and return True, unless another series has been asked for since."""
        if series != self.requested:
            return False
        self.show_volume(volume)
        return True

    def show_progress(self, done: int, total: int) -> None:
        """Show how many slices have been read."""
        self._message.progress(done, total)
        if self._previewing:
            self._loading.begin(done, total)

    def show_error(self, text: str) -> None:
        """Say why there is no image."""
        self._clear()
        self._message.fail(self.tr("These images cannot be shown"), text)

    # What is asked for

    def take_series(self, series: Series | None) -> None:
        """Ask for another series, or for the same one where a scan has found more of it."""
        before, self._series = self._series, series
        place = self._place_for(before, series)
        # One that has grown stays on show until all of it is there.
        grown = series is not None and before is not None and before.uid == series.uid
        if not (grown and self._canvas.volume is not None):
            self._clear()
        if series is None:
            self.requested = None
            self._phases.set_range(0, 0)
            self._message.invite(
                self.tr("Open images: Ctrl+O"), self.tr("or drop files or folders here: DICOM, NIfTI, PNG, JPEG, PGM")
            )
            return
        if not grown:
            self._picture = self._phase = 0
        self._phase = min(self._phase, series.phases - 1)
        values = [f"{value:.6g} {series.phase_unit}" for value in series.phase_values] if series.phase_unit else []
        self._phases.set_name(self._phase_name(series), values)
        self._phases.set_range(self._phase, series.phases)
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

    def go_to(self, index: int) -> None:
        """Show another slice or picture; an index outside is taken as the first or last."""
        index = min(max(index, 0), self._slices.count - 1)
        if self.pictures:
            if index != self._picture:
                self._request_picture(index)
        elif self._previewing or self._canvas.volume is None:
            if self.requested is not None and index != self._slice:
                self._slice = index
                self._slices.set_index(index)
                self.slice_wanted.emit(self.requested, index)
        else:
            self._canvas.set_slice(index)

    def go_to_phase(self, index: int) -> None:
        """Show another time point or echo: the same slice, window and zoom."""
        if self._series is None:
            return
        index = min(max(index, 0), self.phases - 1)
        if index != self._phase:
            self._phase = index
            self._phases.set_index(index)
            self._keep_view = self._canvas.volume is not None
            self._request_slices()

    def step_phase(self, by: int) -> None:
        """Go on by some time points or echoes."""
        self.go_to_phase(self._phase + by)

    def _step(self, by: int) -> None:
        self.go_to((self._picture if self.pictures else self._slice) + by)

    def _follow_slice(self, index: int) -> None:
        if not self._canvas.steps_outside:
            self._slice = index
            self._slices.set_index(index)

    def _request_picture(self, picture: int) -> None:
        assert self._series is not None
        self._picture = picture
        self._slices.set_range(picture, self.pictures)
        self._request(replace(self._series, instances=(self._series.instances[picture],), frames=1), None)

    def _request_slices(self) -> None:
        assert self._series is not None
        series = self._series.phase(self._phase)
        self._slices.set_range(self._slice, len(series.instances))
        self._request(series, self._slice)

    def _request(self, series: Series, first: int | None) -> None:
        self.requested = series
        self._awaited, self._previewing = first is not None, False
        self._patience.start()
        self.load_requested.emit(series)
        if first is not None:
            self.slice_wanted.emit(series, first)

    def _place_for(self, before: Series | None, after: Series | None) -> tuple[float, float, float] | None:
        """Return the place in the patient that is on show, where the next series can show it too."""
        volume = self._canvas.volume
        if before is None or after is None or volume is None or before.plane != after.plane:
            return None
        for study in self._session.studies:
            uids = {series.uid for series in study.series}
            if before.uid in uids and after.uid in uids:
                return place_on_show(volume, self._canvas.slice)
        return None

    # What is seen

    def _arrived(self) -> None:
        self._patience.stop()
        self._awaited = False
        self.shown_changed.emit(True)

    def _clear(self) -> None:
        self._patience.stop()
        self._awaited = self._previewing = self._keep_view = self._grown = False
        self._loading.hide()
        self._slices.set_range(0, 0)
        self._canvas.show_volume(None)
        self.shown_changed.emit(False)

    def _say_loading(self) -> None:
        if self._series is not None and self.requested is not None and self._canvas.volume is None:
            count = len(self.requested.instances)
            name = self._series.description
            self._message.wait(
                self.tr("Loading {0} slices ...").format(count) if count > 1 else self.tr("Loading ..."), name
            )

    def _phase_name(self, series: Series) -> str:
        names = {"echo": self.tr("Echo"), "time": self.tr("Time"), "diffusion": self.tr("b-value")}
        return names.get(series.phase_axis, self.tr("Phase"))
