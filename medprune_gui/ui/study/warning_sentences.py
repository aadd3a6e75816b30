"""What the engine says of series with faults, in the language of the window.

The engine knows no Qt and words its warnings in English, with numbers in them. Each sentence that it may say stands
here with places for the numbers; a message is recognised, its sentence translated, and the numbers put back.
"""

from __future__ import annotations

import re
from functools import cache

from PySide6.QtCore import QCoreApplication

_LEFT_OUT = "could not be read and {} left out"
_BY_NUMBERS = "slices are ordered by their numbers, distances between slices are not known"
_PHASES = "Each position holds {0} images: shown as {1} phases, ordered by "

SENTENCES = (
    "1 file " + _LEFT_OUT.format("is"),
    "{0} files " + _LEFT_OUT.format("are"),
    "1 file is there twice (the same SOPInstanceUID) and left out",
    "{0} files are there twice (the same SOPInstanceUID) and left out",
    "{0} images carry the SOPInstanceUID of another image that lies elsewhere; all are shown",
    "{0} slice is missing between the files named here",
    "{0} slices are missing between the files named here",
    "{0} slices share their position with another slice; they follow each other by their numbers",
    "Each image is a mosaic of several slices; places and sides hold for the first tile only",
    _PHASES + "time",
    _PHASES + "the number of their acquisition",
    _PHASES + "their b-value",
    _PHASES + "their echo time",
    _PHASES + "their instance number",
    "Images of different orientations are shown as separate series",
    "Images of different pixel spacings are shown as separate series",
    "Images with normal and with inverted grey levels are shown as separate series",
    "Images of different sizes ({0}) are shown as separate series",
    "Images of {0} patients carry the same study UID and are shown as separate studies",
    "Not calibrated: the pixel spacing is missing, so lengths are in pixels",
    "Orientations are missing or damaged: " + _BY_NUMBERS,
    "Positions are missing: " + _BY_NUMBERS,
    "Slices differ in the scale of their values (rescale slope and intercept): each is converted by its own",
    "The distance between slices varies from {0} to {1} mm",
    "The distance between slices varies from {0} to {1} mm, at right angles to them",
    "The file does not say how the patient lay, so no sides are shown",
    "The pictures have different sizes and are shown one by one",
    "The pictures have {0} different sizes and are shown one by one",
    "The stack leans by {0} degrees against its slices (gantry tilt): reformatted views and volumes need a correction",
)
"""Every sentence, the places of its numbers as in `str.format`."""


def translated_warning(message: str) -> str:
    """Return the engine's message in the language of the window; one that is not known stays as it is."""
    for sentence, pattern in sentence_patterns():
        if found := pattern.fullmatch(message):
            return QCoreApplication.translate("SeriesWarnings", sentence).format(*found.groups())
    return message


@cache
def sentence_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return each sentence with the pattern that its messages match, the numbers as groups."""
    return tuple((each, re.compile(re.sub(r"\\\{\d\\\}", "(.+)", re.escape(each)))) for each in SENTENCES)
