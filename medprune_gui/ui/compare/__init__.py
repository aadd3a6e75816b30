"""The comparison views."""
