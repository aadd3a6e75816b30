"""What was measured of a run's networks in float32 and in int8, and the file that holds it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from medprune_gui.engine.experiments.comparison_files import json_bytes
from medprune_gui.engine.experiments.stored_files import damaged, read_stored
from medprune_gui.engine.files import write_whole
from medprune_gui.engine.records import Estimate, LatencySummary, VerdictRecord

FILE = "summary.json"


@dataclass(frozen=True, slots=True)
class RuntimeFigures:
    """A network in ONNX Runtime, on the CPU.

    Attributes
    ----------
    latency_ms
        Of a batch, as the experiment's evaluation settings say.
    time_share
        Its time as a share of the original's: median over the pairs measured in turns; 1.0 of the original itself.
    integer_operators
        Operators that ONNX Runtime carries out with integers; the other quantised layers it computes in float32 with
        the values that the integers stand for.
    difference
        Mean absolute difference between its outputs and those of the network in PyTorch on the test cases, as a share
        of the range of these.
    """

    latency_ms: LatencySummary
    time_share: float
    integer_operators: int
    difference: float


@dataclass(frozen=True, slots=True)
class NetworkFigures:
    """One network of a run, whole or pruned, in float32 or in int8.

    Attributes
    ----------
    network
        ``original`` or ``pruned``.
    int8
        Whether its metrics are of the int8 network, emulated in PyTorch.
    size_bytes
        Of all it stores.
    validation, test
        Metrics with 95 % intervals.
    verdict
        On the test cases against the original in float32; None: it is that.
    int8_layers, float_layers
        Names of the layers that are quantised, and of other layers with parameters; none of a network in float32.
    notes
        Of int8, which convolutions and linear layers stayed in float32 and why, in words.
    difference
        Of int8, mean absolute difference between its outputs and those of the network it was made from, as a share of
        the range of these.
    runtime
        Where it was run in ONNX Runtime, too.
    """

    network: str
    int8: bool
    size_bytes: int
    validation: dict[str, Estimate]
    test: dict[str, Estimate]
    verdict: VerdictRecord | None = None
    int8_layers: tuple[str, ...] = ()
    float_layers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    difference: float | None = None
    runtime: RuntimeFigures | None = None


@dataclass(frozen=True, slots=True)
class Int8Figures:
    """All networks of a run; the original in float32 comes first.

    ``calibration_cases``: training cases that the ranges of inputs were found on.
    """

    metric: str
    margin: float
    calibration_cases: int
    networks: tuple[NetworkFigures, ...]

    def write(self, folder: Path) -> Path:
        """Write ``summary.json`` in the run's folder ``int8`` and return it; what is not finite becomes null.

        Raises
        ------
        OutputError
            The file cannot be written.
        """
        write_whole(folder / FILE, json_bytes(asdict(self)))
        return folder / FILE

    @classmethod
    def read(cls, folder: Path) -> Int8Figures:
        """Read what `write` wrote.

        Raises
        ------
        InputError
            The file is missing or damaged.
        """
        file = folder / FILE
        try:
            values = json.loads(read_stored(file))
            networks = tuple(_network(found) for found in values["networks"])
            return cls(str(values["metric"]), float(values["margin"]), int(values["calibration_cases"]), networks)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise damaged(file, error) from error


def _network(values: Mapping[str, Any]) -> NetworkFigures:
    verdict, runtime = values["verdict"], values["runtime"]
    return NetworkFigures(
        network=str(values["network"]),
        int8=bool(values["int8"]),
        size_bytes=int(values["size_bytes"]),
        validation=_metrics(values["validation"]),
        test=_metrics(values["test"]),
        verdict=verdict and VerdictRecord(**_finite_or_nan(verdict) | {"notes": tuple(verdict["notes"])}),
        int8_layers=tuple(values["int8_layers"]),
        float_layers=tuple(values["float_layers"]),
        notes=tuple(values.get("notes", ())),
        difference=values["difference"],
        runtime=runtime
        and RuntimeFigures(
            **_finite_or_nan(runtime) | {"latency_ms": LatencySummary(**_finite_or_nan(runtime["latency_ms"]))}
        ),
    )


def _metrics(values: Mapping[str, Mapping[str, Any]]) -> dict[str, Estimate]:
    return {name: Estimate(**_finite_or_nan(found)) for name, found in values.items()}


def _finite_or_nan(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: float("nan") if value is None else value for key, value in values.items()}
