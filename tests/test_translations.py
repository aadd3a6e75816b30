"""Every text of the window is in the catalogues, whole, and the compiled ones say what the sources say."""

from __future__ import annotations

import ast
import re
from collections import Counter

import pytest
from PySide6.QtCore import QTranslator
from translation_catalogues import ROOT, catalogue, collector

LANGUAGES = ("de", "zh_CN")
SURE = ("ui/viewer/", "ui/study/", "ui/main_window.py", "ui/about.py", "ui/actions.py", "ui/language_menu.py")


def sure(path) -> bool:
    """Whether a file is of the rooms that are spoken in every language, or above the rooms."""
    name = path.relative_to(ROOT / "medprune_gui").as_posix()
    return name.startswith(SURE) or "/" not in name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogues_hold_the_texts_of_the_window_and_no_other(language):
    wanted = {(text.context, text.source) for text in collector().collect()}
    assert len(wanted) > 800
    assert catalogue(language).keys() == wanted, "run python packaging/translations.py"


@pytest.mark.parametrize("language", LANGUAGES)
def test_viewer_studies_menus_and_window_are_translated_whole(language):
    texts = collector().collect()
    needed = [(text.context, text.source) for text, path in texts.items() if sure(path)]
    assert len(needed) > 200
    assert [key for key in needed if not catalogue(language)[key]] == []


def test_every_literal_text_that_is_translated_anywhere_was_collected():
    """Counted another way than the collector does: all literals in calls of tr, _tr and translate."""
    collected = {text.source for text in collector().collect()}
    literals = set()
    for path in (ROOT / "medprune_gui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in ("tr", "_tr", "translate"):
                    texts = node.args[1:] if name == "translate" else node.args[:1]
                    literals |= {
                        text.value for text in texts if isinstance(text, ast.Constant) and isinstance(text.value, str)
                    }
    assert len(literals) > 700
    assert literals <= collected


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_keys_and_spaces_are_kept(language):
    def parts(text: str) -> Counter[str]:
        return Counter(re.findall(r"\{\w*\}|%\w|\t|\n|</?\w+>|;;|\*\.\w+", text))

    for (context, source), translation in catalogue(language).items():
        if translation is None:
            continue
        place = f"{context}: {source!r} -> {translation!r}"
        assert parts(source) == parts(translation), place
        # One letter of a menu's text is marked where the original marks one.
        marks = [len(re.findall(r"&(?=\w)", text)) for text in (source, translation)]
        assert marks[0] == marks[1], place
        assert source.endswith("...") == translation.endswith("..."), place
        # Units are joined to numbers by a space that they bring along.
        assert source.startswith(" ") == translation.startswith(" "), place


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letters_marked_in_a_menu_differ(language):
    """Of the bar, where two menus under one key would hide each other."""
    bar = ("&File", "&Edit", "&Image", "&Grey levels", "&Overlay", "&Measure", "&Zoom and turn", "&View")
    bar = (*bar, "&Run", "&Help")
    words = [catalogue(language)["MainWindow", title] for title in bar] + [catalogue(language)["Viewer", "&Layout"]]
    letters = [re.search(r"&(\w)", text).group(1).lower() for text in words]
    assert len(set(letters)) == len(letters)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_says_what_its_source_says(language):
    translator = QTranslator()
    assert translator.load(str(ROOT / "resources" / "translations" / f"medprune_{language}.qm"))
    for (context, source), translation in catalogue(language).items():
        assert translator.translate(context, source) == (translation or ""), "run python packaging/translations.py"


def test_compiling_anew_gives_the_files_that_are_checked_in(tmp_path):
    if collector().tool("lrelease") is None:
        pytest.skip("this PySide6 has no lrelease")
    collector().release(tmp_path)
    for language in LANGUAGES:
        name = f"medprune_{language}.qm"
        assert (tmp_path / name).read_bytes() == (ROOT / "resources" / "translations" / name).read_bytes()
