"""What `medprune inspect` says of the real data, against facts that were read from the headers by hand."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file
from typer.testing import CliRunner

from medprune_gui.cli import app


def text(path: Path) -> list[str]:
    result = CliRunner().invoke(app, ["inspect", str(path)])
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def studies(path: Path) -> list[dict[str, Any]]:
    result = CliRunner().invoke(app, ["inspect", str(path), "--json"])
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)["studies"]
    return found


def warnings(series: dict[str, Any]) -> dict[str, list[str]]:
    return {w["code"]: [Path(file).name for file in w["files"]] for w in series["warnings"]}


def test_the_tilted_head(data_root: Path) -> None:
    (study,) = studies(data_root / "dicom_ct_head_ge_tilt")
    (series,) = study["series"]
    assert (series["modality"], series["number"], series["frames"], series["files"]) == ("CT", 2, 28, 28)
    assert series["phases"] == {"count": 1, "axis": None, "unit": None, "values": []}
    geometry = series["geometry"]
    assert (geometry["rows"], geometry["columns"], geometry["plane"]) == (512, 512, "axial")
    # 14 slices 4.22 mm apart along the table, then 14 thick ones: 4.0 and 7.0 mm thick, tilted by 18.5 degrees.
    # Along their normal, as SpacingBetweenSlices is measured.
    assert geometry["spacing_mm"] == pytest.approx([4.0, 0.4882812, 0.4882812], abs=0.005)
    found = warnings(series)
    assert set(found) == {"gantry-tilt", "uneven-spacing"}
    assert found["gantry-tilt"] == []
    assert found["uneven-spacing"] == [f"{number}.dcm" for number in range(14, 29)]
    numbers = [instance["instance_number"] for instance in series["instances"]]
    assert numbers == list(range(1, 29)), "from the skull's base up"
    for instance in series["instances"]:
        header = dcmread(instance["path"], stop_before_pixels=True)
        assert float(header.GantryDetectorTilt) == 18.5
        assert instance["position_mm"] == [float(value) for value in header.ImagePositionPatient]
    lines = text(data_root / "dicom_ct_head_ge_tilt")
    assert "CT 2: 28 slices of 512 x 512, axial" in lines[1]
    assert "Warning (gantry-tilt): The stack leans by 18.5 degrees" in lines[2]
    assert lines[1].endswith("slices 4 mm apart at right angles to them")
    assert (
        "varies from 1.08 to 7.00 mm, at right angles to them [14.dcm, 15.dcm, 16.dcm, 17.dcm and 11 more]" in lines[3]
    )


def test_the_phantom(data_root: Path) -> None:
    (study,) = studies(data_root / "dicom_ct_head_phantom")
    assert (study["date"], study["description"]) == ("2015-02-06", "1A TRAUMA/PLAIN HEAD DM")
    (series,) = study["series"]
    assert (series["number"], series["description"], series["frames"]) == (201, "STD BRAIN 5MM", 28)
    assert series["geometry"]["spacing_mm"] == pytest.approx([5.0, 0.451171875, 0.451171875])
    assert series["warnings"] == []
    assert text(data_root / "dicom_ct_head_phantom")[1].endswith(
        "28 slices of 512 x 512, axial, pixels 0.451 x 0.451 mm, slices 5 mm apart"
    )


def test_the_brain_tumours_are_in_spatial_order(data_root: Path) -> None:
    root = data_root / "dicom_mr_braintumor"
    found = studies(root)
    counts = [
        (study["patient_id"], study["date"], [(s["description"], s["frames"]) for s in study["series"]])
        for study in found
    ]
    assert counts == [
        ("PGBM-001", "1991-11-19", [("T1post", 25), ("Mask_Tumor", 25), ("FLAIR_reg", 25)]),
        ("PGBM-001", "1992-04-02", [("T1post", 24), ("Mask_Tumor", 24), ("FLAIR_reg", 24)]),
        ("PGBM-003", "1995-03-29", [("T1post", 22), ("Mask_Tumor", 22), ("FLAIR_reg", 22)]),
    ]
    for series in (series for study in found for series in study["series"]):
        assert series["warnings"] == []
        assert series["geometry"]["spacing_mm"] == pytest.approx([6.5, 0.6875, 0.6875], rel=1e-3)
        assert series["geometry"]["calibrated"]
        heights = [
            float(
                dcmread(instance["path"], stop_before_pixels=True, specific_tags=["ImagePositionPatient"])[0x200032][2]
            )
            for instance in series["instances"]
        ]
        assert heights == sorted(heights)
        assert len(set(heights)) == series["frames"]
    names = [Path(instance["path"]).name for instance in found[0]["series"][0]["instances"]]
    assert names != sorted(names), "files are not in spatial order here"
    assert "  MR 11 T1post: 25 slices of 260 x 320, axial" in "\n".join(text(root))


def test_no_distance_is_said_where_positions_do_not_tell_it(tmp_path: Path) -> None:
    names = ("JPEG2000.dcm", "JPGExtended.dcm", "SC_rgb_rle_2frame.dcm")  # two images of the whole body; two frames
    for name in names:
        shutil.copyfile(get_testdata_file(name), tmp_path / name)
    body, frames = (series for study in studies(tmp_path) for series in study["series"])
    assert (body["modality"], frames["modality"]) == ("NM", "OT")
    assert (body["frames"], frames["frames"]) == (2, 2)
    assert body["geometry"]["spacing_mm"] == [None, pytest.approx(2.26, abs=0.01), pytest.approx(2.26, abs=0.01)]
    assert frames["geometry"]["spacing_mm"] == [None, 1.0, 1.0]
    assert body["geometry"]["calibrated"]
    said = "\n".join(text(tmp_path))
    assert "distances between slices are not known" in said
    assert "apart" not in said


def test_what_is_left_out_of_real_files_is_told_apart_and_at_the_scan() -> None:
    folder = Path(get_testdata_file("CT_small.dcm")).parent
    result = CliRunner().invoke(app, ["inspect", str(folder), "--json"])
    found = json.loads(result.stdout)
    damaged, no_image = (
        {Path(file).relative_to(folder).as_posix() for file in found["left_out"][kind]}
        for kind in ("damaged", "no_image")
    )
    assert {"rtplan.dcm", "rtstruct.dcm", "test-SR.dcm", "waveform_ecg.dcm", "dicomdirtests/DICOMDIR"} <= no_image
    assert {"MR_truncated.dcm", "nested_priv_SQ.dcm", "UN_sequence.dcm"} <= damaged
    # Fifty headers of CT images whose pixels were taken away: not damaged.
    alone = {file for file in no_image if "/TINY_ALPHA/PT000000/" in file}
    assert len(alone) == 50
    assert not damaged & no_image
    series = [one for study in found["studies"] for one in study["series"]]
    assert not [one for one in series if "unreadable" in warnings(one)], "none is beside one series only"
    said = text(folder)
    assert said[-2].startswith(f"Left out: {len(damaged)} files are damaged")
    assert said[-1].startswith(f"Left out: {len(no_image)} files hold no image")


def test_the_parts_of_a_series_without_a_name_have_one(tmp_path: Path) -> None:
    for height in (1, 2):
        dataset = dcmread(get_testdata_file("examples_rgb_color.dcm"))
        dataset.SOPInstanceUID = f"1.2.{height}"
        dataset.Rows //= height
        dataset.save_as(tmp_path / f"{height}.dcm")
    names = [one["description"] for study in studies(tmp_path) for one in study["series"]]
    assert "US 1 (1 of 2)" in names
    assert "US 1 (2 of 2)" in names
    assert not [name for name in names if name.startswith("(")]
    assert any(line.startswith("  US 1 (1 of 2): ") for line in text(tmp_path))


def test_nine_encodings_of_one_mosaic(data_root: Path) -> None:
    (study,) = studies(data_root / "dicom_transfer_syntaxes")
    (series,) = study["series"]
    assert (series["frames"], series["phases"]["count"]) == (9, 1)
    assert (study["date"], study["patient_id"]) == ("2014-03-10", "crlab")
    assert set(warnings(series)) == {"mosaic", "repeated-positions"}
    assert all(len(files) == 9 for files in warnings(series).values())


def test_volumes(data_root: Path) -> None:
    (study,) = studies(data_root / "mri_t1_nifti")
    (series,) = study["series"]
    assert (series["kind"], series["frames"], series["geometry"]["plane"]) == ("nifti", 256, "axial")
    assert series["geometry"]["spacing_mm"] == pytest.approx([1, 1, 1])
    hippocampus = studies(data_root / "mri_hippocampus_seg")
    assert sorted((study["description"], len(study["series"])) for study in hippocampus) == [
        ("Volumes in images", 208),
        ("Volumes in labels", 208),
    ]
    assert all(series["warnings"] == [] for study in hippocampus for series in study["series"])
    assert all(series["phases"]["count"] == 1 for study in hippocampus for series in study["series"])


def test_pictures(data_root: Path) -> None:
    chests = studies(data_root / "cxr_pneumonia_224")
    assert sum(series["frames"] for study in chests for series in study["series"]) == 4176
    assert not any(series["geometry"]["calibrated"] for study in chests for series in study["series"])
    faces = studies(data_root / "faces_orl")
    assert [series["frames"] for study in faces for series in study["series"]] == [10] * 40
    sample = studies(data_root / "cxr_pneumonia_fullres_sample")
    assert [warnings(series) for study in sample for series in study["series"]] == [{"mixed-size": []}] * 2
    lines = text(data_root / "cxr_nih1000_64")
    assert sum(int(line.split(": ")[1].split()[0]) for line in lines[1::2]) == 1000


def test_a_folder_without_images_is_one_clear_line(data_root: Path) -> None:
    from medprune_gui.engine.errors import NoImagesError

    result = CliRunner().invoke(app, ["inspect", str(data_root / "models_brainchop")])
    assert isinstance(result.exception, NoImagesError)
    assert "holds no images" in str(result.exception)
