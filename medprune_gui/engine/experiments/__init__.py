"""Experiments: run folders and the pipeline that fills them."""
