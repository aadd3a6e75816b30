"""Files and folders that may not be looked at: one clear line that names them, and the way out."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCAN = """
import sys
from medprune_gui.engine.errors import ImageReadError
from medprune_gui.engine.imaging import scan
try:
    scan(sys.argv[1])
except ImageReadError as error:
    print(error.where, error.what, error.remedy, sep="|")
"""


def said(*words):
    """What a command says, and its exit status."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=120)
    return done.returncode, (done.stdout + done.stderr).strip()


@pytest.mark.parametrize("command", ["inspect", "predict"])
def test_a_command_names_a_file_in_a_closed_folder_and_the_way_out(shut_out, closed_folder, tmp_path, command):
    file = closed_folder / "a.dcm"
    words = (file,) if command == "inspect" else (tmp_path, file, "--out", tmp_path / "table.csv")
    status, line = said(*shut_out, sys.executable, "-m", "medprune_gui.cli", command, *words)
    assert status == 2
    assert line == f"medprune: {file}: it cannot be opened (Permission denied). Check the permissions of its folder."


def test_the_closed_folder_itself_is_named_with_the_way_out(shut_out, closed_folder):
    status, line = said(*shut_out, sys.executable, "-m", "medprune_gui.cli", "inspect", closed_folder)
    assert status == 2
    assert f"{closed_folder}' is not readable" in line
    _, line = said(*shut_out, sys.executable, "-c", SCAN, closed_folder)
    assert line == f"{closed_folder}|The folder cannot be opened (Permission denied)|Check its permissions."


def test_a_scan_as_the_window_has_it_made_fails_by_the_file(shut_out, closed_folder):
    file = closed_folder / "a.dcm"
    _, line = said(*shut_out, sys.executable, "-c", SCAN, file)
    assert line == f"{file}|The file cannot be opened (Permission denied)|Check the permissions of its folder."


def test_too_long_a_name_is_told(tmp_path):
    status, line = said(sys.executable, "-m", "medprune_gui.cli", "inspect", tmp_path / ("long" * 100))
    assert status == 2
    assert "it cannot be opened (File name too long)" in line
