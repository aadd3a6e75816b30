"""Finished runs in real run folders, every figure computed from seeded scores, masks and timings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from medprune_gui.engine.config import DataConfig, ExperimentConfig
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.records import (
    CaseRecord,
    Certificate,
    Comparison,
    Estimate,
    GroupRecord,
    LatencySamples,
    LatencySummary,
    LayerRecord,
    NetworkSummary,
    PlanEstimate,
    VerdictRecord,
)

CLASSES = ("normal", "pneumonia")


def classification_run(folder: Path, *, cases: int = 60, zeroed: bool = False, speed_up: float = 2.3) -> Comparison:
    """Write a finished run on pictures and return it; the pictures lie beside the run folder."""
    random = np.random.default_rng(3)
    truth = random.permutation(np.arange(cases) % 2)
    evidence = np.where(truth == 1, 1.6, -1.6) + random.normal(0, 1.0, cases)
    first = 1 / (1 + np.exp(-(evidence + random.normal(0, 0.8, cases))))
    second = 1 / (1 + np.exp(-(0.9 * evidence + random.normal(0, 0.9, cases))))
    records = []
    for index in range(cases):
        file = folder.parent / "images" / f"person{index // 2}_{index}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        texture = gaussian_filter(random.normal(size=(64, 64)), 3 + 2 * truth[index])
        grey = np.uint8(255 * (texture - texture.min()) / np.ptp(texture))
        Image.fromarray(grey).save(file)
        records.append(
            CaseRecord(
                case=file.stem,
                file=str(file),
                patient=f"person{index // 2}",
                slice=None,
                truth=CLASSES[truth[index]],
                original=CLASSES[int(first[index] > 0.5)],
                pruned=CLASSES[int(second[index] > 0.5)],
                original_scores=(float(1 - first[index]), float(first[index])),
                pruned_scores=(float(1 - second[index]), float(second[index])),
            )
        )

    def auc(scores: np.ndarray, of: np.ndarray) -> float:
        return float(np.mean(scores[of == 1][:, None] > scores[of == 0][None, :]))

    draws = [random.integers(0, cases, cases) for _ in range(200)]
    metrics = []
    for scores in (first, second):
        right = (scores > 0.5) == truth
        values = {
            "auc": ([auc(scores[draw], truth[draw]) for draw in draws], auc(scores, truth)),
            "accuracy": ([right[draw].mean() for draw in draws], float(right.mean())),
            "sensitivity": (
                [right[draw][truth[draw] == 1].mean() for draw in draws], float(right[truth == 1].mean()),
            ),
            "specificity": (
                [right[draw][truth[draw] == 0].mean() for draw in draws], float(right[truth == 0].mean()),
            ),
        }  # fmt: skip
        metrics.append({name: _estimate(value, sampled) for name, (sampled, value) in values.items()})
    differences = [auc(second[draw], truth[draw]) - auc(first[draw], truth[draw]) for draw in draws]
    config = ExperimentConfig(data=DataConfig(kind="folders", path=folder.parent / "images"), name="Chest X-rays")
    return _written(folder, config, CLASSES, "auc", metrics, differences, tuple(records), zeroed, speed_up)


def segmentation_run(folder: Path, *, cases: int = 14) -> Comparison:
    """Write a finished run on slices, their arrays included, and return it."""
    random = np.random.default_rng(5)
    volumes = folder.parent / "t1.nii.gz"
    config = ExperimentConfig(
        data=DataConfig(kind="volumes", path=volumes, label_maps=volumes.with_name("labels.nii.gz"), size=(96, 80)),
        name="Brain tissue",
    )
    records = []
    with RunFolder(folder).create(config) as run:
        for index in range(cases):
            field = gaussian_filter(random.normal(size=(96, 80)), 8)
            cuts = np.quantile(field, [0.6, 0.85])
            arrays = {"truth": np.uint8(np.digitize(field, cuts))}
            arrays["image"] = (900 * gaussian_filter(arrays["truth"].astype(float), 1)).astype(np.int16)
            arrays["image"] += random.normal(0, 120, field.shape).astype(np.int16)
            for network, noise in (("original", 0.3), ("pruned", 0.6)):
                rough = gaussian_filter(random.normal(size=field.shape), 2)
                arrays[network] = np.uint8(np.digitize(field + noise * field.std() * rough / rough.std(), cuts))
            name = f"t1, slice {3 * index}"
            records.append(
                CaseRecord(
                    case=name,
                    file=str(volumes),
                    patient="t1",
                    slice=3 * index,
                    truth="",
                    original="",
                    pruned="",
                    original_scores=_dice(arrays["truth"], arrays["original"]),
                    pruned_scores=_dice(arrays["truth"], arrays["pruned"]),
                    arrays=run.write_case_arrays(name, arrays),
                )
            )
    dice = [np.array([getattr(case, f"{network}_scores") for case in records]) for network in ("original", "pruned")]
    draws = [random.integers(0, cases, cases) for _ in range(200)]
    metrics = [
        {
            "dice": _estimate(values.mean(), [values[draw].mean() for draw in draws]),
            "dice grey matter": _estimate(values[:, 0].mean(), [values[draw, 0].mean() for draw in draws]),
            "dice white matter": _estimate(values[:, 1].mean(), [values[draw, 1].mean() for draw in draws]),
        }
        for values in dice
    ]
    differences = [(dice[1][draw] - dice[0][draw]).mean() for draw in draws]
    classes = ("background", "grey matter", "white matter")
    return _written(folder, config, classes, "dice", metrics, differences, tuple(records), False, 2.0)


def layers(zeroed: bool = False) -> tuple[LayerRecord, ...]:
    """The article network before and after pruning, counted layer by layer."""
    before, kept = (1, 32, 64, 128, 256, 512), (1, 19, 34, 60, 118, 170)
    after = before if zeroed else kept
    found = []
    for number in range(1, 6):
        pixels = (64 // 2 ** (number - 1)) ** 2
        sizes = [9 * counts[number - 1] * counts[number] + counts[number] for counts in (before, after)]
        macs = [9 * counts[number - 1] * counts[number] * pixels for counts in (before, after)]
        lost = int(0.8 * sizes[1]) if zeroed else 0
        found.append(
            LayerRecord(f"features.conv{number}", "Conv2d", before[number], after[number], *sizes, lost, *macs)
        )
    inputs = (4 * before[-1], 4 * after[-1])
    found.append(
        LayerRecord(
            "classifier.dense", "Linear", 128, 128, *(128 * n + 128 for n in inputs), 0, *(128 * n for n in inputs)
        )
    )
    found.append(LayerRecord("classifier.output", "Linear", 2, 2, 258, 258, 0, 256, 256))
    return tuple(found)


def estimate(zeroed: bool = False) -> PlanEstimate:
    """What `layers` come to."""
    table = layers(zeroed)
    return PlanEstimate(
        parameters_before=sum(layer.parameters_before for layer in table),
        parameters_after=sum(layer.parameters_after for layer in table),
        nonzero_after=sum(layer.parameters_after - layer.zeroed for layer in table),
        macs_before=sum(layer.macs_before for layer in table),
        macs_after=sum(layer.macs_after for layer in table),
        layers=table,
    )


def certificate() -> Certificate:
    """Five groups that can be pruned and the classes, which cannot."""
    table = layers()
    groups = [
        GroupRecord(layer.name, layer.channels_before, True, None, layer.parameters_before) for layer in table[:-1]
    ]
    groups.append(GroupRecord("classifier.output", 2, False, "these channels are the network's output", 258))
    total = sum(layer.parameters_before for layer in table)
    return Certificate(
        groups=tuple(groups),
        parameters=total,
        macs=sum(layer.macs_before for layer in table),
        parameters_prunable=1 - 258 / total,
        macs_prunable=0.97,
        exact=True,
        max_error=2.4e-16,
        seconds=0.8,
    )


def _written(folder, config, classes, primary, metrics, differences, cases, zeroed, speed_up) -> Comparison:
    random = np.random.default_rng(9)
    times = [scale * random.lognormal(0, 0.05, 60) + random.exponential(0.3, 60) for scale in (12.0, 12.0 / speed_up)]
    figures = estimate(zeroed)
    networks = [
        NetworkSummary(
            parameters=parameters,
            nonzero_parameters=nonzero,
            macs=macs,
            size_bytes=4 * parameters + 2000,
            metrics=values,
            latency_ms=LatencySummary(*(float(p) for p in np.percentile(taken, (50, 90, 99))), "PyTorch", 1, 4),
        )
        for parameters, nonzero, macs, values, taken in (
            (figures.parameters_before, figures.parameters_before, figures.macs_before, metrics[0], times[0]),
            (figures.parameters_after, figures.nonzero_after, figures.macs_after, metrics[1], times[1]),
        )
    ]
    low, high = (float(end) for end in np.percentile(differences, (2.5, 97.5)))
    margin = 0.02
    comparison = Comparison(
        name=config.name,
        task=config.data.task,
        classes=classes,
        primary_metric=primary,
        original=networks[0],
        pruned=networks[1],
        verdict=VerdictRecord(
            metric=primary,
            margin=margin,
            difference=metrics[1][primary].value - metrics[0][primary].value,
            ci_low=low,
            ci_high=high,
            decision="non-inferior" if low > -margin else "inferior" if high < -margin else "inconclusive",
        ),
        layers=layers(zeroed),
        latency=LatencySamples(*(tuple(taken.tolist()) for taken in times), "PyTorch", 1, 4, 10, "CPU"),
        cases=cases,
        provenance={"device": "CPU", "seed": "0"},
    )
    with RunFolder(folder).create(config, resume=True) as run:
        run.write_comparison(comparison)
        return run.read_comparison()


def _estimate(value: float, sampled: list[float]) -> Estimate:
    low, high = np.percentile(sampled, (2.5, 97.5))
    return Estimate(float(value), float(low), float(high))


def _dice(truth: np.ndarray, found: np.ndarray) -> tuple[float, ...]:
    return tuple(
        float(2 * ((truth == k) & (found == k)).sum() / ((truth == k).sum() + (found == k).sum())) for k in (1, 2)
    )
