"""No path of the data in what is given away: folders may be named after patients or wards."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medprune_gui.engine.config import ExperimentConfig
    from medprune_gui.engine.records import CaseRecord, Comparison


def case_name(case: CaseRecord) -> str:
    """Return a case's name, without the folders where it is named by its path."""
    # A case that is named by its path would give away where patients' files lie.
    return PurePath(case.case).name if case.case == case.file or PurePath(case.case).is_absolute() else case.case


class PathHider:
    """Replaces the paths of the run's data by their last names."""

    def __init__(self, comparison: Comparison, config: ExperimentConfig) -> None:
        paths = {str(config.data.path), *(case.file for case in comparison.cases)}
        paths |= {str(path) for path in (config.data.label_maps, config.model.weights) if path is not None}
        folders = {str(PurePath(path).parent) for path in paths}
        # Bare names such as "scan" may well be words of the text.
        self._paths = sorted(
            (path for path in paths | folders if len(PurePath(path).parts) > 1), key=lambda path: (-len(path), path)
        )

    def __call__(self, text: str) -> str:
        """Return the text without those paths."""
        for path in self._paths:
            text = text.replace(path, PurePath(path).name)
        return text
