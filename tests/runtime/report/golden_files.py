"""Compares with a committed file; ORCHESTRA_UPDATE_GOLDEN=1 writes it instead."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def same(name: str, text: str) -> None:
    path = FOLDER / name
    if os.environ.get("ORCHESTRA_UPDATE_GOLDEN") == "1":
        path.write_bytes(text.encode())
    assert text == path.read_bytes().decode(), f"{name} differs; if it is meant to, set ORCHESTRA_UPDATE_GOLDEN=1"
