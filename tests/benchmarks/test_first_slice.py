"""From the click on a series to its first slice and to all of them, and how long the window is held up meanwhile."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.uid import JPEG2000Lossless, generate_uid
from PySide6.QtCore import QEvent, QObject, Qt, QTimer

from medprune_gui.app import Workbench

CT = "dicom_ct_head_phantom"
FILES = 5000


class Watch(QObject):
    """Notes when the canvas is painted with an image, when all is there, and the longest gap between timer ticks."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._canvas = bench.window.viewer.canvas
        self._canvas.installEventFilter(self)
        bench.images.loaded.connect(self.loaded)
        self.timer = QTimer(self, interval=0, timerType=Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self.tick)
        self.start()

    def start(self) -> None:
        self.began = self.last = time.perf_counter()
        self.first_ms = self.all_ms = self.longest_ms = 0.0
        self.timer.start()

    def tick(self) -> None:
        now = time.perf_counter()
        self.longest_ms = max(self.longest_ms, 1000 * (now - self.last))
        self.last = now

    def loaded(self) -> None:
        self.all_ms = 1000 * (time.perf_counter() - self.began)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and not self.first_ms and self._canvas.volume is not None:
            self.first_ms = 1000 * (time.perf_counter() - self.began)
        return False


@pytest.fixture
def bench(qtbot, tmp_path, monkeypatch):
    monkeypatch.setenv("MEDPRUNE_CONFIG", str(tmp_path / "config"))
    bench = Workbench(settings_file=tmp_path / "settings.json")
    bench.window.show()
    bench.images.start()  # without the compute process, which has no part in this
    qtbot.waitUntil(lambda: bench.images.image_pid is not None)
    yield bench
    bench.window.may_close = lambda: True
    bench.window.close()


def write_series(folder: Path, source: Path, slices: int, *, compress: bool) -> None:
    """Write a CT series with the header of a real slice, one millimetre apart, with noise over its pixels."""
    folder.mkdir()
    dataset = dcmread(source)
    pixels = dataset.pixel_array
    noise = np.random.default_rng(0)
    dataset.SeriesInstanceUID = generate_uid()
    dataset.StudyInstanceUID = generate_uid()
    x, y, z = map(float, dataset.ImagePositionPatient)
    for number in range(slices):
        noisy = pixels + noise.integers(0, 8, pixels.shape, dtype=pixels.dtype)
        dataset.ImagePositionPatient = [x, y, z + number]
        dataset.InstanceNumber = number + 1
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        if compress:
            dataset.compress(JPEG2000Lossless, noisy, generate_instance_uid=False)
        else:
            dataset.PixelData = noisy.tobytes()
        dataset.save_as(folder / f"{number:04}.dcm")
        if compress:
            dataset.decompress(generate_instance_uid=False)


@pytest.mark.parametrize(("kind", "slices"), [("uncompressed", 300), ("JPEG 2000", 60)])
def test_from_the_click_to_the_first_slice_and_to_all(bench, qtbot, tmp_path, data_root, kind, slices):
    source = next((data_root / CT).rglob("I*"))
    write_series(tmp_path / "series", source, slices, compress=kind == "JPEG 2000")
    write_series(tmp_path / "other", source, 2, compress=False)
    watch = Watch(bench)
    with qtbot.waitSignal(bench.images.scanned, timeout=60_000):
        bench.open_paths([tmp_path / "other", tmp_path / "series"])
    qtbot.waitUntil(lambda: bench.window.viewer.canvas.volume is not None, timeout=20_000)
    qtbot.wait(1000)  # thumbnails, and the readers' modules
    tree = bench.window.studies._tree
    series = {one.frames: one for study in bench.session.studies for one in study.series}
    rows = []
    for _ in range(5):
        for frames in (slices, 2):
            item = tree._items[series[frames].uid]
            tree.scrollToItem(item)
            place = tree.visualItemRect(item).center()
            watch.start()
            qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
            qtbot.waitUntil(lambda: watch.all_ms > 0 and watch.first_ms > 0, timeout=60_000)
            qtbot.wait(100)  # the whole volume is painted
            watch.timer.stop()
            if frames == slices:
                rows.append((watch.first_ms, watch.all_ms, watch.longest_ms))
    volume = bench.window.viewer.canvas.volume
    assert volume is not None
    print(f"\n{slices} slices of 512 x 512, {kind}; milliseconds from the click, five times:")
    titles = ("first slice painted", "all there", "longest delay of the window")
    for title, column in zip(titles, zip(*rows, strict=True), strict=True):
        print(f"  {title:28} {'  '.join(f'{value:7.1f}' for value in column)}")
    assert min(row[0] for row in rows) < 200


def test_a_scan_of_thousands_of_files(bench, qtbot, tmp_path, data_root):
    sources = sorted((data_root / CT).rglob("I*"))
    write_series(tmp_path / "one", sources[0], 1, compress=False)
    dataset = dcmread(tmp_path / "one" / "0000.dcm")
    dataset.Rows = dataset.Columns = 16
    dataset.PixelData = bytes(512)
    folder = tmp_path / "many"
    for number in range(FILES):
        place = folder / f"patient {number // 2500}" / f"series {number // 250}"
        if number % 250 == 0:
            place.mkdir(parents=True)
            dataset.SeriesInstanceUID = generate_uid()
            dataset.SeriesNumber = number // 250
            dataset.SeriesDescription = f"Series {number // 250}"
            dataset.StudyInstanceUID = dataset.PatientID = f"1.2.{number // 2500}"
        if number % 10 == 9:
            (place / f"{number:05}.txt").write_text("Not an image")
            continue
        dataset.InstanceNumber = number
        dataset.ImagePositionPatient = [0, 0, number % 250]
        dataset.save_as(place / f"{number:05}.dcm")
    watch = Watch(bench)
    partial = []
    bench.images.scan_found.connect(lambda studies: partial.append(time.perf_counter() - watch.began))
    qtbot.wait(500)
    watch.start()
    with qtbot.waitSignal(bench.images.scanned, timeout=120_000):
        bench.open_paths([folder])
    took = time.perf_counter() - watch.began
    qtbot.wait(500)
    watch.timer.stop()
    series = [one for study in bench.session.studies for one in study.series]
    assert len(series) == FILES // 250
    assert sum(one.frames for one in series) == FILES * 9 // 10
    print(
        f"\n{FILES} files scanned in {took:.2f} s ({os.cpu_count()} cores), shown {len(partial)} times meanwhile, "
        f"first after {partial[0] if partial else took:.2f} s; longest delay of the window {watch.longest_ms:.1f} ms"
    )
