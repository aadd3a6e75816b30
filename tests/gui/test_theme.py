"""Words can be read on what they stand on, and marks be seen: contrasts after WCAG 2.2, 1.4.3 and 1.4.11."""

from __future__ import annotations

import pytest

from medprune_gui.ui import theme

GROUNDS = (theme.BACKGROUND, theme.PANEL, theme.RAISED)


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    "words", [theme.TEXT, theme.MUTED, theme.WARNING, theme.ORIGINAL, theme.PRUNED], ids=lambda colour: colour
)
def test_words_are_readable_on_every_ground(words):
    assert min(contrast(words, ground) for ground in GROUNDS) >= 4.5


def test_the_accent_carries_white_words_and_is_seen_on_panels():
    assert contrast("#ffffff", theme.ACCENT) >= 4.5
    assert min(contrast(theme.ACCENT, ground) for ground in (theme.BACKGROUND, theme.PANEL)) >= 3.0
