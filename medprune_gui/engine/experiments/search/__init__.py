"""Search over amounts per channel group: which shares give the best networks of each size."""
