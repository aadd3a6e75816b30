"""Studies sent again and again while they grow: only what is new goes through the pipe."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from medprune_gui.engine.imaging.study import Series, Study


@dataclass(frozen=True, slots=True)
class StudyNews:
    """Studies without their series, and their series: whole, or as a UID where the receiver has it already."""

    studies: tuple[tuple[Study, tuple[Series | str, ...]], ...]


class StudySender:
    """Remembers what the other side knows.

    Parameters
    ----------
    known
        Studies that the other side has.
    """

    def __init__(self, known: Iterable[Study]) -> None:
        self._sent = {(study.uid, series.uid): series for study in known for series in study.series}

    def news(self, studies: Iterable[Study]) -> StudyNews:
        """Return what to send so that the other side has ``studies``."""
        return StudyNews(tuple((replace(study, series=()), self._series(study)) for study in studies))

    def _series(self, study: Study) -> tuple[Series | str, ...]:
        told: list[Series | str] = []
        for series in study.series:
            key = (study.uid, series.uid)
            told.append(series.uid if self._sent.get(key) == series else series)
            self._sent[key] = series
        return tuple(told)


class StudyReceiver:
    """Puts studies together again; what has not changed stays the same object.

    Parameters
    ----------
    known
        Studies that the sender was told of.
    """

    def __init__(self, known: Iterable[Study]) -> None:
        self._studies = {study.uid: study for study in known}
        self._series = {(study.uid, series.uid): series for study in known for series in study.series}

    def studies(self, news: StudyNews) -> tuple[Study, ...]:
        """Return the studies that the sender has."""
        return tuple(self._study(head, told) for head, told in news.studies)

    def _study(self, head: Study, told: tuple[Series | str, ...]) -> Study:
        own = tuple(self._series[head.uid, one] if isinstance(one, str) else one for one in told)
        self._series.update({(head.uid, series.uid): series for series in own})
        before = self._studies.get(head.uid)
        unchanged = (
            before is not None
            and replace(before, series=()) == head
            and len(before.series) == len(own)
            and all(a is b for a, b in zip(before.series, own, strict=True))
        )
        study = before if unchanged and before is not None else replace(head, series=own)
        self._studies[head.uid] = study
        return study
