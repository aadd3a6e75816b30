"""Of a series beyond the memory budget only what is looked at is in the window's memory, and all of it can be seen."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import psutil
import pytest
from canvas_pictures import pixels, shown
from pydicom import Dataset, dcmread
from pydicom.uid import RLELossless, SecondaryCaptureImageStorage, generate_uid
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from medprune_gui.app import Workbench
from medprune_gui.engine.imaging import Series, Volume, read_series, scan
from medprune_gui.engine.imaging.held_pixels import default_budget, held, room_for
from medprune_gui.engine.imaging.reorienting import plane_view
from medprune_gui.engine.imaging.slabs import Slab
from medprune_gui.engine.imaging.volume import Window
from medprune_gui.ui.theme import apply_theme
from medprune_gui.ui.viewer import looking_ahead
from medprune_gui.ui.viewer.frame import FrameRenderer
from medprune_gui.ui.viewer.kept_slices import HELD, KeptSlices
from medprune_gui.ui.viewer.looking_ahead import LookAhead
from medprune_gui.workers.image_thread import ImageThread

BUDGET = 6 << 20
BESIDE = 4096  # what else is in the same file, such as the affine
CT = "dicom_ct_head_phantom"

pytestmark = pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="needs Linux's view of a process")


def resident(array: np.ndarray) -> int:
    """Return how many bytes of the mapping that holds an array are in this process' memory."""
    address, inside = array.ctypes.data, False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if match := re.match(r"([0-9a-f]+)-([0-9a-f]+) ", line):
            inside = int(match[1], 16) <= address < int(match[2], 16)
        elif inside and line.startswith("Rss:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("the array lies nowhere")


def changed(data_root: Path, folder: Path, change: Callable[[Dataset, int], None]) -> Series:
    """Write the files of a real CT again with something changed, and return the series."""
    for number, instance in enumerate(plain(data_root, folder).instances):
        dataset = dcmread(instance.path)
        change(dataset, number)
        dataset.save_as(folder / f"{number:02d}.dcm")
    (study,) = scan(folder)
    return study.series[0]


def plain(data_root: Path, folder: Path) -> Series:
    return scan(data_root / CT)[0].series[0]


def nifti(data_root: Path, folder: Path) -> Series:
    return scan(data_root / "mri_t1_nifti")[0].series[0]


def compressed(data_root: Path, folder: Path) -> Series:
    return changed(data_root, folder, lambda dataset, _: dataset.compress(RLELossless))


def rescaled(data_root: Path, folder: Path) -> Series:
    """Each slice has a rescale of its own, as in PET."""

    def change(dataset: Dataset, number: int) -> None:
        dataset.RescaleIntercept = -1000 - number

    return changed(data_root, folder, change)


def frames(data_root: Path, folder: Path, *, encoded: bool = False) -> Series:
    """All slices in one file."""
    series = plain(data_root, folder)
    dataset = dcmread(series.instances[0].path)
    dataset.SOPClassUID, dataset.SOPInstanceUID = SecondaryCaptureImageStorage, generate_uid()
    dataset.NumberOfFrames = len(series.instances)
    dataset.PixelData = read_series(series).array.tobytes()
    if encoded:
        dataset.compress(RLELossless)
    dataset.save_as(folder / "frames.dcm")
    (study,) = scan(folder)
    return study.series[0]


KINDS = {
    "DICOM files": plain,
    "compressed DICOM files": compressed,
    "slices with rescales of their own": rescaled,
    "frames": frames,
    "compressed frames": lambda data_root, folder: frames(data_root, folder, encoded=True),
    "compressed NIfTI": nifti,
}


@pytest.fixture(params=KINDS)
def series(request: pytest.FixtureRequest, data_root: Path, tmp_path: Path) -> Series:
    return KINDS[request.param](data_root, tmp_path)


@pytest.fixture
def limit() -> Iterator[Callable[[int], None]]:
    """Set the budget of all views."""
    yield HELD.set_limit
    HELD.set_limit(None)


def kept_of_images(pid: int) -> list[str]:
    """Return the mappings of nameless memory of an image process, but that of its sign of life."""
    lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
    return [line for line in lines if "(deleted)" in line and "/pym-" not in line]


@pytest.fixture(scope="module")
def images() -> Iterator[ImageThread]:
    thread = ImageThread(budget_bytes=BUDGET)
    thread.start()
    yield thread
    thread.stop()


def loaded(qtbot: QtBot, images: ImageThread, series: Series) -> Volume:
    """Return a series as the window gets it; the image process keeps nothing of it."""
    with qtbot.waitSignal(images.loaded, timeout=30_000) as signal:
        images.load(series)
    pid = images.image_pid
    assert pid is not None
    qtbot.waitUntil(lambda: not kept_of_images(pid), timeout=5_000)
    volume: Volume = signal.args[1]
    return volume


def test_far_slices_leave_memory_as_a_series_is_scrolled(
    qtbot: QtBot, qapp: QApplication, images: ImageThread, series: Series, limit: Callable[[int], None]
) -> None:
    apply_theme(qapp)
    whole = read_series(series)
    assert whole.array.nbytes / 2 > BUDGET
    limit(BUDGET)
    huge = loaded(qtbot, images, series)
    memory = held(huge.array)
    assert memory is not None
    assert memory.in_file
    assert huge.array.dtype == whole.array.dtype
    canvas, reference = shown(qtbot, huge), shown(qtbot, whole)
    last = len(huge.array) - 1
    way = [*range(0, last, max(1, last // 27)), last]
    for index in (*way, *reversed(way), last // 2):
        for one in (canvas, reference):
            one.set_slice(index)
        found = pixels(canvas)
        assert resident(huge.array) <= BUDGET + BESIDE
        if index % 5 == 0:
            assert np.array_equal(found, pixels(reference)), "what was let go of comes back as it was"
    assert resident(huge.array) > 0, "what is on show stays"


def test_slices_made_ahead_are_within_the_budget(
    qtbot: QtBot,
    images: ImageThread,
    data_root: Path,
    limit: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(looking_ahead, "LONGEST_MS", 1e6)  # however busy the machine is
    series = scan(data_root / CT)[0].series[0]
    limit(BUDGET)
    huge = loaded(qtbot, images, series)
    renderer = FrameRenderer(huge, kept=KeptSlices())
    ahead = LookAhead()
    for index in (10, 11, 20):
        renderer.image(index, Window(40.0, 400.0), False, 1)
        ahead.follow(renderer, index, 1)
        qtbot.waitUntil(lambda: not ahead.busy, timeout=5_000)
        assert renderer.ready(index + looking_ahead.AHEAD, 1)
        assert 0 < resident(huge.array) <= BUDGET + BESIDE


def test_planes_and_slabs_that_need_all_slices_leave_none_behind(
    qtbot: QtBot, qapp: QApplication, images: ImageThread, data_root: Path, limit: Callable[[int], None]
) -> None:
    apply_theme(qapp)
    series = scan(data_root / CT)[0].series[0]
    whole = read_series(series)
    limit(BUDGET)
    huge = loaded(qtbot, images, series)
    canvas, reference = shown(qtbot, huge), shown(qtbot, whole)
    for one in (canvas, reference):
        one.set_orientation(plane_view(whole.affine_lps, "sagittal"))
    for index in (100, 256, 300):
        for one in (canvas, reference):
            one.set_slice(index)
        assert np.array_equal(pixels(canvas), pixels(reference))
        assert resident(huge.array) <= BUDGET + BESIDE
    for one in (canvas, reference):
        one.set_orientation(plane_view(whole.affine_lps, "axial"))
        one.set_slab(Slab("MIP", 40.0))
        one.set_slice(12)
    assert np.array_equal(pixels(canvas), pixels(reference))
    assert resident(huge.array) <= BUDGET + BESIDE


def test_all_huge_series_share_the_budget_and_one_that_is_gone_takes_nothing_of_it(
    data_root: Path, limit: Callable[[int], None]
) -> None:
    series = scan(data_root / CT)[0].series[0]
    limit(BUDGET)
    first, second = (read_series(series, room=partial(room_for, budget_bytes=0)) for _ in range(2))
    for volume in (first, second):  # reading them left something behind
        HELD.looked_at(volume.array)
    for volume in (first, second):
        for index in range(14):
            HELD.looked_at(volume.array[index])
            assert volume.array[index].max() > 0
            assert resident(first.array) + resident(second.array) <= BUDGET
    assert resident(first.array) == 0, "the longest unused goes first"
    assert resident(second.array) > BUDGET / 2
    assert 0 < HELD.nbytes <= BUDGET
    del second, volume
    gc.collect()
    assert HELD.nbytes == 0


def test_a_series_within_the_budget_is_in_memory_and_stays_there(
    qtbot: QtBot, images: ImageThread, data_root: Path
) -> None:
    series = scan(data_root / CT)[0].series[0]
    series = replace(series, instances=series.instances[:10])
    volume = loaded(qtbot, images, series)
    memory = held(volume.array)
    assert memory is not None
    assert not memory.in_file
    before = HELD.nbytes
    HELD.looked_at(volume.array)
    assert HELD.nbytes == before
    assert np.array_equal(volume.array, read_series(series).array)


@pytest.mark.parametrize(("setting", "expected"), [(64, 64 << 20), (None, default_budget()), (0, default_budget())])
def test_the_budget_is_a_setting(
    qtbot: QtBot, tmp_path: Path, limit: Callable[[int], None], setting: int | None, expected: int
) -> None:
    limit(1)
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({"image_memory_mib": setting}))
    bench = Workbench(file)
    qtbot.addWidget(bench.window)
    assert HELD.limit_bytes == expected
    assert (bench.settings.image_budget_bytes or default_budget()) == expected
    bench.close_workers()


def test_the_default_budget_is_a_share_of_the_machine() -> None:
    assert default_budget() == max(psutil.virtual_memory().total // 4, 1 << 30)
