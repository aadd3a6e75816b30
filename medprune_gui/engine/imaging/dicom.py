"""DICOM pixels: decoded by pydicom and its plugins, kept as stored, in the order that the series gives."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from medprune_gui.engine.errors import ImageReadError
from medprune_gui.engine.imaging.dicom_meaning import (
    affine_of,
    corner_texts,
    padding_of,
    unit_of,
    windows_of,
    with_windows,
)
from medprune_gui.engine.imaging.dicom_places import places_of
from medprune_gui.engine.imaging.dicom_values import frame_count, integer, text, tolerant
from medprune_gui.engine.imaging.geometry import step_source, uneven_positions
from medprune_gui.engine.imaging.held_pixels import Room, room_for
from medprune_gui.engine.imaging.lookup_tables import modality_lut
from medprune_gui.engine.imaging.overlay_planes import planes_of
from medprune_gui.engine.imaging.own_rescales import apply_rescales
from medprune_gui.engine.imaging.plain_pixels import keep_stored_bits, lowest_bit_of, plain_pixels
from medprune_gui.engine.imaging.slice_stack import SliceStack
from medprune_gui.engine.imaging.storage import narrow
from medprune_gui.engine.imaging.volume import Volume

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from pydicom import Dataset

    from medprune_gui.engine.imaging.dicom_values import Header
    from medprune_gui.engine.imaging.geometry import Place
    from medprune_gui.engine.imaging.overlay_planes import OverlayPlane
    from medprune_gui.engine.imaging.plain_pixels import PlainPixels
    from medprune_gui.engine.imaging.study import Instance
    from medprune_gui.engine.imaging.volume import Window


def read_dicom(
    instances: Sequence[Instance],
    progress: Callable[[int, int], None] | None = None,
    room: Room = room_for,
) -> Volume:
    """Read frames of DICOM files as one volume, in the given order.

    Grey pixels stay as stored. Where the rescale differs from slice to slice it is applied, and the values
    are held as int16 where that loses nothing, else as float32. Colour of any kind becomes RGB of 8 bits.

    Parameters
    ----------
    instances
        Frames of one size; the volume's slices.
    progress
        Called with (slices done, slices in all); may raise to cancel.
    room
        Makes the arrays for the pixels; the default holds series beyond a budget in a file.

    Raises
    ------
    ImageReadError
        If a file is missing, is damaged or cannot be decoded, or the slices differ in size.
    """
    stack = SliceStack(len(instances), room)
    places: list[Place] = []
    windows: list[tuple[Window, ...]] = []
    overlays: list[tuple[OverlayPlane, ...]] = []
    for path, group in groupby(instances, key=lambda instance: instance.path):
        frames = [instance.frame or 0 for instance in group]
        with plain_pixels(path) as plain:
            for found in _take(path, plain, frames, stack):
                places.append(found.place)
                windows.append(found.windows)
                overlays.append(found.overlays)
                if progress is not None:
                    progress(stack.done, len(instances))
    middle = instances[len(instances) // 2]
    header = _load(middle.path, header_only=True)
    with _header_border(middle.path):
        volume = _volume(stack.finished(), places, windows, header, middle.path, middle.frame or 0, room)
    return replace(volume, overlays=tuple(overlays)) if any(overlays) else volume


class _Taken(NamedTuple):
    """What a frame's header says of it."""

    place: Place
    windows: tuple[Window, ...]
    overlays: tuple[OverlayPlane, ...]


def _take(path: Path, plain: PlainPixels | None, frames: list[int], stack: SliceStack) -> Iterator[_Taken]:
    """Take frames of one file into the stack, one after another."""
    dataset: Any = None
    if plain is None or plain.header is None:
        dataset = _load(path, header_only=plain is not None)
    header: Header = plain.header if plain is not None and plain.header is not None else dataset
    with _header_border(path):
        places = places_of(header, path)
        if max(frames) >= len(places):
            raise ImageReadError("The file has fewer frames than it had when it was scanned", where=path)
        taken = [
            _Taken(
                places[frame],
                windows_of(header, frame),
                () if dataset is None else planes_of(dataset, frame, path),  # the walker leaves such files to pydicom
            )
            for frame in frames
        ]
    if plain is not None:
        for frame, found in zip(frames, taken, strict=True):
            stack.read(plain, frame)
            yield found
    else:
        for pixels, found in zip(_decode(dataset, path, frames), taken, strict=True):
            stack.put(pixels, path)
            yield found


def _volume(
    stack: NDArray[Any],
    places: Sequence[Place],
    windows: Sequence[tuple[Window, ...]],
    dataset: Dataset,
    path: Path,
    frame: int,
    room: Room,
) -> Volume:
    """Return decoded slices with what the header of the middle one says about them."""
    rescales = [place.rescale for place in places]
    slope, intercept = rescales[0]
    # Only grey images have padding (PS3.3 C.7.5.1.1.2).
    padding = padding_of(dataset) if stack.ndim == 3 else None
    if len(set(rescales)) > 1 and stack.ndim == 3:
        stack, padding = apply_rescales(stack, rescales, padding, room)
        slope, intercept = 1.0, 0.0
    elif stack.dtype.itemsize > 2:
        stack = narrow(stack, room)
    affine, oriented = affine_of(places)
    stack.setflags(write=False)
    volume = Volume(
        array=stack,
        affine_lps=affine,
        positions_lps=uneven_positions(places, affine),
        step_source=step_source(places),
        calibrated=places[0].spacing_mm is not None,
        slope=slope,
        intercept=intercept,
        unit="" if stack.ndim == 4 else unit_of(dataset, frame),
        inverted=places[0].inverted,
        oriented=oriented,
        texts=corner_texts(dataset, path),
        padding=padding,
        frame_of_reference=text(dataset, "FrameOfReferenceUID"),
    )
    return volume if volume.colour else with_windows(volume, windows)


@contextmanager
def _header_border(path: Path) -> Iterator[None]:
    """Turn what pydicom raises on a malformed value into an error that names the file."""
    try:
        with tolerant():
            yield
    except ImageReadError:
        raise
    except Exception as error:  # the border to pydicom, which converts a value when it is asked for
        raise ImageReadError(f"The DICOM header holds a value that cannot be read ({error})", where=path) from error


def _load(path: Path, header_only: bool = False) -> Dataset:
    from pydicom import dcmread

    try:
        with tolerant():
            dataset = dcmread(path, force=True, stop_before_pixels=header_only)
            if "Rows" in dataset and "Columns" in dataset:
                return dataset
    except Exception as error:  # the border to pydicom: whatever it raises means that the file cannot be read
        raise ImageReadError(f"The DICOM file cannot be read ({error})", where=path) from error
    # An end within compressed pixels makes pydicom return an empty data set.
    raise ImageReadError("The file ends too early or is damaged", where=path, remedy="Copy it again from its source.")


def _decode(dataset: Dataset, path: Path, frames: list[int]) -> Iterator[NDArray[Any]]:
    """Yield the frames' pixels as they are decoded: (row, column) as stored, or (row, column, 3) in RGB of 8 bits."""
    from pydicom.pixels import iter_pixels

    with _decoder_border(dataset, path):
        if "TransferSyntaxUID" not in dataset.file_meta:
            dataset.file_meta.TransferSyntaxUID = _guessed_syntax(dataset)
        # Where it is asked for frames by number, pydicom looks for each from the file's start, unless a table tells.
        in_turn = frames == list(range(frame_count(dataset)))
        # Bits that are no part of a value are taken away by `_stored`, which knows where it lies.
        decoded = iter_pixels(
            dataset, indices=None if in_turn else frames, correct_unused_bits=not _bits_as_stored(dataset)
        )
    for done in range(len(frames)):
        # Not around the loop: the caller's warnings must not be silenced, nor its errors taken for the decoder's.
        with _decoder_border(dataset, path):
            frame = next(decoded, None)
            pixels = None if frame is None else _finished(_stored(frame, dataset), dataset)
        if pixels is None:
            raise ImageReadError(f"Only {done} of {len(frames)} frames are in the file", where=path)
        yield pixels


@contextmanager
def _decoder_border(dataset: Dataset, path: Path) -> Iterator[None]:
    """Turn whatever a decoder raises into an error that names the file and the transfer syntax."""
    try:
        with tolerant():
            yield
    except ImageReadError:
        raise
    except (KeyboardInterrupt, SystemExit):
        raise
    # The border to the decoders, which raise errors of many kinds; a panic of those in Rust is no Exception.
    except BaseException as error:
        syntax = dataset.file_meta.get("TransferSyntaxUID")
        named = f"The pixels cannot be decoded ({getattr(syntax, 'name', 'unknown')})"
        compressed = getattr(syntax, "is_transfer_syntax", False) and syntax.is_encapsulated
        if compressed and not isinstance(error, AttributeError):
            # What the decoders say, each in its own words, helps nobody who has the file only.
            raise ImageReadError(
                f"{named}: they are damaged, or compressed in a way that is not known here",
                where=path,
                remedy="Copy the file again from its source, or have it sent uncompressed.",
            ) from error
        # Elements that are missing or contradict each other.
        raise ImageReadError(f"{named}: {' '.join(str(error).split())}", where=path) from error


def _guessed_syntax(dataset: Dataset) -> Any:
    """Return the transfer syntax of a file without meta information, from how pydicom came to read it."""
    from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

    implicit, little = dataset.original_encoding
    if not little:
        return ExplicitVRBigEndian
    return ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian


def _bits_as_stored(dataset: Dataset) -> bool:
    """Whether grey pixels come with all their bits in the file: not compressed, or by RLE, which knows no values."""
    from pydicom.uid import RLELossless

    syntax = dataset.file_meta.TransferSyntaxUID
    return integer(dataset.get("SamplesPerPixel")) == 1 and (not syntax.is_encapsulated or syntax == RLELossless)


def _stored(pixels: NDArray[Any], dataset: Dataset) -> NDArray[Any]:
    """Return pixels without what may lie beside their stored bits; decoders of JPEG leave nothing there."""
    bits = integer(dataset.get("BitsStored"))
    if bits is None or not _bits_as_stored(dataset):
        return pixels
    if bits < 8 * pixels.dtype.itemsize and pixels.dtype.kind in "iu":
        pixels = np.array(pixels, dtype=pixels.dtype.newbyteorder("="))
        keep_stored_bits(pixels, bits, lowest_bit_of(dataset))
    return pixels


def _finished(pixels: NDArray[Any], dataset: Dataset) -> NDArray[Any]:
    """Return decoded pixels as a volume holds them: palettes looked up, modality LUTs applied, RGB in 8 bits."""
    from pydicom.pixels import apply_color_lut

    bits = int(dataset.get("BitsStored", 8))
    if text(dataset, "PhotometricInterpretation") == "PALETTE COLOR":
        pixels = apply_color_lut(pixels, dataset)
        bits = 8 * pixels.dtype.itemsize
    elif dataset.get("ModalityLUTSequence"):
        return narrow(modality_lut(pixels, dataset))
    if pixels.ndim == 3:
        return (pixels >> max(0, bits - 8)).astype(np.uint8)[..., :3]
    return pixels
