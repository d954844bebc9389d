"""Reads every file of a project and puts the fleet together.

One bad file never hides another: each is read, its findings join the others, and what it was about to define is named in
`Fleet.broken`: `agent:NAME`, `mission:NAME`, and `tier:NAME` for a tiers document with errors (the fleet then has the
default tiers). `document:KIND` says that the document of a kind is named and cannot be used. Where a file of agents does not
even say a name, the file's own stands for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import orchestra_spec
from orchestra_compiler.diagnostic import Diagnostic, Severity, Span, in_order
from orchestra_compiler.frontends import formats, gates, mission, project, routing, tiers, workload
from orchestra_compiler.frontends.common import Built, has_errors
from orchestra_compiler.frontends.documents import build_each
from orchestra_compiler.frontends.knowledge import is_path
from orchestra_compiler.frontends.loaded import PROJECT_FILE, Loaded
from orchestra_compiler.frontends.own_names import qualified
from orchestra_compiler.frontends.project import Layout, Named
from orchestra_compiler.lint.settings import LintSettings
from orchestra_compiler.model import Agent, Fleet, GatePolicy, Mission, RoutingPolicy, Tiers, Workload
from orchestra_compiler.naming import MARKDOWN, YAML, name_in_path, name_of_folder
from orchestra_compiler.source import yaml
from orchestra_compiler.source.codes import fault, shown
from orchestra_compiler.source.files import Refusal, forget_folders, parts_of, read, search
from orchestra_compiler.source.text import Text, decode
from orchestra_compiler.source.tree import Document

T = TypeVar("T")
_OF_VALUES = frozenset({"ORC010", "ORC013", "ORC014"})
"""What a schema says of single values."""


class Loader:
    """One reading of one project; contents in `overlay` count in place of what the disk has."""

    def __init__(self, root: Path, overlay: Mapping[str, bytes] = MappingProxyType({})) -> None:
        self._root = os.fspath(root)
        self._overlay = overlay
        self._sources: dict[str, bytes] = {}
        self._found: list[Diagnostic] = []
        self._broken: set[str] = set()

    def load(self) -> Loaded:
        """Read everything."""
        forget_folders()
        layout = self._layout()
        if layout is None:
            return self._loaded(None, (), LintSettings())
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
        known = sorted({_literal(each) for agent in agents for each in agent.documents if is_path(each)})
        return self._loaded(None if self._unusable else fleet, (*layout.patterns, *known), layout.lint)

    def _loaded(self, fleet: Fleet | None, patterns: tuple[str, ...], lint: LintSettings) -> Loaded:
        errors = {each.span for each in self._found if each.severity is Severity.ERROR}
        # a bare `no` where a truth value is asked for is one fault, and told as such; so is an alias without an anchor
        merged = {each.span.path for each in self._found if each.message == yaml.MERGED}  # keys are there, and not read
        unread = {each.span for each in self._found if each.code == "ORC001"}
        told = [
            each
            for each in self._found
            if not (each.code == "ORC005" and each.span in errors)
            and not (each.code == "ORC012" and each.span.path in merged)
            and not (each.code in _OF_VALUES and each.span in unread)
        ]
        return Loaded(fleet, tuple(in_order(told)), self._sources, patterns, lint)

    def _layout(self) -> Layout | None:
        self._unusable = True
        document = self._single(Named(PROJECT_FILE, Span(PROJECT_FILE)))
        if document is None:
            return None
        built = project.build(document, name_of_folder(Path(self._root)))
        self._found += built.diagnostics
        self._unusable = has_errors(self._found)
        return built.value

    # Documents

    def _agents(self, layout: Layout) -> list[Agent]:
        agents: list[Agent] = []
        for path in self._files(layout.agents, layout.project.out):
            if not path.lower().endswith((*MARKDOWN, *YAML)):
                message, hint = f"`{path}` is neither Markdown nor YAML, and is skipped", "narrow the pattern"
                self._found.append(fault("ORC010", Span(path), message, hint, severity=Severity.WARNING))
                continue
            text = self._text(path, Span(path))
            if text is None:
                self._broken.add(f"agent:{name_in_path(path)}")
                continue
            built = formats.read(text, self._prompt)
            if any(has_errors(each.diagnostics) for each in built) and not any(each.name for each in built):
                self._broken.add(f"agent:{name_in_path(path)}")
            agents += self._kept("agent", built)
        agents, found = qualified(agents, {each.name for each in formats.FORMATS if each.own_names})
        self._found += found
        return agents

    def _missions(self, layout: Layout) -> list[Mission]:
        return [
            each
            for path in self._files(layout.missions, layout.project.out)
            for each in self._each(path, "mission", mission.build)
        ]

    def _each(self, path: str, kind: str, build: Callable[[Document], Built[T]]) -> Sequence[T]:
        """Build every document of a YAML file."""
        text = self._text(path, Span(path))
        return () if text is None else self._kept(kind, build_each(text, yaml.read(text), kind, build))

    def _kept(self, kind: str, built: Iterable[Built[T]]) -> Sequence[T]:
        """Return what could be built; what could not is named among the broken."""
        values = []
        for each in built:
            self._found += each.diagnostics
            if each.value is not None:
                values.append(each.value)
            elif each.name:
                self._broken.add(f"{kind}:{each.name}")
        return values

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
            self._broken |= {f"document:{kind}"} if named else set()
            return None
        built = build(document)
        if built.value is not None and not has_errors(self._found[before:]):
            self._found += built.diagnostics
            return built.value
        self._found += built.diagnostics
        self._broken.add(f"document:{kind}")
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

        A pattern that begins with `!` leaves out what the others match, wherever it stands among them. What was compiled
        into `out` is no source either: `**/*.md` must not take the prompts of the last compile for agents.
        """
        named = list(patterns)
        left_out = self._left_out(named)
        files: set[str] = set()
        for pattern, span in named:
            if pattern[0] == "!":
                continue
            found = search(self._root, pattern)
            found = found._replace(files=[path for path in found.files if not path.startswith(f"{out}/")])
            files.update(found.files)
            for path in sorted({*found.outside} - left_out):
                self._found.append(
                    fault("ORC021", span, f"`{path}` is a link that leaves the project's folder", "copy the file")
                )
            for path, reason in found.unusable:
                if path in left_out:
                    continue
                self._found.append(fault("ORC022", Span(path), f"`{path}` cannot be read: {reason}"))
            if not any(found):
                message = f"`{shown(pattern)}` matches no file"
                self._found.append(fault("ORC020", span, message, "mend the pattern, or remove it"))
        return sorted(files - left_out)

    def _left_out(self, patterns: Iterable[Named]) -> set[str]:
        """Return what the patterns with `!` match, links and folders too."""
        found = [search(self._root, pattern[1:]) for pattern, _ in patterns if pattern[0] == "!"]
        return {path for each in found for path in (*each.files, *each.outside, *(path for path, _ in each.unusable))}

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
            content = self._overlay[path] if path in self._overlay else read(self._root, path)
            if isinstance(content, Refusal):
                self._found.append(fault(content.code, span, content.message, content.hint))
                return None
            data = self._sources[path] = content
        text, found = decode(path, data)
        self._found += found
        return None if found else text


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


def _literal(path: str) -> str:
    """Return the pattern that matches one path: the document `a[1].md` is no pattern, as those of the project's file are."""
    return path.replace("[", "[[]").replace("*", "[*]").replace("?", "[?]")
