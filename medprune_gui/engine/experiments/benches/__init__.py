"""Benches: what the engine can do and how fast it is, measured on this machine and set beside other tools."""
