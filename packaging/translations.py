"""Bring the translations up to date: `python packaging/translations.py` after a text of the window was changed.

Collects the texts that the window translates, hands them to Qt's lupdate, which merges them into
``resources/translations/medprune_*.ts`` (what was translated stays, new texts are marked unfinished, those gone are
dropped), and has lrelease make the ``.qm`` files that the program loads. Both kinds of files are checked in. Translate
in Qt Linguist or any editor, then run this once more.

Texts are collected here and not by lupdate itself, which takes the class around a call for its context: wrong for
``window.tr`` in a function, and blind to helpers such as ``_tr`` and to tables whose texts are translated where they
are shown.
"""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import PySide6

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "medprune_gui"
CATALOGUES = ROOT / "resources" / "translations"
LANGUAGES = ("de", "zh_CN")

#: Calls whose text is no literal, and where their texts stand instead; see `table_texts`.
TABLE_CALLS = {
    ("app_actions.py", "window.tr(action)"),
    ("app_actions.py", "window.tr(gesture)"),
    ("ui/study/warning_sentences.py", "QCoreApplication.translate('SeriesWarnings', sentence)"),
    ("ui/viewer/preset_names.py", "QCoreApplication.translate('Presets', name)"),
    ("ui/pruning/network_section.py", "self.tr(known.title)"),
    ("ui/pruning/network_section.py", "self.tr(known.note)"),
    ("ui/pruning/network_section.py", "self.tr(chosen.note)"),
    ("ui/pruning/network_section.py", "self.tr(chosen.title)"),
    ("ui/pruning/plan_choices.py", "self.tr(info.title)"),
    ("ui/pruning/plan_choices.py", "self.tr(info.note)"),
    ("ui/pruning/sensitivity_dialog.py", "self.tr(criterion_info(name).title)"),
}


@dataclass(frozen=True, order=True)
class Text:
    """A text of the window: the context that Qt looks it up in, and the English words."""

    context: str
    source: str


def collect() -> dict[Text, Path]:
    """Return every text that the window translates, with the file that it stands in.

    Raises
    ------
    ValueError
        A call's text or context cannot be told, so that it would never be translated.
    """
    found = dict(table_texts())
    for path in sorted(PACKAGE.rglob("*.py")):
        if PACKAGE / "engine" not in path.parents:
            visitor = _Calls(path)
            visitor.visit(ast.parse(path.read_text(encoding="utf-8")))
            found |= dict.fromkeys(visitor.texts, path)
    return found


def table_texts() -> Iterator[tuple[Text, Path]]:
    """Yield the texts of tables, which are translated where they are shown."""
    from medprune_gui.engine.imaging.voi import PRESETS
    from medprune_gui.engine.models.registry import architectures
    from medprune_gui.engine.settings.criterion_names import catalogue
    from medprune_gui.ui.study.warning_sentences import SENTENCES
    from medprune_gui.ui.viewer.gestures import FIGURES, MOUSE

    for row in (*MOUSE, *FIGURES):
        for words in row:
            yield Text("MainWindow", words), PACKAGE / "ui/viewer/gestures.py"
    for sentence in SENTENCES:
        yield Text("SeriesWarnings", sentence), PACKAGE / "ui/study/warning_sentences.py"
    for window in PRESETS.values():
        yield Text("Presets", window.name), PACKAGE / "ui/viewer/preset_names.py"
    for network in architectures():
        for words in (network.title, network.note):
            yield Text("NetworkSection", words), PACKAGE / "ui/pruning/network_section.py"
    for info in catalogue():
        yield Text("PlanChoices", info.title), PACKAGE / "ui/pruning/plan_choices.py"
        yield Text("PlanChoices", info.note), PACKAGE / "ui/pruning/plan_choices.py"
        yield Text("SensitivityDialog", info.title), PACKAGE / "ui/pruning/sensitivity_dialog.py"


@dataclass
class _Calls(ast.NodeVisitor):
    """Collects the texts of one module's calls of ``tr``, ``_tr`` and ``translate``."""

    path: Path
    texts: list[Text] = field(default_factory=list)
    # Classes and functions around the node, the innermost last.
    around: list[ast.ClassDef | ast.FunctionDef] = field(default_factory=list)
    helper_context: str | None = None

    def visit_Module(self, node: ast.Module) -> None:
        for item in node.body:
            if isinstance(item, ast.FunctionDef) and item.name == "_tr":
                self.helper_context = next(
                    call.args[0].value
                    for call in ast.walk(item)
                    if isinstance(call, ast.Call) and isinstance(call.args[0], ast.Constant)
                )
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._within(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if node.name != "_tr":
            self._within(node)

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        match node.func:
            case ast.Name(id="_tr"):
                self._take(node, self.helper_context, node.args[0])
            case ast.Name(id="tr"):
                self._take(node, self._type_of(self._alias("tr")), node.args[0])
            case ast.Attribute(value=ast.Name(id="self"), attr="tr"):
                classes = [scope.name for scope in self.around if isinstance(scope, ast.ClassDef)]
                self._take(node, classes[-1], node.args[0])
            case ast.Attribute(value=ast.Name(id=name), attr="tr"):
                self._take(node, self._type_of(name), node.args[0])
            case ast.Attribute(value=ast.Name(id="QCoreApplication"), attr="translate"):
                context = node.args[0]
                self._take(node, context.value if isinstance(context, ast.Constant) else None, node.args[1])
            case ast.Attribute(attr="tr"):
                self._take(node, None, node.args[0])

    def _within(self, node: ast.ClassDef | ast.FunctionDef) -> None:
        self.around.append(node)
        self.generic_visit(node)
        self.around.pop()

    def _take(self, call: ast.Call, context: str | None, text: ast.expr) -> None:
        if (self.path.relative_to(PACKAGE).as_posix(), ast.unparse(call)) in TABLE_CALLS:
            return
        if context is None or not isinstance(text, ast.Constant) or not isinstance(text.value, str):
            raise ValueError(
                f"{self.path}:{call.lineno}: {ast.unparse(call)} is not collected. Translate a literal text, of an "
                "object with an annotated type, or add the call to TABLE_CALLS and its texts to table_texts"
            )
        if not any(isinstance(scope, ast.FunctionDef) for scope in self.around):
            raise ValueError(f"{self.path}:{call.lineno}: translated on import, before the language is chosen")
        self.texts.append(Text(context, text.value))

    def _alias(self, name: str) -> str:
        """Return ``window`` for a function's ``tr = window.tr``."""
        for scope in reversed(self.around):
            for item in ast.walk(scope):
                match item:
                    case ast.Assign(
                        targets=[ast.Name(id=target)], value=ast.Attribute(value=ast.Name(id=of), attr="tr")
                    ) if target == name:
                        return of
        return name

    def _type_of(self, name: str) -> str | None:
        """Return the annotated type of a variable; Qt's tr asks the classes above it as well."""
        for scope in reversed(self.around):
            for item in ast.walk(scope):
                match item:
                    case ast.arg(arg=found, annotation=ast.Name(id=kind)) if found == name:
                        return kind
                    case ast.AnnAssign(target=ast.Name(id=found), annotation=ast.Name(id=kind)) if found == name:
                        return kind
        return None


def update() -> None:
    """Merge the texts into the catalogues."""
    with tempfile.TemporaryDirectory() as folder:
        # lupdate reads C++; json's escapes are C's.
        lines = [
            f"QT_TRANSLATE_NOOP({json.dumps(text.context)}, {json.dumps(text.source, ensure_ascii=False)});\n"
            for text in sorted(collect())
        ]
        listing = Path(folder) / "texts.cpp"
        listing.write_text("".join(lines), encoding="utf-8")
        for language in LANGUAGES:
            _run(
                "lupdate", listing, "-locations", "none", "-no-obsolete", "-source-language", "en",
                "-target-language", language, "-disable-heuristic", "similartext", "-ts", _source(language),
            )  # fmt: skip


def release(folder: Path = CATALOGUES) -> None:
    """Make the files that the program loads; unfinished texts are left out of them and stay English."""
    for language in LANGUAGES:
        _run("lrelease", "-silent", "-nounfinished", _source(language), "-qm", folder / f"medprune_{language}.qm")


def tool(name: str) -> str | None:
    """Return the path of a Qt tool that comes with PySide6; None if it is not there."""
    if found := shutil.which(f"pyside6-{name}"):
        return found
    return shutil.which(name, path=str(Path(PySide6.__file__).parent))


def _source(language: str) -> Path:
    return CATALOGUES / f"medprune_{language}.ts"


def _run(name: str, *arguments: str | Path) -> None:
    path = tool(name)
    if path is None:
        sys.exit(f"pyside6-{name} was not found: install PySide6-Essentials.")
    subprocess.run([path, *map(str, arguments)], check=True)  # noqa: S603


if __name__ == "__main__":
    update()
    release()
