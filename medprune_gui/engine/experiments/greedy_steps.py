"""The greedy allocation within a run: decisions rest on some validation cases, and are kept one by one."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path

from torch import nn

from medprune_gui.engine.config import ExperimentConfig, PruningConfig
from medprune_gui.engine.experiments.pruning_steps import PrunedNetwork
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.experiments.stored_files import damaged, read_stored
from medprune_gui.engine.experiments.training_stage import TrainingStage
from medprune_gui.engine.experiments.validation_score import validation_score
from medprune_gui.engine.files import write_whole
from medprune_gui.engine.pruning.allocation.greedy import GreedyDecision, plan_greedily
from medprune_gui.engine.pruning.criteria import CriterionData
from medprune_gui.engine.pruning.graph import ChannelGraph
from medprune_gui.engine.pruning.planning import PruningPlan
from medprune_gui.engine.records import JobEvent

#: Validation cases that a proposal is scored on; each round scores a network per channel group.
SCORED_CASES = 128


def plan_step_greedily(
    config: ExperimentConfig,
    folder: RunFolder,
    stage: TrainingStage,
    step: PruningConfig,
    number: int,
    current: PrunedNetwork,
    reference: ChannelGraph,
    data: CriterionData | None,
    original: nn.Module,
) -> Generator[JobEvent, None, PruningPlan]:
    """Plan one step of a run's schedule; a run that is resumed takes over the decisions that were kept.

    Parameters
    ----------
    step, number
        The step's configuration, and which it is.
    current
        The network so far.
    reference
        The original's channels.
    data
        Cases for a criterion that looks at them.
    original
        The unpruned network.

    Raises
    ------
    MedPruneError
        The budget cannot be met, or the kept decisions are damaged.
    """
    file = folder.resumable / f"greedy-{number}.json"
    metric, score = validation_score(config, stage, most=SCORED_CASES)
    cases = len(stage.validation.images)
    yield stage.progress.at(
        0,
        0,
        f"Proposals are scored by {metric} on {min(cases, SCORED_CASES)} of {cases} validation cases, "
        f"drawn with seed {config.seed}",
    )
    steps = plan_greedily(
        current.network,
        reference.shrunk(current.kept),
        step,
        score,
        data,
        reference=reference,
        original=original,
        taken=_read(file),
        keep=lambda decisions: write_whole(file, json.dumps([one.to_dict() for one in decisions]).encode()),
    )
    # Counted, but no share of the stage: how many rounds there will be is only guessed.
    return (yield from stage.progress.follow(steps, 0.0, 0.0))


def _read(file: Path) -> tuple[GreedyDecision, ...]:
    if not file.is_file():
        return ()
    try:
        return tuple(GreedyDecision.from_dict(values) for values in json.loads(read_stored(file)))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise damaged(file, error) from error
