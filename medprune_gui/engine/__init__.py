"""All that MedPrune knows, without a window."""
