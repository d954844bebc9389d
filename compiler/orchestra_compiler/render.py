"""Render prompts through Jinja2: sandboxed, strict about undefined names, the project's templates before ours.

A template is somebody's text like any other source: it is read from inside the project's folder alone, whatever goes
wrong with it is a finding at its own line, and the same text gives the same prompt on every machine.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

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
from orchestra_compiler.built import Text
from orchestra_compiler.diagnostic import Diagnostic, Span
from orchestra_compiler.findings import TEMPLATE_ERROR
from orchestra_compiler.model import Agent, Fleet
from orchestra_compiler.source.files import Refusal, parts_of, read

DEFAULT_TEMPLATE = "prompt.md.j2"


class Renderer:
    """Renders the prompts of one fleet; what fails is a finding, not an exception."""

    def __init__(self, fleet: Fleet, root: Path, examples: Mapping[str, Text]) -> None:
        self._fleet = fleet
        self._examples = examples
        self._root = os.path.realpath(root)
        self._environment = _Sandbox(self._root, fleet.project.templates)
        self._teams: dict[str, list[Agent]] = {}
        for agent in fleet.agents:
            if agent.coordinator:
                self._teams.setdefault(agent.coordinator, []).append(agent)
        self._failed: dict[tuple[Span, str], list[str]] = {}

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """Template errors met so far, one for all agents that meet the same one."""
        return [_finding(span, what, agents) for (span, what), agents in self._failed.items()]

    def prompts(self) -> dict[str, Text]:
        """Return the prompt of every agent whose template renders."""
        return {name: text for name, agent in self._fleet.agent_by_name.items() for text in self._prompt(agent)}

    def _prompt(self, agent: Agent) -> Iterator[Text]:
        name = agent.template or DEFAULT_TEMPLATE
        example = self._example(agent)
        self._environment.used.clear()
        try:
            text = self._environment.get_template(name).render(
                agent=agent,
                tier=self._fleet.tiers.get(agent.tier) if agent.tier else None,
                coordinator=self._fleet.agent_by_name.get(agent.coordinator or ""),
                team=tuple(self._teams.get(agent.name, ())),
                example=example.text.strip() if example else None,
            )
            text.encode()  # a template can make half a surrogate pair, which no file can hold
        except Exception as error:  # noqa: BLE001 - a template can raise whatever an expression can: 1/0, a list plus a text
            place = self._place(error, agent.places.get("template", agent.span))
            self._failed.setdefault((place, f"template {name!r} does not render: {_said(error)}"), []).append(
                agent.name
            )
            return
        inputs = {agent.span.path, *(example.inputs if example else ()), *self._project_templates()}
        yield Text(text=text.rstrip("\n") + "\n", inputs=tuple(sorted(inputs)))

    def _example(self, agent: Agent) -> Text | None:
        """Return the template of the first message the agent sends."""
        keys = (f"{kind}/{agent.name}" for kind in agent.sends)
        return next((self._examples[key] for key in keys if key in self._examples), None)

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
    """The environment; it knows which templates were used, those that others include or extend among them."""

    def __init__(self, root: str, folder: str | None) -> None:
        self.used: set[str] = set()
        self.read: set[str] = set()
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
        return self._met(super().get_template(name, parent, globals))

    def select_template(self, names: Any, parent: str | None = None, globals: Any = None) -> Template:  # noqa: A002 - Jinja2's name
        return self._met(super().select_template(names, parent, globals))

    def _met(self, template: Template) -> Template:
        if template.filename:
            self.used.add(template.filename)
        return template


class _ProjectTemplates(BaseLoader):
    """Reads the project's templates as all its files are read: never from outside of its folder."""

    def __init__(self, root: str, folder: str, met: set[str]) -> None:
        self._root = root
        self._folder = folder
        self._met = met

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:  # noqa: ARG002 - Jinja2's interface
        parts = parts_of(template)
        if parts is None:
            raise TemplateNotFound(template)
        path = "/".join([self._folder, *parts])
        content = read(self._root, path)
        if isinstance(content, Refusal):
            # only a template that is not there may be looked for among ours
            raise TemplateNotFound(template) if content.code == "ORC020" else TemplateError(content.message)
        self._met.add(path)
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise TemplateError(f"`{path}` is not UTF-8 at byte {error.start}") from error
        return text, os.path.join(self._root, *path.split("/")), lambda: True  # noqa: PTH118 - Jinja2 wants text


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
    return TEMPLATE_ERROR.at(span, message, "a template may use agent, tier, coordinator, team and example")
