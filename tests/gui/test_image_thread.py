"""The image thread with real files: what arrives, in which order, and what does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot

from medprune_gui.engine.imaging import Volume, Window, read_series, scan
from medprune_gui.workers.image_thread import ImageThread
from medprune_gui.workers.study_merging import merge_studies
from medprune_gui.workers.thumbnails import THUMBNAIL_SIZE, thumbnail_of

CT = "dicom_ct_head_phantom"
MR = "dicom_mr_braintumor"
XRAYS = "cxr_pneumonia_fullres_sample"


@pytest.fixture
def thread() -> Iterator[ImageThread]:
    thread = ImageThread()
    yield thread
    thread.stop()
    assert thread.isFinished() or not thread.isRunning()


class Receiver(QObject):
    """Notes what arrives and in which thread."""

    def __init__(self, thread: ImageThread) -> None:
        super().__init__()
        self.events: list[tuple[str, object]] = []
        self.threads: set[QThread] = set()
        thread.loaded.connect(self.loaded)
        thread.thumbnail_ready.connect(self.thumbnail)

    def loaded(self, series: object, volume: object) -> None:
        assert isinstance(volume, Volume)
        self.events.append(("loaded", series.uid))  # type: ignore[attr-defined]
        self.threads.add(QThread.currentThread())

    def thumbnail(self, uid: str, pixels: object) -> None:
        self.events.append(("thumbnail", uid))


def test_files_opened_one_by_one_become_the_series_of_their_folder(
    qtbot: QtBot, thread: ImageThread, data_root: Path
) -> None:
    files = sorted((data_root / CT).rglob("I*"))
    assert len(files) == 28
    thread.start()
    with qtbot.waitSignal(thread.scanned, timeout=20_000) as scanned:
        thread.scan([*reversed(files), data_root / MR])
    studies = scanned.args[0]
    assert len(studies) == 4
    (folder,) = scan(data_root / CT)
    assert studies[0].series[0].instances == folder.series[0].instances
    with qtbot.waitSignal(thread.scanned, timeout=20_000) as again:
        thread.scan([data_root / CT, data_root / XRAYS], studies)
    assert again.args[0][:4] == studies
    assert [study.uid for study in again.args[0][4:]] == [study.uid for study in scan(data_root / XRAYS)]


def test_pictures_opened_one_by_one_stay_one_series_in_the_order_of_their_names(data_root: Path) -> None:
    folder = data_root / XRAYS / "NORMAL"
    (whole,) = scan(folder)
    files = [instance.path for instance in whole.series[0].instances]
    (merged,) = merge_studies(study for file in reversed(files) for study in scan(file))
    assert merged.series[0].instances == whole.series[0].instances
    assert not merged.series[0].stackable


def test_a_missing_path_is_told_and_the_others_are_opened(qtbot: QtBot, thread: ImageThread, data_root: Path) -> None:
    thread.start()
    with (
        qtbot.waitSignal(thread.failed, timeout=20_000) as failed,
        qtbot.waitSignal(thread.scanned, timeout=20_000) as scanned,
    ):
        thread.scan([data_root / "nothing here", data_root / CT])
    assert len(scanned.args[0]) == 1
    assert "nothing here" in str(failed.args[0])


def test_only_the_newest_load_arrives_and_it_comes_before_thumbnails(
    qtbot: QtBot, thread: ImageThread, data_root: Path
) -> None:
    series = [one for study in scan(data_root / MR) for one in study.series]
    receiver = Receiver(thread)
    for one in series[:3]:
        thread.thumbnail(one)
    thread.load(series[0])
    thread.load(series[4])
    thread.start()
    qtbot.waitUntil(lambda: len(receiver.events) == 4, timeout=20_000)
    assert receiver.events[0] == ("loaded", series[4].uid)
    assert sorted(receiver.events[1:]) == sorted(("thumbnail", one.uid) for one in series[:3])
    assert receiver.threads == {receiver.thread()}


def test_a_scan_can_be_cancelled(qtbot: QtBot, thread: ImageThread, data_root: Path) -> None:
    found = []
    thread.scanned.connect(found.append)
    thread.start()
    with qtbot.waitSignal(thread.scan_progressed, timeout=20_000):
        thread.scan([data_root / "cxr_pneumonia_224"])
    with qtbot.waitSignal(thread.scan_cancelled, timeout=2_000):
        thread.cancel()
    with qtbot.waitSignal(thread.scanned, timeout=20_000):
        thread.scan([data_root / CT])  # and the thread goes on
    assert len(found) == 1


def test_a_damaged_series_is_reported_with_its_file(
    qtbot: QtBot, thread: ImageThread, data_root: Path, tmp_path: Path
) -> None:
    source = next((data_root / CT).rglob("I*"))
    damaged = tmp_path / "damaged.dcm"
    damaged.write_bytes(source.read_bytes())
    (study,) = scan(damaged)
    damaged.write_bytes(source.read_bytes()[:20_000])
    told_again = []
    thread.failed.connect(told_again.append)
    thread.start()
    with qtbot.waitSignal(thread.load_failed, timeout=20_000) as failed:
        thread.load(study.series[0])
    assert failed.args[0] == study.series[0]
    assert "damaged.dcm" in str(failed.args[1])
    with qtbot.waitSignal(thread.scanned, timeout=20_000):  # whose answer comes after all about the load
        thread.scan([source])
    assert not told_again


def test_stopping_ends_a_scan_under_way(qtbot: QtBot, thread: ImageThread, data_root: Path) -> None:
    thread.start()
    with qtbot.waitSignal(thread.scan_progressed, timeout=20_000):
        thread.scan([data_root / "cxr_pneumonia_224"])
    thread.stop()
    assert thread.isFinished()


def test_thumbnails_are_small_and_in_true_proportions(data_root: Path) -> None:
    series = scan(data_root / CT)[0].series[0]
    volume = read_series(series)
    small = thumbnail_of(volume)
    assert small.shape == (THUMBNAIL_SIZE, THUMBNAIL_SIZE)
    assert small.max() > 200
    assert small.min() == 0
    flat = Volume(volume.array[:, ::2], volume.affine_lps @ np.diag([1.0, 2.0, 1.0, 1.0]), windows=volume.windows)
    assert thumbnail_of(flat).shape == (THUMBNAIL_SIZE, THUMBNAIL_SIZE)
    tall = Volume(volume.array[:, :, ::2], volume.affine_lps)
    assert thumbnail_of(tall).shape == (THUMBNAIL_SIZE, THUMBNAIL_SIZE // 2)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16, np.int32, np.float32])
@pytest.mark.parametrize("inverted", [False, True])
def test_thumbnails_have_the_grey_levels_of_the_window(dtype: type[np.generic], inverted: bool) -> None:
    """And padding is black, as around an inverted radiograph."""
    size = 64
    array = np.tile(np.linspace(10, 120, size), (size, 1)).astype(dtype)
    expected = np.clip((2.0 * array - 50.0 - 99.5) / 149 + 0.5, 0, 1)  # LINEAR, 150 wide about 100
    expected = np.rint(255 * (1 - expected if inverted else expected))
    array[:20] = expected[:20] = 0
    volume = Volume(
        array[np.newaxis],
        np.eye(4),
        slope=2.0,
        intercept=-50.0,
        inverted=inverted,
        padding=(0.0, 0.0),
        windows=(Window(100, 150),),
    )
    assert np.abs(thumbnail_of(volume, size) - expected).max() <= (1 if np.dtype(dtype).itemsize > 2 else 0)


@pytest.mark.parametrize("inverted", [False, True])
def test_a_thumbnail_of_an_empty_slice_is_black(inverted: bool) -> None:
    volume = Volume(np.full((1, 8, 8), 7, np.uint8), np.eye(4), inverted=inverted)
    assert not thumbnail_of(volume).any()
