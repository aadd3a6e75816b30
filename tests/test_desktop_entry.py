"""What desktops find the program by has one name everywhere."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

PACKAGING = Path(__file__).parents[1] / "packaging"


def test_entry_component_and_icon_share_one_id():
    (metainfo,) = PACKAGING.glob("*.metainfo.xml")
    component = ElementTree.parse(metainfo).getroot()
    name = component.findtext("id")
    assert metainfo.name == f"{name}.metainfo.xml"
    assert component.findtext("launchable") == f"{name}.desktop"
    entry = (PACKAGING / f"{name}.desktop").read_text().splitlines()
    assert f"Icon={name}" in entry
    assert (PACKAGING / f"{name}.svg").is_file()
    assert f'setDesktopFileName("{name}")' in (PACKAGING.parent / "medprune_gui" / "qt_application.py").read_text()
