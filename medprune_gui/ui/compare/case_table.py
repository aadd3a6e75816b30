"""The test cases as a table that can be sorted and filtered."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Literal

from PySide6.QtCore import (
    QAbstractProxyModel,
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QColor

from medprune_gui.engine.export.case_selection import score_change
from medprune_gui.engine.records import CaseRecord, Comparison
from medprune_gui.ui import theme
from medprune_gui.ui.compare.quantities import number, signed

Index = QModelIndex | QPersistentModelIndex
CaseFilter = Literal["all", "disagreements", "lost", "won", "both wrong"]

# The change stands before the scores: it must be seen where the list is narrow.
CASE, TRUTH, ORIGINAL, PRUNED, CHANGE, ORIGINAL_SCORE, PRUNED_SCORE = range(7)

RIGHT, WRONG = "\N{CHECK MARK}", "\N{BALLOT X}"
_IMAGE_SUFFIX = re.compile(r"\.(png|jpe?g|pgm|bmp|tiff?|dcm|nii(\.gz)?)$", re.IGNORECASE)
# A Dice below this is called poor: about where a reader would redraw the outline.
POOR_DICE = 0.7


def mean_score(scores: tuple[float, ...]) -> float:
    """Return the mean of the scores that are numbers, NaN where there is none (absent by reference and network)."""
    finite = [score for score in scores if math.isfinite(score)]
    return sum(finite) / len(finite) if finite else math.nan


def score(case: CaseRecord, classes: tuple[str, ...], pruned: bool) -> float:
    """Return one network's score of a case: probability of the true class, or mean Dice in segmentation."""
    scores = case.pruned_scores if pruned else case.original_scores
    if case.truth in classes and classes.index(case.truth) < len(scores):
        return scores[classes.index(case.truth)]
    return mean_score(scores)


def short_name(case: CaseRecord) -> str:
    """Return a case's name without the folders before a file's name, which would leave no room for it."""
    return case.case.rsplit("/", 1)[-1]


class CaseModel(QAbstractTableModel):
    """One row a test case, in the order of ``comparison.cases``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._comparison: Comparison | None = None
        self._scores: list[tuple[float, float]] = []
        self._marks_only = False

    def show_comparison(self, comparison: Comparison | None) -> None:
        """Replace the rows."""
        self.beginResetModel()
        self._comparison = comparison
        self._scores = (
            [
                (score(case, comparison.classes, pruned=False), score(case, comparison.classes, pruned=True))
                for case in comparison.cases
            ]
            if comparison
            else []
        )
        self.endResetModel()

    def show_marks_only(self, marks_only: bool) -> None:
        """Mark what the networks called right and wrong, without the classes' names, where there is little room."""
        if marks_only != self._marks_only:
            self._marks_only = marks_only
            if self._scores:
                self.dataChanged.emit(self.index(0, ORIGINAL), self.index(len(self._scores) - 1, PRUNED))

    @property
    def segmentation(self) -> bool:
        """Whether the cases were segmented, not classified."""
        return self._comparison is not None and self._comparison.task == "segmentation"

    def case(self, row: int) -> CaseRecord:
        """Return the case of a row."""
        assert self._comparison is not None
        return self._comparison.cases[row]

    def change(self, row: int) -> float:
        """Return by how much the pruned network's score differs from the original's; negative: worse.

        What was marked where nothing is counts as a loss of 1.
        """
        original, pruned = self._scores[row]
        return score_change(original, pruned)

    def passes(self, row: int, wanted: CaseFilter) -> bool:
        """Say whether a case belongs to a filter.

        In segmentation, a case counts as lost or won where its Dice changed by more than the margin, and as wrong
        where it is below `POOR_DICE`.
        """
        if wanted == "all":
            return True
        if self.segmentation:
            assert self._comparison is not None
            margin, change = self._comparison.verdict.margin, self.change(row)
            lost, won = change < -margin, change > margin
            # A network without a score found nothing where nothing is, which is right.
            both_wrong = all(score < POOR_DICE for score in self._scores[row])
        else:
            case = self.case(row)
            before, after = case.original == case.truth, case.pruned == case.truth
            lost, won = before and not after, after and not before
            both_wrong = not before and not after
            if wanted == "disagreements":
                return case.original != case.pruned
        return {"disagreements": lost or won, "lost": lost, "won": won, "both wrong": both_wrong}[wanted]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of cases."""
        return 0 if parent.isValid() else len(self._scores)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else 7

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's title, and in full in its tooltip."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            scores = (
                (self.tr("Dice orig."), self.tr("Dice pruned"))
                if self.segmentation
                else (self.tr("p orig."), self.tr("p pruned"))
            )
            return (
                self.tr("Case"), self.tr("Reference"),
                self.tr("Orig.") if self._marks_only else self.tr("Original"), self.tr("Pruned"), self.tr("Change"),
                *scores,
            )[section]  # fmt: skip
        if role == Qt.ItemDataRole.ToolTipRole and section in (ORIGINAL_SCORE, PRUNED_SCORE, CHANGE):
            if self.segmentation:
                return self.tr("Dice, mean over the structures; 1 is perfect")
            return self.tr("Probability that the network gives to the true class")
        if role == Qt.ItemDataRole.ForegroundRole and section in (ORIGINAL, ORIGINAL_SCORE):
            return QColor(theme.ORIGINAL)
        if role == Qt.ItemDataRole.ForegroundRole and section in (PRUNED, PRUNED_SCORE):
            return QColor(theme.PRUNED)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text, colour or tooltip."""
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        case = self.case(row)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column, case)
        if role == Qt.ItemDataRole.TextAlignmentRole and column >= CHANGE:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and not self.segmentation:
            predicted = {ORIGINAL: case.original, PRUNED: case.pruned}.get(column, case.truth)
            return QColor(theme.WARNING) if predicted != case.truth else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._facts(row, case)
        return None

    def _facts(self, row: int, case: CaseRecord) -> str:
        """Say all that is known of a case: a narrow list leaves columns out."""
        original, pruned = (number(score) for score in self._scores[row])
        lines = [self.tr("Case {case}\nPatient {patient}").format(case=case.case, patient=case.patient or "-")]
        if self.segmentation:
            lines.append(self.tr("Dice: original {original}, pruned {pruned}").format(original=original, pruned=pruned))
        else:
            lines.append(self.tr("Reference {truth}").format(truth=case.truth))
            lines += [
                self.tr("{network}: {predicted}, {score} for the true class").format(
                    network=network, predicted=predicted, score=score
                )
                for network, predicted, score in (
                    (self.tr("Original"), case.original, original),
                    (self.tr("Pruned"), case.pruned, pruned),
                )
            ]
        return "\n".join((*lines, case.file))

    def _text(self, row: int, column: int, case: CaseRecord) -> str:
        original, pruned = self._scores[row]
        if column in (ORIGINAL, PRUNED):
            predicted = case.original if column == ORIGINAL else case.pruned
            # Not by colour alone.
            right = predicted == case.truth
            if self._marks_only:
                return RIGHT if right else WRONG
            return predicted if right else f"{WRONG} {predicted}"
        return {
            CASE: _IMAGE_SUFFIX.sub("", short_name(case)),  # The tooltip has folders and suffix.
            TRUTH: case.truth,
            ORIGINAL_SCORE: number(original),
            PRUNED_SCORE: number(pruned),
            CHANGE: signed(self.change(row)),
        }[column]

    def sort_key(self, column: int) -> Callable[[int], str | float]:
        """Return the function of a row that a column is sorted by."""
        if column == CHANGE:
            # By size, whichever the direction; cases without a score come last.
            return lambda row: _or_least(abs(self.change(row)))
        if column in (ORIGINAL_SCORE, PRUNED_SCORE):
            return lambda row: _or_least(self._scores[row][column == PRUNED_SCORE])
        if column == CASE:
            # Numbers in names count as numbers: slice 9 before slice 10.
            return lambda row: re.sub(r"\d+", lambda digits: digits[0].zfill(12), self.case(row).case)
        name = {TRUTH: "truth", ORIGINAL: "original", PRUNED: "pruned"}[column]
        return lambda row: str(getattr(self.case(row), name))


def _or_least(value: float) -> float:
    return value if math.isfinite(value) else -1.0


class CaseFilterModel(QAbstractProxyModel):
    """The cases that a filter and a search word leave, in the order asked for.

    Sorts each row by one key that is computed once; Qt's own proxy asks Python twice a comparison, which takes
    seconds over a long table.
    """

    def __init__(self, model: CaseModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cases = model
        self._wanted: CaseFilter = "all"
        self._words: tuple[str, ...] = ()
        self._column, self._order = CHANGE, Qt.SortOrder.DescendingOrder
        self._shown: list[int] = []  # cases, in the order of rows
        self._rows: dict[int, int] = {}
        self.setSourceModel(model)
        model.modelAboutToBeReset.connect(self.beginResetModel)
        model.modelReset.connect(self._take_cases)

    def show_only(self, wanted: CaseFilter, search: str = "") -> None:
        """Keep the cases of a filter whose name, patient, truth or predictions hold every word of ``search``."""
        self.beginResetModel()
        self._wanted, self._words = wanted, tuple(search.casefold().split())
        self._arrange()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Put the cases in the order of a column; what is selected stays so."""
        self._column, self._order = column, order
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        cases = [self._shown[index.row()] for index in kept]
        self._arrange()
        self.changePersistentIndexList(
            kept,
            [self.index(self._rows[case], index.column()) for case, index in zip(cases, kept, strict=True)],
        )
        self.layoutChanged.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of cases that are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return self._cases.columnCount(parent)

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        """Return a cell."""
        return self.createIndex(row, column) if self.hasIndex(row, column, parent) else QModelIndex()

    def parent(self, _child: Index | None = None) -> QModelIndex:  # type: ignore[override]  # Qt has two of this name
        """Return that a case has nothing above it."""
        return QModelIndex()

    def mapToSource(self, index: Index) -> QModelIndex:
        """Return a shown cell in the model of all cases."""
        return self._cases.index(self._shown[index.row()], index.column()) if index.isValid() else QModelIndex()

    def mapFromSource(self, index: Index) -> QModelIndex:
        """Return a cell where it is shown; invalid where it is not."""
        row = self._rows.get(index.row()) if index.isValid() else None
        return QModelIndex() if row is None else self.index(row, index.column())

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's title, in an empty table too."""
        return self._cases.headerData(section, orientation, role)

    def _take_cases(self) -> None:
        self._wanted, self._words = "all", ()
        self._arrange()
        self.endResetModel()

    def _arrange(self) -> None:
        shown = filter(self._passes, range(self._cases.rowCount()))
        descending = self._order == Qt.SortOrder.DescendingOrder
        self._shown = sorted(shown, key=self._cases.sort_key(self._column), reverse=descending)
        self._rows = {case: row for row, case in enumerate(self._shown)}

    def _passes(self, row: int) -> bool:
        if not self._cases.passes(row, self._wanted):
            return False
        if not self._words:
            return True
        case = self._cases.case(row)
        text = " ".join((case.case, case.patient, case.truth, case.original, case.pruned)).casefold()
        return all(word in text for word in self._words)
