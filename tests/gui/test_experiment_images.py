"""With an experiment, the images that it is about are opened."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication

from medprune_gui.app import Workbench
from medprune_gui.app_images import image_places
from medprune_gui.engine.config import DataConfig, ExperimentConfig, TableColumns, dump_experiment
from medprune_gui.qt_application import application


def picture(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (24, 24), dtype=np.uint8)).save(path)
    return path


def table(path: Path, names, *, column="file", separator=",") -> Path:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file, delimiter=separator)
        writer.writerow(["label", column])
        writer.writerows([("a", name) for name in names])
    return path


@pytest.fixture
def bench(qtbot, tmp_path):
    application()
    bench = Workbench(settings_file=tmp_path / "settings.json")
    bench.window.show()
    bench.images.start()
    yield bench
    bench.close_workers()
    bench.window.deleteLater()
    QApplication.processEvents()


def test_opening_an_experiment_lists_and_shows_the_images_of_its_table(qtbot, bench, tmp_path):
    for group, n in (("normal", 3), ("ill", 2)):
        for number in range(n):
            picture(tmp_path / "images" / group / f"{number}.png")
    files = sorted((tmp_path / "images").glob("*/*.png"))
    cases = table(tmp_path / "cases.csv", files)
    file = tmp_path / "experiment.toml"
    file.write_text(dump_experiment(ExperimentConfig(name="X", data=DataConfig(kind="table", path=cases))))
    bench.open_paths([file])
    qtbot.waitUntil(lambda: bench.window.viewer.canvas.volume is not None, timeout=20_000)
    instances = [one.path for study in bench.session.studies for series in study.series for one in series.instances]
    assert sorted(instances) == files
    assert bench.session.data.path == cases
    # What was opened is the experiment; its images are not another thing to remember.
    assert bench.settings.recent == [file]


def test_an_experiment_whose_table_cannot_be_read_opens_without_images(qtbot, bench, tmp_path):
    file = tmp_path / "experiment.toml"
    (tmp_path / "cases.csv").touch()
    file.write_text("[data]\nkind = 'table'\npath = 'cases.csv'")
    bench.open_experiment(file)
    assert bench.session.data is not None
    qtbot.wait(100)
    assert bench.session.studies == ()
    assert bench.window.banner.text == ""


def test_a_tables_images_are_looked_for_in_the_folders_of_its_files(tmp_path):
    inner = picture(tmp_path / "a" / "b" / "1.png")
    outer = picture(tmp_path / "a" / "2.png")
    beside = picture(tmp_path / "a-b" / "3.png")
    for separator in ",;\t":
        cases = table(
            tmp_path / "cases.csv", ["a/b/1.png", outer, beside, "gone/4.png", ""], column="scan", separator=separator
        )
        data = DataConfig(kind="table", path=cases, columns=TableColumns(file="scan"))
        assert image_places(data) == [outer.parent, beside.parent]
    assert inner.is_relative_to(outer.parent)
    assert image_places(DataConfig(kind="table", path=cases)) == []
    assert image_places(DataConfig(kind="table", path=inner)) == []
    assert image_places(DataConfig(kind="folders", path=tmp_path / "a")) == [tmp_path / "a"]
    assert image_places(DataConfig(kind="volumes", path=tmp_path / "gone", label_maps=tmp_path)) == []
