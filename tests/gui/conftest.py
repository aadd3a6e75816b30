"""What tests of the window share."""

from __future__ import annotations

import pytest

from medprune_gui.session.session import Session
from medprune_gui.ui.pruning.panel import PruningPanel


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
