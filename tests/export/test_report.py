import re
import shutil
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from plausible_runs import SECRET_FOLDER, classification_run, segmentation_run

from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.export.report import history_of, write_report
from medprune_gui.engine.export.tables import MINUS, NONE, TIMES


class Page(HTMLParser):
    """The text of a page, its open tags, and what it would load."""

    VOID = frozenset({"meta", "img", "br", "link"})

    def __init__(self, source: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.words: list[str] = []
        self.loads: list[str] = []
        self.feed(source)
        self.close()
        self.text = re.sub(r"\s+", " ", " ".join(self.words))

    def handle_starttag(self, tag, attributes):
        if tag not in self.VOID:
            self.stack.append(tag)
        self.loads += [value for name, value in attributes if name in ("src", "href")]
        self.words += [value for name, value in attributes if name == "alt"]

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(scope="module")
def classified(tmp_path_factory):
    run, comparison = classification_run(tmp_path_factory.mktemp("classified") / "run")
    write_report(run, comparison)
    return run, comparison


@pytest.fixture(scope="module")
def segmented(tmp_path_factory):
    run, comparison = segmentation_run(tmp_path_factory.mktemp("segmented") / "run")
    write_report(run, comparison)
    return run, comparison


def copy_of(run: RunFolder, folder: Path) -> RunFolder:
    return RunFolder(shutil.copytree(run.path, folder / "copy"))


@pytest.mark.parametrize("kind", ["classified", "segmented"])
def test_the_report_stands_alone_and_gives_no_patient_file_away(kind, request):
    run, comparison = request.getfixturevalue(kind)
    source = run.report_file.read_text(encoding="utf-8")
    page = Page(source)
    assert page.stack == []
    assert len(page.loads) >= 6
    assert all(address.startswith("data:image/svg+xml;base64,") for address in page.loads)
    assert "url(" not in source
    assert "@import" not in source
    assert "patients-of-ward" not in source
    assert page.text.count("Research use only. Not for diagnosis.") >= 2
    verdict = page.text.index({"non-inferior": "is non-inferior", "inferior": "is worse"}[comparison.verdict.decision])
    assert verdict < page.text.index("Quality") < page.text.index("Sparsity") < page.text.index("Speed")
    for case in comparison.cases:
        assert case.file not in page.text
    assert SECRET_FOLDER not in page.text


def test_the_numbers_of_the_report_are_those_of_the_comparison(classified):
    run, comparison = classified
    text = Page(run.report_file.read_text(encoding="utf-8")).text
    for network in (comparison.original, comparison.pruned):
        assert f"{network.parameters:,}" in text
        assert f"{network.macs:,}" in text
        for estimate in network.metrics.values():
            assert f"{estimate.value:.3f} ({estimate.low:.3f} to {estimate.high:.3f})" in text
        assert f"{network.latency_ms.p50:.2f} ms" in text
    removed = comparison.original.parameters - comparison.pruned.parameters
    assert f"{removed:,} parameters" in text
    different = [case for case in comparison.cases if case.original != case.pruned]
    assert f"different answers in {len(different)} of {len(comparison.cases)} test cases" in text
    right = sum(case.original == case.truth == case.pruned for case in comparison.cases)
    assert re.search(rf"Original right\s+{right}\s", text)
    assert "10 warm-up batches" in text
    assert "1 thread," in text
    assert "One volume proves nothing" not in text
    assert comparison.provenance["data_sha256"] in text


def test_masks_are_not_sold_as_speed_and_one_patient_not_as_many(tmp_path):
    run, comparison = classification_run(tmp_path / "run", granularity="weight", patients=1)
    text = Page(write_report(run, comparison).read_text(encoding="utf-8")).text
    zeroed = sum(layer.zeroed for layer in comparison.layers)
    assert zeroed > 0
    assert "No parameters were removed." in text
    assert f"{zeroed:,} of the remaining parameters" in text
    assert "do not make the network faster" in text
    assert "makes the network compressible, not faster" in text
    assert "One volume proves nothing about patients" in text
    assert f"{TIMES} fewer" not in text


def test_the_same_run_gives_the_same_bytes(segmented):
    run, _ = segmented
    files = [run.report_file, *sorted(run.figures.iterdir())]
    before = [file.read_bytes() for file in files]
    write_report(run, run.read_comparison())
    assert [file.read_bytes() for file in files] == before
    assert sorted(run.figures.iterdir()) == files[1:]


def test_every_figure_is_a_vector_and_a_filled_picture(classified, segmented):
    names = set()
    for run, _ in (classified, segmented):
        for svg in run.figures.glob("*.svg"):
            names.add(svg.stem)
            assert ElementTree.fromstring(svg.read_bytes()).tag.endswith("svg")
            with Image.open(svg.with_suffix(".png")) as picture:
                grey = np.asarray(picture.convert("L"))
            assert grey.shape[1] == 1440
            assert (grey < 128).mean() > 0.002
            # A margin: nothing is cut off at the borders.
            border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
            assert (border == 255).all(), svg.name
    assert names == {"verdict", "metrics", "layers", "latency", "training", "scores", "cases"}


def test_the_training_curves_come_from_the_events_once(classified):
    run, _ = classified
    history = history_of(run)
    assert {stage: len(epochs) for stage, epochs in history.items()} == {"train": 6, "fine-tune": 3}
    losses = [epoch["val_loss"] for epoch in history["train"]]
    assert losses == sorted(losses, reverse=True)


def test_foreign_text_is_shown_not_run(classified, tmp_path):
    run, comparison = classified
    attack = '<script>alert("x")</script>'
    changed = replace(
        comparison,
        name=attack,
        notes=(attack,),
        cases=(replace(comparison.cases[0], case=attack, original="normal", pruned="pneumonia"),),
    )
    source = write_report(copy_of(run, tmp_path), changed).read_text(encoding="utf-8")
    assert "<script" not in source
    assert attack in Page(source).text
    assert "1 test case of 1 patient" in Page(source).text


def test_undefined_numbers_and_empty_parts_do_not_stop_a_report(segmented, tmp_path):
    run, comparison = segmented
    nan = float("nan")
    cases = tuple(
        replace(case, original_scores=(nan, nan), pruned_scores=(nan, nan), patient="") for case in comparison.cases[:2]
    )
    verdict = replace(comparison.verdict, difference=nan, ci_low=nan, ci_high=nan, decision="inconclusive")
    changed = replace(comparison, cases=cases, verdict=verdict, layers=(), notes=())
    text = Page(write_report(copy_of(run, tmp_path), changed).read_text(encoding="utf-8")).text
    assert "cannot be computed from these cases" in text
    assert "do not say which images belong to the same patient" in text
    assert "nan" not in re.findall(r"[\w.]+", text.lower())


def test_made_up_structures_are_listed_first(segmented, tmp_path):
    run, comparison = segmented
    nan = float("nan")
    last = replace(comparison.cases[-1], original_scores=(nan, nan), pruned_scores=(0.0, nan))
    changed = replace(comparison, cases=(*comparison.cases[:-1], last))
    text = Page(write_report(copy_of(run, tmp_path), changed).read_text(encoding="utf-8")).text
    listed = text[text.index("Cases with the largest loss") :]
    assert re.search(rf"Change\s+{re.escape(last.case)}\s+{NONE}\s+0.000\s+{MINUS}1.000", listed)
    assert "nan" not in re.findall(r"[\w.]+", text.lower())
