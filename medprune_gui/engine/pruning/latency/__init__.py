"""Budgets in milliseconds: times of single layers say where to look, times of whole networks decide."""

from medprune_gui.engine.pruning.latency.meeting import Candidates, CountsOf, LatencyChoice, meet_latency
from medprune_gui.engine.pruning.latency.model import LatencyModel, latency_model

__all__ = ["Candidates", "CountsOf", "LatencyChoice", "LatencyModel", "latency_model", "meet_latency"]
