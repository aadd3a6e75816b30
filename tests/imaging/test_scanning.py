"""Studies, series and their order and warnings, on synthetic stacks and on real data."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread

from medprune_gui.engine.errors import ImageReadError, NoImagesError
from medprune_gui.engine.imaging import Series, read_frame, read_series, scan
from medprune_gui.engine.imaging.description import describe, describe_text
from medprune_gui.engine.imaging.study import LeftOut


def only_series(path: Path) -> Series:
    (study,) = scan(path)
    (series,) = study.series
    return series


def codes(series: Series) -> set[str]:
    return {warning.code for warning in series.warnings}


def test_slices_are_ordered_by_position_not_by_name_or_number(write_stack: Callable, tmp_path: Path) -> None:
    files = write_stack([0.0, 3.0, 6.0, 9.0])
    (tmp_path / "notes.txt").write_text("not an image")
    series = only_series(tmp_path)
    assert [instance.path for instance in series.instances] == files
    assert series.warnings == ()
    assert (series.rows, series.columns, series.frames, series.plane) == (4, 6, 4, "axial")
    assert series.spacing_mm == (3.0, 0.5, 0.25)
    volume = read_series(series)
    assert volume.array[:, 0, 0].tolist() == [0, 1, 2, 3]
    np.testing.assert_allclose(volume.affine_lps @ [2, 1, 4, 1], [10 + 4 * 0.25, 20 + 0.5, 6.0, 1.0])
    frame = read_frame(series, 2)
    assert frame.array.tolist() == volume.array[2:3].tolist()
    np.testing.assert_allclose(frame.affine_lps[:3, 3], [10.0, 20.0, 6.0])


@pytest.mark.parametrize(
    ("positions", "shift", "expected"),
    [
        ([0.0, 2.0, 4.0, 8.0, 10.0, 12.0], 0.0, {"missing-slices"}),
        ([0.0, 2.0, 4.0, 7.0, 9.0, 11.0], 0.0, {"uneven-spacing"}),
        ([0.0, 2.0, 2.0, 4.0, 6.0], 0.0, {"repeated-positions"}),
        ([0.0, 2.0, 4.0, 6.0], 0.5, {"gantry-tilt"}),
        ([0.0, 0.6249, 1.2502, 1.8751], 0.0, set()),
    ],
)
def test_irregular_stacks_are_told(
    write_stack: Callable, tmp_path: Path, positions: list[float], shift: float, expected: set[str]
) -> None:
    write_stack(positions, shift)
    assert codes(only_series(tmp_path)) == expected


def test_warnings_name_the_files(write_stack: Callable, tmp_path: Path) -> None:
    files = write_stack([0.0, 2.0, 4.0, 10.0, 12.0, 14.0])
    (warning,) = only_series(tmp_path).warnings
    assert warning.files == (files[2], files[3])
    assert "2 slices are missing" in warning.message


def test_tilted_stack_has_a_sheared_affine(write_stack: Callable, tmp_path: Path) -> None:
    write_stack([0.0, 2.0, 4.0], shift_mm=0.5)
    affine = read_series(only_series(tmp_path)).affine_lps
    np.testing.assert_allclose(affine @ [2, 0, 0, 1], [10.0, 21.0, 4.0, 1.0])


def test_one_series_of_several_geometries_is_split(
    write_stack: Callable, write_dicom: Callable, tmp_path: Path
) -> None:
    write_stack([0.0, 2.0, 4.0])
    pixels = np.zeros((4, 6), np.int16)
    write_dicom("scout.dcm", pixels, ImageOrientationPatient=[0, 1, 0, 0, 0, -1])
    write_dicom("small.dcm", pixels[:2], ImagePositionPatient=[0, 0, 2])
    (study,) = scan(tmp_path)
    assert [(series.frames, series.plane) for series in study.series] == [
        (3, "axial"),
        (1, "sagittal"),
        (1, "axial"),
    ]
    assert len({series.uid for series in study.series}) == 3
    assert codes(study.series[0]) == {"mixed-size", "mixed-orientation"}
    assert {file.name for file in study.series[0].warnings[0].files} == {"scout.dcm", "small.dcm"}


def test_without_positions_the_numbers_decide(write_dicom: Callable, tmp_path: Path) -> None:
    for number, name in ((3, "a"), (1, "b"), (2, "c")):
        write_dicom(
            name, np.full((4, 6), number, np.int16), InstanceNumber=number, ImagePositionPatient=None, PixelSpacing=None
        )
    series = only_series(tmp_path)
    assert [instance.path.name for instance in series.instances] == ["b", "c", "a"]
    assert codes(series) == {"no-positions", "no-pixel-spacing"}
    assert not read_series(series).calibrated


def test_unreadable_files_become_a_warning_beside_the_rest(write_stack: Callable, tmp_path: Path) -> None:
    files = write_stack([0.0, 2.0, 4.0, 6.0, 8.0])
    files[1].write_bytes(files[1].read_bytes()[:-2])
    (tmp_path / "broken.dcm").write_bytes(b"\0" * 128 + b"DICM" + b"rubbish" * 9)
    (tmp_path / "broken.png").write_bytes(b"no picture")
    series = only_series(tmp_path)
    assert series.frames == 4
    assert codes(series) == {"missing-slices", "unreadable"}
    warning = next(w for w in series.warnings if w.code == "unreadable")
    assert {file.name for file in warning.files} == {files[1].name, "broken.dcm", "broken.png"}
    with pytest.raises(ImageReadError, match="ends too early: 2 bytes"):
        scan(files[1])
    # What happens to a file after the scan is told when its pixels are read.
    files[2].write_bytes(files[2].read_bytes()[:-2])
    with pytest.raises(ImageReadError, match=files[2].name):
        read_series(series)


def test_nothing_to_show_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(NoImagesError, match="no images"):
        scan(tmp_path)
    with pytest.raises(ImageReadError, match="no such file"):
        scan(tmp_path / "missing")
    text = tmp_path / "labels.csv"
    text.write_text("file,label\n")
    with pytest.raises(ImageReadError, match="holds no image"):
        scan(text)
    (tmp_path / "a.dcm").write_bytes(b"nonsense")
    (tmp_path / "b.nii").write_bytes(b"nonsense")
    with pytest.raises(ImageReadError, match="1 more files"):
        scan(tmp_path)


def test_progress_counts_all_files_and_can_cancel(write_stack: Callable, tmp_path: Path) -> None:
    write_stack([0.0, 1.0, 2.0])
    seen: list[tuple[int, int]] = []
    scan(tmp_path, lambda done, total: seen.append((done, total)))
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]

    class CancelledError(Exception):
        pass

    def cancel(done: int, total: int) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        scan(tmp_path, cancel)


def test_pictures_of_a_folder_are_one_series_in_natural_order(tmp_path: Path) -> None:
    for name, size in (("image 10.png", (5, 4)), ("image 2.png", (8, 3))):
        Image.new("L", size, 7).save(tmp_path / name)
    series = only_series(tmp_path)
    assert [instance.path.name for instance in series.instances] == ["image 2.png", "image 10.png"]
    assert codes(series) == {"mixed-size"}
    assert not series.stackable
    assert read_frame(series, 0).array.shape == (1, 3, 8)
    with pytest.raises(ImageReadError, match="differs in size"):
        read_series(series)


def test_real_studies_and_their_warnings(data_root: Path) -> None:
    tilted = only_series(data_root / "dicom_ct_head_ge_tilt")
    assert codes(tilted) == {"gantry-tilt", "uneven-spacing"}
    assert "18.5 degrees" in next(w.message for w in tilted.warnings if w.code == "gantry-tilt")
    phantom = only_series(data_root / "dicom_ct_head_phantom")
    assert phantom.warnings == ()
    assert phantom.frames == 28
    assert phantom.spacing_mm == pytest.approx((5.0, 0.451171875, 0.451171875))

    studies = scan(data_root / "dicom_mr_braintumor")
    assert [(s.patient_id, s.date, len(s.series)) for s in studies] == [
        ("PGBM-001", "1991-11-19", 3),
        ("PGBM-001", "1992-04-02", 3),
        ("PGBM-003", "1995-03-29", 3),
    ]
    for series in (series for study in studies for series in study.series):
        heights = [instance.position_mm[2] for instance in series.instances if instance.position_mm]
        assert len(heights) == series.frames
        assert heights == sorted(heights)
        assert series.warnings == ()
    names = [instance.path.name for instance in studies[0].series[0].instances]
    assert names != sorted(names), "this study is here because its files are not in slice order"

    described = json.loads(json.dumps(describe(studies)))
    assert described["studies"][0]["series"][0]["geometry"]["plane"] == "axial"
    assert "slices 6.5 mm apart" in describe_text(studies)


def test_scanning_thousands_of_pictures_is_quick(data_root: Path) -> None:
    start = time.perf_counter()
    studies = scan(data_root / "cxr_pneumonia_224")
    assert time.perf_counter() - start < 5.0  # 0.5 s on an idle machine: headers only
    assert sum(series.frames for study in studies for series in study.series) == 4176
    assert {study.description for study in studies} >= {"Pictures in train/NORMAL", "Pictures in test/PNEUMONIA"}


def test_a_header_that_was_cut_off_is_damaged_and_a_whole_one_holds_no_image(
    write_stack: Callable, write_dicom: Callable, tmp_path: Path
) -> None:
    write_stack([0.0, 2.0, 4.0])
    (tmp_path / "beside").mkdir()
    dataset = dcmread(write_dicom("beside/whole.dcm", np.zeros((2, 2), np.uint8)))
    for keyword in ("Rows", "Columns", "PixelData"):
        del dataset[keyword]
    dataset.save_as(tmp_path / "beside" / "whole.dcm")
    whole = (tmp_path / "beside" / "whole.dcm").read_bytes()
    (tmp_path / "beside" / "cut.dcm").write_bytes(whole[:-3])
    told: list[LeftOut] = []
    ((series,),) = (study.series for study in scan(tmp_path, left_out=told.append))
    assert "unreadable" not in codes(series)
    assert told == [LeftOut((tmp_path / "beside" / "cut.dcm",), (tmp_path / "beside" / "whole.dcm",))]
    # Who does not ask for them still learns of damaged files.
    ((series,),) = (study.series for study in scan(tmp_path))
    assert next(w for w in series.warnings if w.code == "unreadable").files == told[0].damaged
