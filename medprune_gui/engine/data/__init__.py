"""Labelled cases: readers of data sets, splits by patient, preprocessing, demonstration data. No torch."""
