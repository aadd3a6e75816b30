"""Where what was worked out once is kept for the next time."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_cache_path

#: Variable with the folder to use instead of the user's own.
FOLDER_VARIABLE = "MEDPRUNE_CACHE"


def cache_folder(kind: str) -> Path:
    """Return the folder of one kind of kept files; it need not exist, and whatever is in it may go at any time."""
    given = os.environ.get(FOLDER_VARIABLE)
    return (Path(given) if given else user_cache_path("medprune")) / kind
