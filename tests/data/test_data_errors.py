"""Data that cannot be used: one clear message that names the thing."""

from __future__ import annotations

from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from PIL import Image

from medprune_gui.engine.config import DataConfig, TableColumns
from medprune_gui.engine.data.cases import Case, CaseSet
from medprune_gui.engine.data.loading import load_arrays
from medprune_gui.engine.data.reading import read_cases
from medprune_gui.engine.errors import DatasetError, ImageReadError, MedPruneError, NoImagesError, SplitError


def picture(path: Path, grey: int = 100) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((9, 9), grey, np.uint8)).save(path)


def volume(path: Path, array: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    nib.save(nib.Nifti1Image(array, np.eye(4)), path)
    return path


def table(folder: Path, text: str) -> DataConfig:
    for grey, name in enumerate("abcdef"):
        picture(folder / f"{name}.png", grey)
    (folder / "labels.csv").write_text(text, encoding="utf-8")
    return DataConfig(kind="table", path=folder / "labels.csv")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("file,label\na.png,x\nb.png,x\n", "all cases belong to one class (x)"),
        ("file,label\na.png,x\nq.png,y\nr.png,y\n", "2 of 3 files are missing: q.png, r.png"),
        ("path,label\na.png,x\n", "no column file"),
        ("path,label\na.png,x\n", "Its columns are: path, label"),
        ("file,label,split\na.png,x,train\nb.png,y,holdout\n", "unknown splits: holdout"),
        ("file,label\na.png,x\nb.png,\n", "column label is empty in 1 rows: line 3"),
        ("file,label\na.png,x\na.png,y\n", "files are listed twice: a.png"),
        (
            "file,label\n" + f"{'a chest film, ' * 40!r},x\n".replace("'", '"') * 2,
            "2 of 2 files are missing: a chest film",
        ),
        ("file,label\n", "no rows"),
        ("", "no readable CSV"),
        ("file,label,patient,split\na.png,x,1,train\nb.png,y,1,test\n", "patients are in more than one split"),
        ("file,label\na.png,x\nb.png,y\n", "only 1 patients or images of class x"),
    ],
)
def test_tables(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(DatasetError) as caught:
        read_cases(table(tmp_path, text), 0)
    assert says in str(caught.value)
    assert str(tmp_path / "labels.csv") in str(caught.value)


def test_a_table_from_a_spreadsheet_is_understood(tmp_path: Path) -> None:
    rows = "".join(
        f"{name}.png; {label} ;0{name};{split}\n"
        for name, label, split in zip(
            "abcdef",
            ("NA", "sick") * 3,
            ("Training", "training", "Validation", "valid", "TEST", "testing"),
            strict=True,
        )
    )
    config = table(tmp_path, "\ufefffile;label;patient;split\n" + rows)
    cases = read_cases(config, 0)
    assert cases.counts() == {split: {"NA": 1, "sick": 1} for split in ("train", "val", "test")}
    assert cases.cases[0].patient == "0a"
    moved = config.model_copy(update={"positive": "NA"})
    assert read_cases(moved, 0).classes == ("sick", "NA")
    with pytest.raises(DatasetError, match="the positive class 'ill' is none of the classes"):
        read_cases(config.model_copy(update={"positive": "ill"}), 0)
    with pytest.raises(DatasetError, match="unexpected labels: NA"):
        read_cases(config.model_copy(update={"classes": ("sick", "well")}), 0)
    with pytest.raises(DatasetError, match="no column who"):
        read_cases(config.model_copy(update={"columns": TableColumns(patient="who")}), 0)


def test_missing_and_empty_places(tmp_path: Path) -> None:
    for kind in ("folders", "table"):
        with pytest.raises(MedPruneError) as caught:
            read_cases(DataConfig(kind=kind, path=tmp_path / "nowhere"), 0)
        assert "nowhere" in str(caught.value)
    with pytest.raises(NoImagesError):
        read_cases(DataConfig(kind="folders", path=tmp_path), 0)
    (tmp_path / "sick").mkdir()
    with pytest.raises(NoImagesError, match="sick: the folder holds no images"):
        read_cases(DataConfig(kind="folders", path=tmp_path), 0)


def test_split_folders_beside_others_are_refused(tmp_path: Path) -> None:
    for folder in ("train/a", "train/b", "test/a", "test/b", "extra/a"):
        picture(tmp_path / folder / "1.png")
    with pytest.raises(DatasetError, match="there are others: extra"):
        read_cases(DataConfig(kind="folders", path=tmp_path), 0)


def test_an_unreadable_picture_is_named(tmp_path: Path) -> None:
    for index, split in enumerate(("train", "val", "test")):
        for label in "ab":
            picture(tmp_path / split / label / "1.png", 50 * index + ord(label))
    (tmp_path / "test" / "b" / "1.png").write_bytes(b"this is no picture")
    config = DataConfig(kind="folders", path=tmp_path)
    with pytest.raises(ImageReadError, match=r"test/b/1\.png"):
        list(load_arrays(read_cases(config, 0), "test", config))


def test_label_maps_that_do_not_fit(tmp_path: Path) -> None:
    image = volume(tmp_path / "image.nii", np.random.default_rng(0).integers(0, 900, (8, 9, 60)).astype(np.int16))
    labels = np.zeros((8, 9, 60), np.uint8)
    labels[2:5, 2:5] = 1
    good = volume(tmp_path / "labels.nii", labels)

    def read(label_map: Path, **more: object) -> None:
        read_cases(DataConfig(kind="volumes", path=image, label_maps=label_map, **more), 0)

    read(good)
    with pytest.raises(DatasetError, match="the label map has the shape 59 x 9 x 8, its image 60 x 9 x 8"):
        read(volume(tmp_path / "short.nii", labels[..., :-1]))
    with pytest.raises(DatasetError, match="not whole numbers"):
        read(volume(tmp_path / "grey.nii", labels.astype(np.float32) / 3))
    with pytest.raises(DatasetError, match=r"one value only \(0\)"):
        read(volume(tmp_path / "empty.nii", labels * 0))
    with pytest.raises(DatasetError, match="3 classes are named, but the label maps hold the values 0, 1"):
        read(good, classes=("background", "a", "b"))
    with pytest.raises(NoImagesError, match=r"nothere\.nii"):
        read(tmp_path / "nothere.nii")
    with pytest.raises(DatasetError, match="two files or two folders"):
        read(tmp_path)
    rare = labels.copy()
    rare[4, 4, 1] = 2
    with pytest.raises(DatasetError, match="hold none of class label 2"):
        read(volume(tmp_path / "rare.nii", rare))


def test_volumes_without_partner_are_named(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        volume(tmp_path / "images" / f"{name}.nii.gz", np.ones((4, 4, 4), np.int16))
    volume(tmp_path / "labels" / "a.nii.gz", np.ones((4, 4, 4), np.uint8))
    config = DataConfig(kind="volumes", path=tmp_path / "images", label_maps=tmp_path / "labels")
    with pytest.raises(DatasetError, match="2 volumes have no partner of the same name: b, c"):
        read_cases(config, 0)


def test_a_set_that_no_memory_can_hold_is_refused_at_once(tmp_path: Path) -> None:
    case = Case("a", tmp_path / "a.png", "a", "train", label="x")
    cases = CaseSet("classification", ("x", "y"), (case,) * 9_000_000)
    config = DataConfig(kind="folders", path=tmp_path, size=(1024, 1024))
    with pytest.raises(DatasetError, match=r"the cases need 36,000\.0 GiB of memory|need 35,156\.2 GiB") as caught:
        next(load_arrays(cases, "train", config))
    assert "data.size" in (caught.value.remedy or "")


def test_shared_patients_are_an_error_of_their_own() -> None:
    assert issubclass(SplitError, DatasetError)
