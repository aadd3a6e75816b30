"""The comparison views show their numbers whole at the sizes of common screens."""

from __future__ import annotations

import pytest
from example_runs import classification_run, segmentation_run
from label_room import cut_off
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QTableView, QTableWidget

from medprune_gui.qt_application import application
from medprune_gui.ui.compare import case_table, layer_table
from medprune_gui.ui.compare.case_table import RIGHT, WRONG
from medprune_gui.ui.main_window import MainWindow

SCREENS = ((1280, 800), (1600, 1000), (1920, 1080))


@pytest.fixture(params=SCREENS, ids=lambda size: f"{size[0]}x{size[1]}")
def window(qtbot, session, request) -> MainWindow:
    application()
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.resize(*request.param)
    window.show()
    return window


def shown(qtbot, window, view, folder, make=classification_run) -> None:
    window.session.show_comparison(make(folder), folder)
    window.show_tab(view)
    qtbot.wait(150)  # Columns are fitted, and a case is loaded, a moment later.


def cut_cells(table: QTableView, columns) -> list[str]:
    """Return the texts of cells and titles in some columns that their places are too narrow for."""
    model, found = table.model(), []
    for column in columns:
        title = model.headerData(column, Qt.Orientation.Horizontal)
        title_font = table.horizontalHeader().fontMetrics()
        found += [title] if title_font.horizontalAdvance(title) > table.columnWidth(column) - 4 else []
        for row in range(min(model.rowCount(), 20)):
            index = model.index(row, column)
            text, font = index.data() or "", index.data(Qt.ItemDataRole.FontRole) or table.font()
            if QFontMetrics(font).horizontalAdvance(text) > table.columnWidth(column) - 4:
                found.append(text)
    return found


def whole_width(table: QTableView) -> int:
    return sum(table.columnWidth(column) for column in range(table.model().columnCount()))


def test_the_difference_of_the_verdict_is_whole(qtbot, window, tmp_path):
    shown(qtbot, window, window.predictions, tmp_path / "run")
    table: QTableWidget = window.predictions.verdict.table
    assert cut_cells(table, range(4)) == []
    assert whole_width(table) <= table.viewport().width()
    assert "(" in table.item(0, 3).text()


def test_where_the_verdict_is_narrower_still_the_networks_are_cut_before_the_difference(qtbot, session, tmp_path):
    application()
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.resize(1150, 800)
    window.show()
    shown(qtbot, window, window.predictions, tmp_path / "run")
    table = window.predictions.verdict.table
    assert cut_cells(table, (0, 3)) == []
    assert whole_width(table) <= table.viewport().width()


def test_the_list_of_cases_shows_whole_columns_only(qtbot, window, tmp_path):
    shown(qtbot, window, window.predictions, tmp_path / "run")
    view = window.predictions
    table = view.table
    columns = [column for column in range(1, 7) if not table.isColumnHidden(column)]
    assert {case_table.ORIGINAL, case_table.PRUNED, case_table.CHANGE} <= set(columns)
    assert cut_cells(table, columns) == []
    assert whole_width(table) <= table.viewport().width()
    assert table.columnWidth(case_table.CASE) >= 80
    if window.width() == 1280:
        marks = {view.model.index(row, case_table.PRUNED).data() for row in range(view.model.rowCount())}
        assert marks == {RIGHT, WRONG}
        facts = view.model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
        assert "Reference" in facts
        assert "for the true class" in facts
    if window.width() == 1920:
        assert columns == [1, 2, 3, 4, 5, 6]


def test_both_pictures_are_large_and_their_headings_whole(qtbot, window, tmp_path):
    shown(qtbot, window, window.predictions, tmp_path / "run")
    images = window.predictions.images
    qtbot.waitUntil(lambda: images.original.volume is not None, timeout=10_000)
    qtbot.waitUntil(lambda: cut_off(images) == [], timeout=2_000)
    assert not images.original.caption
    assert "/" not in images.truth_heading.text()
    for canvas in (images.original, images.pruned):
        assert min(canvas.width(), canvas.height()) >= 170


def test_a_segmented_list_fits_too(qtbot, window, tmp_path):
    shown(qtbot, window, window.predictions, tmp_path / "run", segmentation_run)
    table = window.predictions.table
    assert cut_cells(table, [column for column in range(1, 7) if not table.isColumnHidden(column)]) == []
    assert whole_width(table) <= table.viewport().width()


@pytest.mark.parametrize("zeroed", [False, True])
def test_the_layers_table_cuts_no_figures(qtbot, window, tmp_path, zeroed):
    shown(qtbot, window, window.sparsity, tmp_path / "run", lambda folder: classification_run(folder, zeroed=zeroed))
    table = window.sparsity.table
    columns = [column for column in range(8) if column != layer_table.BAR and not table.isColumnHidden(column)]
    assert layer_table.MACS in columns
    assert not (zeroed and table.isColumnHidden(layer_table.ZEROED))
    assert cut_cells(table, columns) == []
    assert whole_width(table) <= table.viewport().width() + 1
    assert table.columnWidth(layer_table.BAR) >= 90
    if window.width() >= 1600:
        assert layer_table.KIND in columns
    assert cut_off(window.sparsity) == []


def test_the_headline_of_speed_keeps_number_and_unit_together(qtbot, window, tmp_path):
    shown(qtbot, window, window.speed, tmp_path / "run")
    headline = window.speed.headline.text()
    medians = headline[headline.index("medians: ") + len("medians: ") : headline.index(")")]
    assert " " not in medians
    assert medians.endswith("ms")
    assert cut_off(window.speed) == []
