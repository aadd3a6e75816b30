"""MedPrune: prune diagnostic networks and see whether the smaller one is as good."""

__version__ = "0.1.0"
