"""What the report says in sentences: verdict, method, and what the run cannot show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medprune_gui.engine.evaluation.latency_summary import latency_ratio
from medprune_gui.engine.export.tables import TIMES, metric_name, ratio, times_text, verdict_reading
from medprune_gui.engine.settings.allocations import Allocation
from medprune_gui.engine.settings.budgets import QUANTITY_NAMES
from medprune_gui.engine.settings.criterion_names import criterion_info

if TYPE_CHECKING:
    from medprune_gui.engine.config import DataConfig, ExperimentConfig, PruningConfig, TrainingConfig
    from medprune_gui.engine.records import Comparison

RESEARCH_USE = "Research use only. Not for diagnosis."

# Below this the normal approximation behind most intervals is poor, and so is any claim.
_ZEROED_WORDS = {
    "weight": "single weights",
    "n:m": "weights in the pattern",
    "block": "blocks",
    "kernel": "single kernels",
    "filter": "whole filters",
}
_FEW_CASES = 100
_FEW_PATIENTS = 30
# Two measurements of one network differ by as much.
_SAME_SPEED = 0.05
ABOUT_AS_LONG = "about as long"


_ALLOCATION_WORDS: dict[Allocation, str] = {
    "sensitivity": "more from layers whose pruning costs less on the validation split",
    "greedy": "in small steps, each from the layer whose loss scores best on the validation split",
    "global": "ranked over all layers together",
    "uniform": "the same share in each layer",
}


def verdict_sentences(comparison: Comparison) -> list[str]:
    """Return what the verdict rests on and what was gained, each in one plain sentence."""
    return [verdict_reading(comparison), _gain(comparison)]


def speed_text(comparison: Comparison) -> str:
    """Return how much faster the pruned network is, pair by pair: ``2.27x faster``, ``about as long``."""
    latency = latency_ratio(comparison.latency)
    return ABOUT_AS_LONG if abs(latency - 1.0) < _SAME_SPEED else times_text(latency, "faster", "slower")


def sparsity_sentences(comparison: Comparison) -> list[str]:
    """Return what was removed and what was only set to zero, never mixed."""
    original, pruned = comparison.original, comparison.pruned
    removed = original.parameters - pruned.parameters
    zeroed = (pruned.parameters - pruned.nonzero_parameters) - (original.parameters - original.nonzero_parameters)
    sentences = []
    if removed > 0:
        share = 100 * removed / original.parameters
        sentences.append(
            f"{removed:,} parameters ({share:.1f} %) were removed: they are neither stored nor computed any more."
        )
    else:
        sentences.append("No parameters were removed.")
    if zeroed > 0:
        share = 100 * zeroed / pruned.parameters
        sentences.append(
            f"{zeroed:,} of the remaining parameters ({share:.1f} %) were set to zero: they are still stored and "
            "computed with. Such masks do not make the network faster on ordinary hardware."
        )
    return sentences


def speed_sentence(comparison: Comparison) -> str:
    """Return how the latencies were measured."""
    taken = comparison.latency
    images = "1 image" if taken.batch == 1 else f"{taken.batch} images"
    threads = "1 thread" if taken.threads == 1 else f"{taken.threads} threads"
    return (
        f"Measured with {taken.runtime} on {taken.device}, {threads}, {images} a batch: after {taken.warm_up} warm-up "
        f"batches that do not count, {len(taken.original)} batches of the original and {len(taken.pruned)} of the "
        "pruned network, in turns, so that both meet the same state of the computer. How many times faster is the "
        "median over the pairs of neighbouring batches; percentiles are over single batches. Other computers, batch "
        "sizes and runtimes give other ratios."
    )


def interval_sentence(comparison: Comparison) -> str:
    """Return how the 95 % intervals of the metrics and of the difference were computed."""
    if comparison.task == "segmentation":
        single, paired = "bootstrap", "paired bootstrap"
    elif len(comparison.classes) == 2:
        single = "Wilson for accuracy, sensitivity and specificity, DeLong for AUC, bootstrap for balanced accuracy"
        paired = "DeLong, paired" if comparison.verdict.metric == "auc" else "paired, with the exact McNemar test"
    else:
        single = "Wilson for accuracy, bootstrap for the others"
        paired = "paired bootstrap" if comparison.verdict.metric == "auc" else "paired, with the exact McNemar test"
    grouped = ""
    patients = {case.patient for case in comparison.cases}
    if 1 < len(patients) < len(comparison.cases):
        grouped = "Some patients have several test cases: all intervals treat a patient's cases as belonging together"
        if comparison.task == "classification":
            single, paired = (_for_patients(text) for text in (single, paired))
        else:
            grouped += " and draw whole patients"
        grouped += ". "
    return (
        f"Values with 95 % confidence intervals ({single}); difference: pruned minus original. {grouped}The verdict is "
        f"about {metric_name(comparison.verdict.metric)} only; the interval of its difference ({paired}) compares both "
        "networks on the same cases. The other rows describe, they decide nothing."
    )


def _for_patients(methods: str) -> str:
    for single, grouped in (
        ("Wilson", "Wilson with Rao and Scott's design effect"),
        ("DeLong", "Obuchowski's extension of DeLong"),
        ("paired, with the exact McNemar test", "paired, Newcombe with the design effect of the difference"),
        ("bootstrap", "bootstrap over patients"),
    ):
        methods = methods.replace(single, grouped)
    return methods


def method(config: ExperimentConfig) -> list[tuple[str, str]]:
    """Return the experiment's settings as (name, value) in words; no paths."""
    return [
        ("Data", _data(config.data)),
        ("Network", _network(config)),
        ("Training", "weights were given, not trained here" if config.model.weights else _training(config.training)),
        ("Pruning", pruning_in_words(config.pruning)),
        *([("Floor", _floor(config))] if config.pruning.floor else []),
        ("Fine-tuning", _training(config.fine_tuning)),
        ("Non-inferiority margin", f"{config.evaluation.margin:g}"),
        ("Seed", str(config.seed)),
    ]


def limitations(comparison: Comparison, config: ExperimentConfig) -> list[str]:
    """Return what the run cannot show: the notes of its author and its data, then what follows from its numbers."""
    cases = comparison.cases
    patients = {case.patient for case in cases}
    sentences = list(dict.fromkeys((*config.notes, *comparison.notes)))
    if patients == {""}:
        sentences.append(
            "The data do not say which images belong to the same patient: intervals may be too narrow, and training "
            "and test images may share patients."
        )
    elif len(patients) == 1:
        sentences.append(
            "All test cases come from a single patient or volume. One volume proves nothing about patients: the "
            "intervals describe its slices only."
        )
    elif len(patients) < _FEW_PATIENTS:
        sentences.append(
            f"The test cases come from {len(patients)} patients only; the results may not hold for others."
        )
    if len(cases) < _FEW_CASES:
        sentences.append(f"There are {len(cases)} test cases only; small differences cannot be told from chance.")
    if config.pruning.zeroes:
        what = _ZEROED_WORDS[config.pruning.granularity]
        sentences.append(
            f"{what[0].upper()}{what[1:]} were set to zero. Such a mask makes the network compressible, not faster: "
            "dense kernels compute with zeros as with any other number."
        )
    sentences.append(
        "Data from other hospitals, scanners or populations can give other results; nothing here was tested on them "
        "unless a note says so."
    )
    sentences.append("Speed was measured on one computer and says little about another.")
    return sentences


def _gain(comparison: Comparison) -> str:
    original, pruned = comparison.original, comparison.pruned
    parameters = ratio(original.parameters, pruned.parameters)
    macs = ratio(original.macs, pruned.macs)
    size = (
        "It stores and computes as much as before"
        if round(parameters, 2) == round(macs, 2) == 1.0
        else f"It has {times_text(parameters, 'fewer', 'more')} parameters, needs {times_text(macs, 'fewer', 'more')} "
        "multiply-accumulates"
    )
    speed = speed_text(comparison)
    verb = "takes" if speed == ABOUT_AS_LONG else "is"
    return (
        f"{size}, and {verb} {speed} (median latency {original.latency_ms.p50:.2f} ms before, "
        f"{pruned.latency_ms.p50:.2f} ms after)."
    )


def _data(data: DataConfig) -> str:
    kind = {
        "folders": "a folder of images per class",
        "table": "images listed in a table",
        "volumes": f"{data.axis} slices of volumes with label maps",
    }[data.kind]
    levels = 2**data.bits
    return f"{kind}; {data.size[0]} {TIMES} {data.size[1]} pixels (rows {TIMES} columns), {levels:,} grey levels"


def _network(config: ExperimentConfig) -> str:
    parameters = ", ".join(f"{name} = {value}" for name, value in config.model.parameters.items())
    return f"{config.model.architecture}{f' ({parameters})' if parameters else ''}"


def _training(training: TrainingConfig) -> str:
    if training.epochs == 0:
        return "none"
    epochs = "1 epoch" if training.epochs == 1 else f"{training.epochs} epochs"
    extras = [
        *(["class weights"] if training.class_weights else []),
        *(["augmentation"] if training.augment else []),
    ]
    return (
        f"{epochs}, batches of {training.batch_size}, {_optimiser(training.optimiser)}, learning rate "
        f"{training.learning_rate:g}, weight decay {training.weight_decay:g}{''.join(f', {text}' for text in extras)}"
    )


def _optimiser(name: str) -> str:
    return {"adamw": "AdamW", "sgd": "SGD"}.get(name, name)


def pruning_in_words(pruning: PruningConfig) -> str:
    """Return what is pruned, how much of it, by what importance and in which steps."""
    unit = "whole layers removed" if pruning.granularity == "layer" else "whole channels removed"
    if pruning.zeroes:
        extra = {"n:m": f" {pruning.pattern}", "block": f" of {pruning.block[0]} {TIMES} {pruning.block[1]}"}
        what = _ZEROED_WORDS[pruning.granularity]
        unit = f"{what}{extra.get(pruning.granularity, '')} set to zero (none removed)"
    if pruning.budget is not None:
        name, measure = QUANTITY_NAMES[pruning.budget.quantity]
        share, most = pruning.budget.share, pruning.budget.most
        most_words = f"{most:,.10g} {measure}".strip() if share is None else f"{100 * share:g} %"
        goal = f"until {most_words} of the {name} remain"
    else:
        goal = f"{100 * (pruning.amount or 0.0):g} % of the units"
    allocation = _ALLOCATION_WORDS[pruning.allocation]
    criterion = criterion_info(pruning.criterion).title
    if pruning.normalisation is not None:
        criterion += f", normalised by {pruning.normalisation}"
    steps = (
        "at once"
        if pruning.schedule == "one-shot" or pruning.steps == 1
        else f"{pruning.steps} steps, {pruning.schedule} schedule"
    )
    special = _special_schedule(pruning)
    if special:
        importance = "" if pruning.schedule == "soft" else f"importance: {criterion}, "
        return f"{unit}, {goal}; {importance}{allocation}; {special}"
    recovery = ""
    if steps != "at once" and pruning.epochs_per_step:
        recovery = f" with {pruning.epochs_per_step} epoch{'s' * (pruning.epochs_per_step > 1)} of fine-tuning between"
    return f"{unit}, {goal}; importance: {criterion}, {allocation}; {steps}{recovery}"


def _floor(config: ExperimentConfig) -> str:
    floor = config.pruning.floor
    assert floor is not None
    metric = floor.metric or config.evaluation.metric or ("dice" if config.data.task == "segmentation" else "auc")
    own = "recall" if metric == "accuracy" else metric_name(metric)
    limits = [] if floor.drop is None else [f"{metric_name(metric)} by no more than {floor.drop:g}"]
    limits += [f"{own} of class {name} by no more than {drop:g}" for name, drop in floor.classes.items()]
    tries = "no smaller step" if floor.tries == 0 else f"up to {floor.tries} smaller step{'s' * (floor.tries > 1)}"
    return f"on the validation split, {', '.join(limits)} below the original's; {tries} after one that fell below"


def _special_schedule(pruning: PruningConfig) -> str:
    """Return the schedule in words where it does more than prune in steps; else nothing."""
    if pruning.schedule == "lottery":
        what = "its weights" if pruning.rewinding.what == "weights" else "the learning rate"
        rounds = "1 lottery-ticket round" if pruning.steps == 1 else f"{pruning.steps} lottery-ticket rounds"
        return f"{rounds}, {what} set back to epoch {pruning.rewinding.epoch} after each"
    epochs = pruning.steps * pruning.epochs_per_step
    after = f"cut once, after {epochs} epoch{'s' * (epochs > 1)} of training with"
    if pruning.schedule == "growing":
        return f"{after} a growing penalty on what goes"
    if pruning.schedule == "soft":
        return f"{after} the soft rule ({pruning.soft.sensitivity}, a = {pruning.soft.shrink:g})"
    return ""
