"""Render prompts through Jinja2: sandboxed, strict about undefined names, the project's templates before ours.

A template is somebody's text like any other source: it is read from inside the project's folder alone, whatever goes
wrong with it is a finding at its own line, and the same text gives the same prompt on every machine.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

import orchestra_templates
from orchestra_compiler.diagnostic import Diagnostic, Span
from orchestra_compiler.findings import TEMPLATE_ERROR
from orchestra_compiler.incremental.digest import of_read
from orchestra_compiler.model import Fleet
from orchestra_compiler.prompt_inputs import DEFAULT_TEMPLATE, Example, PromptInputs
from orchestra_compiler.source.files import Refusal, parts_of, read


class Rendered(NamedTuple):
    """A prompt.

    Attributes:
        templates: The project's templates that it used, by path.
        reads: Path -> SHA-256 of each place where a template of the project was looked for; empty where there was none.
    """

    text: str
    templates: tuple[str, ...]
    reads: Mapping[str, str]


class Renderer:
    """Renders the prompts of one fleet; what fails is a finding, not an exception."""

    def __init__(self, fleet: Fleet, root: Path) -> None:
        self._fleet = fleet
        self._root = os.path.realpath(root)
        self._environment = _Sandbox(self._root, fleet.project.templates)
        self._failed: dict[tuple[Span, str], list[str]] = {}

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """Template errors met so far, one for all agents that meet the same one."""
        return [_finding(span, what, agents) for (span, what), agents in self._failed.items()]

    def render(self, inputs: PromptInputs) -> Rendered | None:
        """Return a prompt, or None where its template does not render."""
        agent = inputs.agent
        name = agent.template or DEFAULT_TEMPLATE
        self._environment.used.clear()
        self._environment.asked.clear()
        try:
            text = self._environment.get_template(name).render(
                agent=agent,
                tier=inputs.tier,
                coordinator=inputs.coordinator,
                team=inputs.team,
                example=inputs.example,
                examples=_with_excerpts(inputs.examples),
            )
            text.encode()  # a template can make half a surrogate pair, which no file can hold
        except Exception as error:  # noqa: BLE001 - a template can raise whatever an expression can: 1/0, a list plus a text
            named = self._fleet.agent_by_name.get(agent.name, agent).places
            place = self._place(error, named.get("template", agent.span))
            self._failed.setdefault((place, f"template {name!r} does not render: {_said(error)}"), []).append(
                agent.name
            )
            return None
        text = text.replace("\r\n", "\n")  # a checkout with other line ends must not be another prompt
        return Rendered(text.rstrip("\n") + "\n", tuple(sorted(self._project_templates())), self._environment.reads())

    def _project_templates(self) -> Iterator[str]:
        """Yield the project's templates that the last prompt used; ours belong to the compiler, not to the sources."""
        for filename in self._environment.used:
            path = self._below_root(filename)
            if path:
                yield path

    def _below_root(self, filename: str | None) -> str:
        prefix = os.path.join(self._root, "")  # noqa: PTH118 - a prefix of text, with its slash
        return Path(filename).relative_to(self._root).as_posix() if filename and filename.startswith(prefix) else ""

    def _place(self, error: Exception, otherwise: Span) -> Span:
        """Return the line of the project's template that an error comes from, else the place that names the template."""
        lines = list(_template_lines(error))
        for filename, line in reversed(lines):
            path = self._below_root(filename)
            if path and path in self._environment.read:
                return Span(path, line, 1, line, 1)
        return otherwise


class _Sandbox(ImmutableSandboxedEnvironment):
    """The environment; it knows which templates were asked for and used, those that others include or extend among them.

    Attributes:
        used: The files of the templates that were used since somebody cleared this.
        asked: The names of the templates that were asked for, whether there are such or not; likewise.
        read: Path -> SHA-256 of the project's templates that were ever read, empty for those that are not there.
    """

    def __init__(self, root: str, folder: str | None) -> None:
        self.used: set[str] = set()
        self.asked: set[str] = set()
        self.read: dict[str, str] = {}
        self._folder = folder
        ours = FileSystemLoader(orchestra_templates.ROOT)
        theirs = [_ProjectTemplates(root, folder, self.read)] if folder else []
        super().__init__(
            loader=ChoiceLoader([*theirs, ours]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,
        )
        del self.filters["random"], self.globals["lipsum"]  # the same template must give the same prompt

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja2's name
    ) -> Template:
        self._ask(name)
        return self._met(super().get_template(name, parent, globals))

    def select_template(self, names: Any, parent: str | None = None, globals: Any = None) -> Template:  # noqa: A002 - Jinja2's name
        for name in names if not isinstance(names, str) else (names,):
            self._ask(name)
        return self._met(super().select_template(names, parent, globals))

    def reads(self) -> dict[str, str]:
        """Return the places that decided on the templates that were asked for."""
        paths = (path_of(self._folder, name) for name in self.asked) if self._folder else ()
        return {path: self.read.get(path, "") for path in sorted(filter(None, paths))}

    def _ask(self, name: object) -> None:
        if isinstance(name, str):
            self.asked.add(name)

    def _met(self, template: Template) -> Template:
        if template.filename:
            self.used.add(template.filename)
        return template


class _ProjectTemplates(BaseLoader):
    """Reads the project's templates as all its files are read: never from outside of its folder."""

    def __init__(self, root: str, folder: str, met: dict[str, str]) -> None:
        self._root = root
        self._folder = folder
        self._met = met

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:  # noqa: ARG002 - Jinja2's interface
        path = path_of(self._folder, template)
        if path is None:
            raise TemplateNotFound(template)
        content = read(self._root, path)
        self._met[path] = of_read(content)
        if isinstance(content, Refusal):
            # only a template that is not there may be looked for among ours
            raise TemplateNotFound(template) if content.code == "ORC020" else TemplateError(content.message)
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise TemplateError(f"`{path}` is not UTF-8 at byte {error.start}") from error
        return text, os.path.join(self._root, *path.split("/")), lambda: True  # noqa: PTH118 - Jinja2 wants text


def _with_excerpts(examples: Sequence[Example]) -> tuple[Example, ...]:
    from orchestra_compiler.protocol.excerpts import excerpt

    later = (each._replace(excerpt=excerpt(examples[0].document, each.document)) for each in examples[1:])
    return (*examples[:1], *later)


def path_of(folder: str, template: str) -> str | None:
    """Return where a project's template of a name lies, or None for a name that could lead elsewhere."""
    parts = parts_of(template)
    return None if parts is None else "/".join([folder, *parts])


def _template_lines(error: Exception) -> Iterator[tuple[str, int]]:
    """Yield file and line of every template that an error passed through, outermost first."""
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        yield trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    if isinstance(error, TemplateSyntaxError) and error.filename:
        yield error.filename, error.lineno


def _said(error: Exception) -> str:
    if isinstance(error, TemplateNotFound):
        return f"there is no template {error.name!r}"
    if isinstance(error, RecursionError):
        return "it includes itself"
    if isinstance(error, TemplateError) and error.message:
        return error.message
    return f"{type(error).__name__}: {error}"


def _finding(span: Span, what: str, agents: Sequence[str]) -> Diagnostic:
    others = f" and {len(agents) - 1} more" if len(agents) > 1 else ""
    message = f"{what} (agent {min(agents)!r}{others})"
    return TEMPLATE_ERROR.at(span, message, "a template may use agent, tier, coordinator, team, example and examples")
