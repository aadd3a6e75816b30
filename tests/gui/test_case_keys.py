"""J and K walk through the cases in the real window, whatever in the view has the focus."""

from __future__ import annotations

import pytest
from example_runs import classification_run
from PySide6.QtCore import Qt, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from medprune_gui.app import Workbench
from medprune_gui.qt_application import application


@pytest.fixture
def messages():
    """What Qt says meanwhile."""
    said: list[str] = []
    application()
    before = qInstallMessageHandler(lambda _kind, _context, text: said.append(text))
    yield said
    qInstallMessageHandler(before)


@pytest.fixture
def bench(qtbot, tmp_path, messages):
    bench = Workbench(settings_file=tmp_path / "settings.json")
    qInstallMessageHandler(lambda _kind, _context, text: messages.append(text))
    bench.window.show()
    bench.window.activateWindow()
    qtbot.waitActive(bench.window)
    yield bench
    bench.close_workers()
    bench.window.deleteLater()
    QApplication.processEvents()


def test_the_keys_work_once_a_run_is_opened_unless_somebody_types(qtbot, bench, tmp_path):
    classification_run(tmp_path / "run")
    window = bench.window
    for widget, works in ((window.pruning.choose_button, True), (window.pruning.data.name_edit, False)):
        window.show_tab(window.viewer)
        widget.setFocus()
        bench.open_run(tmp_path / "run")
        before = bench.session.case
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_J)
        assert (bench.session.case != before) == works
    assert window.pruning.data.name_edit.text().endswith("j")


def test_j_and_k_walk_the_table_as_it_is_sorted_and_filtered(qtbot, bench, messages, tmp_path):
    comparison = classification_run(tmp_path / "run")
    bench.session.show_comparison(comparison, tmp_path / "run")
    view = bench.window.predictions
    bench.window.show_tab(view)
    view.filter_combo.setCurrentIndex(view.filter_combo.findData("disagreements"))
    order = [view.cases.mapToSource(view.cases.index(row, 0)).row() for row in range(view.cases.rowCount())]
    assert len(order) > 5
    assert bench.session.case == order[0]

    place = 0
    for widget in (view.table, view.filter_combo, view.images.original, view.images.pruned):
        widget.setFocus()
        for key, step in ((Qt.Key.Key_J, 1), (Qt.Key.Key_J, 1), (Qt.Key.Key_K, -1)):
            qtbot.keyClick(widget, key)
            place += step
            assert bench.session.case == order[place], widget.objectName()
    view.table.setFocus()
    for _ in order:
        qtbot.keyClick(view.table, Qt.Key.Key_J)
    assert bench.session.case == order[-1]  # the last one stays
    assert view.filter_combo.currentData() == "disagreements"

    # In the search field, J is a letter.
    view.search_edit.setFocus()
    qtbot.keyClick(view.search_edit, Qt.Key.Key_J)
    assert view.search_edit.text() == "j"
    assert not [text for text in messages if "Ambiguous" in text]
