"""Which labels over an image are seen, and how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from medprune_gui.ui.viewer.image_canvas import ImageCanvas
from medprune_gui.ui.viewer.overlay import label_colour

_MOST = 24  # a longer menu leaves a small screen
_SWATCH = 12


class LabelMenu(QMenu):
    """One entry a label of the active image, with its colour; and whether areas are filled.

    Parameters
    ----------
    canvas
        Returns the active canvas.
    """

    def __init__(self, canvas: Callable[[], ImageCanvas], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        self.clear()
        canvas = self._canvas()
        if canvas.labels is None:
            return
        found = [label for label in np.flatnonzero(np.bincount(canvas.labels.reshape(-1))).tolist() if label]
        look = canvas.label_look
        for label in found[:_MOST]:
            action = self.addAction(self._swatch(label), self.tr("Label {0}").format(label))
            action.setCheckable(True)
            action.setChecked(label not in look.hidden)
            action.toggled.connect(partial(self._show, label))
        if found[_MOST:]:
            self.addAction(self.tr("and {0} more").format(len(found) - _MOST)).setEnabled(False)
        self.addSeparator()
        outlines = self.addAction(self.tr("Outlines only"))
        outlines.setCheckable(True)
        outlines.setChecked(not look.filled)
        outlines.toggled.connect(self._outline)

    def _show(self, label: int, shown: bool) -> None:
        canvas = self._canvas()
        hidden = canvas.label_look.hidden - {label} if shown else canvas.label_look.hidden | {label}
        canvas.set_label_look(replace(canvas.label_look, hidden=hidden))

    def _outline(self, outlines: bool) -> None:
        canvas = self._canvas()
        canvas.set_label_look(replace(canvas.label_look, filled=not outlines))

    def _swatch(self, label: int) -> QIcon:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(round(_SWATCH * ratio), round(_SWATCH * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(label_colour(label))
        return QIcon(pixmap)
