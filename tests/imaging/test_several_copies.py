"""Of an image that is there several times, a copy that can be decoded is kept, told without decoding."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from pydicom import dcmread
from pydicom.encaps import encapsulate, generate_frames

from medprune_gui.engine.errors import ImageReadError
from medprune_gui.engine.imaging import read_image, read_series, scan
from medprune_gui.engine.imaging.codestreams import seems_decodable
from medprune_gui.engine.imaging.dicom_header import read_header

PYDICOM = Path(pydicom.__file__).parent / "data" / "test_files"
# Uncompressed, with an element whose value is no number: nothing that its pixels tell.
HEADER_FAULT = "badVR.dcm"


def images() -> list[Path]:
    """All files of pydicom that hold an image, as far as their headers say."""

    def holds_image(path: Path) -> bool:
        try:
            return read_header(path) is not None
        except ImageReadError:
            return False

    return [path for path in sorted(PYDICOM.glob("*.dcm")) if path.name != HEADER_FAULT and holds_image(path)]


@pytest.mark.parametrize("path", images(), ids=lambda path: path.name)
def test_what_seems_decodable_is_decoded_and_nothing_else(path: Path) -> None:
    try:
        read_image(path)
        decoded = True
    except ImageReadError:
        decoded = False
    assert seems_decodable(path) == decoded


def test_the_good_copies_of_real_images_are_shown(tmp_path: Path) -> None:
    good, bad = ("JPEG2000.dcm", "JPGExtended.dcm"), ("JPEG2000-embedded-sequence-delimiter.dcm", "JPEG-lossy.dcm")
    for name in (*good, *bad):
        shutil.copyfile(PYDICOM / name, tmp_path / name)
    ((series,),) = (study.series for study in scan(tmp_path))
    assert {instance.path.name for instance in series.instances} == set(good)
    (told,) = (warning for warning in series.warnings if warning.code == "duplicate-instances")
    assert {path.name for path in told.files} == set(bad)
    assert read_series(series).array.shape == (2, 1024, 256)


def damaged(damage: Callable[[list[bytes]], list[bytes]], path: Path) -> Path:
    """A copy of a JPEG 2000 image with its frames changed."""
    dataset = dcmread(PYDICOM / "MR_small_jp2klossless.dcm")
    dataset.PixelData = encapsulate(damage(list(generate_frames(dataset.PixelData, number_of_frames=1))))
    dataset.save_as(path)
    return path


@pytest.mark.parametrize(
    "damage",
    [
        lambda frames: [bytes(200)],
        lambda frames: [frames[0].replace(b"\xff\x4f\xff\x51", b"\xff\x4f\x00\x51")],
        lambda frames: [frames[0][:12] + b"\x00\x00\x00\x07" + frames[0][16:]],
    ],
    ids=["rubbish", "no size", "another size"],
)
def test_a_damaged_copy_gives_way_whichever_comes_first(tmp_path: Path, damage: Callable) -> None:
    damaged(damage, tmp_path / "1.dcm")
    shutil.copyfile(PYDICOM / "MR_small_jp2klossless.dcm", tmp_path / "2.dcm")
    damaged(damage, tmp_path / "3.dcm")
    ((series,),) = (study.series for study in scan(tmp_path))
    assert [instance.path.name for instance in series.instances] == ["2.dcm"]
    assert [path.name for path in series.warnings[0].files] == ["1.dcm", "3.dcm"]


def test_a_copy_whose_fragments_are_not_whole_gives_way(tmp_path: Path) -> None:
    whole = (PYDICOM / "MR_small_jp2klossless.dcm").read_bytes()
    (tmp_path / "1.dcm").write_bytes(whole[:-1000])
    (tmp_path / "2.dcm").write_bytes(whole)
    ((series,),) = (study.series for study in scan(tmp_path))
    assert [instance.path.name for instance in series.instances] == ["2.dcm"]


def test_a_copy_in_an_encoding_without_a_decoder_gives_way(tmp_path: Path) -> None:
    dataset = dcmread(PYDICOM / "MR_small_jp2klossless.dcm")
    dataset.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.100"  # MPEG2
    dataset.save_as(tmp_path / "1.dcm")
    shutil.copyfile(PYDICOM / "MR_small_jp2klossless.dcm", tmp_path / "2.dcm")
    ((series,),) = (study.series for study in scan(tmp_path))
    assert [instance.path.name for instance in series.instances] == ["2.dcm"]


def test_where_no_copy_is_sound_the_first_says_what_is_wrong(tmp_path: Path) -> None:
    for name in ("1.dcm", "2.dcm"):
        damaged(lambda frames: [bytes(200)], tmp_path / name)
    ((series,),) = (study.series for study in scan(tmp_path))
    assert [instance.path.name for instance in series.instances] == ["1.dcm"]
    with pytest.raises(ImageReadError, match=r"1\.dcm"):
        read_series(series)
