"""A finished run's networks in int8, beside the pruning: measured on its own cases, written to its folder."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import nn

from medprune_gui.engine.data.cases import SPLITS, CaseSet, Split
from medprune_gui.engine.data.loading import CaseArrays, load_arrays
from medprune_gui.engine.data.reading import read_cases
from medprune_gui.engine.experiments.case_list import keep_cases, list_cases
from medprune_gui.engine.experiments.comparison import primary_metric
from medprune_gui.engine.experiments.int8_figures import Int8Figures, NetworkFigures, RuntimeFigures
from medprune_gui.engine.experiments.int8_runtime import mean_difference, run_in_onnx_runtime
from medprune_gui.engine.experiments.progress import RunProgress
from medprune_gui.engine.experiments.quality import Quality, measure_quality, verdict_between
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.export.figure_style import render
from medprune_gui.engine.export.onnx_runtime import require_onnx_runtime
from medprune_gui.engine.export.report import write_report
from medprune_gui.engine.export.tradeoff import TradeoffPoint, tradeoff_figure
from medprune_gui.engine.files import write_whole
from medprune_gui.engine.models.devices import choose_device
from medprune_gui.engine.models.int8 import float_layers, float_notes, int8_layers, quantise_int8, stored_bytes
from medprune_gui.engine.pruning.stored import load_network
from medprune_gui.engine.records import JobEvent
from medprune_gui.engine.training.batches import in_order

#: The ranges of inputs hardly change with more cases.
CALIBRATION_CASES = 256
_BATCH = 32
_NETWORKS = ("original", "pruned")
_JUDGED: tuple[Split, ...] = ("val", "test")
_INT8 = "-int8"


def quantise_run(
    directory: Path, *, onnx: bool = False, device: str = "auto"
) -> Generator[JobEvent, None, Int8Figures]:
    """Quantise both networks of a run to int8 and hold them against it; write ``int8/``, the figure and the report.

    The ranges of inputs are found on training cases alone. The metrics of int8 are those of the emulation in PyTorch,
    on the validation and the test cases.

    Parameters
    ----------
    directory
        A finished run folder; its data must be where they were.
    onnx
        Write all networks as ONNX files to ``int8/``, too, run them in ONNX Runtime, and measure their time there.
    device
        Where metrics are computed; ONNX Runtime runs on the CPU.

    Returns
    -------
    Int8Figures
        What ``int8/summary.json`` now holds.

    Raises
    ------
    InputError
        The run is not finished, its data have changed, or ONNX Runtime is asked for and not installed.
    ComputeError
        A network cannot be expressed in ONNX.
    OutputError
        The run folder cannot be written to.
    """
    folder = RunFolder(directory)
    comparison, config = folder.read_comparison(), folder.experiment()
    metric, chosen = primary_metric(config), choose_device(device)
    if onnx:
        require_onnx_runtime()
    progress = RunProgress({"data": 1.0, "quantise": 1.0, "evaluate": 2.0, "latency": 2.0 * onnx, "report": 0.5})

    yield progress.begin("data", "Reading the cases")
    case_set = read_cases(config.data, config.seed)
    listed = yield from progress.follow(list_cases(case_set.cases), 0.0, 0.2)
    keep_cases(folder.cases_file, listed, begun=True, data=config.data.path)
    sampled = _with_few_training_cases(case_set, config.seed)
    loaded: dict[Split, CaseArrays] = {}
    for number, split in enumerate(SPLITS):
        steps = load_arrays(sampled, split, config.data)
        loaded[split] = yield from progress.follow(steps, 0.2 + 0.8 * number / len(SPLITS), 0.8 / len(SPLITS))

    training = torch.from_numpy(loaded["train"].images)
    yield progress.begin("quantise", f"Quantising to int8 on {len(training)} training cases")
    batches = [training[which] for which in in_order(len(training), _BATCH)]
    networks: dict[str, nn.Module] = {}
    for number, name in enumerate(_NETWORKS, 1):
        network, _ = load_network(folder.path / name)
        networks |= {name: network, f"{name}{_INT8}": quantise_int8(network, batches)}
        yield progress.at(number, len(_NETWORKS))

    yield progress.begin("evaluate", "Measuring the quality")
    found: dict[str, dict[Split, Quality]] = {}
    for number, (name, network) in enumerate(networks.items()):
        found[name] = {}
        for second, split in enumerate(_JUDGED):
            quality = measure_quality(network, loaded[split], case_set.task, case_set.classes, config.seed, chosen)
            share = 1 / (len(_JUDGED) * len(networks))
            found[name][split] = yield from progress.follow(quality, (len(_JUDGED) * number + second) * share, share)

    runtimes: dict[str, RuntimeFigures] = {}
    images = loaded["test"].images
    if onnx:
        yield progress.begin("latency", "Running all networks in ONNX Runtime, in turns")
        runtimes = yield from run_in_onnx_runtime(networks, images, folder.int8, config.evaluation, progress)

    yield progress.begin("report", "Writing the figure and the report")

    def figures_of(name: str, network: nn.Module) -> NetworkFigures:
        source, quality, tests = name.removesuffix(_INT8), found[name], loaded["test"]
        is_int8, whole = source != name, found["original"]["test"]
        return NetworkFigures(
            network=source,
            int8=is_int8,
            size_bytes=stored_bytes(network),
            validation=quality["val"].metrics,
            test=quality["test"].metrics,
            verdict=None
            if name == "original"
            else verdict_between(whole, quality["test"], metric, tests, case_set.classes, config),
            int8_layers=int8_layers(network),
            float_layers=float_layers(network) if is_int8 else (),
            notes=float_notes(network) if is_int8 else (),
            difference=mean_difference(network, networks[source], images) if is_int8 else None,
            runtime=runtimes.get(name),
        )

    every = tuple(figures_of(name, network) for name, network in networks.items())
    figures = Int8Figures(metric, config.evaluation.margin, len(training), every)
    for note in _warnings(figures):
        yield progress.warn(note)
    draw_tradeoff(folder.figures / "tradeoff.svg", points_of(figures), metric, config.evaluation.margin)
    write_report(folder, comparison)
    # Last: whoever finds it finds the figure and the report as well.
    file = figures.write(folder.int8)
    yield progress.at(1, 1, f"Figures: {file}", artefacts=(str(file),))
    return figures


def points_of(figures: Int8Figures, names: dict[str, str] | None = None) -> list[TradeoffPoint]:
    """Return a run's networks as points of the test cases; ``names``: other names for ``original`` and ``pruned``."""
    names = names or {}
    return [
        TradeoffPoint(
            way=names.get(one.network, one.network),
            int8=one.int8,
            quality=one.test[figures.metric],
            size_bytes=one.size_bytes,
            time_share=None if one.runtime is None else one.runtime.time_share,
        )
        for one in figures.networks
    ]


def draw_tradeoff(file: Path, points: list[TradeoffPoint], metric: str, margin: float) -> None:
    """Write the figure as the SVG file and beside it as PNG."""
    write_whole(file, render(lambda: tradeoff_figure(points, metric, margin), "svg"))
    write_whole(file.with_suffix(".png"), render(lambda: tradeoff_figure(points, metric, margin), "png"))


def _with_few_training_cases(case_set: CaseSet, seed: int) -> CaseSet:
    """Return the cases with no more training cases than the calibration takes, drawn by the seed, in their order."""
    training = case_set.of("train")
    drawn = np.random.default_rng([seed, len(training)]).permutation(len(training))[:CALIBRATION_CASES]
    kept = {training[index].name for index in drawn}
    return replace(case_set, cases=tuple(case for case in case_set.cases if case.split != "train" or case.name in kept))


def _warnings(figures: Int8Figures) -> list[str]:
    """Say what is not in int8, and where ONNX Runtime computes something else, so that metrics may not hold there."""
    left = [f"The {one.network} int8 network: {note}." for one in figures.networks for note in one.notes]
    return left + [
        f"In ONNX Runtime the {one.network} int8 network puts out something else than its emulation: they differ by "
        f"{one.runtime.difference:.2%} of the outputs' range, quantising itself changes them by {one.difference:.2%}."
        for one in figures.networks
        if one.runtime is not None and one.difference is not None and one.runtime.difference > one.difference
    ]
