"""Every file of pydicom's test data, and damaged copies, opens or is a typed error; none hangs or kills the reader.

The files are opened in a process of their own, which is killed and started again where one takes too long.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pydicom.data import get_testdata_files

from medprune_gui.engine import errors
from medprune_gui.engine.imaging import read_image, scan

LIMIT_S = 6.0
FILES = sorted(Path(name) for name in get_testdata_files() if Path(name).is_file())
ROOT = Path(get_testdata_files("CT_small.dcm")[0]).parent

CHILD = """
import sys
from medprune_gui.engine.errors import MedPruneError
from medprune_gui.engine.imaging import read_image, read_series, scan

def told(what):
    try:
        return what()
    except MedPruneError as error:
        assert str(error)
        return type(error).__name__

def scanned(path):
    return [read_series(series).array.shape for study in scan(path) for series in study.series if series.stackable]

for path in sys.stdin.read().splitlines():
    print("opening", flush=True)
    try:
        print(told(lambda: str(read_image(path).array.shape)), "|", told(lambda: str(scanned(path))), flush=True)
    except BaseException as error:
        print("UNTYPED", type(error).__name__, " ".join(str(error).split()), flush=True)
"""


def open_all(files: list[Path]) -> dict[Path, str]:
    """Return what came of each file: shapes or the name of an error, ``HUNG`` or ``DIED``."""
    results: dict[Path, str] = {}
    while len(results) < len(files):
        rest = files[len(results) :]
        with subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        ) as child:
            assert child.stdin is not None
            child.stdin.write("\n".join(map(str, rest)).encode())
            child.stdin.close()
            for path, line in zip(rest, _answers(child), strict=False):
                results[path] = line
                if line in ("HUNG", "DIED"):
                    break
            child.kill()
    return results


def _answers(child: subprocess.Popen[bytes]) -> Iterator[str]:
    assert child.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        # The child's start, with all its imports, is not the first file's time.
        for limit in _limits():
            if not selector.select(limit):
                yield "HUNG"
            line = child.stdout.readline()
            if not line:
                yield "DIED"
            if line != b"opening\n":
                yield line.decode().strip()


def _limits() -> Iterator[float]:
    yield 60.0
    while True:
        yield LIMIT_S


@pytest.fixture(scope="module")
def opened() -> dict[Path, str]:
    return open_all(FILES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_pydicoms_files_open_or_are_typed_errors(opened: dict[Path, str], path: Path) -> None:
    result = opened[path]
    assert not result.startswith(("HUNG", "DIED", "UNTYPED")), result
    for part in result.split(" | "):
        assert part.startswith(("(", "[")) or issubclass(getattr(errors, part), errors.MedPruneError)


# Reports, plans, structures, waveforms, and files of a few elements that hold no pixels.
NO_IMAGES = {
    "ExplVR_BigEndNoMeta.dcm",
    "ExplVR_LitEndNoMeta.dcm",
    "UN_sequence.dcm",
    "empty_charset_LEI.dcm",
    "meta_missing_tsyntax.dcm",
    "nested_priv_SQ.dcm",
    "no_meta_group_length.dcm",
    "priv_SQ.dcm",
    "reportsi.dcm",
    "reportsi_with_empty_number_tags.dcm",
    "rtplan.dcm",
    "rtplan_truncated.dcm",
    "rtstruct.dcm",
    "test-SR.dcm",
    "waveform_ecg.dcm",
}
# Their pixels or headers are spoilt on purpose, or so that no decoder here takes them; nor does pydicom.
SPOILT = {
    "JPEG-lossy.dcm",
    "JPEG2000-embedded-sequence-delimiter.dcm",
    "MR_truncated.dcm",
    "badVR.dcm",
    "no_meta.dcm",
}


def test_all_images_among_them_open(opened: dict[Path, str]) -> None:
    unread = {path.name for path, result in opened.items() if path.suffix == ".dcm" and not result.startswith("(")}
    assert {name for name in unread if not name.startswith("DICOMDIR")} == NO_IMAGES | SPOILT


@pytest.mark.parametrize("name", ["CT_small.dcm", "MR_small_RLE.dcm", "SC_rgb_jpeg_gdcm.dcm", "JPEG2000.dcm"])
def test_damaged_copies_open_or_are_typed_errors(tmp_path: Path, name: str) -> None:
    whole = (ROOT / name).read_bytes()
    numbers = np.random.default_rng(0)
    for copy in range(30):
        data = bytearray(whole)
        if copy % 3 == 0:
            del data[int(numbers.integers(0, len(data))) :]
        else:
            for at in numbers.integers(0, len(data), 12):
                data[at] = int(numbers.integers(0, 256))
        (tmp_path / f"{copy}.dcm").write_bytes(data)
    results = open_all(sorted(tmp_path.iterdir()))
    assert len(results) == 30
    assert not [f"{p.name}: {r}" for p, r in results.items() if r.startswith(("HUNG", "DIED", "UNTYPED"))]


def test_a_file_that_takes_too_long_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the tests above would prove nothing."""
    this = sys.modules[__name__]
    monkeypatch.setattr(this, "CHILD", "import time; print('opening', flush=True); time.sleep(60)")
    monkeypatch.setattr(this, "LIMIT_S", 0.1)
    assert open_all(FILES[:2]) == dict.fromkeys(FILES[:2], "HUNG")
    monkeypatch.setattr(this, "CHILD", "import os; print('opening', flush=True); os.abort()")
    assert open_all(FILES[:1]) == {FILES[0]: "DIED"}


def test_pipes_and_devices_are_no_images(tmp_path: Path) -> None:
    """Opening them would wait for ever."""
    os.mkfifo(tmp_path / "pipe.dcm")
    with pytest.raises(errors.ImageReadError, match="no image"):
        read_image(tmp_path / "pipe.dcm")
    with pytest.raises(errors.NoImagesError):
        scan(tmp_path)
