"""A network's parameters as a small form: one line each, checked as it is typed."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from medprune_gui.engine.errors import ConfigError
from medprune_gui.engine.models.parameters import ALLOWED
from medprune_gui.ui.pruning.choice_combo import ChoiceCombo
from medprune_gui.ui.pruning.wheel_guard import WheelGuard


def value_words(value: Any) -> str:
    """Write a parameter the way `parse_value` reads it: ``0.5``, ``batch``, ``32, 64, 128``."""
    if isinstance(value, list | tuple):
        return ", ".join(value_words(item) for item in value)
    return str(value)


def parse_value(name: str, text: str, default: Any) -> Any:
    """Read a parameter of the same type as its default.

    Parameters
    ----------
    name
        The parameter's name, for the message.
    text
        As typed.
    default
        Says the type: a number, a word, or a sequence of such, whose items are separated by commas.

    Raises
    ------
    ConfigError
        The text is no such value.
    """
    text = text.strip()
    if isinstance(default, list | tuple):
        items = [part for part in text.strip("()[] ").split(",") if part.strip()]
        if not items:
            raise ConfigError("give at least one value, or several separated by commas", where=name)
        return [parse_value(name, item, default[0] if default else 0) for item in items]
    try:
        if isinstance(default, int):
            return int(text)
        if isinstance(default, float):
            value = float(text)
            if not math.isfinite(value):
                raise ValueError(text)
            return value
    except ValueError as error:
        kind = "a whole number" if isinstance(default, int) else "a number"
        raise ConfigError(f"{text!r} is not {kind}" if text else f"give {kind}", where=name) from error
    if not text:
        raise ConfigError("give a value", where=name)
    return text


class ParameterForm(QWidget):
    """Edits what differs from the defaults.

    `changed` is emitted when the user changed a value and all values can be read; `checked` whenever the message
    that says what is wrong changes.
    """

    changed = Signal()
    checked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._defaults: dict[str, Any] = {}
        self._values: dict[str, Any] = {}
        self.editors: dict[str, QLineEdit | QCheckBox | ChoiceCombo] = {}
        self._guard = WheelGuard(self)
        self.problem = QLabel()
        self.problem.setObjectName("parameter_problem")
        self.problem.setProperty("warning", True)
        self.problem.setWordWrap(True)
        self.problem.hide()
        self._form = QFormLayout()
        self._form.setContentsMargins(0, 0, 0, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._form)
        layout.addWidget(self.problem)

    @property
    def parameters(self) -> dict[str, Any]:
        """What differs from the defaults, sequences as lists."""
        return dict(self._values)

    @property
    def valid(self) -> bool:
        """Whether every value can be read."""
        return self.problem.isHidden()

    def show_parameters(self, defaults: dict[str, Any], values: dict[str, Any]) -> None:
        """Show parameters without announcing them.

        Parameters
        ----------
        defaults
            Name -> default of every parameter of the network.
        values
            Name -> value of those that were set; unknown names are kept as they are.
        """
        if defaults != self._defaults:
            self._defaults = defaults
            self._build()
        self._values = dict(values)
        for name, editor in self.editors.items():
            value = values.get(name, defaults[name])
            with QSignalBlocker(editor):
                if isinstance(editor, QCheckBox):
                    editor.setChecked(bool(value))
                elif isinstance(editor, ChoiceCombo):
                    editor.show_choice(value)
                elif not self._same(editor, name, value):
                    editor.setText(value_words(value))
        self._show_problem("")

    def _same(self, editor: QLineEdit, name: str, value: Any) -> bool:
        # Leaves "32,64" alone while it is typed.
        try:
            return bool(_plain(parse_value(name, editor.text(), self._defaults[name])) == _plain(value))
        except ConfigError:
            return False

    def _build(self) -> None:
        while self._form.rowCount():
            self._form.removeRow(0)
        self.editors = {}
        for name, default in self._defaults.items():
            editor: QLineEdit | QCheckBox | ChoiceCombo
            choices = ALLOWED[name].choices if name in ALLOWED else ()
            if isinstance(default, bool):
                editor = QCheckBox()
                editor.toggled.connect(self._read)
            elif choices:
                editor = ChoiceCombo([(choice, choice, "") for choice in choices])
                editor.chosen.connect(self._read)
            else:
                editor = QLineEdit()
                editor.textEdited.connect(self._read)
            editor.setObjectName(f"parameter_{name}")
            editor.setAccessibleName(name)
            editor.setToolTip(self.tr("Default: {default}").format(default=value_words(default)))
            self.editors[name] = editor
            self._form.addRow(name.replace("_", " "), editor)
        self._guard.guard(self)

    def _read(self) -> None:
        values = {name: value for name, value in self._values.items() if name not in self._defaults}
        try:
            for name, editor in self.editors.items():
                default = self._defaults[name]
                value: Any
                if isinstance(editor, QCheckBox):
                    value = editor.isChecked()
                elif isinstance(editor, ChoiceCombo):
                    value = editor.choice
                else:
                    value = parse_value(name.replace("_", " "), editor.text(), default)
                if _plain(value) != _plain(default):
                    values[name] = value
        except ConfigError as error:
            self._show_problem(str(error))
            return
        self._show_problem("")
        self._values = values
        self.changed.emit()

    def _show_problem(self, problem: str) -> None:
        if problem != self.problem.text():
            self.problem.setText(problem)
            self.problem.setVisible(bool(problem))
            self.checked.emit()


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
