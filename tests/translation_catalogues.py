"""The catalogues of translations as tests read them."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]


@cache
def collector() -> ModuleType:
    """The script that keeps the catalogues; its folder is no package, and another one bears its name."""
    spec = importlib.util.spec_from_file_location("medprune_translations", ROOT / "packaging" / "translations.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@cache
def catalogue(language: str) -> dict[tuple[str, str], str | None]:
    """(context, source) -> translation; None where it is not finished."""
    tree = ElementTree.parse(ROOT / "resources" / "translations" / f"medprune_{language}.ts")
    found = {}
    for context in tree.iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            key = context.findtext("name"), message.findtext("source")
            found[key] = None if translation.get("type") == "unfinished" else translation.text
    return found
