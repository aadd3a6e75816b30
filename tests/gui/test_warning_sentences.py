"""What the engine says of faulty series is known, and said in the language of the window."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator

import medprune_gui
from medprune_gui.engine.imaging import scan
from medprune_gui.engine.resources import resource
from medprune_gui.ui.study.warning_sentences import SENTENCES, sentence_patterns
from medprune_gui.ui.study.warning_words import warning_text

PACKAGE = Path(medprune_gui.__file__).parent


def wordings(node: ast.expr, function: ast.AST) -> set[str]:
    """Return what an expression may say; 7 stands for what is known only when the program runs."""
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.JoinedStr(values=parts):
            return {"".join(chosen) for chosen in product(*(wordings(part, function) for part in parts))}
        case ast.FormattedValue(value=value):
            return wordings(value, function)
        case ast.IfExp(body=one, orelse=other):
            return wordings(one, function) | wordings(other, function)
        case ast.Call(func=ast.Attribute(value=ast.Dict(values=values), attr="get"), args=[_, default]):
            return set().union(*(wordings(value, function) for value in (*values, default)))
        case ast.Name(id=name):
            found = {text for value in assigned(name, function) for text in wordings(value, function)}
            return found or {"7"}
    return {"7"}


def assigned(name: str, function: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            match node.targets[0]:
                case ast.Name(id=target) if target == name:
                    yield node.value
                case ast.Tuple(elts=names) if isinstance(node.value, ast.Tuple):
                    for target, value in zip(names, node.value.elts, strict=True):
                        if isinstance(target, ast.Name) and target.id == name:
                            yield value


def messages() -> Iterator[set[str]]:
    """Yield for every warning that the code makes what it may say."""
    for path in (*(PACKAGE / "engine" / "imaging").glob("*.py"), *(PACKAGE / "workers").glob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                for node in ast.walk(function):
                    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "SeriesWarning":
                        yield wordings(node.args[1], function)


def sentence_of(message: str) -> str | None:
    return next((sentence for sentence, pattern in sentence_patterns() if pattern.fullmatch(message)), None)


def test_every_warning_of_the_code_is_known_and_no_sentence_is_idle():
    made = list(messages())
    assert len(made) > 15
    for said in made:
        assert any(sentence_of(message) for message in said), said
    assert {sentence_of(message) for said in made for message in said} - {None} == set(SENTENCES)


def test_english_words_come_back_as_they_were():
    for said in messages():
        for message in said:
            sentence = sentence_of(message)
            if sentence is not None:
                numbers = dict(sentence_patterns())[sentence].fullmatch(message).groups()
                assert sentence.format(*numbers) == message


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ("Der Schichtabstand schwankt zwischen 1.08 und 7.00 mm", "Grad", "Gantry-Kippung")),
        ("zh_CN", ("层间距在 1.08 至 7.00 mm 之间变化", "度", "机架倾斜")),
    ],
)
def test_a_tilted_uneven_head_is_warned_of_with_its_numbers(qapp, data_root, language, words):
    (study,) = scan(data_root / "dicom_ct_head_ge_tilt")
    english = [warning_text(warning) for warning in study.series[0].warnings]
    translator = QTranslator()
    assert translator.load(str(resource(f"translations/medprune_{language}.qm")))
    QCoreApplication.installTranslator(translator)
    try:
        said = [warning_text(warning) for warning in study.series[0].warnings]
    finally:
        QCoreApplication.removeTranslator(translator)
    assert len(said) == len(english)
    assert all(one != other for one, other in zip(said, english, strict=True))
    for word in words:
        assert any(word in text for text in said), said
    # The files are named as before.
    assert any("dcm" in text for text in said)
