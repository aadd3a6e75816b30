from pathlib import Path

from medprune_gui.session.settings import Settings, load_settings, save_settings


def test_settings_survive_a_round_trip(tmp_path):
    settings = Settings(runs_folder=tmp_path / "runs")
    for name in "abcab":
        settings.remember(Path(f"/images/{name}"))
    save_settings(settings, tmp_path / "deep" / "settings.json")
    loaded = load_settings(tmp_path / "deep" / "settings.json")
    assert loaded == settings
    assert [path.name for path in loaded.recent] == ["b", "a", "c"]


def test_a_damaged_file_is_set_aside_and_defaults_are_used(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text('{"recent": 7')
    assert load_settings(path) == Settings()
    assert not path.exists()
    assert (tmp_path / "settings.broken.json").read_text() == '{"recent": 7'
