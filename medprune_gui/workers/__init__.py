"""The compute process and the thread that owns it (QtCore only)."""
