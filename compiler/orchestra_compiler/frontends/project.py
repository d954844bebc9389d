"""`orchestra.yaml`: what a project is called and which files it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from orchestra_compiler.diagnostic import Diagnostic, Span
from orchestra_compiler.frontends.common import Built, compact, faults, has_errors, places
from orchestra_compiler.lint import settings
from orchestra_compiler.lint.settings import LintSettings
from orchestra_compiler.model import NOWHERE, Project, Protocol
from orchestra_compiler.source.codes import fault, shown
from orchestra_compiler.source.files import parts_of
from orchestra_compiler.source.tree import Document, Path

DOCUMENTS = ("tiers", "routing", "gates", "workload")
"""The keys that name one document each."""


class Named(NamedTuple):
    """A pattern or path, and where it is written."""

    pattern: str
    span: Span


class Layout(NamedTuple):
    """Everything that `orchestra.yaml` names.

    Attributes:
        documents: Path of each document of `DOCUMENTS` that is named.
        lint: What the project says about its linting.
    """

    project: Project
    protocol: Protocol
    agents: tuple[Named, ...]
    missions: tuple[Named, ...]
    documents: dict[str, Named]
    lint: LintSettings

    @property
    def patterns(self) -> tuple[str, ...]:
        """Every pattern and path that names sources."""
        named = [*self.agents, *self.missions, *self.documents.values()]
        schema = [self.protocol.schema] if self.protocol.schema else []
        templates = [f"{self.project.templates}/**"] if self.project.templates else []  # a new one can replace ours
        baseline = [self.lint.baseline.text] if self.lint.baseline else []
        return tuple(dict.fromkeys([each.pattern for each in named] + schema + templates + baseline))


def build(document: Document, default_name: str) -> Built[Layout]:
    """Build the layout of a project. A document with errors gives one too: of whatever in it has the right type."""
    found = faults(document, "project")
    data = document.value
    if not isinstance(data, dict):
        return Built(None, found)
    build_ = data.get("build")
    build_ = build_ if isinstance(build_, dict) else {}
    found += _outside(document)
    targets = list(_targets(data.get("targets")))
    layout = Layout(
        project=Project(
            name=_text(data.get("name")) or default_name,
            description=_text(data.get("description")),
            out=_inner(build_.get("out")) or Project(name="").out,
            templates=_inner(build_.get("templates")) or None,
            targets=tuple(name for name, _ in targets),
            target_options={name: compact(options) for name, options in targets if options},
            prompt_budget_tokens=_whole(build_.get("prompt_budget_tokens"), Project(name="").prompt_budget_tokens),
            span=document.span,
            places=places(document),
        ),
        protocol=_protocol(document),
        agents=tuple(_named(document, "agents")),
        missions=tuple(_named(document, "missions")),
        documents={key: named for key in DOCUMENTS for named in _named(document, key)},
        lint=settings.read(document),
    )
    return Built(layout, found, "broken" if has_errors(found) else "")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _targets(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the name and the options of each target."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and item:
            yield item, {}
        elif isinstance(item, dict):
            yield from ((name, options) for name, options in item.items() if isinstance(options, dict))


def _whole(value: Any, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def _inner(value: Any) -> str:
    """Return a path below the root in its plain form, or an empty string."""
    parts = parts_of(value) if isinstance(value, str) else None
    return "/".join(parts) if parts else ""


def _named(document: Document, key: str) -> Iterator[Named]:
    value = document.value.get(key)
    for number, item in enumerate(value if isinstance(value, list) else [value]):
        path: Path = (key, number) if isinstance(value, list) else (key,)
        if _inner(item):
            yield Named(item, document.span_at(path))


def _protocol(document: Document) -> Protocol:
    written = document.value.get("messages")
    if not isinstance(written, dict):
        span = document.span_at(("messages",)) if written is not None else NOWHERE
        return Protocol(schema=_inner(written), span=span, places={"schema": span} if written is not None else {})
    return Protocol(
        schema=_inner(written.get("schema")),
        root=_text(written.get("root")),
        discriminator=_text(written.get("discriminator")),
        span=document.span_at(("messages",)),
        places=places(document, document.value["messages"]),
    )


def _outside(document: Document) -> Iterator[Diagnostic]:
    """Yield a finding for every path that could leave the project."""
    for path, value in _paths(document.value):
        if isinstance(value, str) and value and parts_of(value.removeprefix("!")) is None:
            message = f"`{shown(value)}` does not lead to anything below the project's folder"
            yield fault(
                "ORC021", document.span_at(path), message, "write a path relative to the folder of orchestra.yaml"
            )


def _paths(data: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    for key in ("agents", "missions", "messages", *DOCUMENTS):
        value = data.get(key)
        if isinstance(value, list):
            yield from (((key, number), item) for number, item in enumerate(value))
        elif isinstance(value, dict):
            yield (key, "schema"), value.get("schema")
        else:
            yield (key,), value
    if isinstance(data.get("build"), dict):
        yield from ((("build", key), data["build"].get(key)) for key in ("out", "templates"))
    if isinstance(data.get("lint"), dict):
        yield ("lint", "baseline"), data["lint"].get("baseline")
