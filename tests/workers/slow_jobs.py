"""Jobs whose import takes longer than the grace period of a cancel, as torch's does."""

import time

from plain_jobs import Jobs

__all__ = ["Jobs"]

time.sleep(2.5)
