"""A project as a whole: where its root is, and the fleet that it defines.

Every command asks for the root first, so this module imports nothing heavy; `load` fetches the readers, front ends and
schemas when it is called.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from orchestra_compiler.errors import ProjectError
from orchestra_compiler.frontends.loaded import PROJECT_FILE, Loaded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["PROJECT_FILE", "Loaded", "find_root", "load"]


def load(root: Path, overlay: Mapping[str, bytes] = MappingProxyType({})) -> Loaded:
    """Read the project at `root`, a folder with an `orchestra.yaml`. Whatever is wrong with it is a finding.

    `overlay` holds the contents of files, by path below the root, that count in place of what the disk has.
    """
    from orchestra_compiler.frontends.loader import Loader

    return Loader(root, overlay).load()


def find_root(path: Path) -> Path:
    """Return the root of the project that a folder or its `orchestra.yaml` names.

    Raises:
        ProjectError: There is no `orchestra.yaml`.
    """
    if path.name == PROJECT_FILE and path.is_file():
        return path.parent
    if (path / PROJECT_FILE).is_file():
        return path
    if not path.exists():
        raise ProjectError(f"{path} does not exist", "name a folder with an orchestra.yaml")
    if path.is_dir():
        raise ProjectError(f"{path} holds no {PROJECT_FILE}", "orchestra init writes one; or name the project's folder")
    raise ProjectError(f"{path} is no {PROJECT_FILE}", "name the project's folder or its orchestra.yaml")
