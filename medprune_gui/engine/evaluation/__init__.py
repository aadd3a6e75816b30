"""Metrics, statistics and latency of two networks."""
