"""The comparison views show a real run folder, and find the cases that matter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from example_runs import classification_run, segmentation_run
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.session.session import Session
from medprune_gui.ui.compare import case_table, layer_table
from medprune_gui.ui.compare.predictions import PredictionsView
from medprune_gui.ui.compare.quantities import count_words, latency_words, ratio_words, signed
from medprune_gui.ui.compare.sparsity import SparsityView
from medprune_gui.ui.compare.speed import SpeedView
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
def session() -> Session:
    return Session()


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


def test_j_and_k_walk_the_table_as_it_is_sorted_and_filtered(qtbot, predictions, session, classified):
    comparison, folder = classified
    session.show_comparison(comparison, folder)
    _pick(predictions, "disagreements")
    names = _column(predictions, case_table.CASE)
    walked = [comparison.cases[session.case].case]
    predictions.table.setFocus()
    for _ in range(len(names)):
        qtbot.keyClick(predictions.table, Qt.Key.Key_J)
        walked.append(comparison.cases[session.case].case)
    # The last one stays.
    assert walked == [*names, names[-1]]
    predictions.images.pruned.setFocus()
    qtbot.keyClick(predictions.images.pruned, Qt.Key.Key_K)
    assert comparison.cases[session.case].case == names[-2]
    # In the search field, J is a letter.
    predictions.search_edit.setFocus()
    qtbot.keyClick(predictions.search_edit, Qt.Key.Key_J)
    assert predictions.search_edit.text() == "j"


def test_the_session_chooses_the_case_and_the_images_follow(qtbot, predictions, session, classified):
    comparison, folder = classified
    session.show_comparison(comparison, folder)
    session.case = 17
    case = comparison.cases[17]
    assert predictions.cases.mapToSource(predictions.table.currentIndex()).row() == 17
    images = predictions.images
    qtbot.waitUntil(lambda: case.case in images.truth_heading.text())
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
        for method in ("set_label_map", "set_difference"):
            call = getattr(canvas, method)

            def spy(array, call=call, key=(name, method)):
                shown[key] = array
                call(array)

            monkeypatch.setattr(canvas, method, spy)
    session.show_comparison(comparison, folder)
    session.case = 4
    qtbot.waitUntil(lambda: comparison.cases[4].case in images.truth_heading.text())
    arrays = RunFolder(folder).case_arrays(comparison.cases[4])
    assert np.array_equal(images.original.volume.array[0], arrays["image"])
    for name in ("original", "pruned"):
        assert np.array_equal(shown[name, "set_label_map"][0], arrays[name])
        assert np.array_equal(shown[name, "set_difference"][0], arrays["original"] != arrays["pruned"])
    images.truth_button.setChecked(True)
    images.difference_box.setChecked(False)
    for name in ("original", "pruned"):
        assert np.array_equal(shown[name, "set_label_map"][0], arrays["truth"])
        assert shown[name, "set_difference"] is None
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


@pytest.mark.parametrize("zeroed", [False, True])
def test_sparsity_tells_removed_from_zeroed_and_its_sums_agree(qtbot, session, tmp_path, zeroed):
    comparison = classification_run(tmp_path / "run", cases=20, zeroed=zeroed)
    view = _shown(qtbot, SparsityView(session))
    session.show_comparison(comparison, None)
    for row, layer in enumerate(comparison.layers):
        kept, lost, gone = view.model.index(row, layer_table.BAR).data(layer_table.BAR_ROLE)
        assert kept + lost + gone == pytest.approx(1.0)
        assert lost == layer.zeroed / layer.parameters_before
        assert gone == layer.removed / layer.parameters_before
    total = sum(layer.zeroed for layer in comparison.layers)
    assert view.zeroed_card.figure.text() == count_words(total)
    assert view.parameters_card.figure.text() == ("unchanged" if zeroed else "5.1x fewer")
    assert ("not faster" in view.zeroed_card.detail.text()) == zeroed

    view.scale_box.setChecked(True)
    largest = max(range(len(comparison.layers)), key=lambda row: comparison.layers[row].parameters_before)
    lengths = [sum(view.model.index(row, layer_table.BAR).data(layer_table.BAR_ROLE)) for row in range(7)]
    assert lengths[largest] == pytest.approx(1.0) == max(lengths)
    view.table.sortByColumn(layer_table.REMOVED, Qt.SortOrder.DescendingOrder)
    removed = [view.layers.mapToSource(view.layers.index(row, 0)).row() for row in range(7)]
    counts = [comparison.layers[row].removed for row in removed]
    assert counts == sorted(counts, reverse=True)


@pytest.mark.parametrize(
    ("speed_up", "zeroed", "remark"),
    [(2.3, False, ""), (0.95, False, "did not make"), (1.0, True, "zeroed, not removed")],
)
def test_speed_gives_ratios_and_says_when_there_is_no_gain(qtbot, session, tmp_path, speed_up, zeroed, remark):
    comparison = classification_run(tmp_path / "run", cases=20, speed_up=speed_up, zeroed=zeroed)
    view = _shown(qtbot, SpeedView(session))
    session.show_comparison(comparison, None)
    rows = {view.table.item(row, 0).text(): row for row in range(view.table.rowCount())}
    median = rows["Median (p50)"]
    before, after = comparison.original.latency_ms, comparison.pruned.latency_ms
    assert view.table.item(median, 1).text() == latency_words(before.p50)
    assert view.table.item(median, 3).text() == ratio_words(before.p50, after.p50, "faster", "slower")
    rate = float(view.table.item(rows["Images per second"], 2).text())
    assert rate == pytest.approx(1000 * 4 / after.p50, abs=0.5)
    assert remark in view.remark.text()
    assert view.remark.isVisible() == bool(remark)
    assert ("faster" in view.headline.text()) == (speed_up > 1.5)
    assert "60 measurements" in view.method.text()
    curves = view.plot.plot.getPlotItem().listDataItems()
    for curve, samples in zip(
        [curve for curve in curves if curve.name()],
        (comparison.latency.original, comparison.latency.pruned),
        strict=True,
    ):
        x, y = curve.getData()
        assert np.all(np.diff(y) >= 0)
        assert set(samples) <= set(x)
        assert (y[0], y[-1]) == (0.0, 100.0)


def test_speed_leads_with_the_pairs(qtbot, session, tmp_path):
    comparison = classification_run(tmp_path / "run", cases=20)
    latency = replace(comparison.latency, original=(2.0, 2.0, 9.0), pruned=(1.0, 6.0, 4.5))
    view = _shown(qtbot, SpeedView(session))
    session.show_comparison(replace(comparison, latency=latency), None)
    assert view.headline.text().startswith(ratio_words(2.0, 1.0, "faster", "slower"))


def test_views_are_usable_when_small(qtbot, session, classified):
    comparison, folder = classified
    views = [_shown(qtbot, kind(session)) for kind in (PredictionsView, SparsityView, SpeedView)]
    session.show_comparison(comparison, folder)
    for view in views:
        view.resize(640, 480)
        QApplication.processEvents()
        assert view.minimumSizeHint().width() <= 640
        assert view.minimumSizeHint().height() <= 480


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0"),
        (812, "812"),
        (9140, "9,140"),
        (9999, "9,999"),
        (10_000, "10.0 k"),
        (389_960, "390 k"),
        (999_600, "1.00 M"),
        (4.2e9, "4.20 G"),
    ],
)
def test_counts_are_short(count, words):
    assert count_words(count) == words


def test_ratios_and_signs_have_words():
    assert ratio_words(3.2, 1.0, "fewer", "more") == "3.2x fewer"
    assert ratio_words(1.0, 1.5, "fewer", "more") == "1.5x more"
    assert ratio_words(5.0, 5.0, "fewer", "more") == "unchanged"
    assert ratio_words(5.0, 0.0, "fewer", "more") == "nothing left"
    assert ratio_words(0.0, 0.0, "fewer", "more") == "-"
    assert [signed(value) for value in (0.0041, -0.0004, -0.02)] == ["+0.004", "0.000", "\N{MINUS SIGN}0.020"]
