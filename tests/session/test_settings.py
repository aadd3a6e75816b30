import json
import os
from pathlib import Path

import pytest

from medprune_gui.session.settings import Settings, load_settings, save_settings


def test_settings_survive_a_round_trip(tmp_path):
    settings = Settings(runs_folder=tmp_path / "runs")
    for name in "abcab":
        settings.remember(Path(f"/images/{name}"))
    save_settings(settings, tmp_path / "deep" / "settings.json")
    loaded = load_settings(tmp_path / "deep" / "settings.json")
    assert loaded == settings
    assert [path.name for path in loaded.recent] == ["b", "a", "c"]


@pytest.mark.parametrize("damaged", ['{"recent": 7', "[]", '{"docks": "\udcff"}'])
def test_a_damaged_file_is_set_aside_and_defaults_are_used(tmp_path, damaged):
    path = tmp_path / "settings.json"
    content = damaged.encode("utf-8", "surrogateescape")
    path.write_bytes(content)
    assert load_settings(path) == Settings()
    assert not path.exists()
    assert (tmp_path / "settings.broken.json").read_bytes() == content


def test_one_wrong_field_costs_that_field_only(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"recent": 7, "docks": "00ff", "runs_folder": "/runs", "later": True}))
    assert load_settings(path) == Settings(docks="00ff", runs_folder=Path("/runs"))
    assert path.exists()


def test_a_file_that_cannot_be_read_is_left_as_it_is_and_never_written_over(tmp_path, monkeypatch):
    path = tmp_path / "settings.json"
    save_settings(Settings(docks="00ff"), path)
    with monkeypatch.context() as away:
        away.setattr(Path, "read_bytes", lambda self: (_ for _ in ()).throw(PermissionError(13, "no", str(self))))
        settings = load_settings(path)
    assert settings.docks == ""
    settings.remember(Path("/images/a"))
    save_settings(settings, path)
    assert load_settings(path) == Settings(docks="00ff")
    assert list(tmp_path.iterdir()) == [path]


def test_settings_are_replaced_at_one_stroke(tmp_path):
    path, second_name = tmp_path / "settings.json", tmp_path / "kept.json"
    save_settings(Settings(docks="00ff"), path)
    os.link(path, second_name)
    save_settings(Settings(docks="0000"), path)
    # A file that was written into, and not replaced, would have changed under its second name too.
    assert load_settings(second_name).docks == "00ff"
    assert load_settings(path).docks == "0000"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["kept.json", "settings.json"]
