"""The baseline that a project's settings name, read as its other files are."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from orchestra_compiler.diagnostic import Diagnostic
from orchestra_compiler.errors import ProjectError
from orchestra_compiler.lint import baseline
from orchestra_compiler.lint.baseline import Key
from orchestra_compiler.lint.codes import BASELINE_UNUSABLE
from orchestra_compiler.lint.settings import Word
from orchestra_compiler.source.files import Refusal, parts_of, read


class Known(NamedTuple):
    """The findings that a baseline holds, the file itself as it was read, and what is wrong with it."""

    findings: Mapping[Key, int] = MappingProxyType({})
    sources: Mapping[str, bytes] = MappingProxyType({})
    diagnostics: tuple[Diagnostic, ...] = ()


def read_known(root: Path, named: Word | None, overlay: Mapping[str, bytes]) -> Known:
    """Return what the baseline of a project holds; nothing where none is named."""
    parts = parts_of(named.text) if named else None
    if named is None or parts is None:  # a path that leaves the project has its finding already
        return Known()
    path = "/".join(parts)
    content = overlay[path] if path in overlay else read(os.fspath(root), path)
    if isinstance(content, Refusal):
        return Known(diagnostics=(BASELINE_UNUSABLE.at(named.span, content.message, _hint(path)),))
    try:
        return Known(baseline.load(content), {path: content})
    except ProjectError as error:
        told = BASELINE_UNUSABLE.at(named.span, f"`{path}` cannot be used: {error.message}", _hint(path))
        return Known(sources={path: content}, diagnostics=(told,))


def _hint(path: str) -> str:
    return f"write it: orchestra lint --write-baseline {path}"
