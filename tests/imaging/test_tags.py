"""The rows of the tag browser hold every element of a file, read in no other way than pydicom reads it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom import Dataset, dcmread
from pydicom._dicom_dict import DicomDictionary
from pydicom.datadict import dictionary_has_tag, dictionary_VR, keyword_for_tag, repeater_has_tag
from pydicom.sequence import Sequence

from medprune_gui.engine.errors import ImageReadError
from medprune_gui.engine.imaging.dicom_values import tolerant
from medprune_gui.engine.imaging.personal_elements import is_personal
from medprune_gui.engine.imaging.tags import TagRow, as_text, every_row, read_tags

PYDICOM = Path(pydicom.__file__).parent / "data" / "test_files"


def only(rows: tuple[TagRow, ...], keyword: str) -> TagRow:
    """The one element of that keyword; outside of sequences where it is there."""
    found = [row for _, row in every_row(rows) if row.keyword == keyword]
    top = [row for row in rows if row.keyword == keyword]
    assert len(top or found) == 1
    return (top or found)[0]


@pytest.mark.parametrize("path", sorted(PYDICOM.glob("*.dcm")), ids=lambda path: path.name)
def test_every_element_of_every_file_is_there(path: Path) -> None:
    with tolerant():
        dataset = dcmread(path, stop_before_pixels=True, force=True)
        expected = [str(element.tag) for element in dataset.file_meta]
        expected += [str(element.tag) for element in dataset.iterall()]
    rows = [row for _, row in every_row(read_tags(path))]
    not_read = [row for row in rows if row.value.startswith("not read;")]
    found = [row.tag for row in rows if not row.tag.startswith("Item") and row not in not_read]
    assert sorted(found) == sorted(expected)
    assert all(row.keyword.endswith("PixelData") for row in not_read)
    with tolerant():
        has_pixels = "PixelData" in dcmread(path, force=True)
    assert len(not_read) == (has_pixels and path.name != "image_dfl.dcm")  # deflated: nobody knows where they are
    assert all("\n" not in row.value and len(row.value) < 400 for row in rows)


def test_sequences_hold_items_that_hold_elements() -> None:
    rows = read_tags(PYDICOM / "rtplan.dcm")
    beams = only(rows, "BeamSequence")
    assert (beams.vr, beams.value) == ("SQ", "1 item")
    (item,) = beams.rows
    assert item.tag == "Item 1"
    assert only(item.rows, "TreatmentMachineName").value == "unit001"
    depths = {row.keyword: depth for depth, row in every_row(rows)}
    assert depths["BeamSequence"] == 0
    assert depths["TreatmentMachineName"] == 2


def test_private_elements_are_named_by_their_creator() -> None:
    rows = {row.tag: row for _, row in every_row(read_tags(PYDICOM / "CT_small.dcm"))}
    assert rows["(0009,0010)"].name == "Private Creator"
    assert rows["(0009,0010)"].value == "GEMS_IDEN_01"
    assert rows["(0009,1004)"].name == "[Product id]"
    assert rows["(0009,1004)"].personal  # nobody says what it holds
    assert not rows["(0009,0010)"].personal


def test_names_are_read_in_their_character_sets(write_dicom: Callable[..., Path]) -> None:
    # PS3.5 H.3.1 and an 8-bit set: the same bytes mean other letters.
    for charset, name in (("ISO_IR 192", "山田^太郎"), ("ISO_IR 144", "Пушкин"), ("ISO_IR 100", "Buc^Jérôme")):
        item = Dataset()
        item.PatientName = name
        path = write_dicom(
            "name.dcm",
            np.zeros((2, 2), np.uint8),
            SpecificCharacterSet=charset,
            PatientName=name,
            OtherPatientIDsSequence=Sequence([item]),
        )
        assert [row.value for _, row in every_row(read_tags(path)) if row.keyword == "PatientName"] == [name] * 2


def test_long_and_binary_values_are_cut_and_say_how_long_they_are(write_dicom: Callable[..., Path]) -> None:
    path = write_dicom(
        "long.dcm",
        np.zeros((64, 64), np.uint16),
        ImageComments="word " * 1000,
        RedPaletteColorLookupTableData=bytes(range(200)) * 5,
        SliceLocation="1.5",
        ImageType=["ORIGINAL", "PRIMARY"],
        HistogramData=list(range(4000)),
    )
    rows = read_tags(path)
    comments = only(rows, "ImageComments").value
    assert comments.startswith("word word")
    assert comments.endswith("... (4,999 characters)")
    assert only(rows, "RedPaletteColorLookupTableData").value == (
        "00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f... (1,000 bytes)"
    )
    assert only(rows, "HistogramData").value.startswith("0\\1\\2\\3")
    assert only(rows, "HistogramData").value.endswith("... (4,000 values)")
    assert only(rows, "ImageType").value == "ORIGINAL\\PRIMARY"
    assert only(rows, "SOPClassUID").value == "1.2.840.10008.5.1.4.1.1.7 (Secondary Capture Image Storage)"
    # Tag, value representation and length of the pixels take 12 bytes.
    assert only(rows, "PixelData").value == "not read; 8,204 bytes to the end of the file"


def test_a_value_that_breaks_the_rules_hides_no_other() -> None:
    rows = read_tags(PYDICOM / "badVR.dcm")
    frames = only(rows, "NumberOfFrames") if any(r.keyword == "NumberOfFrames" for _, r in every_row(rows)) else None
    broken = [row for _, row in every_row(rows) if "not readable" in row.value]
    assert frames is not None or broken
    assert any(row.keyword == "PatientName" for _, row in every_row(rows))


@pytest.mark.parametrize(
    ("keyword", "personal"),
    [
        ("PatientName", True),
        ("PatientID", True),
        ("PatientBirthDate", True),
        ("StudyDate", True),
        ("StudyTime", True),
        ("ReferringPhysicianName", True),
        ("InstitutionName", True),
        ("AccessionNumber", True),
        ("Modality", False),
        ("Rows", False),
        ("PixelSpacing", False),
        ("WindowCenter", False),
        ("SOPInstanceUID", True),
        ("MediaStorageSOPInstanceUID", True),
        ("SOPClassUID", False),
        ("TransferSyntaxUID", False),
    ],
)
def test_who_the_patient_is_is_personal(keyword: str, personal: bool) -> None:
    assert only(read_tags(PYDICOM / "examples_overlay.dcm"), keyword).personal == personal


def test_what_lies_in_a_personal_sequence_is_personal(write_dicom: Callable[..., Path]) -> None:
    item = Dataset()
    item.CodeMeaning = "nurse Jane"
    path = write_dicom("code.dcm", np.zeros((2, 2), np.uint8), InstitutionCodeSequence=Sequence([item]))
    row = only(read_tags(path), "CodeMeaning")
    assert row.personal
    assert "Jane" in as_text(1, row)
    assert "Jane" not in as_text(1, row, hidden=True)


def test_the_description_of_what_was_done_is_personal(write_dicom: Callable[..., Path]) -> None:
    described = {
        "PerformedProcedureStepDescription": "MR RCBV SEQUENCE FH",
        "ScheduledProcedureStepDescription": "Head of Mr Smith",
        "StationAETitle": "ROOM7",
        "DeviceDescription": "Dr Jones's",
    }
    rows = read_tags(write_dicom("step.dcm", np.zeros((2, 2), np.uint8), **described))
    for keyword, value in described.items():
        assert value in as_text(0, only(rows, keyword))
        assert value not in as_text(0, only(rows, keyword), hidden=True)


def test_uids_are_personal_wherever_they_lie_and_kinds_of_things_nowhere(write_dicom: Callable[..., Path]) -> None:
    item = Dataset()
    item.ReferencedSOPClassUID = "1.2.840.10008.5.1.4.1.1.4"
    item.ReferencedSOPInstanceUID = "1.2.3.4"
    path = write_dicom("refers.dcm", np.zeros((2, 2), np.uint8), ReferencedImageSequence=Sequence([item]))
    rows = read_tags(path)
    assert only(rows, "ReferencedSOPInstanceUID").personal
    assert not only(rows, "ReferencedSOPClassUID").personal


def test_elements_that_no_table_knows_are_personal(write_dicom: Callable[..., Path]) -> None:
    path = write_dicom("unknown.dcm", np.zeros((2, 2), np.uint8))
    dataset = dcmread(path)
    dataset.add_new(0x00100099, "LO", "a name")  # not in PS3.6
    dataset.add_new(0x50020022, "LO", "a curve of Jane")  # PS3.15: every element of groups 50xx
    dataset.add_new(0x60003000, "OW", b"\0\0")
    dataset.add_new(0x00080000, "UL", 100)
    dataset.save_as(path)
    personal = {row.tag: row.personal for _, row in every_row(read_tags(path))}
    hidden = ("(0010,0099)", "(5002,0022)", "(6000,3000)")
    assert [personal[tag] for tag in hidden] == [True] * 3
    assert not personal.get("(0008,0000)", False)


def test_every_element_of_the_standards_table_is_personal_and_no_common_other_one() -> None:
    table = pytest.importorskip("dicomanonymizer.dicom_anonymization_databases.dicomfields_2026c")
    # X, Z or U*: what replaces the UIDs in these may leave them.
    left = {0x00081140, 0x00082112}
    assert {(group << 16) + number for group, number in table.X_Z_U_STAR_TAGS} == left
    listed = [tag for name in dir(table) if name.endswith("_TAGS") for tag in getattr(table, name)]
    tags = {(tag[0] << 16) + tag[1] for tag in listed} - left
    assert len(tags) > 600
    shown = [f"{tag:08X}" for tag in sorted(tags) if not personal(tag)]
    assert shown == []
    # The other way round: what is hidden is in the table, or of a kind that may always be personal.
    may = {"PN", "DA", "DT", "TM", "LT", "ST", "UT"}
    others = [tag for tag in DicomDictionary if tag not in tags and tag not in {0x50000000, 0x60003000, 0x60004000}]
    assert {DicomDictionary[tag][4] for tag in others if DicomDictionary[tag][0] not in may and personal(tag)} == {""}


def personal(tag: int) -> bool:
    """Whether an element is personal, by what pydicom knows of it."""
    vr = dictionary_VR(tag) if dictionary_has_tag(tag) or repeater_has_tag(tag) else "UN"
    return is_personal(tag >> 16, keyword_for_tag(tag), vr)


def test_files_that_are_no_dicom_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageReadError, match=r"missing\.dcm"):
        read_tags(tmp_path / "missing.dcm")
    (tmp_path / "empty.dcm").write_bytes(b"")
    with pytest.raises(ImageReadError, match=r"empty\.dcm"):
        read_tags(tmp_path / "empty.dcm")
