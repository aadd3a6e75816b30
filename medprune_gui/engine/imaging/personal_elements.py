"""Which elements of a DICOM file tell who the patient is, or who was there.

All that table E.1-1 of PS3.15 (Basic Application Level Confidentiality Profile) removes, empties or replaces: names,
places, dates, identifiers and free texts. UIDs of studies, series, images, devices and the like too: whoever has the
archive finds the patient by them. UIDs that say what kind of thing something is (SOP classes, transfer syntaxes) stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from medprune_gui.engine.imaging.confidential_elements import CONFIDENTIAL_KEYWORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

# Every person is personal, every date and time tells when.
_PERSONAL_VRS = frozenset({"PN", "DA", "DT", "TM"})
# Of `Volume.texts`, those that go where personal data are hidden. The profile removes Series Description and Study
# Description with the names and dates, since people type names into them; files and folders are often named after
# patients. What is left tells the kind of image only.
_PERSONAL_TEXTS = frozenset({"patient", "date", "description", "name", "file"})
# Free texts are personal as a kind: people type names into them.
_FREE_TEXT_VRS = frozenset({"LT", "ST", "UT"})
# Repeating groups (PS3.5 7.6): curves, which table E.1-1 lists with all their elements.
_CURVES = range(0x5000, 0x5100)


def impersonal(texts: Mapping[str, str]) -> dict[str, str]:
    """Return those of a volume's texts that may be shown to everybody."""
    return {kind: text for kind, text in texts.items() if kind not in _PERSONAL_TEXTS}


def is_personal(group: int, keyword: str, vr: str) -> bool:
    """Return whether an element may tell who the patient is.

    One that no table knows may always, as nobody says what it holds: private ones, and those that are younger than
    the dictionary.

    Parameters
    ----------
    group
        The first half of its tag; odd: it is private.
    keyword
        As in PS3.6; empty where there is none.
    vr
        Its value representation.
    """
    unknown = group % 2 == 1 or not keyword
    return (
        unknown or vr in _PERSONAL_VRS or vr in _FREE_TEXT_VRS or group in _CURVES or keyword in CONFIDENTIAL_KEYWORDS
    )
