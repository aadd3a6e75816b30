"""The image process: what it imports, what becomes of it and of its pixels, whatever a file does to it."""

from __future__ import annotations

import fcntl
import gc
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from medprune_gui.engine.imaging import read_series, scan
from medprune_gui.engine.imaging.study import Study
from medprune_gui.workers.image_process import serve
from medprune_gui.workers.image_thread import ImageThread
from medprune_gui.workers.study_merging import merge_studies
from medprune_gui.workers.study_news import StudyReceiver, StudySender

CT = "dicom_ct_head_phantom"
MR = "dicom_mr_braintumor"


@pytest.fixture
def thread():
    """One that waits for its process however long a busy machine keeps that from going on."""
    with ended(ImageThread(silence_s=60)) as thread:
        yield thread


@pytest.fixture
def impatient():
    """One that soon gives up a file over which nothing is heard."""
    with ended(ImageThread(silence_s=0.6)) as thread:
        yield thread


@contextmanager
def ended(thread):
    yield thread
    pid = thread.image_pid
    thread.stop()
    assert thread.isFinished() or not thread.isRunning()
    assert pid is None or not psutil.pid_exists(pid)


@pytest.fixture
def ct(data_root):
    return scan(data_root / CT)[0].series[0]


@pytest.fixture
def hold_up():
    """Make a file hang whoever opens it, as a broken disk or share does: its lease is never given back."""
    held = []
    before = signal.signal(signal.SIGIO, signal.SIG_IGN)  # sent to the holder when somebody waits

    def hold(file):
        held.append(os.open(file, os.O_RDWR))
        try:
            fcntl.fcntl(held[-1], fcntl.F_SETLEASE, fcntl.F_WRLCK)
        except OSError as error:
            pytest.skip(f"this file system has no leases: {error}")

    yield hold
    for descriptor in held:
        os.close(descriptor)
    signal.signal(signal.SIGIO, before)


def loaded(qtbot, thread, series):
    with qtbot.waitSignal(thread.loaded, timeout=20_000) as signal:
        thread.load(series)
    assert signal.args[0] is series
    return signal.args[1]


def mapped_pixels(pid):
    """How many bytes of nameless pixels a process has mapped."""
    maps = psutil.Process(pid).memory_maps(grouped=False)
    return sum(one.size for one in maps if "medprune-pixels" in one.path)


def test_it_imports_neither_torch_nor_qt():
    modules = "import sys, medprune_gui.workers.image_process, medprune_gui.engine.imaging\n"
    modules += "import pydicom.pixels, nibabel, PIL.Image\nprint(*sys.modules)"
    names = subprocess.run([sys.executable, "-c", modules], capture_output=True, text=True, check=True).stdout.split()
    assert serve.__module__ in names
    assert {name.split(".")[0] for name in names} & {"torch", "monai", "PySide6", "pyqtgraph"} == set()


def test_pixels_arrive_as_they_are_once_and_go_with_their_array(qtbot, thread, ct):
    thread.start()
    volume = loaded(qtbot, thread, ct)
    here = read_series(ct)
    assert volume.array.dtype == here.array.dtype
    assert np.array_equal(volume.array, here.array)
    assert np.array_equal(volume.affine_lps, here.affine_lps)
    assert (volume.windows, volume.texts, volume.padding) == (here.windows, here.texts, here.padding)
    assert not volume.array.flags.writeable
    page = os.sysconf("SC_PAGE_SIZE")
    assert volume.array.nbytes <= mapped_pixels(os.getpid()) < volume.array.nbytes + 2 * page
    assert mapped_pixels(thread.image_pid) == 0
    one_slice = volume.array[3]
    os.kill(thread.image_pid, signal.SIGKILL)
    assert np.array_equal(one_slice, here.array[3])  # whatever becomes of the process
    del volume, one_slice
    gc.collect()
    assert mapped_pixels(os.getpid()) == 0


def test_the_wanted_slice_comes_before_the_others_and_is_the_same(qtbot, thread, ct):
    arrived = []
    thread.first_slice.connect(lambda series, index, volume: arrived.append((series, index, volume)))
    thread.start()
    thread.loaded.connect(lambda *whole: arrived.append(whole))
    with qtbot.waitSignals([thread.first_slice, thread.loaded], order="strict", timeout=20_000):
        thread.load(ct, 14)
    (series, index, first), (_, whole) = arrived
    assert series is ct
    assert index == 14
    assert first.array.shape == (1, *whole.array.shape[1:])
    assert np.array_equal(first.array[0], whole.array[14])
    assert first.windows == whole.windows
    assert first.affine_lps[:, 3] == pytest.approx(whole.affine_lps @ (14, 0, 0, 1))


def test_a_crash_fails_the_load_by_its_file_and_the_next_load_goes_on(qtbot, thread, data_root, ct):
    files = {str(instance.path) for instance in ct.instances}
    thread.start()
    loaded(qtbot, thread, ct)
    before = thread.image_pid
    # Direct, in the image thread: the process is in the middle of its slices.
    kill = thread.first_slice.connect(lambda *_: os.kill(thread.image_pid, signal.SIGSEGV))
    with qtbot.waitSignal(thread.load_failed, timeout=20_000) as failed:
        thread.load(scan_of_many(data_root), 0)
    thread.first_slice.disconnect(kill)
    error = failed.args[1]
    assert error.kind == "ReaderDiedError"
    assert "segmentation fault" in error.what
    assert error.where is not None
    assert Path(error.where).is_file()
    assert error.where not in files
    assert len(loaded(qtbot, thread, ct).array) == len(ct.instances)
    assert thread.image_pid != before


def scan_of_many(data_root):
    """A series that takes a while."""
    return max((one for study in scan(data_root / MR) for one in study.series), key=lambda one: one.frames)


def test_a_file_that_hangs_is_given_up_by_name_and_others_are_read(qtbot, impatient, tmp_path, ct, hold_up):
    file = tmp_path / "hangs.dcm"
    shutil.copyfile(ct.instances[0].path, file)
    (study,) = scan(file)
    hold_up(file)
    impatient.start()
    loaded(qtbot, impatient, ct)
    impatient.thumbnail(ct)
    began = time.monotonic()
    with qtbot.waitSignal(impatient.load_failed, timeout=20_000) as failed:
        impatient.load(study.series[0])
    assert 0.5 < time.monotonic() - began < 4
    assert failed.args[1].where == str(file)
    assert "no sign of progress" in failed.args[1].what
    assert len(loaded(qtbot, impatient, ct).array) == len(ct.instances)


def test_it_is_told_how_long_was_waited_for_a_large_file(qtbot, impatient, tmp_path, ct, hold_up):
    file = tmp_path / "large.dcm"
    shutil.copyfile(ct.instances[0].path, file)
    (study,) = scan(file)
    os.truncate(file, 14_000_000)  # 0.6 s for any file, and 1.4 s for its size
    hold_up(file)
    impatient.start()
    began = time.monotonic()
    with qtbot.waitSignal(impatient.load_failed, timeout=20_000) as failed:
        impatient.load(study.series[0])
    assert time.monotonic() - began > 2
    assert "no sign of progress for 2 seconds" in failed.args[1].what


def test_a_scan_leaves_out_a_file_that_hangs_and_warns_of_it(qtbot, impatient, tmp_path, ct, hold_up):
    for number, instance in enumerate(ct.instances[:7]):
        shutil.copyfile(instance.path, tmp_path / f"{number}.dcm")
    hold_up(tmp_path / "3.dcm")
    impatient.start()
    with qtbot.waitSignal(impatient.scanned, timeout=20_000) as scanned:
        impatient.scan([tmp_path])
    ((series,),) = (study.series for study in scanned.args[0])
    assert series.frames == 6
    (warning,) = (one for one in series.warnings if one.code == "unreadable")
    assert warning.files == (tmp_path / "3.dcm",)


def test_a_request_that_the_pipe_cannot_hold_waits_without_holding_up_the_watch(
    qtbot, impatient, tmp_path, ct, hold_up
):
    for number, instance in enumerate(ct.instances[:3]):
        shutil.copyfile(instance.path, tmp_path / f"{number}.dcm")
    hold_up(tmp_path / "1.dcm")
    impatient.start()
    loaded(qtbot, impatient, ct)
    many = tuple(replace(one, instance_number=number) for number in range(1000) for one in ct.instances)
    huge = replace(ct, instances=many, frames=len(many))
    assert len(pickle.dumps(huge)) > 400_000  # a pipe takes some 200,000 bytes
    with qtbot.waitSignal(impatient.scanned, timeout=20_000) as scanned:
        impatient.scan([tmp_path])
        qtbot.wait(100)
        os.kill(impatient.image_pid, signal.SIGSTOP)  # now it takes nothing more out of the pipe
        impatient.load(huge)
        qtbot.wait(100)
        assert len(loaded(qtbot, impatient, ct).array) == len(ct.instances)
    assert [one.frames for study in scanned.args[0] for one in study.series] == [2]


def test_a_read_that_does_not_heed_its_cancelling_is_ended_for_the_next_one(qtbot, tmp_path, ct, hold_up):
    file = tmp_path / "hangs.dcm"
    shutil.copyfile(ct.instances[0].path, file)
    (study,) = scan(file)
    hold_up(file)
    thread = ImageThread(silence_s=60)
    failed = []
    thread.load_failed.connect(lambda *what: failed.append(what))
    thread.start()
    try:
        loaded(qtbot, thread, ct)
        thread.load(study.series[0])
        qtbot.wait(100)
        with qtbot.waitSignal(thread.loaded, timeout=5_000) as signal:
            thread.load(ct)
        assert signal.args[0] is ct
        thread.scan([file])
        qtbot.wait(100)
        with qtbot.waitSignal(thread.scan_cancelled, timeout=5_000):
            thread.cancel()
        assert not failed  # nobody waits for it any more
    finally:
        thread.stop()


def test_what_was_asked_for_is_done_by_the_next_process_where_one_dies_idle_or_busy(qtbot, thread, data_root, ct):
    thread.start()
    loaded(qtbot, thread, ct)
    os.kill(thread.image_pid, signal.SIGKILL)
    with qtbot.waitSignal(thread.scanned, timeout=20_000):
        thread.scan([data_root / CT])
    # A load dies; the scan that it interrupted goes on.
    kill = thread.first_slice.connect(lambda *_: os.kill(thread.image_pid, signal.SIGKILL))
    with (
        qtbot.waitSignal(thread.load_failed, timeout=20_000),
        qtbot.waitSignal(thread.scanned, timeout=30_000) as scanned,
    ):
        thread.scan([data_root / "cxr_pneumonia_224" / "test"])
        with qtbot.waitSignal(thread.scan_progressed, timeout=20_000):
            pass
        thread.load(scan_of_many(data_root), 0)
    thread.first_slice.disconnect(kill)
    assert sum(one.frames for study in scanned.args[0] for one in study.series) > 28


def test_a_load_does_not_wait_for_a_scan_and_studies_grow_meanwhile(qtbot, thread, data_root, ct):
    (whole,) = scan(data_root / CT)
    events = []

    def found(studies):
        """Ask for a load while the scan goes on: in the image thread, at once."""
        if whole in studies and not any(whole in before for before in events if before != "loaded"):
            thread.load(ct)
        events.append(studies)

    thread.scan_found.connect(found)
    thread.loaded.connect(lambda *_: events.append("loaded"))
    thread.scanned.connect(lambda studies: events.append(studies))
    thread.start()
    with qtbot.waitSignal(thread.scanned, timeout=120_000) as scanned:
        thread.scan([data_root / CT, data_root / "cxr_pneumonia_224", data_root / "cxr_nih1000_64", data_root / MR])
    assert "loaded" in events[:-1]
    grown = [event for event in events if event != "loaded"]
    counts = [sum(one.frames for study in studies for one in study.series) for studies in grown]
    assert counts == sorted(counts)
    assert len(counts) > 1
    final = scanned.args[0]
    folders = (CT, "cxr_pneumonia_224", "cxr_nih1000_64", MR)
    assert final == merge_studies(study for folder in folders for study in scan(data_root / folder))
    # What has stopped growing is the same object from then on.
    settled = [studies[0] for studies in grown if studies[0] == whole]
    assert len(settled) > 1
    assert all(study is final[0] for study in settled)


def test_only_what_is_new_is_sent_of_studies_that_grow(data_root):
    studies = scan(data_root / MR)
    sender, receiver = StudySender(studies[:1]), StudyReceiver(studies[:1])
    part = (studies[0], Study(*(getattr(studies[1], name) for name in HEAD), studies[1].series[:1]))
    news = sender.news(part)
    assert [[isinstance(one, str) for one in told] for _, told in news.studies] == [[True] * 3, [False]]
    assert receiver.studies(news) == part
    news = sender.news(studies)
    assert [[isinstance(one, str) for one in told] for _, told in news.studies][:2] == [
        [True] * 3,
        [True, False, False],
    ]
    put_together = receiver.studies(news)
    assert put_together == tuple(studies)
    assert put_together[0] is studies[0]


HEAD = ("uid", "patient_name", "patient_id", "date", "description")


@pytest.mark.parametrize("state", ["busy", "idle"])
def test_it_ends_with_the_window(tmp_path, data_root, state, hold_up):
    held = tmp_path / "hangs.dcm"
    held.write_bytes(b"anything")
    hold_up(held)
    path = held if state == "busy" else data_root / CT
    window = subprocess.Popen(
        [sys.executable, Path(__file__).parent / "image_window.py", path], stdout=subprocess.PIPE, text=True
    )
    assert window.stdout is not None
    child = psutil.Process(int(window.stdout.readline()))
    window.kill()
    window.wait()
    window.stdout.close()
    child.wait(5)
    assert not child.is_running()
