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

from medprune_gui.engine.errors import MedPruneError, NoImagesError
from medprune_gui.engine.imaging import Volume, read_frame, read_image, scan
from medprune_gui.session.session import Session
from medprune_gui.session.settings import Settings, load_settings, save_settings
from medprune_gui.ui.banner import Banner
from medprune_gui.ui.study.browser import StudyBrowser
from medprune_gui.ui.study.series_menu import WarningsDialog
from medprune_gui.ui.viewer.corner_texts import series_lines
from medprune_gui.ui.viewer.exporting import save_picture
from medprune_gui.ui.viewer.viewer import Viewer

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


def test_recent_files_are_told_by_kind_and_when_they_were_opened(qtbot: QtBot, named: Path, tmp_path: Path) -> None:
    session = Session()
    browser = StudyBrowser(session)
    qtbot.addWidget(browser)
    settings = Settings()
    for path in (tmp_path / f"{NAME}.nii.gz", named / NAME):
        settings.remember(path)
    save_settings(settings, tmp_path / "settings.json")
    settings = load_settings(tmp_path / "settings.json")
    browser.set_recent([*settings.recent, Path(f"/gone/{NAME}")], settings.remembered)

    def entries() -> list[str]:
        return [action.text() + action.toolTip() for action in browser._recent.actions()]

    assert all(NAME in entry for entry in entries())
    session.personal = False
    assert not [entry for entry in entries() if NAME in entry or "gone" in entry]
    assert [entry.split(",")[0] for entry in entries()[:2]] == ["1. Folder", "2. File"]
    assert len(set(entries())) == 3
    with qtbot.waitSignal(browser.open_requested) as opened:
        browser._recent.actions()[0].trigger()
    assert opened.args == [[(named / NAME).absolute()]]
    session.personal = True
    assert all(NAME in entry for entry in entries())


def test_pages_of_errors_name_no_file(qtbot: QtBot, named: Path) -> None:
    session = Session()
    viewer = Viewer(session)
    qtbot.addWidget(viewer)
    session.studies = tuple(scan(named))
    session.series = session.studies[0].series[0]
    file = named / f"{NAME}.nii.gz"
    file.write_bytes(b"no longer a volume")
    with pytest.raises(MedPruneError) as caught:
        read_image(file)
    error = caught.value.record()
    viewer.show_loading_error(viewer.display.requested, error)
    page = viewer.grid.active.message
    assert NAME in page.words
    session.personal = False
    assert NAME not in page.words
    assert str(named) not in page.words
    assert "The NIfTI header cannot be read" in page.words
    viewer.show_error(error)
    assert NAME not in page.words
    session.personal = True
    assert NAME in page.words


def test_the_banner_names_no_images_that_could_not_be_opened(qtbot: QtBot, tmp_path: Path) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    error = NoImagesError(f"nothing in {NAME} is an image", where=tmp_path / NAME, remedy="Choose another folder")
    banner.show_error(error.record(), "opening", of_images=True)
    assert NAME in banner.text
    banner.set_personal(False)
    assert NAME not in banner.text
    assert "Choose another folder" in banner.text
    banner.show_error(error.record(), "opening", of_images=True)
    assert NAME not in banner.text
    banner.show_text("Another message")
    banner.set_personal(True)
    assert banner.text == "Another message"
