"""The jobs of the compute process, one method each: generators of events that return a result."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import torch

from medprune_gui.engine.config import ExperimentConfig
from medprune_gui.engine.experiments import pipeline
from medprune_gui.engine.experiments.analysis import NetworkAnalysis
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.experiments.sensitivity_measuring import measure_sensitivity
from medprune_gui.engine.records import Certificate, JobEvent, PlanEstimate, SensitivityCurves


class Jobs:
    """What the compute process can do; it keeps the last analysed network for quick estimates.

    Parameters
    ----------
    threads
        Threads for torch's operators.
    """

    def __init__(self, threads: int) -> None:
        torch.set_num_threads(threads)
        self._analysis: NetworkAnalysis | None = None

    def run(self, config: ExperimentConfig, folder: str, resume: bool) -> Generator[JobEvent, None, str]:
        """Carry out an experiment and return its run folder."""
        yield from pipeline.run(config, Path(folder), resume=resume)
        return folder

    def resume(self, folder: str) -> Generator[JobEvent, None, str]:
        """Go on with a run as its folder describes it."""
        return (yield from self.run(RunFolder(folder).experiment(), folder, True))

    def analyse(self, config: ExperimentConfig) -> Generator[JobEvent, None, Certificate]:
        """Read the data, build the network and certify what can be pruned."""
        self._analysis = yield from NetworkAnalysis.of(config)
        return self._analysis.certificate

    def sensitivity(
        self, config: ExperimentConfig, original: str | None = None
    ) -> Generator[JobEvent, None, SensitivityCurves]:
        """Measure what pruning each channel group of the trained network costs on the validation cases."""
        return (yield from measure_sensitivity(config, None if original is None else Path(original)))

    def estimate(
        self, config: ExperimentConfig, curves: SensitivityCurves | None = None
    ) -> Generator[JobEvent, None, PlanEstimate]:
        """Say what the pruning settings would leave of the network; ``curves``, where known, share amounts out."""
        if self._analysis is None or not self._analysis.fits(config):
            self._analysis = yield from NetworkAnalysis.of(config)
        yield JobEvent("analyse", message="")
        return self._analysis.estimate(config.pruning, curves)
