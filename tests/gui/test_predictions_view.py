"""The predictions view shows a real run folder, and finds the cases that matter."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from example_runs import classification_run, segmentation_run
from PySide6.QtCore import Qt

from medprune_gui.engine import imaging
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.imaging import read_image
from medprune_gui.ui.compare import case_table
from medprune_gui.ui.compare.case_table import CaseModel
from medprune_gui.ui.compare.predictions import PredictionsView
from medprune_gui.ui.compare.quantities import signed
from medprune_gui.ui.compare.verdict import verdict_words


@pytest.fixture(scope="module")
def classified(tmp_path_factory):
    folder = tmp_path_factory.mktemp("classified") / "run"
    return classification_run(folder), folder


@pytest.fixture(scope="module")
def segmented(tmp_path_factory):
    folder = tmp_path_factory.mktemp("segmented") / "run"
    return segmentation_run(folder), folder


@pytest.fixture
def predictions(qtbot, session) -> PredictionsView:
    return _shown(qtbot, PredictionsView(session))


def _shown(qtbot, view):
    qtbot.addWidget(view)
    view.resize(1100, 700)
    view.show()
    qtbot.waitActive(view)
    return view


def _column(view: PredictionsView, column: int) -> list[str]:
    return [view.cases.index(row, column).data() for row in range(view.cases.rowCount())]


def _pick(view: PredictionsView, wanted: str) -> None:
    view.filter_combo.setCurrentIndex(view.filter_combo.findData(wanted))


def test_the_verdict_is_one_plain_sentence(classified):
    comparison, _ = classified
    verdict = replace(
        comparison.verdict, difference=-0.003, ci_low=-0.008, ci_high=0.002, margin=0.02, decision="non-inferior"
    )
    auc = {"auc": replace(comparison.original.metrics["auc"], value=0.99)}
    pruned = {"auc": replace(comparison.pruned.metrics["auc"], value=0.987)}
    sentence = verdict_words(
        replace(
            comparison,
            verdict=verdict,
            original=replace(comparison.original, metrics=auc),
            pruned=replace(comparison.pruned, metrics=pruned),
        )
    )
    assert sentence == (
        "Non-inferior: AUC 0.990 \N{RIGHTWARDS ARROW} 0.987, difference \N{MINUS SIGN}0.003 "
        "(95 % interval \N{MINUS SIGN}0.008 to +0.002), margin 0.02"
    )


def test_cases_come_by_size_of_change_and_sort_by_any_column(predictions, session, classified):
    comparison, folder = classified
    assert predictions.currentWidget() is predictions.empty
    session.show_comparison(comparison, folder)
    true_class = [comparison.classes.index(case.truth) for case in comparison.cases]
    changes = [
        abs(case.pruned_scores[k] - case.original_scores[k])
        for case, k in zip(comparison.cases, true_class, strict=True)
    ]
    order = np.argsort(changes, kind="stable")[::-1]
    assert session.case == order[0]
    assert _column(predictions, case_table.CASE)[0] == comparison.cases[order[0]].case
    shown = [float(text.replace("\N{MINUS SIGN}", "-")) for text in _column(predictions, case_table.CHANGE)]
    assert [abs(value) for value in shown] == sorted((abs(value) for value in shown), reverse=True)

    predictions.table.sortByColumn(case_table.CASE, Qt.SortOrder.AscendingOrder)
    numbers = [tuple(int(part) for part in name.removeprefix("person").split("_")) for name in _column(predictions, 0)]
    assert numbers == sorted(numbers)
    predictions.table.sortByColumn(case_table.PRUNED_SCORE, Qt.SortOrder.DescendingOrder)
    scores = [float(text) for text in _column(predictions, case_table.PRUNED_SCORE)]
    assert scores == sorted(scores, reverse=True)


def test_filters_divide_the_cases(predictions, session, classified):
    comparison, folder = classified
    session.show_comparison(comparison, folder)
    found = {}
    for wanted in ("all", "disagreements", "lost", "won", "both wrong"):
        _pick(predictions, wanted)
        found[wanted] = set(_column(predictions, case_table.CASE))
        assert predictions.filter_combo.currentText().endswith(f"({len(found[wanted])})")
    of = comparison.cases
    assert found["lost"] == {case.case for case in of if case.original == case.truth != case.pruned}
    assert found["won"] == {case.case for case in of if case.pruned == case.truth != case.original}
    assert found["both wrong"] == {case.case for case in of if case.pruned == case.original != case.truth}
    assert found["disagreements"] == found["lost"] | found["won"]
    assert all(found.values())

    _pick(predictions, "all")
    predictions.search_edit.setText("PERSON3 normal")
    wanted = {
        case.case for case in of if "person3" in case.patient and "normal" in (case.truth, case.pruned, case.original)
    }
    assert set(_column(predictions, case_table.CASE)) == wanted
    predictions.search_edit.setText("nobody")
    assert "No case fits" in predictions.count_label.text()


def test_a_structure_marked_where_there_is_none_comes_first_as_lost(predictions, session, segmented):
    comparison, folder = segmented
    nothing = tuple(float("nan") for _ in comparison.cases[0].original_scores)
    zero = tuple(0.0 for _ in nothing)
    made_up = replace(comparison.cases[-1], original_scores=nothing, pruned_scores=zero)
    cleared = replace(comparison.cases[-2], original_scores=zero, pruned_scores=nothing)
    session.show_comparison(replace(comparison, cases=(*comparison.cases[:-2], cleared, made_up)), folder)
    changes = dict(zip(_column(predictions, case_table.CASE), _column(predictions, case_table.CHANGE), strict=True))
    names = [case.case.rsplit("/", 1)[-1] for case in (made_up, cleared)]
    assert [changes[name] for name in names] == [signed(-1.0), signed(1.0)]
    assert set(_column(predictions, case_table.CASE)[:2]) == set(names)
    for wanted, expected in (("lost", names[0]), ("won", names[1])):
        _pick(predictions, wanted)
        assert expected in _column(predictions, case_table.CASE)
    _pick(predictions, "both wrong")
    assert not set(names) & set(_column(predictions, case_table.CASE))


def test_the_session_chooses_the_case_and_the_images_follow(qtbot, predictions, session, classified):
    comparison, folder = classified
    session.show_comparison(comparison, folder)
    session.case = 17
    case = comparison.cases[17]
    assert predictions.cases.mapToSource(predictions.table.currentIndex()).row() == 17
    images = predictions.images
    qtbot.waitUntil(lambda: case.case in images.truth_heading.text() and images.original.volume is not None)
    assert images.original.volume is images.pruned.volume
    assert images.original.volume.array.shape[:3] == (1, 64, 64)
    for heading, predicted, scores in (
        (images.original_heading, case.original, case.original_scores),
        (images.pruned_heading, case.pruned, case.pruned_scores),
    ):
        share = scores[comparison.classes.index(predicted)]
        assert predicted in heading.text()
        assert f"{100 * share:.1f}" in heading.text()
        assert ("wrong" in heading.text()) == (predicted != case.truth)
    assert images.overlay_controls.isHidden()

    images.original.zoom_by(2.0)
    assert images.pruned.view == images.original.view


def test_a_missing_image_is_a_message_and_the_next_case_is_shown(qtbot, predictions, session, classified):
    comparison, folder = classified
    cases = (replace(comparison.cases[0], file="/nowhere/lost.png"), *comparison.cases[1:3])
    session.show_comparison(replace(comparison, cases=cases), folder)
    session.case = 0
    images = predictions.images
    qtbot.waitUntil(images.problem.isVisible)
    assert "lost.png" in images.problem.text()
    assert images.original.volume is None
    session.case = 1
    qtbot.waitUntil(lambda: images.original.volume is not None)
    assert not images.problem.isVisible()


def test_segmented_cases_show_label_maps_difference_and_truth(qtbot, predictions, session, segmented, monkeypatch):
    comparison, folder = segmented
    images = predictions.images
    shown = {}
    for name, canvas in (("original", images.original), ("pruned", images.pruned)):

        def spy(labels=None, difference=None, call=canvas.set_overlays, name=name):
            shown[name] = labels, difference
            call(labels, difference)

        monkeypatch.setattr(canvas, "set_overlays", spy)
    session.show_comparison(comparison, folder)
    session.case = 4
    qtbot.waitUntil(lambda: comparison.cases[4].case in images.truth_heading.text())
    arrays = RunFolder(folder).case_arrays(comparison.cases[4])
    assert np.array_equal(images.original.volume.array[0], arrays["image"])
    for name in ("original", "pruned"):
        assert np.array_equal(shown[name][0][0], arrays[name])
        assert np.array_equal(shown[name][1][0], arrays["original"] != arrays["pruned"])
    images.truth_button.setChecked(True)
    images.difference_box.setChecked(False)
    for name in ("original", "pruned"):
        assert np.array_equal(shown[name][0][0], arrays["truth"])
        assert shown[name][1] is None
    assert predictions.table.isColumnHidden(case_table.TRUTH)

    (folder / comparison.cases[5].arrays).unlink()
    session.case = 5
    qtbot.waitUntil(images.problem.isVisible)
    assert "missing" in images.problem.text()


def test_a_hidden_view_reads_no_image_until_it_is_shown(qtbot, session, classified):
    comparison, folder = classified
    view = PredictionsView(session)
    qtbot.addWidget(view)
    session.show_comparison(comparison, folder)
    qtbot.wait(100)
    assert view.images.original.volume is None
    view.show()
    qtbot.waitUntil(lambda: view.images.original.volume is not None)
    session.show_comparison(None, None)
    assert view.images.original.volume is None
    assert view.currentWidget() is view.empty


def test_the_window_lives_on_while_a_picture_is_read_and_the_newest_wish_is_shown(
    qtbot, predictions, session, classified, monkeypatch
):
    comparison, folder = classified
    session.show_comparison(comparison, folder)
    images = predictions.images
    qtbot.waitUntil(lambda: images.original.volume is not None)
    main, may_read, threads = threading.get_ident(), threading.Event(), []

    def read_slowly(file):
        threads.append(threading.get_ident())
        may_read.wait(10)
        return read_image(file)

    monkeypatch.setattr(imaging, "read_image", read_slowly)
    first, second, last = (next(n for n in range(60) if n != session.case and n > start) for start in (0, 10, 20))
    session.case = first
    qtbot.waitUntil(lambda: bool(threads))
    # After a while without an image, the words are those of the case, and no other case's image stands below them.
    qtbot.waitUntil(lambda: comparison.cases[first].case in images.truth_heading.text())
    assert images.original.volume is images.pruned.volume is None
    for case in (second, last):
        session.case = case
        qtbot.wait(60)
    may_read.set()
    qtbot.waitUntil(lambda: images.original.volume is not None)
    assert images.truth_heading.text().startswith(f"{comparison.cases[last].case},")
    wanted = read_image(Path(comparison.cases[last].file))
    assert np.array_equal(images.original.volume.array, wanted.array)
    assert len(threads) == 2  # the one in between was never read
    assert main not in threads


def test_opening_a_run_asks_for_no_more_cells_when_it_has_more_cases(predictions, session, classified, monkeypatch):
    comparison, _ = classified
    asked = []
    cell = CaseModel.data
    monkeypatch.setattr(CaseModel, "data", lambda self, *of: (asked.append(1), cell(self, *of))[1])
    counts = []
    for repeats in (5, 50):
        asked.clear()
        cases = tuple(replace(case, case=f"{case.case}_{n}") for n in range(repeats) for case in comparison.cases)
        session.show_comparison(replace(comparison, cases=cases), None)
        counts.append(len(asked))
        assert predictions.cases.rowCount() == len(cases)
    assert counts[1] <= 1.1 * counts[0]


def test_sorting_keeps_the_case_and_an_empty_list_keeps_its_titles(predictions, session, classified):
    comparison, folder = classified
    session.show_comparison(comparison, folder)
    session.case = 17
    for column in range(predictions.cases.columnCount()):
        for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
            predictions.table.sortByColumn(column, order)
            assert predictions.cases.mapToSource(predictions.table.currentIndex()).row() == session.case == 17
            assert sorted(_column(predictions, case_table.CASE)) == sorted(case.case for case in comparison.cases)
    predictions.search_edit.setText("nobody")
    assert predictions.cases.rowCount() == 0
    assert predictions.cases.headerData(case_table.CASE, Qt.Orientation.Horizontal) == "Case"
    predictions.search_edit.clear()
    assert predictions.cases.mapToSource(predictions.table.currentIndex()).row() == session.case == 17
