"""DICOM pixels: decoded by pydicom and its plugins, kept as stored, in the order that the series gives."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from medprune_gui.engine.errors import ImageReadError
from medprune_gui.engine.imaging.dicom_header import (
    frame_count,
    frame_value,
    iso_date,
    numbers,
    patient_name,
    places_of,
    text,
    tolerant,
)
from medprune_gui.engine.imaging.geometry import Place, stack_affine
from medprune_gui.engine.imaging.storage import narrow
from medprune_gui.engine.imaging.volume import Volume, Window, WindowFunction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray
    from pydicom import Dataset

    from medprune_gui.engine.imaging.study import Instance

# One letter of PatientOrientation (PS3.3 C.7.6.1.1.1) as a direction in LPS.
_DIRECTIONS = {
    "L": (1.0, 0.0, 0.0),
    "R": (-1.0, 0.0, 0.0),
    "P": (0.0, 1.0, 0.0),
    "A": (0.0, -1.0, 0.0),
    "H": (0.0, 0.0, 1.0),
    "F": (0.0, 0.0, -1.0),
}


def read_dicom(instances: Sequence[Instance], progress: Callable[[int, int], None] | None = None) -> Volume:
    """Read frames of DICOM files as one volume, in the given order.

    Grey pixels stay as stored. Where the rescale differs from slice to slice it is applied, and the values
    are held as int16 where that loses nothing, else as float32. Colour of any kind becomes RGB of 8 bits.

    Parameters
    ----------
    instances
        Frames of one size; the volume's slices.
    progress
        Called with (slices done, slices in all); may raise to cancel.

    Raises
    ------
    ImageReadError
        If a file is missing, is damaged or cannot be decoded, or the slices differ in size.
    """
    stack: NDArray[Any] | None = None
    places: list[Place] = []
    rescales: list[tuple[float, float]] = []
    middle: Dataset | None = None
    done = 0
    for path, group in groupby(instances, key=lambda instance: instance.path):
        frames = [instance.frame or 0 for instance in group]
        dataset = _load(path)
        with tolerant():
            own = places_of(dataset, path)
            if max(frames) >= len(own):
                raise ImageReadError("The file has fewer frames than it had when it was scanned", where=path)
            places += [own[frame] for frame in frames]
            rescales += [_rescale(dataset, frame) for frame in frames]
        if middle is None or done <= len(instances) // 2:
            middle, middle_frame, middle_path = dataset, frames[len(frames) // 2], path
        for pixels in _decode(dataset, path, frames):
            stack = _put(stack, pixels, done, len(instances), path)
            done += 1
            if progress is not None:
                progress(done, len(instances))
    assert stack is not None
    assert middle is not None
    with tolerant():
        slope, intercept = rescales[0]
        padding = _padding(middle)
        if len(set(rescales)) > 1 and stack.ndim == 3:
            stack = _apply_rescales(stack, rescales)
            slope, intercept, padding = 1.0, 0.0, None
        elif stack.dtype.itemsize > 2:
            stack = narrow(stack)
        affine, oriented = _affine(places, middle)
        stack.setflags(write=False)
        volume = Volume(
            array=stack,
            affine_lps=affine,
            calibrated=places[0].spacing_mm is not None,
            slope=slope,
            intercept=intercept,
            unit="" if stack.ndim == 4 else _unit(middle, middle_frame),
            inverted=text(middle, "PhotometricInterpretation") == "MONOCHROME1",
            oriented=oriented,
            texts=_texts(middle, middle_path),
            padding=padding,
        )
        windows = () if volume.colour else _windows(middle, middle_frame)
        return replace(volume, windows=_telling(windows, volume))


def _load(path: Path) -> Dataset:
    from pydicom import dcmread

    try:
        with tolerant():
            dataset = dcmread(path, force=True)
            if "Rows" in dataset and "Columns" in dataset:
                return dataset
    except Exception as error:  # the border to pydicom: whatever it raises means that the file cannot be read
        raise ImageReadError(f"The DICOM file cannot be read ({error})", where=path) from error
    raise ImageReadError("The file holds no image", where=path)


def _decode(dataset: Dataset, path: Path, frames: list[int]) -> Iterator[NDArray[Any]]:
    """Yield the frames' pixels: (row, column) as stored, or (row, column, 3) in RGB of 8 bits."""
    from pydicom.pixels import iter_pixels

    try:
        with tolerant():
            if "TransferSyntaxUID" not in dataset.file_meta:
                dataset.file_meta.TransferSyntaxUID = _guessed_syntax(dataset)
            several = frame_count(dataset) > 1
            decoded = iter_pixels(dataset, indices=frames) if several else iter_pixels(dataset)
            # A list, since warnings must not stay silenced while the caller holds a half-used generator.
            pixels = [_finished(frame, dataset) for frame in decoded]
    except ImageReadError:
        raise
    except Exception as error:  # the border to the decoders, which raise errors of many kinds
        syntax = getattr(dataset.file_meta.get("TransferSyntaxUID"), "name", "unknown")
        raise ImageReadError(
            f"The pixels cannot be decoded ({syntax}): {' '.join(str(error).split())}", where=path
        ) from error
    if len(pixels) != len(frames):
        raise ImageReadError(f"Only {len(pixels)} of {len(frames)} frames are in the file", where=path)
    yield from pixels


def _guessed_syntax(dataset: Dataset) -> Any:
    """Return the transfer syntax of a file without meta information, from how pydicom came to read it."""
    from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

    implicit, little = dataset.original_encoding
    if not little:
        return ExplicitVRBigEndian
    return ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian


def _finished(pixels: NDArray[Any], dataset: Dataset) -> NDArray[Any]:
    """Return decoded pixels as a volume holds them: palettes looked up, modality LUTs applied, RGB in 8 bits."""
    from pydicom.pixels import apply_color_lut, apply_modality_lut

    bits = int(dataset.get("BitsStored", 8))
    if text(dataset, "PhotometricInterpretation") == "PALETTE COLOR":
        pixels = apply_color_lut(pixels, dataset)
        bits = 8 * pixels.dtype.itemsize
    elif dataset.get("ModalityLUTSequence"):
        return narrow(apply_modality_lut(pixels, dataset))
    if pixels.ndim == 3:
        return (pixels >> max(0, bits - 8)).astype(np.uint8)[..., :3]
    return pixels


def _put(stack: NDArray[Any] | None, pixels: NDArray[Any], index: int, count: int, path: Path) -> NDArray[Any]:
    """Put a slice into the stack, which grows into a wider type where a slice needs one."""
    if stack is None:
        try:
            stack = np.empty((count, *pixels.shape), dtype=pixels.dtype.newbyteorder("="))
        except MemoryError as error:
            raise ImageReadError(
                "The series does not fit into memory", where=path, remedy="Close other programs."
            ) from error
    if pixels.shape != stack.shape[1:]:
        raise ImageReadError("The image differs in size from the others of its series", where=path)
    common = np.result_type(stack.dtype, pixels.dtype)
    if common != stack.dtype:
        stack = stack.astype(common)
    stack[index] = pixels
    return stack


def _rescale(dataset: Dataset, frame: int) -> tuple[float, float]:
    """Return slope and intercept (PS3.3 C.11.1.1.2); 1 and 0 where a LUT takes their place."""
    if dataset.get("ModalityLUTSequence"):
        return (1.0, 0.0)
    slope, intercept = (
        numbers(frame_value(dataset, frame, "PixelValueTransformationSequence", keyword), 1)
        for keyword in ("RescaleSlope", "RescaleIntercept")
    )
    if slope is None and (dose := numbers(dataset.get("DoseGridScaling"), 1)):
        slope = dose
    return (slope[0] if slope and slope[0] else 1.0, intercept[0] if intercept else 0.0)


def _apply_rescales(stack: NDArray[Any], rescales: Sequence[tuple[float, float]]) -> NDArray[Any]:
    """Return values in modality units, with each slice's own rescale applied."""
    values = np.empty(stack.shape, dtype=np.float32)
    for index, (slope, intercept) in enumerate(rescales):
        values[index] = stack[index].astype(np.float64) * slope + intercept
    return narrow(values)


def _affine(places: Sequence[Place], dataset: Dataset) -> tuple[NDArray[np.float64], bool]:
    """Return the affine, and whether it tells the patient's sides."""
    if places[0].orientation is not None:
        return stack_affine(places), True
    # A projection image says in letters where its rows and columns lead to.
    letters = [str(value)[:1] for value in dataset.get("PatientOrientation") or []]
    row, column = ([_DIRECTIONS.get(letter) for letter in letters] + [None, None])[:2]
    if row is None or column is None or np.dot(row, column) != 0.0:
        return stack_affine(places), False
    return stack_affine([replace(place, orientation=(*row, *column)) for place in places]), True


def _unit(dataset: Dataset, frame: int) -> str:
    kind = frame_value(dataset, frame, "PixelValueTransformationSequence", "RescaleType")
    if kind is None and text(dataset, "Modality") == "CT" and "LOCALIZER" not in text(dataset, "ImageType"):
        return "HU"
    unit = str(kind or dataset.get("Units") or dataset.get("DoseUnits") or "")
    return "" if unit == "US" else unit.title() if unit == "GY" else unit  # US: unspecified


def _windows(dataset: Dataset, frame: int) -> tuple[Window, ...]:
    """Return the windows that a file offers, each once (PS3.3 C.11.2.1.2)."""

    def several(keyword: str) -> list[Any]:
        value = frame_value(dataset, frame, "FrameVOILUTSequence", keyword)
        return [] if value is None else [value] if isinstance(value, str | int | float) else list(value)

    function: WindowFunction = "LINEAR"
    stated = str(frame_value(dataset, frame, "FrameVOILUTSequence", "VOILUTFunction") or "")
    if stated == "LINEAR_EXACT":
        function = "LINEAR_EXACT"
    elif stated == "SIGMOID":
        function = "SIGMOID"
    names = [str(name) for name in several("WindowCenterWidthExplanation")]
    windows: dict[tuple[float, float], Window] = {}
    for index, pair in enumerate(zip(several("WindowCenter"), several("WindowWidth"), strict=False)):
        limits = numbers(list(pair), 2)
        if limits and limits[1] > 0:
            name = names[index] if index < len(names) else ""
            windows.setdefault((limits[0], limits[1]), Window(limits[0], limits[1], name, function))
    return tuple(windows.values())


def _telling(windows: tuple[Window, ...], volume: Volume) -> tuple[Window, ...]:
    """Return the windows without hair-thin ones that show a volume of several values as one even grey.

    Masks saved as secondary captures carry such windows.
    """
    if not windows:
        return windows
    ends = np.array([volume.array.min(), volume.array.max()], dtype=np.float64)
    low, high = sorted(ends * volume.slope + volume.intercept)
    if low == high:
        return windows

    def flat(window: Window) -> bool:
        return window.width <= 1 and (
            high <= window.centre - window.width / 2 or low >= window.centre + window.width / 2 - 1
        )

    return tuple(window for window in windows if not flat(window))


def _padding(dataset: Dataset) -> tuple[float, float] | None:
    """Return the range of stored values that pad the image (PS3.3 C.7.5.1.1.2)."""
    ends = [_stored(dataset, keyword) for keyword in ("PixelPaddingValue", "PixelPaddingRangeLimit")]
    known = [end for end in ends if end is not None]
    return (min(known), max(known)) if ends[0] is not None else None


def _stored(dataset: Dataset, keyword: str) -> float | None:
    """Return an element that holds a stored value, whose sign writers often get wrong."""
    found = numbers(dataset.get(keyword), 1)
    if found is None:
        return None
    value, levels = found[0], 2.0 ** int(dataset.get("BitsAllocated", 16))
    if dataset.get("PixelRepresentation", 0):
        return value - levels if value >= levels / 2 else value
    return value + levels if value < 0 else value


def _texts(dataset: Dataset, path: Path) -> dict[str, str]:
    patient = " ".join(filter(None, (patient_name(dataset), text(dataset, "PatientID"))))
    found = {
        "modality": text(dataset, "Modality"),
        "description": text(dataset, "SeriesDescription"),
        "patient": patient,
        "date": iso_date(text(dataset, "StudyDate")),
        "file": path.name,
    }
    return {name: value for name, value in found.items() if value}
