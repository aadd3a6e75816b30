"""What runs a network: PyTorch as it comes, ONNX Runtime or OpenVINO, imported when asked for."""

from medprune_gui.engine.models.runtimes.running import check_installed, ready_to_run, runtime_in_words

__all__ = ["check_installed", "ready_to_run", "runtime_in_words"]
