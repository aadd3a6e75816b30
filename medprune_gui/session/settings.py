"""The program's settings: typed, validated, kept in the user's configuration folder."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from platformdirs import user_config_path, user_documents_path
from pydantic import BaseModel, ConfigDict, Field, ValidationError

_RECENT = 10


class Settings(BaseModel):
    """What the program remembers between two starts.

    ``geometry`` and ``docks`` are Qt's own byte strings in hexadecimal.
    """

    model_config = ConfigDict(extra="ignore", validate_assignment=True)

    recent: list[Path] = Field(default_factory=list)
    runs_folder: Path = Field(default_factory=lambda: user_documents_path() / "MedPrune")
    geometry: str = ""
    docks: str = ""

    def remember(self, path: Path) -> None:
        """Put ``path`` first among the recent ones."""
        path = path.absolute()
        self.recent = [path, *(other for other in self.recent if other != path)][:_RECENT]


def settings_path() -> Path:
    """Return where the settings are kept; ``MEDPRUNE_CONFIG`` names another folder."""
    folder = os.environ.get("MEDPRUNE_CONFIG")
    return (Path(folder) if folder else user_config_path("medprune")) / "settings.json"


def load_settings(path: Path) -> Settings:
    """Read the settings; a damaged file is set aside as ``settings.broken.json`` and defaults are used."""
    try:
        return Settings.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Settings()
    except (OSError, ValidationError):
        with suppress(OSError):
            path.replace(path.with_suffix(".broken.json"))
        return Settings()


def save_settings(settings: Settings, path: Path) -> None:
    """Write the settings whole; a folder that cannot be written to costs the settings only."""
    temporary = path.with_suffix(".tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(settings.model_dump_json(indent=2), encoding="utf-8")
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
