"""Pictures of the whole window over real images, to be looked at: ``python -m tests.gallery OUT``.

Needs the folder of real data that the tests use (``MEDPRUNE_DATA``).
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from medprune_gui.app import Workbench
from medprune_gui.engine.imaging import Series
from medprune_gui.engine.imaging.reorienting import FLIP_HORIZONTALLY
from medprune_gui.qt_application import application
from medprune_gui.ui.about import shortcuts_dialog
from medprune_gui.ui.study.tag_browser import TagBrowser
from medprune_gui.ui.viewer.range_mask_dialog import RangeMaskDialog

DATA = Path(os.environ.get("MEDPRUNE_DATA", Path(__file__).parents[2] / "shared" / "data"))
PATIENCE_MS = 30_000


class Gallery:
    """A window with real studies, of which scenes are made and saved one after another."""

    def __init__(self, out: Path) -> None:
        self.out = out
        application()
        self.bench = Workbench(settings_file=Path(tempfile.mkdtemp()) / "settings.json")
        self.window, self.session = self.bench.window, self.bench.session
        self.viewer = self.window.viewer
        self.window.resize(1280, 800)
        self.bench.show()
        QTest.qWait(300)

    def save(self, name: str, widget: QWidget | None = None) -> None:
        QTest.qWait(150)
        (widget or self.window).grab().save(str(self.out / f"{name}.png"))
        sys.stdout.write(f"{name}\n")

    def wait(self, done: Callable[[], bool]) -> None:
        for _ in range(PATIENCE_MS // 20):
            if done():
                return
            QTest.qWait(20)
        raise TimeoutError("this took too long")

    def open(self, *folders: str) -> None:
        known = len(self.session.studies)
        self.bench.open_paths([DATA / folder for folder in folders])
        self.wait(lambda: len(self.session.studies) > known and self._settled())
        QTest.qWait(1500)  # thumbnails

    def choose(self, *words: str, kind: str = "dicom") -> None:
        self.session.series = self.series(*words, kind=kind)
        self.wait(self._settled)

    def series(self, *words: str, kind: str = "dicom") -> Series:
        every = [series for study in self.session.studies for series in study.series if series.kind == kind]
        return next(s for s in every if all(word in f"{s.modality} {s.description}" for word in words))

    def _settled(self) -> bool:
        return self.viewer.canvas.volume is not None and not self.viewer.display.waiting

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        canvas = self.viewer.canvas
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(*start))
        QTest.mouseMove(canvas, QPoint(*end))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(*end))
        QTest.qWait(20)


def make(gallery: Gallery) -> None:
    """Save every scene."""
    viewer, window, session = gallery.viewer, gallery.window, gallery.session
    gallery.save("01-empty")
    gallery.open("dicom_ct_head_ge_tilt", "dicom_mr_braintumor", "mri_t1_nifti", "cxr_pneumonia_fullres_sample")
    gallery.choose("CT")
    gallery.save("02-ct-head")
    viewer.preset(4)
    for kind, start, end in (
        ("length", (180, 150), (420, 200)),
        ("ellipse", (320, 300), (400, 370)),
        ("rectangle", (420, 420), (520, 480)),
    ):
        viewer.measuring.set_tool(kind)  # type: ignore[arg-type]
        gallery.drag(start, end)
    viewer.measuring.set_tool(None)
    viewer.measuring.listing.show()
    gallery.save("03-measuring")
    viewer.measuring.listing.hide()
    window.action_table["range_mask"].trigger()
    (dialog,) = window.findChildren(RangeMaskDialog)
    gallery.wait(lambda: dialog.complete)
    gallery.save("04-bone-mask")
    gallery.save("05-bone-mask-dialog", dialog)
    dialog.keep_button.click()
    viewer.canvas.turn(FLIP_HORIZONTALLY)
    viewer.invert()
    gallery.save("06-flipped-inverted")
    viewer.reset()
    viewer.canvas.set_overlays()
    viewer.set_layout("mpr")
    gallery.wait(lambda: not viewer.planes.busy)
    gallery.save("07-planes-straightened")
    gallery.choose("t1", kind="nifti")
    gallery.wait(lambda: not viewer.planes.busy)
    gallery.save("08-planes")
    viewer.slab.set_thickness_mm(20)
    viewer.slab.set_kind("MIP")
    gallery.save("09-planes-mip")
    viewer.slab.set_kind(None)
    viewer.set_layout("2x2")
    for number, words in enumerate((("T1post",), ("FLAIR",), ("Mask",), ("CT",)), start=1):
        viewer.activate_number(number)
        gallery.choose(*words)
    gallery.save("10-four-images")
    session.personal = False
    gallery.save("11-names-hidden")
    session.personal = True
    window.resize(1024, 768)
    gallery.save("16-small-screen")
    viewer.save_layout(gallery.out / "17-saved-images.png")
    window.resize(1280, 800)
    viewer.set_layout("1x1")
    gallery.choose("", kind="picture")
    gallery.save("12-radiograph")
    gallery.choose("T1post")
    tags = next(w for w in window.findChildren(TagBrowser))
    window.action_table["dicom_tags"].trigger()
    gallery.save("13-tags", tags)
    tags.close()
    sheet = shortcuts_dialog(window, window.action_table.shortcuts())
    sheet.open()
    gallery.save("14-shortcuts", sheet)
    sheet.close()
    viewer.show_error("The file ends too early: 2,048 bytes of its pixels are missing (slice-12.dcm).")
    gallery.save("15-error")


def main() -> None:
    """Write all pictures into the folder that the command line names."""
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m tests.gallery OUT")
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    gallery = Gallery(out)
    try:
        make(gallery)
    finally:
        gallery.bench.close_workers()


if __name__ == "__main__":
    main()
