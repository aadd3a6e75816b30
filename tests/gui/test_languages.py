"""The window in German and in Chinese: every word of it, with room for each."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from label_room import cut_off
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QMenu,
    QTabWidget,
    QTreeView,
    QWidget,
)
from translation_catalogues import catalogue

from medprune_gui.app import Workbench
from medprune_gui.app_actions import shortcuts_sheet
from medprune_gui.engine.imaging import read_series, scan
from medprune_gui.engine.imaging.voi import PRESETS
from medprune_gui.engine.imaging.volume import Window
from medprune_gui.qt_application import application
from medprune_gui.session.settings import load_settings
from medprune_gui.ui.language import nearest_language, wanted_language
from medprune_gui.ui.viewer.corner_texts import slice_lines
from medprune_gui.ui.viewer.preset_names import window_name
from medprune_gui.ui.viewer.tool_row import ToolRow

MENUS = {
    "de": [
        "&Datei",
        "&Bearbeiten",
        "B&ild",
        "&Grauwerte",
        "&Zoom und Drehen",
        "&Layout",
        "&Overlay",
        "&Messen",
        "&Ansicht",
        "La&uf",
        "&Hilfe",
    ],
    "zh_CN": [
        "文件(&F)",
        "编辑(&E)",
        "图像(&I)",
        "灰阶(&G)",
        "缩放与旋转(&Z)",
        "布局(&L)",
        "叠加层(&O)",
        "测量(&M)",
        "视图(&V)",
        "运行(&R)",
        "帮助(&H)",
    ],
}
TOOLS = {
    "de": {"Invers", "Fit", "Reset", "Overlay", "Cine"},
    "zh_CN": {"反相", "适应", "重置", "叠加层", "电影"},
}


@pytest.fixture
def language(request, monkeypatch) -> Iterator[str]:
    monkeypatch.setenv("MEDPRUNE_LANGUAGE", request.param)
    application()
    yield request.param
    monkeypatch.setenv("MEDPRUNE_LANGUAGE", "en")
    application()


@pytest.fixture
def bench(qtbot, tmp_path, language) -> Iterator[Workbench]:
    bench = Workbench(settings_file=tmp_path / "settings.json")
    bench.window.resize(1280, 800)
    bench.window.show()
    QCoreApplication.processEvents()
    yield bench
    bench.close_workers()
    bench.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


both = pytest.mark.parametrize("language", ["de", "zh_CN"], indirect=True)
german = pytest.mark.parametrize("language", ["de"], indirect=True)


def words_of(window: QWidget) -> set[str]:
    """Return all texts of a window's widgets and actions, shown or not, and their tooltips."""
    found = set()
    for widget in window.findChildren(QWidget):
        found |= {widget.toolTip(), widget.windowTitle(), widget.accessibleName(), widget.accessibleDescription()}
        match widget:
            case QLabel() | QAbstractButton():
                found.add(widget.text())
            case QLineEdit():
                found.add(widget.placeholderText())
            case QComboBox():
                found |= {widget.itemText(n) for n in range(widget.count())}
                found |= {widget.itemData(n, Qt.ItemDataRole.ToolTipRole) or "" for n in range(widget.count())}
            case QTabWidget():
                found |= {widget.tabText(n) for n in range(widget.count())}
            case QMenu():
                found.add(widget.title())
            case QTreeView() if widget.model() is not None:
                columns = range(widget.model().columnCount())
                found |= {str(widget.model().headerData(n, Qt.Orientation.Horizontal)) for n in columns}
    for action in window.findChildren(QAction):
        found |= {action.text().split("\t")[0], action.toolTip()}
    return found - {""}


@both
def test_menus_tools_and_hints_are_in_the_language(bench, language):
    bar = bench.window.menuBar()
    assert [action.text() for action in bar.actions()] == MENUS[language]
    tools = {action.iconText() for action in bench.window.viewer.findChildren(QAction)}
    assert tools >= TOOLS[language]
    hints = (
        catalogue(language)["SeriesDisplay", "Open images: Ctrl+O"],
        catalogue(language)["StudyBrowser", "No images yet"],
    )
    assert words_of(bench.window).issuperset(hints)
    # Qt's own words, such as those of its buttons, too.
    button = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    assert button.buttons()[0].text() != "Close"


@both
def test_no_word_of_the_window_stays_english_that_has_a_translation(bench, language):
    """Whatever context Qt asks the catalogue for: a text under a wrong one would be shown in English."""
    translated = {source: words for (_, source), words in catalogue(language).items() if words not in (None, source)}
    # Words that are the same in both languages somewhere, or names.
    same = {source for (_, source), words in catalogue(language).items() if words == source}
    words = words_of(bench.window)
    assert len(words & set(catalogue(language).values())) > 250
    assert {text for text in words if text in translated} - same == set()


@german
def test_german_words_are_whole_on_a_small_screen(bench):
    window = bench.window
    assert (window.width(), window.height()) == (1280, 800), window.minimumSizeHint()
    for tab in (window.viewer, window.predictions, window.sparsity, window.speed):
        window.show_tab(tab)
        QCoreApplication.processEvents()
        assert cut_off(window) == []
    area = window.pruning.scroll_area
    assert area.widget().width() <= area.viewport().width()


@both
def test_all_tools_have_room_above_planes_of_a_faulty_series(bench):
    """No tool hides behind the arrow at the end of the row where the most of them are offered."""
    tools = bench.window.viewer.findChild(ToolRow)
    bench.window.viewer.set_layout("mpr")
    tools.show_warnings(["one", "two"])
    QCoreApplication.processEvents()
    assert not tools.findChild(QWidget, "qt_toolbar_ext_button").isVisible()
    assert cut_off(tools) == []


@both
def test_the_sheet_of_keys_fits_the_screen(bench, language):
    shortcuts_sheet(bench.window).open()
    sheet = next(dialog for dialog in bench.window.findChildren(QDialog) if dialog.isVisible())
    QCoreApplication.processEvents()
    assert sheet.width() <= 1280
    assert all(label.width() >= label.sizeHint().width() for label in sheet.findChildren(QLabel))
    text = "".join(label.text() for label in sheet.findChildren(QLabel))
    assert "&" not in text.replace("&amp;", "")
    assert "(F)" not in text
    assert {"de": "Nächste Schicht", "zh_CN": "下一层"}[language] in text
    sheet.reject()


@both
def test_corner_texts_keep_numbers_units_and_letters(language, data_root):
    (study,) = scan(data_root / "dicom_ct_head_ge_tilt")
    volume = read_series(study.series[0])
    place, window, counter = slice_lines(volume, 14, Window(35, 85), True, None)
    assert re.fullmatch(r"H \d+\.\d mm", place)
    assert window == "C 35  W 85  " + {"de": "invertiert", "zh_CN": "反相"}[language]
    assert counter == {"de": "Schicht 15 / 28", "zh_CN": "层面 15 / 28"}[language]


@german
def test_presets_have_german_names_and_windows_of_files_their_own(language):
    assert [window_name(window) for window in PRESETS.values()] == ["Weichteile", "Lunge", "Leber", "Knochen", "Gehirn"]
    assert window_name(Window(480, 2500, "BONE")) == "BONE"
    assert window_name(Window(40, 80, "lung")) == "Lung"


def test_the_language_is_what_the_environment_the_user_or_the_system_says(monkeypatch):
    monkeypatch.setenv("MEDPRUNE_LANGUAGE", "de")
    assert wanted_language("zh_CN") == "de"
    monkeypatch.setenv("MEDPRUNE_LANGUAGE", "xx")
    assert wanted_language("zh_CN") == "zh_CN"
    monkeypatch.delenv("MEDPRUNE_LANGUAGE")
    assert wanted_language("en") == "en"


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        (["de-AT", "en-US"], "de"),
        (["en-GB", "de-DE"], "en"),
        (["fr-FR", "de-CH"], "de"),
        (["fr-FR"], "en"),
        (["zh-CN"], "zh_CN"),
        (["zh-Hans-SG"], "zh_CN"),
        (["zh-TW", "de"], "de"),
        (["zh-Hant-HK"], "en"),
        (["C"], "en"),
        ([], "en"),
    ],
)
def test_the_first_language_that_the_window_speaks_is_taken(wanted, language):
    assert nearest_language(wanted) == language


@german
def test_the_language_chosen_in_the_menu_is_kept_for_the_next_start(bench, tmp_path, monkeypatch):
    monkeypatch.delenv("MEDPRUNE_LANGUAGE")
    view = bench.window.action_table.menu("&Ansicht")
    assert bench.languages in [action.menu() for action in view.actions()]
    actions = {action.objectName(): action for action in bench.languages.actions()}
    assert actions["language_system"].isChecked()
    actions["language_zh_CN"].trigger()
    assert actions["language_zh_CN"].isChecked()
    assert not actions["language_system"].isChecked()
    assert load_settings(tmp_path / "settings.json").language == "zh_CN"
    assert bench.window.banner.isVisible()
    assert any("简体中文" in label.text() for label in bench.window.banner.findChildren(QLabel))
    again = Workbench(settings_file=tmp_path / "settings.json")
    assert {action.objectName(): action.isChecked() for action in again.languages.actions()}["language_zh_CN"]
    again.close_workers()
    again.window.deleteLater()


def test_a_language_that_there_is_none_of_is_left_out_of_the_settings(tmp_path):
    (tmp_path / "settings.json").write_text('{"language": "tlh", "docks": "ab"}')
    settings = load_settings(tmp_path / "settings.json")
    assert (settings.language, settings.docks) == ("", "ab")
