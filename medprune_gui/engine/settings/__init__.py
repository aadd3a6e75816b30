"""The tables of an experiment file, one idea a file: frozen, checked, no torch, no Qt."""
