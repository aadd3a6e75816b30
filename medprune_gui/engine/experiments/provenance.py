"""What a run depends on: versions, machine, seed, and the SHA-256 of its data and networks."""

from __future__ import annotations

import hashlib
import os
import platform
from importlib.metadata import version
from pathlib import Path

import torch

from medprune_gui.engine.config import ExperimentConfig, dump_experiment
from medprune_gui.engine.files import file_sha256

_PACKAGES = ("medprune", "torch", "monai", "numpy", "scipy", "scikit-learn", "pydicom", "nibabel")


def provenance(
    config: ExperimentConfig, *, device: str, data_sha256: str, original: Path, pruned: Path, duration_s: float
) -> dict[str, str]:
    """Return what a run depended on, each as text.

    Parameters
    ----------
    device
        Such as ``cpu`` or ``cuda``.
    data_sha256
        From `medprune_gui.engine.experiments.case_list.data_sha256`.
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
