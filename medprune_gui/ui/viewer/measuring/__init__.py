"""Measuring on an image: drawing, painting, listing."""
