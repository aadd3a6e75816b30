"""What a run depends on: versions, machine, seed, and the SHA-256 of its data and networks."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Generator, Sequence
from importlib.metadata import version
from pathlib import Path

import torch

from medprune_gui.engine.config import ExperimentConfig, dump_experiment
from medprune_gui.engine.data.cases import Case
from medprune_gui.engine.errors import ImageReadError
from medprune_gui.engine.files import file_sha256

_PACKAGES = ("medprune", "torch", "monai", "numpy", "scipy", "scikit-learn", "pydicom", "nibabel")


def hash_cases(cases: Sequence[Case]) -> Generator[tuple[int, int], None, str]:
    """Hash the images and label maps of all cases, yielding (done, total).

    Returns
    -------
    str
        SHA-256 over each file's name and SHA-256, in the order of the names: the same wherever the folder lies.

    Raises
    ------
    ImageReadError
        A file cannot be read.
    """
    files = sorted({path for case in cases for path in (case.image, case.label_map) if path is not None})
    whole = hashlib.sha256()
    for done, path in enumerate(files, 1):
        try:
            whole.update(f"{path.name}:{file_sha256(path)}\n".encode("utf-8", "surrogateescape"))
        except OSError as error:
            raise ImageReadError("the file cannot be read", where=path, remedy=error.strerror) from error
        yield done, len(files)
    return whole.hexdigest()


def provenance(
    config: ExperimentConfig, *, device: str, data_sha256: str, original: Path, pruned: Path, duration_s: float
) -> dict[str, str]:
    """Return what a run depended on, each as text.

    Parameters
    ----------
    device
        Such as ``cpu`` or ``cuda``.
    data_sha256
        From `hash_cases`.
    original, pruned
        Model folders; their weights are hashed.
    duration_s
        Seconds the run took, in all its sessions.
    """
    name = torch.cuda.get_device_name() if device == "cuda" else processor()
    return {
        **{f"version_{package}": version(package) for package in _PACKAGES},
        "version_python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "device": f"{device} ({name})",
        "cores": str(os.cpu_count()),
        "threads": str(torch.get_num_threads()),
        "seed": str(config.seed),
        "config_sha256": hashlib.sha256(dump_experiment(config).encode("utf-8", "surrogateescape")).hexdigest(),
        "data_sha256": data_sha256,
        "original_sha256": file_sha256(original / "model.safetensors"),
        "pruned_sha256": file_sha256(pruned / "model.safetensors"),
        "duration_s": f"{duration_s:.1f}",
    }


def processor() -> str:
    """Return the processor's name as the system gives it."""
    cpu_info = Path("/proc/cpuinfo")
    if cpu_info.exists():
        for line in cpu_info.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
