"""The walker answers as pydicom does, or not at all."""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.data import get_testdata_files
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import dcmwrite
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pydicom.valuerep import PersonName

from medprune_gui.engine.imaging.dicom_header import HEADER_ELEMENTS, read_header
from medprune_gui.engine.imaging.dicom_values import tolerant
from medprune_gui.engine.imaging.plain_pixels import keep_stored_bits, plain_pixels
from medprune_gui.engine.imaging.tag_walker import WalkedFile, walk, wanted_elements

EXPLICIT, IMPLICIT = ExplicitVRLittleEndian, ImplicitVRLittleEndian
WANTED = wanted_elements(HEADER_ELEMENTS)
SYNTAXES = [pytest.param(EXPLICIT, id="explicit"), pytest.param(IMPLICIT, id="implicit")]


def walked(path: Path) -> WalkedFile | None:
    with path.open("rb", buffering=0) as file:
        return walk(file, WANTED)


def plain(value: Any) -> Any:
    """Return pydicom's value in built-in types; nothing and an empty text are the same."""
    if isinstance(value, MultiValue | list):
        return [plain(item) for item in value] or None
    if isinstance(value, PersonName | str):
        return str(value) or None
    return value


def assert_agrees(found: WalkedFile, path: Path) -> None:
    with tolerant():
        oracle = dcmread(path, force=True, defer_size=1 << 30)
        for keyword in HEADER_ELEMENTS:
            if keyword in found.sequences:
                assert isinstance(oracle.get(keyword), Sequence)
            else:
                assert plain(found.elements.get(keyword)) == plain(oracle.get(keyword)), (path, keyword)
        assert found.transfer_syntax == oracle.file_meta.TransferSyntaxUID
        with path.open("rb") as file:
            file.seek(found.pixel_offset)
            if found.pixel_length is not None:
                rest = file.read(found.pixel_length)
                assert rest == oracle.PixelData
            else:
                assert oracle["PixelData"].is_undefined_length
                assert file.read(4) == b"\xfe\xff\x00\xe0", "the first item of compressed pixels"


def dicom_files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def test_all_of_pydicoms_files_agree() -> None:
    answered = 0
    for name in get_testdata_files():
        path = Path(name)
        if path.is_file() and (found := walked(path)) is not None:
            assert_agrees(found, path)
            answered += 1
    assert answered > 70, "most of these files are plain"


def test_all_real_files_agree(data_root: Path) -> None:
    files = [path for folder in data_root.glob("dicom_*") for path in dicom_files(folder)]
    answers = {path: walked(path) for path in files}
    for path, found in answers.items():
        if found is not None:
            assert_agrees(found, path)
    # Deflated and text files are the only ones that are not plain here.
    assert {path.name for path, found in answers.items() if found is None} <= {
        "3.dcm",
        "SOURCE.txt",
        "README_upstream.md",
    }


def test_pixels_come_out_as_pydicoms(data_root: Path) -> None:
    compared = 0
    for path in [*map(Path, get_testdata_files()), *dicom_files(data_root / "dicom_ct_head_ge_tilt")[:2]]:
        if not path.is_file():
            continue
        with plain_pixels(path) as found:
            if found is None:
                continue
            with tolerant():
                oracle = dcmread(path, force=True)
                expected = oracle.pixel_array
            for frame in range(int(oracle.get("NumberOfFrames", 1))):
                out = np.empty(found.shape, found.dtype)
                found.read_into(frame, out)
                assert np.array_equal(out, expected[frame] if expected.ndim == 3 else expected), path
            compared += 1
    assert compared > 20


texts = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "Zs"), exclude_characters="\\"), max_size=40)
latin = st.text(st.characters(codec="latin-1", categories=("L",)), max_size=20)
decimals = st.decimals(-9999, 9999, allow_nan=False, places=3).map(lambda d: f"{d:f}")
small = st.integers(-(2**31), 2**31 - 1)


@st.composite
def nested(draw: st.DrawFn, depth: int = 0) -> Dataset:
    item = Dataset()
    if draw(st.booleans()):
        item.CodeValue = draw(texts)[:16]
    if draw(st.booleans()):
        # Looks like what is wanted, but belongs to the item.
        item.Rows = draw(st.integers(0, 65535))
    if draw(st.booleans()):
        block = item.private_block(0x0029, "MEDPRUNE TEST", create=True)
        block.add_new(0x10, "OB", draw(st.binary(max_size=9)))
    if depth < 3 and draw(st.booleans()):
        item.ConceptNameCodeSequence = draw(sequences(depth + 1))
    return item


@st.composite
def sequences(draw: st.DrawFn, depth: int = 0) -> Sequence:
    items = draw(st.lists(nested(depth), max_size=3))
    for item in items:
        item.is_undefined_length_sequence_item = draw(st.booleans())
    return Sequence(items)


@st.composite
def data_sets(draw: st.DrawFn) -> Dataset:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = draw(st.sampled_from([EXPLICIT, IMPLICIT]))
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = CTImageStorage
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = "1.2.3"
    dataset.SpecificCharacterSet = "ISO_IR 100"
    dataset.ImageType = draw(st.sampled_from([["ORIGINAL", "PRIMARY"], ["DERIVED"], []]))
    dataset.PatientName = f"{draw(latin)}^{draw(latin)}"
    dataset.SeriesDescription = draw(st.one_of(texts, latin))
    dataset.PatientID = draw(texts)
    dataset.Modality = "CT"
    dataset.InstanceNumber = draw(st.one_of(st.none(), small.map(str)))
    dataset.ImagePositionPatient = draw(st.lists(decimals, min_size=3, max_size=3))
    dataset.PixelSpacing = draw(st.one_of(st.none(), st.lists(decimals, min_size=2, max_size=2)))
    dataset.EchoTime = draw(st.one_of(st.none(), decimals))
    dataset.Rows, dataset.Columns = draw(st.integers(1, 65535)), draw(st.integers(1, 65535))
    dataset.DiffusionBValue = draw(st.floats(0, 4000))
    for keyword in ("ReferencedImageSequence", "ProcedureCodeSequence", "RequestAttributesSequence"):
        if draw(st.booleans()):
            setattr(dataset, keyword, draw(sequences()))
            dataset[keyword].is_undefined_length = draw(st.booleans())
    for group in draw(st.lists(st.sampled_from([0x0009, 0x0011, 0x0019, 0x0051, 0x7001]), unique=True)):
        block = dataset.private_block(group, "MEDPRUNE TEST", create=True)
        block.add_new(0x01, "UN", draw(st.binary(max_size=40)))
        block.add_new(0x02, "SQ", draw(sequences()))
        # Longer than the block that is read at once.
        block.add_new(0x03, "OB", bytes(draw(st.sampled_from([0, 2, 16_384, 40_000]))))
    dataset.PixelData = draw(st.binary(min_size=2, max_size=20))
    dataset["PixelData"].VR = "OW"
    return dataset


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data_sets())
def test_generated_files_agree(tmp_path_factory: pytest.TempPathFactory, dataset: Dataset) -> None:
    path = tmp_path_factory.getbasetemp() / "generated.dcm"
    with tolerant():
        dcmwrite(path, dataset, enforce_file_format=True)
    found = walked(path)
    assert found is not None, "nothing in these files is odd"
    assert_agrees(found, path)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damaged_files_agree_or_are_left_to_pydicom(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = bytearray(Path(data.draw(st.sampled_from(SMALL_FILES))).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(132, min(len(whole) - 1, 2500)))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged.dcm"
    path.write_bytes(whole)
    found = walked(path)
    if found is None:
        return
    assert 132 < found.pixel_offset <= found.size == len(whole)
    try:
        with tolerant():
            oracle = dcmread(path, force=True, stop_before_pixels=True)
            values = {keyword: plain(oracle.get(keyword)) for keyword in found.elements}
    except Exception:  # where pydicom gives up there is nothing to compare with
        return
    for keyword, value in found.elements.items():
        assert plain(value) == values[keyword], keyword


SMALL_FILES = [name for name in get_testdata_files("*MR_small*.dcm") + get_testdata_files("CT_small.dcm") if name]


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("dtype", ["u1", "i2", "u2"])
def test_frames_are_read_into_their_place(write_dicom: Callable, syntax: str, dtype: str) -> None:
    pixels = np.arange(5 * 4 * 6).reshape(5, 4, 6).astype(dtype)
    path = write_dicom("f.dcm", pixels, NumberOfFrames=5)
    dataset = dcmread(path)
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.save_as(path, implicit_vr=syntax == IMPLICIT, little_endian=True)
    stack = np.zeros((2, 4, 6), dtype)
    with plain_pixels(path) as found:
        assert found is not None
        found.read_into(4, stack[1])
        found.read_into(0, stack[0])
    assert stack.tolist() == pixels[[0, 4]].tolist()


@pytest.mark.parametrize(
    ("bits", "dtype", "stored", "meant"),
    [
        # Rubbish in the upper four bits; the sign is the twelfth bit.
        (12, "i2", [0xF7FF, 0x0800, 0xAFFF, 0x5001, 0xF000], [2047, -2048, -1, 1, 0]),
        (12, "u2", [0xF7FF, 0x0800, 0xAFFF, 0x5001, 0xF000], [2047, 2048, 4095, 1, 0]),
        (16, "i2", [0xF7FF, 0x8000, 0x7FFF], [-2049, -32768, 32767]),
        (7, "u1", [0xFF, 0x80, 0x7F], [127, 0, 127]),
    ],
)
def test_bits_above_the_stored_ones_are_no_value(bits: int, dtype: str, stored: list[int], meant: list[int]) -> None:
    pixels = np.array(stored, f"u{dtype[1]}").view(dtype)
    keep_stored_bits(pixels, bits)
    assert pixels.tolist() == meant


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[132:],  # no preamble
        lambda data: data.replace(b"\x28\x00\x10\x00US", b"\x28\x00\x10\x00SS"),  # another VR than the dictionary's
        lambda data: data.replace(b"\x28\x00\x10\x00US", b"\x28\x00\x10\x00??"),
        lambda data: data.replace(b"\x20\x00\x13\x00IS\x02\x001 ", b"\x20\x00\x13\x00IS\x02\x001x"),
        lambda data: data.replace(b"\x28\x00\x10\x00", b"\x28\x00\x08\x01"),  # tags out of order
        lambda data: data[:300],
        lambda data: data.replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.2\0"),  # big endian
        lambda data: data.replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2\0\0\0"),  # explicit all the same
    ],
)
def test_what_is_odd_is_left_to_pydicom(write_dicom: Callable, spoil: Callable[[bytes], bytes]) -> None:
    path = write_dicom("odd.dcm", np.zeros((4, 6), np.int16), InstanceNumber=1)
    assert walked(path) is not None
    data = path.read_bytes()
    spoiled = spoil(data)
    assert spoiled != data
    path.write_bytes(spoiled)
    assert walked(path) is None


def test_endless_and_deep_sequences_end(tmp_path: Path) -> None:
    meta = FileMetaDataset()
    meta.TransferSyntaxUID, meta.MediaStorageSOPClassUID = EXPLICIT, CTImageStorage
    meta.MediaStorageSOPInstanceUID = "1.2.3"
    dataset = Dataset()
    dataset.file_meta = meta
    buffer = DicomBytesIO()
    dcmwrite(buffer, dataset, enforce_file_format=True)
    head = buffer.getvalue()
    sequence = struct.pack("<HH2sHI", 0x0008, 0x1140, b"SQ", 0, 0xFFFFFFFF)
    item = struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
    for body in ((sequence + item) * 5000, sequence + struct.pack("<HHI", 0xFFFE, 0xE000, 0) * 600_000):
        path = tmp_path / "deep.dcm"
        path.write_bytes(head + body)
        assert walked(path) is None


def test_names_in_other_letters_are_read_by_both_ways_alike(tmp_path: Path) -> None:
    # PS3.5 H.3.1: ISO 2022 with escapes, and plain UTF-8.
    for character_set, name in (
        (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎=やまだ^たろう"),
        ("ISO_IR 192", "Wang^XiaoDong=王^小東"),
        ("ISO_IR 100", "Äneas^Rüdiger"),
        ("GB18030", "Wang^XiaoDong=王^小东"),
    ):
        dataset = dcmread(get_testdata_files("CT_small.dcm")[0])
        dataset.SpecificCharacterSet = character_set
        dataset.PatientName = name
        path = tmp_path / "name.dcm"
        dataset.save_as(path)
        found = walked(path)
        assert found is not None
        assert found.elements["PatientName"] == name
        header = read_header(path)
        assert header is not None
        assert header.patient_name == name.split("=")[0].replace("^", " ")


def test_a_file_that_shrinks_while_it_is_read_is_an_error(write_dicom: Callable) -> None:
    from medprune_gui.engine.errors import ImageReadError

    path = write_dicom("shrinks.dcm", np.zeros((64, 64), np.int16))
    with plain_pixels(path) as found:
        assert found is not None
        os.truncate(path, path.stat().st_size - 100)
        with pytest.raises(ImageReadError, match=r"shrinks\.dcm"):
            found.read_into(0, np.empty((64, 64), np.int16))


def test_the_walker_asks_for_little_of_the_file(write_dicom: Callable) -> None:
    """Headers of thousands of files are read for a scan: their pixels must not be."""
    path = write_dicom("big.dcm", np.zeros((1024, 1024), np.int16))

    class Counting(io.FileIO):
        count = 0

        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(-1 if size is None else size)
            Counting.count += len(data)
            return data

    with Counting(path) as file:
        assert walk(file, WANTED) is not None
    assert Counting.count <= 2 * 16 * 1024
