"""What kind of image a file is, told from its first bytes and its name."""

from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING

from medprune_gui.engine.errors import ImageReadError

if TYPE_CHECKING:
    from pathlib import Path

    from medprune_gui.engine.imaging.study import Kind

PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".pgm", ".ppm", ".tif", ".tiff", ".bmp"})
NIFTI_SUFFIXES = (".nii", ".nii.gz")
DICOM_SUFFIXES = frozenset({".dcm", ".dicom", ".ima"})

# A data set without preamble starts with an element of group 0002 or 0008, in either byte order, followed
# by its type or by a length below 64 KiB.
_BARE_DICOM = re.compile(
    rb"[\x02\x08]\x00.\x00([A-Z]{2}|..\x00\x00)|\x00[\x02\x08]\x00.([A-Z]{2}|\x00\x00..)", re.DOTALL
)


def identify(path: Path) -> Kind | None:
    """Return the kind of an image file, or None for a file that is not meant to be one.

    Raises
    ------
    ImageReadError
        If the file cannot be opened.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return None  # a pipe would keep its reader waiting
        with path.open("rb") as file:
            head = file.read(132)
    except OSError as error:
        raise ImageReadError(
            f"The file cannot be opened ({error.strerror})", where=path, remedy="Check its permissions."
        ) from error
    name = path.name.lower()
    if head[128:] == b"DICM":
        return "dicom"
    if name.endswith(NIFTI_SUFFIXES):
        return "nifti"
    if path.suffix.lower() in PICTURE_SUFFIXES:
        return "picture"
    if path.suffix.lower() in DICOM_SUFFIXES or _BARE_DICOM.match(head):
        return "dicom"
    return None
