"""Latency budgets: asked for half the time, how long the pruned network really takes."""

from __future__ import annotations

import time
import warnings
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any, get_args

import torch

from medprune_gui.engine.config import Budget, PruningConfig
from medprune_gui.engine.experiments.benches.children import run_in_child
from medprune_gui.engine.experiments.benches.coverage import chosen_networks, setting
from medprune_gui.engine.experiments.benches.measuring import Catalogue
from medprune_gui.engine.experiments.benches.results import ResultFile, Row, versions
from medprune_gui.engine.experiments.benches.tables import BenchTable, seconds
from medprune_gui.engine.models.complexity import count_macs
from medprune_gui.engine.models.monai_networks import ReferenceNetwork
from medprune_gui.engine.pruning import plan_pruning, shrink, trace_channels
from medprune_gui.engine.pruning.latency.comparing import measuring_beside
from medprune_gui.engine.records import JobEvent
from medprune_gui.engine.settings.runtimes import RUNTIME_NAMES, Runtime, missing_packages

BENCH = "latency-budget"

#: Seconds for one network in one runtime: exporting a network to ONNX takes up to a quarter of a minute each time.
LIMIT_S = 900.0

#: What is asked for, and how far from it the measured time may be.
SHARE, TOLERANCE = 0.5, 0.05

_PACKAGES: dict[Runtime, tuple[str, ...]] = {
    "eager": (), "onnxruntime": ("onnxruntime", "onnx", "onnxscript"), "openvino": ("openvino", "onnx", "onnxscript"),
}  # fmt: skip


def usual_networks() -> dict[str, ReferenceNetwork]:
    """Return name -> network of full size, for pictures of 224 x 224."""
    from monai.networks import nets

    from medprune_gui.engine.models.article import ArticleNetwork

    flat = {"spatial_dims": 2, "in_channels": 1}
    builders = {
        "article": lambda: ArticleNetwork(1, 2, (224, 224)),
        "resnet18": lambda: nets.resnet18(spatial_dims=2, n_input_channels=1, num_classes=2),
        "densenet121": lambda: nets.DenseNet121(out_channels=2, **flat),
        "unet": lambda: nets.UNet(
            out_channels=2, channels=(16, 32, 64, 128, 256), strides=(2, 2, 2, 2), num_res_units=2, **flat
        ),
    }
    return {name: ReferenceNetwork(name, build, _picture) for name, build in builders.items()}


def _picture() -> tuple[torch.Tensor, ...]:
    # Zeros are computed faster than pictures are, by another share in small networks.
    return (torch.rand(1, 1, 224, 224, generator=torch.Generator().manual_seed(0)),)


def installed_runtimes() -> tuple[Runtime, ...]:
    """Return the runtimes that can be measured here."""
    return tuple(runtime for runtime in get_args(Runtime) if not missing_packages(runtime))


def run(
    out: Path,
    only: Sequence[str] = (),
    *,
    catalogue: Catalogue = usual_networks,
    runtimes: Sequence[Runtime] | None = None,
    threads: int = 1,
    limit_s: float = LIMIT_S,
) -> Generator[JobEvent, None, list[Row]]:
    """Prune each network to half its time in each runtime, each in a process of its own, and measure it afresh.

    Parameters
    ----------
    out, only, catalogue, limit_s
        As in `coverage.run`.
    runtimes
        None: all that are installed.
    threads
        Threads for one operation.

    Raises
    ------
    InputError
        There is no network of a name.
    OutputError
        The file cannot be written.
    """
    names, results = chosen_networks(catalogue, only), ResultFile(out)
    measured_in = tuple(runtimes or installed_runtimes())
    rows: list[Row] = []
    total = len(names) * len(measured_in)
    for name in names:
        for runtime in measured_in:
            tool = f"{runtime}, {threads} threads"
            used = versions("medprune", "torch", "monai", *_PACKAGES[runtime])
            row = results.find(BENCH, name, tool, used)
            message = ""
            if row is None:
                outcome = run_in_child(meet, catalogue, name, runtime, threads, limit_s=limit_s)
                values = {"ending": outcome.ending, "reason": outcome.error, "runtime": runtime, **outcome.values}
                row = results.add(BENCH, name, tool, used, values)
                found = f"{row['share']:.1%}" if outcome.ending == "done" else outcome.error
                message = f"{name}, {RUNTIME_NAMES[runtime]}: {found}"
            rows.append(row)
            yield JobEvent(BENCH, len(rows), total, message, fraction=len(rows) / total)
    return rows


def meet(catalogue: Catalogue, name: str, runtime: Runtime, threads: int) -> dict[str, Any]:
    """Plan, shrink and measure one network in turns with the original; runs in a child process."""
    torch.set_num_threads(threads)
    warnings.simplefilter("ignore")
    torch.manual_seed(0)
    network = catalogue()[name]
    model, example = network.build().eval(), network.example()
    graph = trace_channels(model, example, cache=True)
    config = PruningConfig(budget=Budget(quantity="latency", share=SHARE, runtime=runtime))
    started = time.perf_counter()
    plan = plan_pruning(model, graph, config)
    planned_s = time.perf_counter() - started
    small = shrink(model, plan)
    with measuring_beside(model, example[0], runtime) as beside:
        pair = beside.measure(small)
    before, after = count_macs(model, example), count_macs(small, example)
    return {
        "original_ms": pair.original, "pruned_ms": pair.candidate, "share": pair.share, "planned_s": planned_s,
        "macs": after.macs / before.macs, "parameters": after.parameters / before.parameters, "amount": plan.amount,
        "note": plan.notes[-1],
    }  # fmt: skip


def is_met(row: Row) -> bool:
    """Whether the time that was measured afresh is within `TOLERANCE` of what was asked for."""
    return bool(row["ending"] == "done" and abs(row["share"] / SHARE - 1.0) <= TOLERANCE)


def table(rows: Sequence[Row]) -> BenchTable:
    """Return the rows as a table with one line a network and runtime."""
    columns = (
        "network", "runtime", "original ms", "pruned ms", f"share (asked: {SHARE:.0%})", "within 5 %", "MACs left",
        "parameters left", "planning s",
    )  # fmt: skip
    lines = []
    for row in rows:
        if row["ending"] != "done":
            lines.append((row["network"], RUNTIME_NAMES[row["runtime"]], row["reason"], "", "", "no", "", "", ""))
            continue
        lines.append((
            row["network"], RUNTIME_NAMES[row["runtime"]], f"{row['original_ms']:.3g}", f"{row['pruned_ms']:.3g}",
            f"{row['share']:.1%}", "yes" if is_met(row) else "no", f"{row['macs']:.1%}", f"{row['parameters']:.1%}",
            seconds(row["planned_s"]),
        ))  # fmt: skip
    met = sum(is_met(row) for row in rows)
    notes = (
        f"{met} of {len(rows)} within {TOLERANCE:.0%} of what was asked for.",
        "Pictures of 224 x 224, a batch of one, one thread, channels ranked by L1 over the whole network, untrained "
        "weights. The pruned network was measured afresh after planning, in turns with the original: medians.",
        *setting(rows),
    )
    return BenchTable("Latency budgets: half the time asked for", columns, tuple(lines), notes)
