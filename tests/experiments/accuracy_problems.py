"""A small problem for the accuracy bench's tests, in a module of its own so that child processes can import it."""

from __future__ import annotations

from pathlib import Path

from medprune_gui.engine.config import DataConfig, ExperimentConfig, ModelConfig, TrainingConfig
from medprune_gui.engine.experiments.benches.accuracy.problems import Problem


def pictures() -> dict[str, Problem]:
    """Bright and dark pictures, as `picture_runs.write_pictures` writes them."""
    tuning = TrainingConfig(epochs=1, batch_size=8, augment=False)
    config = ExperimentConfig(
        data=DataConfig(kind="table", path=Path("table.csv"), size=(32, 32)),
        model=ModelConfig(parameters={"filters": (8, 12, 12), "dense": 8}),
        training=tuning,
        fine_tuning=tuning,
    )
    return {"pictures": Problem("pictures", "pictures, AUC", config, (12, 8, 12))}
