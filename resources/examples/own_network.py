"""A network of one's own: MedPrune calls ``small`` with what the data ask for, and the rest can be set as parameters.

``medprune trust own_network.py`` lets this file run, until it changes. Then an experiment can say

    [model]
    architecture = "own_network.py:small"
    parameters = { width = 32 }
"""

from torch import nn


def small(task, classes, channels, size, width=16, dropout=0.2):
    """Three convolutions and one dense layer, for pictures of any size."""
    if task != "classification" or min(size) < 8:
        raise ValueError("this network tells classes apart, in pictures of 8 x 8 pixels or more")
    layers = []
    for index in range(3):
        layers += [
            nn.Conv2d(channels if index == 0 else width * 2 ** (index - 1), width * 2**index, 3, padding=1),
            nn.BatchNorm2d(width * 2**index),
            nn.ReLU(),
            nn.MaxPool2d(2),
        ]
    return nn.Sequential(
        *layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout), nn.Linear(width * 4, classes)
    )
