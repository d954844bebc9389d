"""Compiled text held against committed files; ORCHESTRA_UPDATE_GOLDEN=1 writes them anew."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import small_project


def hold(found: Mapping[str, str], folder: Path) -> None:
    """Fail where the files differ from those below the folder."""
    if os.environ.get("ORCHESTRA_UPDATE_GOLDEN") == "1":
        shutil.rmtree(folder, ignore_errors=True)
        for path, text in found.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(text.encode())
    expected = {path: content.decode() for path, content in small_project.tree(folder).items()}
    assert found == expected, "if this is meant, set ORCHESTRA_UPDATE_GOLDEN=1 and review the difference"
