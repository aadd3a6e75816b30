"""Accuracy: how good networks still are, pruned by each criterion and by other means, after the same fine-tuning."""
