"""The sparsity and speed views show a real run folder: sums, ratios, and words for them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from example_runs import classification_run
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from medprune_gui.ui.compare import layer_table
from medprune_gui.ui.compare.predictions import PredictionsView
from medprune_gui.ui.compare.quantities import count_words, latency_words, ratio_words, signed
from medprune_gui.ui.compare.sparsity import SparsityView
from medprune_gui.ui.compare.speed import SpeedView


def _shown(qtbot, view):
    qtbot.addWidget(view)
    view.resize(1100, 700)
    view.show()
    qtbot.waitActive(view)
    return view


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


def test_views_are_usable_when_small(qtbot, session, tmp_path):
    folder = tmp_path / "run"
    comparison = classification_run(folder, cases=20)
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
