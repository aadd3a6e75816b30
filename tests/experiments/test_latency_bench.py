"""The bench of latency budgets on one small network, for real."""

import bench_networks
import pytest
from draining import drained

from medprune_gui.engine.experiments.benches import latency_budget


def finished(events):
    return drained(events)[1]


def test_a_network_is_measured_afresh_and_the_row_is_kept(tmp_path):
    out = tmp_path / "rows.jsonl"
    (row,) = finished(latency_budget.run(out, catalogue=bench_networks.wide, runtimes=("eager",)))
    assert row["ending"] == "done", row["reason"]
    assert 0 < row["pruned_ms"] < row["original_ms"]
    assert 0 < row["macs"] < 1
    assert latency_budget.is_met(row) == (0.475 <= row["share"] <= 0.525)
    written = out.read_text()
    (again,) = finished(latency_budget.run(out, catalogue=bench_networks.wide, runtimes=("eager",)))
    assert again == row
    assert out.read_text() == written
    text = latency_budget.table([row]).markdown()
    assert "| wide | PyTorch |" in text
    assert f"{int(latency_budget.is_met(row))} of 1 within 5%" in text


@pytest.mark.parametrize(("share", "met"), [(0.5, True), (0.476, True), (0.524, True), (0.47, False), (0.53, False)])
def test_met_is_within_five_per_cent(share, met):
    assert latency_budget.is_met({"ending": "done", "share": share}) == met
    assert not latency_budget.is_met({"ending": "failed"})
