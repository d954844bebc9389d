"""Why a file is written, from what the manifest on disk says of the compile before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

from orchestra_compiler.built import Output
from orchestra_compiler.manifest import MANIFEST_NAME

_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What the manifest on disk says of the compile that wrote it, all by SHA-256.

    Attributes:
        tool: The compiler's version.
        project: The project's name; empty where it does not say so.
        sections: `PATH#NAME` of each section -> its lines.
    """

    tool: str
    project: str
    sources: Mapping[str, str]
    outputs: Mapping[str, str]
    sections: Mapping[str, str] = field(default_factory=dict)


def read_earlier(out: Path) -> Earlier | None:
    """Return what the manifest on disk says, or None: a damaged manifest is the same as none."""
    try:
        data = json.loads((out / MANIFEST_NAME).read_bytes())
        return Earlier(
            tool=str(data["tool"]),
            project=_project(data),
            sources=_digests(data["sources"]),
            outputs=_digests(data.get("outputs", {})),  # left out where there are none: all may be sections
            sections=_digests(data.get("sections", {})),
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _project(data: dict[str, Any]) -> str:
    try:
        return str(data["fleet"]["project"]["name"])
    except (KeyError, TypeError):
        return ""


def _digests(data: object) -> dict[str, str]:
    if not isinstance(data, dict):
        raise TypeError("not an object of digests")
    return {path: str(digest) for path, digest in data.items()}


class Reasons:
    """Says why a file is written.

    Args:
        earlier: The compile before, or None.
        sources: Path -> SHA-256 of what this compile read.
        tool: This compiler's version.
        chains: Path -> which unit of the build a file comes from, and why that was made anew.
    """

    def __init__(
        self,
        earlier: Earlier | None,
        sources: Mapping[str, str],
        tool: str,
        chains: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._earlier = earlier
        self._tool = tool
        self._chains = chains
        self._changed = changed_sources(earlier, sources)

    def of(self, output: Output, current: bytes | None) -> str:
        """Return why a file is written whose content is now `current`, or which is not there."""
        if self._earlier is None:
            return "no earlier compile is known"
        recorded = self._earlier.outputs.get(output.path)
        if recorded is None:
            return self._chain(output, self._blame(output.inputs)) or "nothing compiled to it before"
        if current is None:
            return "it was missing"
        if sha256(current).hexdigest() != recorded and sha256(output.content).hexdigest() == recorded:
            return "it was edited by hand"
        if self._earlier.tool != self._tool:
            return f"the compiler went from {self._earlier.tool} to {self._tool}"
        blamed = self._chain(output, self._blame(output.inputs))
        return blamed or "it was edited by hand, or the compiler's environment changed"

    def of_section(self, key: str, content: bytes, current: bytes | None) -> str:
        """Return why a section is written; `key` is `PATH#NAME`, `current` its lines, or None where there is none."""
        if self._earlier is None:
            return "no earlier compile is known"
        recorded = self._earlier.sections.get(key)
        if recorded is None:
            return "nothing compiled to it before"
        if current is None:
            return "it was missing"
        if sha256(current).hexdigest() != recorded and sha256(content).hexdigest() == recorded:
            return "it was edited by hand"
        return self._blame(()) or "it was edited by hand, or the compiler's environment changed"

    def _chain(self, output: Output, blamed: str) -> str:
        chain = self._chains.get(output.path, "").removesuffix(f": {blamed}")
        return " -> ".join(filter(None, (blamed, chain)))

    def _blame(self, inputs: tuple[str, ...]) -> str:
        """Name the changed sources, those the file is made from first."""
        own = sorted(path for path in inputs if path in self._changed)
        blamed = own or sorted(self._changed)
        named = ", ".join(f"{path} {self._changed[path]}" for path in blamed[:_NAMED])
        return named + (f" and {len(blamed) - _NAMED} more" if len(blamed) > _NAMED else "")


def changed_sources(earlier: Earlier | None, sources: Mapping[str, str]) -> dict[str, str]:
    """Return path -> what happened to it, of each source that is not what it was at the compile before."""
    old = earlier.sources if earlier else {}
    return {
        path: "is new" if path not in old else "is gone" if path not in sources else "changed"
        for path in sources.keys() | old.keys()
        if sources.get(path) != old.get(path)
    }
