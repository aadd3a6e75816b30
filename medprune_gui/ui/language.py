"""In which language the window speaks."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from medprune_gui.engine.resources import resource

LANGUAGES: Mapping[str, str] = {"en": "English", "de": "Deutsch", "zh_CN": "简体中文"}
"""Each language that the window speaks, by the name of its catalogue, in its own words."""

ENVIRONMENT = "MEDPRUNE_LANGUAGE"


def wanted_language(setting: str) -> str:
    """Return the language to show: what the environment asks for, else the user's setting, else the system's.

    Parameters
    ----------
    setting
        One of `LANGUAGES`, or empty for the system's.
    """
    for name in (os.environ.get(ENVIRONMENT, ""), setting):
        if name in LANGUAGES:
            return name
    return nearest_language(QLocale.system().uiLanguages())


def nearest_language(wanted: Iterable[str]) -> str:
    """Return the first of the languages that a user reads, such as ``de-AT``, which the window speaks, else English.

    Chinese is taken where it is written in simplified characters.
    """
    for name in wanted:
        locale = QLocale(name)
        if locale.language() == QLocale.Language.English:
            return "en"
        if locale.language() == QLocale.Language.German:
            return "de"
        if locale.language() == QLocale.Language.Chinese and locale.script() == QLocale.Script.SimplifiedHanScript:
            return "zh_CN"
    return "en"


def install_language(app: QCoreApplication, language: str) -> None:
    """Have Qt translate what is shown from now on; widgets that are there already keep their words.

    Numbers, units and the letters of directions are no words and stay as they are in every language.

    Parameters
    ----------
    language
        One of `LANGUAGES`.
    """
    if app.property("language") == language:
        return
    app.setProperty("language", language)
    for old in app.findChildren(QTranslator):
        app.removeTranslator(old)
        old.deleteLater()
    if language == "en":
        return
    # Qt's own texts, such as those of its buttons, are there where the wheel or the system has them.
    qt = QTranslator(app)
    if qt.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(qt)
    own = QTranslator(app)
    if own.load(str(resource(f"translations/medprune_{language}.qm"))):
        app.installTranslator(own)
