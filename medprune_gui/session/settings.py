"""The program's settings: typed, validated, kept in the user's configuration folder."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Literal

from platformdirs import user_config_path, user_documents_path
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from medprune_gui.engine.errors import OutputError
from medprune_gui.engine.files import write_whole

_RECENT = 10

Language = Literal["", "en", "de", "zh_CN"]
"""Of the window, as its catalogue is called; empty: that of the system."""


class Remembered(BaseModel):
    """What a recent path is told by where its name, which may be a patient's, is hidden."""

    kind: Literal["folder", "run", "experiment", "file"]
    opened: datetime


class Settings(BaseModel):
    """What the program remembers between two starts.

    ``geometry`` and ``docks`` are Qt's own byte strings in hexadecimal. ``image_memory_mib`` is how much memory one
    series of images may take: a larger one is kept in a file, of which no more than that is in memory at one time;
    None: a quarter of the machine's memory, at least 1 GiB.
    """

    model_config = ConfigDict(extra="ignore", validate_assignment=True)

    recent: list[Path] = Field(default_factory=list)
    remembered: dict[Path, Remembered] = Field(default_factory=dict)
    runs_folder: Path = Field(default_factory=lambda: user_documents_path() / "MedPrune")
    geometry: str = ""
    docks: str = ""
    language: Language = ""
    image_memory_mib: int | None = Field(default=None, ge=64)

    # A file that is there but could not be read is never written over.
    _unread: bool = PrivateAttr(default=False)

    @property
    def image_budget_bytes(self) -> int | None:
        """``image_memory_mib`` in bytes."""
        return None if self.image_memory_mib is None else self.image_memory_mib << 20

    def remember(self, path: Path) -> None:
        """Put ``path`` first among the recent ones."""
        path = path.absolute()
        self.recent = [path, *(other for other in self.recent if other != path)][:_RECENT]
        known = self.remembered | {path: Remembered(kind=_kind(path), opened=datetime.now().astimezone())}
        self.remembered = {other: known[other] for other in self.recent if other in known}


def _kind(path: Path) -> Literal["folder", "run", "experiment", "file"]:
    if path.suffix.lower() == ".toml":
        return "experiment"
    with suppress(OSError):  # a folder that may not be looked into
        if (path / "summary.json").is_file():
            return "run"
        if path.is_dir():
            return "folder"
    return "file"


def settings_path() -> Path:
    """Return where the settings are kept; ``MEDPRUNE_CONFIG`` names another folder."""
    folder = os.environ.get("MEDPRUNE_CONFIG")
    return (Path(folder) if folder else user_config_path("medprune")) / "settings.json"


def load_settings(path: Path) -> Settings:
    """Read the settings; a field that is missing or wrong has its default.

    A damaged file is set aside as ``settings.broken.json``. One that cannot be read, such as on a network folder that
    is away, is left as it is, and nothing is saved over it.
    """
    settings = Settings()
    try:
        values = json.loads(path.read_bytes())
        if not isinstance(values, dict):
            raise ValueError("not an object")
    except FileNotFoundError:
        return settings
    except OSError:
        settings._unread = True
        return settings
    except ValueError:
        with suppress(OSError):
            path.replace(path.with_suffix(".broken.json"))
        return settings
    for name in Settings.model_fields.keys() & values.keys():
        with suppress(ValidationError):
            setattr(settings, name, values[name])
    return settings


def save_settings(settings: Settings, path: Path) -> None:
    """Write the settings whole; a folder that cannot be written to costs the settings only."""
    if not settings._unread:
        with suppress(OutputError):
            write_whole(path, settings.model_dump_json(indent=2).encode())
