"""The job panel."""
