"""How long the window takes until it can be used, from the start of the process."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time

_SCRIPT = """
import sys, time
from PySide6.QtCore import QTimer
from medprune_gui.app import Workbench
from medprune_gui.qt_application import application
app = application()
bench = Workbench()
bench.show()
def usable():
    print(time.time(), flush=True)
    bench.window.close()
    app.quit()
QTimer.singleShot(0, usable)  # the first turn of the event loop after the window is painted
app.exec()
"""


def test_window_is_usable_soon(tmp_path):
    environment = {**os.environ, "MEDPRUNE_CONFIG": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    seconds = []
    for _ in range(6):
        began = time.time()
        result = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, env=environment)
        assert result.returncode == 0, result.stderr
        seconds.append(float(result.stdout.split()[0]) - began)
    print(
        f"\nwindow usable after {statistics.median(seconds[1:]):.2f} s (median of 5; first, cold: {seconds[0]:.2f} s)"
    )
    assert min(seconds) < 1.5
