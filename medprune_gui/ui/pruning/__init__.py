"""The pruning panel."""
