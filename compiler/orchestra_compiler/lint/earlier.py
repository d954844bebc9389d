"""The findings that a project had at an earlier revision: what a change brought to files that it did not touch."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from orchestra_compiler.check import check_project
from orchestra_compiler.diff.revisions import extract
from orchestra_compiler.errors import UsageError
from orchestra_compiler.lint.baseline import Key, key_of
from orchestra_compiler.lint.view import recordable


def earlier_findings(root: Path, revision: str) -> Mapping[Key, int] | None:
    """Return what a project's findings were known by at a revision; None where there is no such project or revision."""
    with tempfile.TemporaryDirectory(prefix="orchestra-") as folder:
        place = Path(folder) / (root.resolve().name or "project")  # a project without a name is called as its folder is
        place.mkdir()
        try:
            extract(revision, root, place)
        except UsageError:
            return None
        return Counter(map(key_of, recordable(check_project(place))))
