"""Depth: whole layers, residual blocks and encoder levels, found, ranked, chosen and taken out."""
