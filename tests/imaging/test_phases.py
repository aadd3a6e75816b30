"""Stacks whose positions are repeated become phases, each in spatial order."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
from pydicom.dataset import Dataset

from medprune_gui.engine.imaging import Series, read_frame, read_image, read_series, scan
from medprune_gui.engine.imaging.description import describe, describe_text

POSITIONS = (6.0, 0.0, 3.0)  # not in spatial order


@pytest.fixture
def write_phases(write_dicom: Callable[..., Path]) -> Callable[..., None]:
    """Write one slice for each position and phase; the pixels hold 10 * phase + its rank along z."""

    def write(phases: list[dict[str, Any]], positions: tuple[float, ...] = POSITIONS) -> None:
        number = 0
        for rank_in_file, z in enumerate(positions):
            for phase, elements in enumerate(phases):
                number += 1
                value = 10 * phase + sorted(positions).index(z)
                varied = {key: value(rank_in_file) if callable(value) else value for key, value in elements.items()}
                write_dicom(
                    f"{number:03d}.dcm",
                    np.full((4, 6), value, np.int16),
                    **{"InstanceNumber": number, "ImagePositionPatient": [0, 0, z]} | varied,
                )

    return write


def only(path: Path) -> Series:
    (study,) = scan(path)
    (series,) = study.series
    return series


def content(series: Series) -> list[int]:
    return read_series(series).array[:, 0, 0].tolist()


@pytest.mark.parametrize(
    ("phases", "axis", "unit", "values"),
    [
        ([{"EchoTime": 10.5}, {"EchoTime": 80}], "echo", "ms", (10.5, 80.0)),
        ([{"TemporalPositionIdentifier": n} for n in (1, 2, 3)], "time", "", (1.0, 2.0, 3.0)),
        ([{"TriggerTime": t} for t in (0, 40.5)], "time", "ms", (0.0, 40.5)),
        ([{"DiffusionBValue": b, "AcquisitionTime": "101010"} for b in (0.0, 1000.0)], "diffusion", "s/mm²", (0, 1000)),
        ([{"AcquisitionNumber": n} for n in (7, 9)], "acquisition", "", (7.0, 9.0)),
        ([{}, {}], "instance", "", (1.0, 2.0)),
        # An echo time that all share tells nothing apart.
        ([{"EchoTime": 5, "AcquisitionNumber": n} for n in (1, 2)], "acquisition", "", (1.0, 2.0)),
    ],
)
def test_repeated_positions_become_phases(
    write_phases: Callable, tmp_path: Path, phases: list[dict], axis: str, unit: str, values: tuple[float, ...]
) -> None:
    write_phases(phases)
    series = only(tmp_path)
    assert (series.phases, series.phase_axis, series.phase_unit) == (len(phases), axis, unit)
    assert series.phase_values == pytest.approx(values)
    assert series.frames == len(series.instances) == 3 * len(phases)
    assert series.spacing_mm == (3.0, 0.5, 0.25)
    for number in range(len(phases)):
        one = series.phase(number)
        assert (one.phases, one.frames, one.phase_axis) == (1, 3, "")
        assert content(one) == [10 * number, 10 * number + 1, 10 * number + 2]
        assert read_series(one).affine_lps[2, 3] == 0.0
        assert read_series(one).spacing_mm == (3.0, 0.5, 0.25)
        assert one.warnings == ()
    assert content(series) == [0, 1, 2], "the first phase is read unless another is asked for"
    assert len({series.uid, *(series.phase(n).uid for n in range(len(phases)))}) == len(phases) + 1
    with pytest.raises(IndexError):
        series.phase(len(phases))
    (warning,) = series.warnings
    assert warning.code == "repeated-positions"
    assert f"{len(phases)} phases" in warning.message
    assert len(warning.files) == 3 * len(phases)


def test_times_order_phases_across_midnight(write_phases: Callable, tmp_path: Path) -> None:
    def at(seconds: int) -> Callable[[int], str]:
        # Slices of one phase are taken one after another, so times differ from slice to slice.
        return lambda slice_: f"2359{seconds + slice_:02d}.5"

    write_phases(
        [
            {"AcquisitionTime": at(20), "AcquisitionDate": "20200101"},
            {"AcquisitionTime": "000010", "AcquisitionDate": "20200102"},
        ]
    )
    series = only(tmp_path)
    assert (series.phase_axis, series.phase_unit) == ("time", "s")
    assert series.phase_values[0] == 0.0
    assert 40 < series.phase_values[1] < 50
    assert content(series.phase(0)) == [0, 1, 2]


def test_irregular_repeats_stay_one_stack(write_phases: Callable, tmp_path: Path) -> None:
    write_phases([{"EchoTime": 10}, {"EchoTime": 80}])
    (tmp_path / "002.dcm").unlink()
    series = only(tmp_path)
    assert (series.phases, series.frames, series.phase_axis) == (1, 5, "")
    (warning,) = series.warnings
    assert warning.code == "repeated-positions"
    assert {file.name for file in warning.files} == {"003.dcm", "004.dcm", "005.dcm", "006.dcm"}


def test_stacks_side_by_side_are_no_phases(write_dicom: Callable, tmp_path: Path) -> None:
    for number, (x, z) in enumerate([(0, 0), (0, 3), (90, 0), (90, 3)], start=1):
        write_dicom(f"{number}", np.zeros((4, 6), np.int16), InstanceNumber=number, ImagePositionPatient=[x, 0, z])
    series = only(tmp_path)
    assert series.phases == 1
    assert "repeated-positions" in {warning.code for warning in series.warnings}


def test_one_place_again_and_again(write_phases: Callable, tmp_path: Path) -> None:
    write_phases([{"TriggerTime": 10 * n} for n in range(4)], positions=(0.0,))
    assert (only(tmp_path).phases, only(tmp_path).frames) == (4, 4)
    # Where nothing but their numbers tells them apart they are a heap of images.
    write_phases([{}] * 4, positions=(0.0,))
    assert (only(tmp_path).phases, only(tmp_path).frames) == (1, 4)
    assert [warning.code for warning in only(tmp_path).warnings] == ["repeated-positions"]


def test_a_missing_slice_is_seen_in_every_phase(write_phases: Callable, tmp_path: Path) -> None:
    write_phases([{"EchoTime": 10}, {"EchoTime": 80}], positions=(0.0, 3.0, 9.0, 12.0, 15.0))
    series = only(tmp_path)
    assert {warning.code for warning in series.warnings} == {"repeated-positions", "missing-slices"}
    assert series.phases == 2


def test_single_slices_and_parts_of_a_series_are_read_as_they_are(write_phases: Callable, tmp_path: Path) -> None:
    write_phases([{"EchoTime": 10}, {"EchoTime": 80}])
    series = only(tmp_path)
    assert [int(read_frame(series, index).array[0, 0, 0]) for index in range(6)] == [0, 1, 2, 10, 11, 12]
    assert content(replace(series, instances=series.instances[2:4])) == [2, 10]


def test_frames_of_an_enhanced_file_become_phases(write_dicom: Callable) -> None:
    frames, pixels = [], []
    for z in (3.0, 0.0):
        for echo in (80.0, 10.0):
            frame, position, time = Dataset(), Dataset(), Dataset()
            position.ImagePositionPatient = [0, 0, z]
            time.EffectiveEchoTime = echo
            frame.PlanePositionSequence, frame.MREchoSequence = [position], [time]
            frames.append(frame)
            pixels.append(np.full((4, 6), z + echo, np.int16))
    path = write_dicom("echoes.dcm", np.stack(pixels), NumberOfFrames=4, PerFrameFunctionalGroupsSequence=frames)
    series = only(path)
    assert (series.phases, series.phase_axis, series.phase_values) == (2, "echo", (10.0, 80.0))
    assert content(series.phase(0)) == [10, 13]
    assert content(series.phase(1)) == [80, 83]
    assert read_image(path).array[:, 0, 0].tolist() == [10, 13]


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_volumes_of_a_nifti_file_are_phases(tmp_path: Path, suffix: str) -> None:
    data = np.arange(2 * 3 * 4 * 5, dtype=np.int16).reshape(2, 3, 4, 5)
    image = nibabel.Nifti1Image(data, np.diag([2.0, 3.0, 4.0, 1.0]))
    image.header.set_xyzt_units("mm", "msec")
    image.header["pixdim"][4] = 1500
    path = tmp_path / f"bold{suffix}"
    nibabel.save(image, path)
    series = only(path)
    assert (series.phases, series.phase_axis, series.phase_unit, series.frames) == (5, "time", "s", 20)
    assert series.phase_values == (0.0, 1.5, 3.0, 4.5, 6.0)
    assert series.warnings == ()
    for number in range(5):
        volume = read_series(series.phase(number))
        # x runs to the left in LPS, against RAS; y to the back.
        assert volume.array.tolist() == data[::-1, ::-1, :, number].transpose(2, 1, 0).tolist()
    assert read_series(series).array.tolist() == read_series(series.phase(0)).array.tolist()
    assert read_frame(series, 4 * 3 + 2).array.tolist() == read_series(series.phase(3)).array[2:3].tolist()
    np.testing.assert_allclose(read_frame(series, 4 * 3 + 2).affine_lps[2, 3], 8.0)


def test_phases_are_told_in_text_and_json(write_phases: Callable, tmp_path: Path) -> None:
    write_phases([{"EchoTime": 10}, {"EchoTime": 80}])
    studies = scan(tmp_path)
    assert "3 slices of 6 x 4" in describe_text(studies)
    assert "2 phases (echo 10, 80 ms)" in describe_text(studies)
    (series,) = json.loads(json.dumps(describe(studies)))["studies"][0]["series"]
    assert series["phases"] == {"count": 2, "axis": "echo", "unit": "ms", "values": [10.0, 80.0]}
    assert series["frames"] == 6
