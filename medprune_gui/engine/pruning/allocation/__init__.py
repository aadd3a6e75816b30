"""How much each channel group gives up, where that is found by looking at what it costs."""
