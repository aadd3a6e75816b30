#!/usr/bin/env bash
# Make a folder with the program that needs no Python: dist/medprune/.
set -euo pipefail
cd "$(dirname "$0")/.."
python -m pip install . pyinstaller
python -m PyInstaller --noconfirm packaging/medprune.spec
dist/medprune/medprune --version
