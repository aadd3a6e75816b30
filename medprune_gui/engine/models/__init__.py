"""Networks: registry, checkpoints, complexity and prediction."""
