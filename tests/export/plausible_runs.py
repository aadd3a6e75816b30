"""Two runs whose figures are computed, not invented: from random but plausible scores, masks and timings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter
from sklearn.metrics import roc_auc_score

from medprune_gui.engine.config import ExperimentConfig
from medprune_gui.engine.experiments.run_folder import RunFolder
from medprune_gui.engine.records import (
    CaseRecord,
    Comparison,
    Estimate,
    JobEvent,
    LatencySamples,
    LatencySummary,
    LayerRecord,
    NetworkSummary,
    VerdictRecord,
)

SECRET_FOLDER = "/home/radiology/patients-of-ward-3"

PROVENANCE = {
    "version_medprune": "0.1.0",
    "version_torch": "2.13.0",
    "version_monai": "1.6.1",
    "version_python": "3.11.2",
    "system": "Linux x86_64",
    "device": "cpu (a processor with AVX2)",
    "seed": "7",
    "data": f"{SECRET_FOLDER}/images",
    "data_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "pruned_sha256": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
    "duration_s": "213.4",
}


def classification_run(folder: Path, granularity: str = "channel", patients: int = 200) -> tuple[RunFolder, Comparison]:
    """A finished run that tells pneumonia from normal chest X-rays."""
    random = np.random.default_rng(7)
    labels = random.permutation(np.repeat([0, 1], [150, 260]))
    evidence = np.where(labels == 1, 2.6, -2.4) + random.normal(0, 1.5, labels.size)
    scores = {
        "original": _sigmoid(evidence),
        "pruned": _sigmoid(0.9 * evidence + random.normal(0, 0.5, labels.size)),
    }
    classes = ("normal", "pneumonia")
    cases = tuple(
        CaseRecord(
            case=f"test/{classes[label]}/person{index % patients}_{index}",
            file=f"{SECRET_FOLDER}/images/test/person{index % patients}_{index}.jpeg",
            patient=f"person{index % patients}",
            slice=None,
            truth=classes[label],
            original=classes[int(p > 0.5)],
            pruned=classes[int(q > 0.5)],
            original_scores=(float(1 - p), float(p)),
            pruned_scores=(float(1 - q), float(q)),
        )
        for index, (label, p, q) in enumerate(zip(labels, scores["original"], scores["pruned"], strict=True))
    )
    measures = {
        "auc": lambda y, s: roc_auc_score(y, s),
        "accuracy": lambda y, s: np.mean((s > 0.5) == y),
        "sensitivity": lambda y, s: np.mean(s[y == 1] > 0.5),
        "specificity": lambda y, s: np.mean(s[y == 0] <= 0.5),
    }
    metrics = {
        network: {name: _bootstrap(measure, labels, values, random) for name, measure in measures.items()}
        for network, values in scores.items()
    }
    draws = [random.integers(0, labels.size, labels.size) for _ in range(120)]
    differences = [
        roc_auc_score(labels[draw], scores["pruned"][draw]) - roc_auc_score(labels[draw], scores["original"][draw])
        for draw in draws
    ]
    layers = _layers((1, 32, 64, 128, 256, 512), (19, 34, 60, 118, 170), granularity)
    comparison = _comparison(
        "Pneumonia on paediatric chest X-rays",
        "classification",
        classes,
        "auc",
        metrics,
        differences,
        layers,
        cases,
        random,
    )
    config = _config(granularity, "table")
    return _written(folder, config, comparison, "auc")


def segmentation_run(folder: Path, cases: int = 12) -> tuple[RunFolder, Comparison]:
    """A finished run that segments two tissues in slices of one volume; its cases are still to be written."""
    random = np.random.default_rng(11)
    config = _config("channel", "volumes")
    classes = ("background", "grey matter", "white matter")
    run = RunFolder(folder).create(config)
    records = []
    for index in range(cases):
        field = gaussian_filter(random.normal(size=(96, 80)), 7)
        truth = np.digitize(field, np.quantile(field, [0.6, 0.85])).astype(np.uint8)
        image = (1000.0 * truth + random.normal(0, 220, truth.shape)).astype(np.int16)
        predictions = {}
        for network, noise in (("original", 0.10), ("pruned", 0.16)):
            blurred = field + noise * field.std() * gaussian_filter(random.normal(size=field.shape), 1.5) * 4
            predictions[network] = np.digitize(blurred, np.quantile(field, [0.6, 0.85])).astype(np.uint8)
        name = f"mni152, slice {60 + index}"
        arrays = run.write_case_arrays(name, {"image": image, "truth": truth, **predictions})
        records.append(
            CaseRecord(
                case=name,
                file=f"{SECRET_FOLDER}/t1.nii.gz",
                patient="mni152",
                slice=60 + index,
                truth="",
                original="",
                pruned="",
                original_scores=_dice(truth, predictions["original"]),
                pruned_scores=_dice(truth, predictions["pruned"]),
                arrays=arrays,
            )
        )
    first = np.array([case.original_scores for case in records])
    second = np.array([case.pruned_scores for case in records])
    metrics = {
        network: {
            "dice": _bootstrap_mean(values.mean(axis=1), random),
            "dice grey matter": _bootstrap_mean(values[:, 0], random),
            "dice white matter": _bootstrap_mean(values[:, 1], random),
        }
        for network, values in (("original", first), ("pruned", second))
    }
    change = (second - first).mean(axis=1)
    differences = [float(change[random.integers(0, cases, cases)].mean()) for _ in range(120)]
    layers = _layers((1, 16, 32, 64, 128), (9, 20, 41, 77), "channel")
    comparison = _comparison(
        "Brain tissue on MNI152", "segmentation", classes, "dice", metrics, differences, layers, tuple(records), random
    )
    run.release()
    return _written(folder, config, comparison, "dice", created=True)


def _written(
    folder: Path, config: ExperimentConfig, comparison: Comparison, metric: str, created: bool = False
) -> tuple[RunFolder, Comparison]:
    with RunFolder(folder).create(config, resume=created) as run:
        for stage, epochs, start in (("train", 6, 0.55), ("fine-tune", 3, 0.2)):
            for epoch in range(1, epochs + 1):
                loss = start * 0.7**epoch
                values = {"train_loss": loss, "val_loss": 1.15 * loss, f"val_{metric}": 1 - 0.3 * loss}
                run.append_event(JobEvent(stage, epoch, epochs, metrics=values, fraction=0.1 * epoch))
        run.write_comparison(comparison)
    return run, comparison


def _config(granularity: str, kind: str) -> ExperimentConfig:
    data = {"kind": kind, "path": f"{SECRET_FOLDER}/images"}
    return ExperimentConfig.model_validate(
        {
            "name": "A plausible run",
            "seed": 7,
            "notes": [f"Images lie in {SECRET_FOLDER}/images; labels were text-mined."],
            "data": {**data, "label_maps": f"{SECRET_FOLDER}/labels"} if kind == "volumes" else data,
            "pruning": {"granularity": granularity, "amount": 0.8}
            if granularity == "weight"
            else {"budget": {"share": 0.3}},
        }
    )


def _comparison(name, task, classes, primary, metrics, differences, layers, cases, random) -> Comparison:
    faster = 1.0 if all(layer.removed == 0 for layer in layers) else 2.3
    taken = {
        "original": 11.8 * random.lognormal(0, 0.05, 120) + random.exponential(0.4, 120),
        "pruned": 11.8 / faster * random.lognormal(0, 0.06, 120) + random.exponential(0.3, 120),
    }
    total = {
        field: sum(getattr(layer, field) for layer in layers)
        for field in LayerRecord.__dataclass_fields__
        if "_" in field and "channels" not in field
    }
    zeroed = sum(layer.zeroed for layer in layers)
    networks = {
        network: NetworkSummary(
            parameters=total[f"parameters_{when}"],
            nonzero_parameters=total[f"parameters_{when}"] - (zeroed if when == "after" else 0),
            macs=total[f"macs_{when}"],
            size_bytes=4 * total[f"parameters_{when}"] + 1800,
            metrics=metrics[network],
            latency_ms=LatencySummary(
                *(float(p) for p in np.percentile(taken[network], (50, 90, 99))), "PyTorch eager", 1, 1
            ),
        )
        for network, when in (("original", "before"), ("pruned", "after"))
    }
    difference = metrics["pruned"][primary].value - metrics["original"][primary].value
    low, high = (float(end) for end in np.percentile(differences, (2.5, 97.5)))
    margin = 0.02
    decision = "non-inferior" if low > -margin else "inferior" if high < -margin else "inconclusive"
    return Comparison(
        name=name,
        task=task,
        classes=classes,
        primary_metric=primary,
        original=networks["original"],
        pruned=networks["pruned"],
        verdict=VerdictRecord(primary, margin, difference, low, high, decision),
        layers=layers,
        latency=LatencySamples(
            tuple(taken["original"].tolist()), tuple(taken["pruned"].tolist()), "PyTorch eager", 1, 1, 10, "cpu"
        ),
        cases=cases,
        provenance=PROVENANCE,
        notes=("The splits share no patient.",),
    )


def _layers(before: tuple[int, ...], kept: tuple[int, ...], granularity: str) -> tuple[LayerRecord, ...]:
    after = (before[0], *kept) if granularity == "channel" else before
    layers = []
    for index in range(1, len(before)):
        pixels = (64 // 2 ** (index - 1)) ** 2
        sizes = [9 * counts[index - 1] * counts[index] + counts[index] for counts in (before, after)]
        layers.append(
            LayerRecord(
                f"features.{3 * (index - 1)}",
                "Conv2d",
                before[index],
                after[index],
                *sizes,
                int(0.8 * sizes[1]) if granularity == "weight" else 0,
                *(pixels * size for size in sizes),
            )
        )
    classes = (2 * before[-1] + 2, 2 * after[-1] + 2)
    return (*layers, LayerRecord("classifier", "Linear", 2, 2, *classes, 0, 2 * before[-1], 2 * after[-1]))


def _sigmoid(values):
    return 1 / (1 + np.exp(-values))


def _bootstrap(measure, labels, scores, random) -> Estimate:
    draws = [random.integers(0, labels.size, labels.size) for _ in range(100)]
    low, high = np.percentile([measure(labels[draw], scores[draw]) for draw in draws], (2.5, 97.5))
    return Estimate(float(measure(labels, scores)), float(low), float(high))


def _bootstrap_mean(values, random) -> Estimate:
    draws = [values[random.integers(0, values.size, values.size)].mean() for _ in range(100)]
    low, high = np.percentile(draws, (2.5, 97.5))
    return Estimate(float(values.mean()), float(low), float(high))


def _dice(truth, prediction) -> tuple[float, ...]:
    return tuple(
        float(2 * ((truth == k) & (prediction == k)).sum() / ((truth == k).sum() + (prediction == k).sum()))
        for k in (1, 2)
    )
