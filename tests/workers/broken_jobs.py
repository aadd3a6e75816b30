"""Jobs that cannot be imported, in the way that BROKEN_HOW names; each try leaves a line in the file BROKEN_TRIES."""

import os
import signal
from pathlib import Path

with Path(os.environ["BROKEN_TRIES"]).open("a") as file:
    file.write("tried\n")
if os.environ["BROKEN_HOW"] == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
raise ImportError("torch is not what it was")
