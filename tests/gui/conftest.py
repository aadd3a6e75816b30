"""What tests of the window share."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from medprune_gui.session.session import Session
from medprune_gui.ui.pruning.panel import PruningPanel
from medprune_gui.ui.study.browser import StudyBrowser
from medprune_gui.ui.theme import apply_theme


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def panel(qtbot, session) -> PruningPanel:
    panel = PruningPanel(session)
    qtbot.addWidget(panel)
    panel.resize(340, 900)
    panel.show()
    return panel


@pytest.fixture
def themed(qapp: QApplication) -> None:
    """The dark look and its font, which sizes depend on."""
    apply_theme(qapp)


@pytest.fixture
def browser(qtbot: QtBot, session: Session, themed: None) -> StudyBrowser:  # dressed first
    browser = StudyBrowser(session)
    qtbot.addWidget(browser)
    browser.resize(340, 800)
    browser.show()
    return browser
