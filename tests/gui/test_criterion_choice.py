"""The window lists the catalogue of criteria and lets only those be chosen that fit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from example_runs import certificate, estimate
from PySide6.QtCore import Qt

from medprune_gui.engine.config import DataConfig, PruningConfig
from medprune_gui.engine.settings.criterion_names import catalogue


def choose(combo, value):
    combo.setCurrentIndex(combo.findData(value))


def test_every_criterion_is_listed_with_its_note(panel, session):
    combo = panel.criterion_combo
    assert [combo.itemData(index) for index in range(combo.count())] == [info.name for info in catalogue()]
    for index, info in enumerate(catalogue()):
        assert combo.itemText(index) == info.title
        tooltip = combo.itemData(index, Qt.ItemDataRole.ToolTipRole)
        assert info.note in tooltip
        assert ("training cases" in tooltip.removeprefix(info.note)) == info.needs_data
        choose(combo, info.name)
        assert session.pruning.criterion == info.name
        assert combo.toolTip() == tooltip


def test_single_weights_cannot_be_ranked_by_criteria_of_channels(panel, session):
    choose(panel.criterion_combo, "hrank")
    choose(panel.granularity_combo, "weight")
    assert (session.pruning.granularity, session.pruning.criterion) == ("weight", "l1")
    model = panel.criterion_combo.model()
    enabled = {info.name: model.item(index).isEnabled() for index, info in enumerate(catalogue())}
    assert enabled == {info.name: "weight" in info.granularities for info in catalogue()}
    choose(panel.criterion_combo, "taylor")
    choose(panel.granularity_combo, "channel")
    assert (session.pruning.granularity, session.pruning.criterion) == ("channel", "taylor")
    assert all(model.item(index).isEnabled() for index in range(len(catalogue())))


def test_the_estimate_says_what_it_stands_in_for(panel, session):
    session.data = DataConfig(kind="folders", path=Path("/images"))
    session.pruning = PruningConfig(criterion="taylor", amount=0.5)
    session.certificate, session.estimate = certificate(), replace(estimate(), notes=("Ranked by weight size here.",))
    assert panel.estimate.notes.isVisible()
    assert panel.estimate.notes.text() == "Ranked by weight size here."
    session.estimate = estimate()
    assert not panel.estimate.notes.isVisible()
