"""With personal data hidden nothing names the patient: no picture, no title, no table, whatever the file is called."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from canvas_pictures import shown
from PIL import Image
from pytestqt.qtbot import QtBot

from medprune_gui.engine.imaging import Volume, read_frame, read_image, scan
from medprune_gui.session.session import Session
from medprune_gui.ui.study.browser import StudyBrowser
from medprune_gui.ui.study.series_menu import WarningsDialog
from medprune_gui.ui.viewer.corner_texts import series_lines
from medprune_gui.ui.viewer.exporting import save_picture

NAME = "Mueller_Hans_19601224"


@pytest.fixture
def named(data_root: Path, tmp_path: Path) -> Path:
    """A real volume and a real picture whose file and folder bear a patient's name."""
    volume = sorted((data_root / "mri_hippocampus_seg" / "images").glob("*.nii.gz"))[0]
    shutil.copy(volume, tmp_path / f"{NAME}.nii.gz")
    (tmp_path / NAME).mkdir()
    shutil.copy(data_root / "faces_orl" / "s1" / "1.pgm", tmp_path / NAME / f"{NAME}.pgm")
    return tmp_path


@pytest.fixture(params=[f"{NAME}.nii.gz", f"{NAME}/{NAME}.pgm", "dicom"])
def volume(request: pytest.FixtureRequest, named: Path, data_root: Path) -> Volume:
    if request.param != "dicom":
        return read_image(named / request.param)
    return read_frame(scan(data_root / "dicom_ct_head_phantom")[0].series[0], 0)


def _texts(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.array(picture.convert("RGB")).astype(int)


def test_a_picture_shows_the_kind_of_image_and_its_size_only(qtbot: QtBot, volume: Volume, tmp_path: Path) -> None:
    assert series_lines(volume)[0], "with personal data it says what this is"
    hidden = series_lines(volume, personal=False)
    rows, columns = volume.array.shape[1:3]
    modality = volume.texts.get("modality")
    assert hidden == ((), (*([modality] if modality else []), f"{columns} x {rows}"))

    canvas = shown(qtbot, volume, 400, 400)
    save_picture(canvas, tmp_path / "hidden.png")
    canvas = shown(qtbot, replace(volume, texts={"modality": modality} if modality else {}), 400, 400)
    save_picture(canvas, tmp_path / "nameless.png", personal=True)
    np.testing.assert_array_equal(_texts(tmp_path / "hidden.png"), _texts(tmp_path / "nameless.png"))


def test_the_list_of_studies_counts_instead_of_naming(qtbot: QtBot, named: Path, data_root: Path) -> None:
    session = Session()
    browser = StudyBrowser(session)
    qtbot.addWidget(browser)
    (phantom,), (head,) = (scan(data_root / name) for name in ("dicom_ct_head_phantom", "dicom_ct_head_ge_tilt"))
    session.studies = (*scan(named), phantom, head)
    tree = browser._tree

    def words() -> str:
        found, waiting = [], [tree.invisibleRootItem()]
        while waiting:
            item = waiting.pop()
            found += [item.text(0), item.toolTip(0), item.toolTip(1)]
            waiting += [item.child(row) for row in range(item.childCount())]
        return "\n".join(found)

    file = next(warning.files[0].name for warning in head.series[0].warnings if warning.files)
    telling = [NAME, head.description, phantom.date, phantom.description, phantom.series[0].description, file]
    assert all(text and text in words() for text in telling)
    session.personal = False
    assert not [text for text in telling if text in words()]
    assert "Series 201" in words()
    dialog = WarningsDialog(head.series[0], browser, personal=False)
    said = dialog.windowTitle() + dialog.text.toPlainText()
    assert not [text for text in telling if text in said]
    assert head.series[0].warnings[0].message in said
