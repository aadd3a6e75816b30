"""Jobs in a process that has imported torch, as the engine does."""

import torch  # noqa: F401
from plain_jobs import Jobs

__all__ = ["Jobs"]
