"""Whose an image is, as far as its file says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medprune_gui.engine.imaging.dicom_header import read_header
from medprune_gui.engine.imaging.formats import identify

if TYPE_CHECKING:
    from pathlib import Path


def patient_of(path: Path) -> str | None:
    """Return the PatientID of a DICOM image (PS3.3 C.7.1.1), read from its header alone.

    Empty where the file names no patient, as pictures do not; None where it holds no image, as a report or an index.

    Raises
    ------
    ImageReadError
        The file cannot be opened, or is a DICOM file that is damaged or cut off.
    """
    kind = identify(path)
    if kind != "dicom":
        return None if kind is None else ""
    header = read_header(path)
    return None if header is None else header.patient_id


def patients_note(unknown: int, total: int) -> tuple[str, ...]:
    """Return what a reader of results must know about the patients, where some are unknown."""
    if not unknown:
        return ()
    which = "The images do" if unknown == total else f"{unknown} of {total} images do"
    return (f"{which} not say whose they are: each was taken for a patient of its own.",)
