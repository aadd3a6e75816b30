"""Look-up tables of DICOM files: modality LUTs and VOI LUTs, as they were meant, however they were written.

pydicom applies such tables itself, but takes the first value's sign as the file's value representation has it and
each entry as a word of its own; files that break the standard in either are common, and their images came out wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from medprune_gui.engine.imaging.volume import VoiLut

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom import Dataset


def lut_of(item: Dataset, signed: bool, name: str = "", *, little_endian: bool = True) -> VoiLut | None:
    """Return the table of an item of a Modality or VOI LUT Sequence; None where it is malformed.

    PS3.3 C.11.1.1 and C.11.2.1.1: LUT Descriptor holds the number of entries, of which 0 means 65,536, the value
    that the first entry belongs to, and the bits of an entry. Entries of 8 bits may be packed two to a word.

    Parameters
    ----------
    signed
        Whether the values that go in can be negative. The first value is then read as signed, whichever sign its
        value representation has: the two have the same bits.
    name
        Of the table.
    little_endian
        How the file writes words.
    """
    descriptor = item.get("LUTDescriptor")
    if descriptor is None or len(descriptor) != 3:
        return None
    count, first, bits = (int(value) for value in descriptor)
    count = count % 65536 or 65536
    first %= 65536
    if signed and first >= 32768:
        first -= 65536
    entries = _entries(item.get("LUTData"), count, bits, little_endian)
    if entries is None:
        return None
    # Some writers give the bits of their display for those of the table.
    bits = max(bits, int(entries.max()).bit_length())
    if not 1 <= bits <= 16:
        return None
    return VoiLut(first, bits, entries.astype("<u2").tobytes(), name)


def _entries(data: Any, count: int, bits: int, little_endian: bool) -> NDArray[np.uint16] | None:
    """Return LUT Data as one number an entry; None unless there are ``count``."""
    if data is None:
        return None
    if isinstance(data, bytes):
        words = np.frombuffer(data[: len(data) // 2 * 2], dtype="<u2" if little_endian else ">u2").astype(np.uint16)
    else:
        # A value representation of SS or a single entry makes other types of the same bits.
        words = (np.atleast_1d(np.asarray(data, dtype=np.int64)) & 0xFFFF).astype(np.uint16)
    if len(words) < count and bits <= 8 and 2 * len(words) >= count:
        # Packed: the first of two entries is in the less significant byte (PS3.5, section 8.1.2 for OW).
        words = words.astype("<u2").view(np.uint8).astype(np.uint16)
    return words[:count] if len(words) >= count else None


def modality_lut(stored: NDArray[Any], dataset: Dataset) -> NDArray[Any]:
    """Return stored values looked up in the file's Modality LUT Sequence; unchanged where it has none that is sound.

    PS3.3 C.11.1.1: values below the first entry's become the first entry, those above the last entry's the last.
    """
    items = dataset.get("ModalityLUTSequence")
    lut = lut_of(items[0], bool(dataset.get("PixelRepresentation")), little_endian=_little(dataset)) if items else None
    if lut is None:
        return stored
    index = np.clip(stored.astype(np.int64) - lut.first_value, 0, len(lut.table) - 1)
    return lut.table.astype(np.uint16)[index]


def voi_luts_of(owner: Dataset, dataset: Dataset, lowest: float) -> tuple[VoiLut, ...]:
    """Return the tables of a VOI LUT Sequence, in their order, each with its explanation as its name.

    Parameters
    ----------
    owner
        What holds the sequence: the data set, or an item of a frame's functional group.
    dataset
        The whole data set.
    lowest
        The lowest value that the modality LUT can yield; below 0 the first value mapped is signed (PS3.3
        C.11.2.1.1).
    """
    found = []
    for item in owner.get("VOILUTSequence") or []:
        name = " ".join(str(item.get("LUTExplanation") or "").split())
        lut = lut_of(item, lowest < 0, name, little_endian=_little(dataset))
        if lut is not None:
            found.append(lut)
    return tuple(found)


def lowest_modality_value(dataset: Dataset, slope: float, intercept: float) -> float:
    """Return the lowest value that a file's stored bits can mean, from BitsStored and PixelRepresentation."""
    if dataset.get("ModalityLUTSequence"):
        return 0.0  # its entries are unsigned
    bits = int(dataset.get("BitsStored") or 16)
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if dataset.get("PixelRepresentation") else (0, 2**bits - 1)
    return float(min(low * slope, high * slope)) + intercept


def _little(dataset: Dataset) -> bool:
    return dataset.original_encoding[1] is not False
