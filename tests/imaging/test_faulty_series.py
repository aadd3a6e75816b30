"""Series that are wrong in one way each, made from a real CT: told with the right code and files, or refused."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset, dcmread

from medprune_gui.engine.errors import ImageReadError
from medprune_gui.engine.imaging import Series, Study, read_series, scan

COUNT = 12
STEP_MM = 5.0

Edit = Callable[[Dataset, int], object]


@pytest.fixture(scope="module")
def slices(data_root: Path) -> list[Path]:
    """Twelve neighbouring slices of the head phantom, from the feet up."""
    files = [path for path in (data_root / "dicom_ct_head_phantom").rglob("I*") if path.is_file()]
    ordered = sorted(files, key=lambda path: float(dcmread(path, stop_before_pixels=True).ImagePositionPatient[2]))
    return ordered[:COUNT]


@pytest.fixture
def faulty(slices: list[Path], tmp_path: Path) -> Callable[..., list[Path]]:
    """Copy the slices as ``00.dcm`` to ``11.dcm``, each after an edit; one edited to None is left out."""

    def copy(edit: Edit | None = None) -> list[Path]:
        copies = []
        for index, source in enumerate(slices):
            target = tmp_path / f"{index:02d}.dcm"
            if edit is None:
                shutil.copyfile(source, target)
            else:
                dataset = dcmread(source)
                if edit(dataset, index) is False:
                    continue
                dataset.save_as(target)
            copies.append(target)
        return copies

    return copy


def only(path: Path) -> Series:
    (study,) = scan(path)
    (series,) = study.series
    return series


def told(series: Series) -> dict[str, list[str]]:
    """Return the names of the files that each warning is about, by its code."""
    return {warning.code: sorted(file.name for file in warning.files) for warning in series.warnings}


def names(*indices: int) -> list[str]:
    return [f"{index:02d}.dcm" for index in indices]


def shown(series: Series) -> list[str]:
    return [instance.path.name for instance in series.instances]


def set_z(dataset: Dataset, z: float) -> None:
    x, y, _ = dataset.ImagePositionPatient
    dataset.ImagePositionPatient = [x, y, f"{z:.6g}"]


def test_the_sound_series_is_told_to_be_sound(faulty: Callable, tmp_path: Path) -> None:
    faulty()
    series = only(tmp_path)
    assert series.warnings == ()
    assert shown(series) == names(*range(COUNT))
    assert series.spacing_mm is not None
    assert series.spacing_mm[0] == pytest.approx(STEP_MM)


def test_one_slice_is_missing(faulty: Callable, tmp_path: Path) -> None:
    faulty(lambda dataset, index: index != 5)
    assert told(only(tmp_path)) == {"missing-slices": names(4, 6)}


def test_two_slices_are_missing_at_two_places(faulty: Callable, tmp_path: Path) -> None:
    faulty(lambda dataset, index: index not in (3, 8))
    series = only(tmp_path)
    assert told(series) == {"missing-slices": names(2, 4, 7, 9)}
    assert series.warnings[0].message.startswith("2 slices are missing")


def test_one_slice_lies_elsewhere(faulty: Callable, tmp_path: Path) -> None:
    faulty(lambda dataset, index: set_z(dataset, STEP_MM * index + (1.5 if index == 6 else 0)))
    series = only(tmp_path)
    assert told(series) == {"uneven-spacing": names(5, 6, 7)}
    assert "3.50 to 6.50 mm" in series.warnings[0].message


def test_the_gantry_was_tilted(faulty: Callable, tmp_path: Path) -> None:
    def tilt(dataset: Dataset, index: int) -> None:
        dataset.ImagePositionPatient = [-115, f"{-115 + 1.5 * index:.6g}", f"{STEP_MM * index:.6g}"]

    faulty(tilt)
    series = only(tmp_path)
    assert told(series) == {"gantry-tilt": []}, "all of the series"
    # atan(1.5 / 5)
    assert "16.7 degrees" in series.warnings[0].message


def test_pixels_of_another_size(faulty: Callable, tmp_path: Path) -> None:
    faulty(lambda dataset, index: setattr(dataset, "PixelSpacing", [0.9, 0.9]) if index in (2, 3) else None)
    (study,) = scan(tmp_path)
    main, other = study.series
    assert told(main) == {"mixed-spacing": names(2, 3), "missing-slices": names(1, 4)}
    assert shown(other) == names(2, 3)
    assert other.spacing_mm == (5.0, 0.9, 0.9)


def test_images_of_another_matrix(faulty: Callable, tmp_path: Path) -> None:
    def shrink(dataset: Dataset, index: int) -> None:
        if index == 11:
            dataset.PixelData = np.ascontiguousarray(dataset.pixel_array[::2, ::2]).tobytes()
            dataset.Rows = dataset.Columns = 256

    faulty(shrink)
    (study,) = scan(tmp_path)
    main, other = study.series
    assert told(main)["mixed-size"] == names(11)
    assert (main.frames, main.rows, other.frames, other.rows) == (11, 512, 1, 256)
    assert read_series(main).array.shape == (11, 512, 512)


def test_a_localizer_inside(faulty: Callable, tmp_path: Path) -> None:
    def turn(dataset: Dataset, index: int) -> None:
        if index == 0:
            dataset.ImageOrientationPatient = [0, 1, 0, 0, 0, -1]

    faulty(turn)
    (study,) = scan(tmp_path)
    main, other = study.series
    assert told(main) == {"mixed-orientation": names(0)}
    assert (main.plane, other.plane) == ("axial", "sagittal")


def test_all_positions_twice(faulty: Callable, tmp_path: Path) -> None:
    faulty(lambda dataset, index: set_z(dataset, STEP_MM * (index // 2)))
    series = only(tmp_path)
    assert told(series) == {"repeated-positions": names(*range(COUNT))}
    assert (series.phases, series.frames) == (2, COUNT)


def test_one_position_twice(faulty: Callable, tmp_path: Path) -> None:
    faulty(lambda dataset, index: set_z(dataset, STEP_MM * (4 if index == 5 else index)))
    series = only(tmp_path)
    assert series.phases == 1
    assert told(series) == {"repeated-positions": names(4, 5), "missing-slices": names(5, 6)}


def test_a_file_is_there_twice(faulty: Callable, tmp_path: Path) -> None:
    files = faulty()
    (tmp_path / "again").mkdir()
    for path in files:
        shutil.copyfile(path, tmp_path / "again" / path.name)
    series = only(tmp_path)
    assert (series.phases, series.frames) == (1, COUNT)
    assert told(series) == {"duplicate-instances": names(*range(COUNT))}
    assert {warning.files[0].parent.name for warning in series.warnings} == {"again"}


def test_one_uid_for_all_images(faulty: Callable, tmp_path: Path) -> None:
    faulty(lambda dataset, index: setattr(dataset, "SOPInstanceUID", "1.2.3"))
    series = only(tmp_path)
    assert series.frames == COUNT, "they are different images, whatever their UID says"
    assert told(series) == {"duplicate-instances": names(*range(1, COUNT))}


def test_positions_are_missing(faulty: Callable, tmp_path: Path) -> None:
    def drop(dataset: Dataset, index: int) -> None:
        del dataset.ImagePositionPatient
        dataset.InstanceNumber = 100 - index

    faulty(drop)
    series = only(tmp_path)
    assert told(series) == {"no-positions": names(*range(COUNT))}
    assert shown(series) == names(*reversed(range(COUNT)))


def test_one_position_is_missing(faulty: Callable, tmp_path: Path) -> None:
    faulty(lambda dataset, index: dataset.pop("ImagePositionPatient") and None if index == 7 else None)
    assert told(only(tmp_path)) == {"no-positions": names(7)}


def test_positions_are_no_numbers(faulty: Callable, tmp_path: Path) -> None:
    for path in faulty():
        data = path.read_bytes()
        start = data.index(b"\x20\x00\x32\x00DS") + 8
        length = int.from_bytes(data[start - 2 : start], "little")
        path.write_bytes(data[:start] + b"NaN\\NaN\\NaN".ljust(length) + data[start + length :])
    series = only(tmp_path)
    assert told(series) == {"no-positions": names(*range(COUNT))}
    assert np.isfinite(read_series(series).affine_lps).all()


def test_orientations_are_missing(faulty: Callable, tmp_path: Path) -> None:
    def drop(dataset: Dataset, index: int) -> None:
        del dataset.ImageOrientationPatient

    faulty(drop)
    series = only(tmp_path)
    assert told(series) == {"no-orientation": names(*range(COUNT))}
    assert series.plane == ""
    assert not read_series(series).oriented


@pytest.mark.parametrize("orientation", [[1, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 0], [2, 0, 0, 0, 1, 0]])
def test_orientations_are_no_directions(faulty: Callable, tmp_path: Path, orientation: list[int]) -> None:
    faulty(lambda dataset, index: setattr(dataset, "ImageOrientationPatient", orientation))
    assert told(only(tmp_path)) == {"no-orientation": names(*range(COUNT))}


@pytest.mark.parametrize("spacing", [None, [0, 0], [0.5, 0], [-0.5, -0.5]])
def test_pixel_spacing_is_missing_or_no_length(faulty: Callable, tmp_path: Path, spacing: list[float] | None) -> None:
    def spoil(dataset: Dataset, index: int) -> None:
        if spacing is None:
            del dataset.PixelSpacing
        else:
            dataset.PixelSpacing = spacing
        dataset.ImagerPixelSpacing = [0.2, 0.2]  # at the detector, not in the patient

    faulty(spoil)
    series = only(tmp_path)
    assert told(series) == {"no-pixel-spacing": []}
    assert series.spacing_mm is None
    assert not read_series(series).calibrated


def test_numbers_run_against_the_positions(faulty: Callable, tmp_path: Path) -> None:
    """That is nothing wrong: many series are numbered from the head down. Positions decide all the same."""
    faulty(lambda dataset, index: setattr(dataset, "InstanceNumber", COUNT - index))
    series = only(tmp_path)
    assert series.warnings == ()
    assert shown(series) == names(*range(COUNT))


def test_one_slice_has_another_rescale(faulty: Callable, tmp_path: Path) -> None:
    files = faulty(lambda dataset, index: setattr(dataset, "RescaleIntercept", -24) if index == 4 else None)
    series = only(tmp_path)
    assert told(series) == {"mixed-rescale": names(4)}
    volume = read_series(series)
    assert (volume.slope, volume.intercept) == (1.0, 0.0)
    for index, path in enumerate(files):
        dataset = dcmread(path)
        expected = dataset.pixel_array.astype(int) * float(dataset.RescaleSlope) + float(dataset.RescaleIntercept)
        assert np.array_equal(volume.array[index], expected)


def test_one_file_is_cut_off(faulty: Callable, tmp_path: Path) -> None:
    files = faulty()
    files[6].write_bytes(files[6].read_bytes()[:-1000])
    series = only(tmp_path)
    assert told(series) == {"unreadable": names(6), "missing-slices": names(5, 7)}
    with pytest.raises(ImageReadError, match=r"06\.dcm: The file ends too early: 1,000 bytes"):
        scan(files[6])


def test_one_image_is_another_patients(faulty: Callable, tmp_path: Path) -> None:
    def swap(dataset: Dataset, index: int) -> None:
        if index == 3:
            dataset.PatientID, dataset.PatientName = "4711", "Other^Person"

    faulty(swap)
    studies = sorted(scan(tmp_path), key=frames, reverse=True)
    assert [(study.patient_id, frames(study)) for study in studies] == [(studies[0].patient_id, 11), ("4711", 1)]
    assert len({study.uid for study in studies}) == 2
    assert told(studies[0].series[0]) == {"mixed-patients": names(3), "missing-slices": names(2, 4)}
    assert told(studies[1].series[0]) == {"mixed-patients": names(3)}


def frames(study: Study) -> int:
    return sum(series.frames for series in study.series)


def test_one_image_is_of_another_series(faulty: Callable, tmp_path: Path) -> None:
    faulty(lambda dataset, index: setattr(dataset, "SeriesInstanceUID", "1.2.3") if index == 3 else None)
    (study,) = scan(tmp_path)
    assert sorted(series.frames for series in study.series) == [1, 11]
    main = max(study.series, key=lambda series: series.frames)
    assert told(main) == {"missing-slices": names(2, 4)}


def test_a_file_changes_its_size_after_the_scan(faulty: Callable, tmp_path: Path) -> None:
    files = faulty()
    series = only(tmp_path)
    dataset = dcmread(files[2])
    dataset.PixelData = np.ascontiguousarray(dataset.pixel_array[:100]).tobytes()
    dataset.Rows = 100
    dataset.save_as(files[2])
    with pytest.raises(ImageReadError, match=r"02\.dcm: The image differs in size"):
        read_series(series)
    files[2].unlink()
    with pytest.raises(ImageReadError, match=r"02\.dcm: The file cannot be opened"):
        read_series(series)
