"""What must not leak between splits: patients of DICOM files, and files that are copies of each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage, generate_uid

from medprune_gui.engine.config import DataConfig
from medprune_gui.engine.data.cases import SPLITS
from medprune_gui.engine.data.reading import read_cases
from medprune_gui.engine.errors import DatasetError, ImageReadError, NoImagesError, SplitError


def dicom(path: Path, patient: str, seed: int, bare: bool = False) -> None:
    dataset = pydicom.Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = SecondaryCaptureImageStorage
    dataset.SOPInstanceUID = generate_uid()
    dataset.PatientID = patient
    dataset.Rows, dataset.Columns, dataset.SamplesPerPixel = 9, 9, 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 8, 8, 7, 0
    pixels = np.random.default_rng(seed).integers(0, 255, 81, dtype=np.uint8)
    dataset.PixelData = pixels.tobytes() + b"\0"
    path.parent.mkdir(parents=True, exist_ok=True)
    if bare:
        dataset.file_meta = FileMetaDataset()
        dataset.save_as(path, implicit_vr=False, little_endian=True)
    else:
        dataset.save_as(path, enforce_file_format=True)


def picture(path: Path, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.random.default_rng(seed).integers(0, 255, (9, 9), dtype=np.uint8)).save(path)


def folders(root: Path) -> DataConfig:
    return DataConfig(kind="folders", path=root)


@pytest.mark.parametrize("kind", ["folders", "table"])
def test_slices_of_a_dicom_patient_stay_in_one_split(tmp_path: Path, kind: str) -> None:
    rows = ["file,label"]
    for number in range(48):
        label, name = "ab"[number // 4 % 2], f"{number}.ima"
        dicom(tmp_path / label / name, f"P{number // 4}", number, bare=number % 3 == 0)
        rows.append(f"{label}/{name},{label}")
    config = folders(tmp_path)
    if kind == "table":
        (tmp_path / "labels.csv").write_text("\n".join(rows))
        config = DataConfig(kind="table", path=tmp_path / "labels.csv")
    cases = read_cases(config, 0)
    assert len(cases.cases) == 48
    patients = [{case.patient for case in cases.of(split)} for split in SPLITS]
    assert set().union(*patients) == {f"P{number}" for number in range(12)}
    assert sum(map(len, patients)) == 12
    assert not any("patient of its own" in note for note in cases.notes)


def test_a_dicom_patient_in_two_split_folders_is_refused(tmp_path: Path) -> None:
    for number, (split, label) in enumerate((s, k) for s in SPLITS for k in "ab"):
        dicom(tmp_path / split / label / "1.dcm", f"P{number}", number)
    assert len(read_cases(folders(tmp_path), 0).cases) == 6
    dicom(tmp_path / "test" / "a" / "2.dcm", "P0", 7)
    with pytest.raises(SplitError, match=r"P0 \(test: test/a/2\.dcm, train: train/a/1\.dcm\)"):
        read_cases(folders(tmp_path), 0)


def test_images_that_name_no_patient_are_counted_in_a_note(tmp_path: Path) -> None:
    for number in range(12):
        picture(tmp_path / "ab"[number % 2] / f"{number}.png", number)
    dicom(tmp_path / "a" / "x.dcm", "P1", 20)
    dicom(tmp_path / "b" / "y.dcm", "", 21)
    cases = read_cases(folders(tmp_path), 0)
    assert {case.patient for case in cases.cases if case.image.suffix == ".dcm"} == {"P1", "b/y.dcm"}
    assert any("13 of 14 images do not say whose they are" in note for note in cases.notes)


def test_every_image_that_can_be_read_is_found_and_no_hidden_one(tmp_path: Path) -> None:
    for label in "ab":
        for number in range(4):
            picture(tmp_path / label / "deeper" / f"{number}.ppm", 10 * number + ord(label))
        picture(tmp_path / label / ".thumbnails" / "1.png", 3)
        (tmp_path / label / "notes.txt").write_text("no image")
    report = tmp_path / "a" / "report.dcm"
    dicom(report, "P1", 0)
    dataset = pydicom.dcmread(report)
    for keyword in ("Rows", "Columns", "PixelData"):
        del dataset[keyword]
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.88.11"  # Basic Text SR
    dataset.save_as(report)
    names = [case.name for case in read_cases(folders(tmp_path), 0).cases]
    assert names == [f"{label}/deeper/{number}.ppm" for label in "ab" for number in range(4)]
    (tmp_path / "c").mkdir()
    report.rename(tmp_path / "c" / "report.dcm")
    with pytest.raises(NoImagesError, match="c: the folder holds no images"):
        read_cases(folders(tmp_path), 0)


def test_a_cut_off_dicom_file_is_named_at_once(tmp_path: Path) -> None:
    dicom(tmp_path / "a" / "1.dcm", "P1", 0)
    dicom(tmp_path / "b" / "1.dcm", "P2", 1)
    whole = (tmp_path / "a" / "1.dcm").read_bytes()
    (tmp_path / "a" / "1.dcm").write_bytes(whole[:-40])
    with pytest.raises(ImageReadError, match=r"a/1\.dcm: The file ends too early"):
        read_cases(folders(tmp_path), 0)


def named_splits(root: Path, last: str) -> DataConfig:
    rows = ["file,label,split"]
    for number, (split, label) in enumerate((s, k) for s in SPLITS for k in "ab"):
        picture(root / f"{number}.png", number)
        rows.append(f"{number}.png,{label},{split}")
    (root / "labels.csv").write_text("\n".join([*rows, last]))
    return DataConfig(kind="table", path=root / "labels.csv")


def test_one_file_under_two_spellings_is_one_file(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"files are listed twice: \./0\.png"):
        read_cases(named_splits(tmp_path, "./0.png,a,test"), 0)
    (tmp_path / "link.png").symlink_to(tmp_path / "0.png")
    with pytest.raises(DatasetError, match=r"files are listed twice: link\.png"):
        read_cases(named_splits(tmp_path, "link.png,a,test"), 0)


def test_copies_in_two_splits_are_refused_and_within_one_allowed(tmp_path: Path) -> None:
    config = named_splits(tmp_path, "copy.png,a,test")
    (tmp_path / "copy.png").write_bytes((tmp_path / "0.png").read_bytes())
    with pytest.raises(SplitError, match=r"0\.png \(train\) and copy\.png \(test\)") as caught:
        read_cases(config, 0)
    assert caught.value.remedy
    assert len(read_cases(named_splits(tmp_path, "copy.png,a,train"), 0).cases) == 7
    # Cutting validation cases from training must not part the two either.
    table = (tmp_path / "labels.csv").read_text().replace(",val", ",train")
    (tmp_path / "labels.csv").write_text(table)
    for seed in range(6):
        split = {case.name: case.split for case in read_cases(config, seed).cases}
        assert split["0.png"] == split["copy.png"]


@pytest.mark.parametrize("seed", range(4))
def test_splits_made_here_keep_copies_together(tmp_path: Path, seed: int) -> None:
    for number in range(24):
        picture(tmp_path / "ab"[number % 2] / f"{number}.png", number // 4 * 2 + number % 2)
    cases = read_cases(folders(tmp_path), seed)
    splits: dict[bytes, set[str]] = {}
    for case in cases.cases:
        splits.setdefault(case.image.read_bytes(), set()).add(case.split)
    assert len(splits) == 12
    assert all(len(found) == 1 for found in splits.values())
    assert {case.split for case in cases.cases} == set(SPLITS)
    assert any("copies of each other" in note for note in cases.notes)
