"""Reads every file of a project and puts the fleet together.

One bad file never hides another: each is read, its findings join the others, and what it was about to define is named in
`Fleet.broken`: `agent:NAME`, `mission:NAME`, and `tier:NAME` for a tiers document with errors (the fleet then has the
default tiers).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import orchestra_spec
from orchestra_compiler.diagnostic import Diagnostic, Severity, Span, in_order
from orchestra_compiler.frontends import agent, claude_code, gates, mission, project, routing, tiers, workload
from orchestra_compiler.frontends.common import Built, has_errors
from orchestra_compiler.frontends.knowledge import is_path
from orchestra_compiler.frontends.loaded import PROJECT_FILE, Loaded
from orchestra_compiler.frontends.project import Layout, Named
from orchestra_compiler.model import Agent, Fleet, GatePolicy, Mission, RoutingPolicy, Tiers, Workload
from orchestra_compiler.source import yaml
from orchestra_compiler.source.codes import fault, shown
from orchestra_compiler.source.files import Refusal, parts_of, read, search
from orchestra_compiler.source.text import Text, decode
from orchestra_compiler.source.tree import Document

T = TypeVar("T")

_MARKDOWN = (".md", ".markdown")
_YAML = (".yaml", ".yml", ".json")


class Loader:
    """One reading of one project."""

    def __init__(self, root: Path) -> None:
        self._root = os.fspath(root)
        self._sources: dict[str, bytes] = {}
        self._found: list[Diagnostic] = []
        self._broken: set[str] = set()

    def load(self) -> Loaded:
        """Read everything."""
        layout = self._layout()
        if layout is None:
            return self._loaded(None, ())
        agents = self._agents(layout)
        missions = self._missions(layout)
        fleet = Fleet(
            project=layout.project,
            agents=tuple(sorted(agents, key=lambda each: (each.name, each.span))),
            tiers=self._tiers(layout),
            routing=self._policy(layout, "routing", routing.build) or RoutingPolicy(),
            gates=self._gates(layout),
            protocol=layout.protocol,
            missions=tuple(sorted(missions, key=lambda each: (each.name, each.span))),
            workload=self._policy(layout, "workload", workload.build) or Workload(),
            broken=frozenset(self._broken),
        )
        known = sorted({each for agent in agents for each in agent.documents if is_path(each)})
        return self._loaded(None if self._unusable else fleet, (*layout.patterns, *known))

    def _loaded(self, fleet: Fleet | None, patterns: tuple[str, ...]) -> Loaded:
        errors = {each.span for each in self._found if each.severity is Severity.ERROR}
        # a bare `no` where a truth value is asked for is one fault, and told as such
        told = [each for each in self._found if each.code != "ORC005" or each.span not in errors]
        return Loaded(fleet, tuple(in_order(told)), self._sources, patterns)

    def _layout(self) -> Layout | None:
        self._unusable = True
        document = self._single(Named(PROJECT_FILE, Span(PROJECT_FILE)))
        if document is None:
            return None
        built = project.build(document, Path(self._root).resolve().name or "project")
        self._found += built.diagnostics
        self._unusable = has_errors(self._found)
        return built.value

    # Documents

    def _agents(self, layout: Layout) -> list[Agent]:
        agents: list[Agent] = []
        for path in self._files(layout.agents, layout.project.out):
            if path.lower().endswith(_MARKDOWN):
                agents += self._markdown(path)
            elif path.lower().endswith(_YAML):
                agents += self._each(path, "agent", lambda document: agent.build(document, self._prompt))
            else:
                message = f"`{path}` is neither Markdown nor YAML, and is skipped"
                self._found.append(
                    fault("ORC010", Span(path), message, "narrow the pattern", severity=Severity.WARNING)
                )
        return agents

    def _missions(self, layout: Layout) -> list[Mission]:
        return [
            each
            for path in self._files(layout.missions, layout.project.out)
            for each in self._each(path, "mission", mission.build)
        ]

    def _markdown(self, path: str) -> Sequence[Agent]:
        text = self._text(path, Span(path))
        if text is None:
            return ()
        return self._kept("agent", claude_code.build(text))

    def _each(self, path: str, kind: str, build: Callable[[Document], Built[T]]) -> Sequence[T]:
        """Build every document of a YAML file."""
        text = self._text(path, Span(path))
        if text is None:
            return ()
        reading = yaml.read(text)
        self._found += reading.diagnostics
        if not reading.documents and not reading.diagnostics:
            self._found.append(fault("ORC010", Span(path), "the file holds no document", f"write `{kind}: NAME`"))
        if has_errors(reading.diagnostics):
            # what stands behind the last document that could be read was about to be one too
            rest = text.content[max((each.end for each in reading.documents), default=0) :]
            names = re.finditer(rf"^{kind}[ \t]*:[ \t]*[\"']?([a-z0-9][a-z0-9._-]*)", rest, re.MULTILINE)
            self._broken |= {f"{kind}:{match[1]}" for match in names}
        values: list[T] = []
        for document in reading.documents:
            built = build(document)
            if _holds(document.span, reading.diagnostics):
                built = Built(None, built.diagnostics, built.name)
            values += self._kept(kind, built)
        return values

    def _kept(self, kind: str, built: Built[T]) -> Sequence[T]:
        self._found += built.diagnostics
        if built.value is None:
            if built.name:
                self._broken.add(f"{kind}:{built.name}")
            return ()
        return (built.value,)

    def _tiers(self, layout: Layout) -> Tiers:
        return self._policy(layout, "tiers", tiers.build) or default_tiers()

    def _gates(self, layout: Layout) -> GatePolicy:
        named = "gates" in layout.documents
        return self._policy(layout, "gates", gates.build) or (GatePolicy() if named else default_gates())

    def _policy(self, layout: Layout, kind: str, build: Callable[[Document], Built[T]]) -> T | None:
        named = layout.documents.get(kind)
        before = len(self._found)
        document = self._single(named) if named else None
        if document is None:
            return None
        built = build(document)
        if built.value is not None and not has_errors(self._found[before:]):
            self._found += built.diagnostics
            return built.value
        self._found += built.diagnostics
        data = document.value.get("tiers") if isinstance(document.value, dict) else None
        if kind == "tiers" and isinstance(data, dict):
            self._broken |= {f"tier:{name}" for name in data}
        return None

    def _single(self, named: Named) -> Document | None:
        """Return the one document of a file."""
        path = "/".join(parts_of(named.pattern) or ())
        text = self._text(path, named.span)
        if text is None:
            return None
        reading = yaml.read(text)
        self._found += reading.diagnostics
        if not reading.documents:
            if not reading.diagnostics:
                self._found.append(fault("ORC010", Span(path), "the file holds no document", "write its keys"))
            return None
        for more in reading.documents[1:]:
            self._found.append(
                fault("ORC010", more.span, "only the first document of this file counts", "remove the `---`")
            )
        return reading.documents[0]

    # Files

    def _files(self, patterns: Iterable[Named], out: str) -> list[str]:
        """Return the files of some patterns, each once, sorted; what is wrong with a pattern is told.

        What was compiled into `out` is no source: `**/*.md` must not take the prompts of the last compile for agents.
        """
        files: set[str] = set()
        for pattern, span in patterns:
            found = search(self._root, pattern)
            found = found._replace(files=[path for path in found.files if not path.startswith(f"{out}/")])
            files.update(found.files)
            for path in found.outside:
                self._found.append(
                    fault("ORC021", span, f"`{path}` is a link that leaves the project's folder", "copy the file")
                )
            for path, reason in found.unusable:
                self._found.append(fault("ORC022", Span(path), f"`{path}` cannot be read: {reason}"))
            if not any(found):
                message = f"`{shown(pattern)}` matches no file"
                self._found.append(fault("ORC020", span, message, "mend the pattern, or remove it"))
        return sorted(files)

    def _prompt(self, path: str, span: Span) -> tuple[str | None, list[Diagnostic]]:
        parts = parts_of(path)
        if parts is None:
            hint = "write a path relative to the folder of orchestra.yaml"
            return None, [fault("ORC021", span, f"`{shown(path)}` leads out of the project's folder", hint)]
        before = len(self._found)
        text = self._text("/".join(parts), span)
        told, self._found[before:] = self._found[before:], []
        return (None if text is None else text.content), told

    def _text(self, path: str, span: Span) -> Text | None:
        """Return the text of a file, or None where it cannot be had, which is told at `span`, where the file is named."""
        data = self._sources.get(path)
        if data is None:
            content = read(self._root, path)
            if isinstance(content, Refusal):
                self._found.append(fault(content.code, span, content.message, content.hint))
                return None
            data = self._sources[path] = content
        text, found = decode(path, data)
        self._found += found
        return None if found else text


def _holds(span: Span, found: Iterable[Diagnostic]) -> bool:
    """Return whether an error lies inside a document."""
    start, end = span[1:3], span[3:5]
    return any(each.severity is Severity.ERROR and start <= each.span[1:3] <= end for each in found)


def default_tiers() -> Tiers:
    """Return the tiers of a project that names no document of its own."""
    return _default("tiers", tiers.build)


def default_gates() -> GatePolicy:
    """Return the gate policy of a project that names no document of its own."""
    return _default("gates", gates.build)


def _default(kind: str, build: Callable[[Document], Built[T]]) -> T:
    """Build a document that ships with the language."""
    path = orchestra_spec.ROOT / f"{kind}.yaml"
    text, _ = decode(f"orchestra_spec/{kind}.yaml", path.read_bytes())
    value = build(yaml.read(text).documents[0]).value
    if value is None:
        raise AssertionError(f"{path} is not valid")
    return value
