"""Render prompts through Jinja2: sandboxed, strict about undefined names, the project's templates before ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

import orchestra_templates
from orchestra_compiler.diagnostic import Diagnostic, Severity, Span
from orchestra_compiler.emitters.output import Text
from orchestra_compiler.model import Agent, Fleet

DEFAULT_TEMPLATE = "prompt.md.j2"


class Renderer:
    """Renders the prompts of one fleet; what fails is a finding, not an exception.

    Attributes:
        diagnostics: Template errors met so far.
    """

    def __init__(self, fleet: Fleet, root: Path, examples: Mapping[str, Text]) -> None:
        self._fleet = fleet
        self._root = root
        self._examples = examples
        self._templates = root / fleet.project.templates if fleet.project.templates else None
        folders = [self._templates] if self._templates else []
        self._environment = ImmutableSandboxedEnvironment(
            loader=ChoiceLoader([FileSystemLoader(folder) for folder in (*folders, orchestra_templates.ROOT)]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,
        )
        self._teams: dict[str, list[Agent]] = {}
        for agent in fleet.agents:
            if agent.coordinator:
                self._teams.setdefault(agent.coordinator, []).append(agent)
        self.diagnostics: list[Diagnostic] = []

    def prompts(self) -> dict[str, Text]:
        """Return the prompt of every agent whose template renders."""
        return {name: text for name, agent in self._fleet.agent_by_name.items() for text in self._prompt(agent)}

    def _prompt(self, agent: Agent) -> Iterator[Text]:
        name = agent.template or DEFAULT_TEMPLATE
        example = self._example(agent)
        try:
            template = self._environment.get_template(name)
            text = template.render(
                agent=agent,
                tier=self._fleet.tiers.get(agent.tier) if agent.tier else None,
                coordinator=self._fleet.agent_by_name.get(agent.coordinator or ""),
                team=tuple(self._teams.get(agent.name, ())),
                example=example.text.strip() if example else None,
            )
        except TemplateError as error:
            self.diagnostics.append(self._finding(error, name, agent))
            return
        inputs = {agent.span.path, *(example.inputs if example else ()), *self._source(template.filename)}
        yield Text(text=text.rstrip("\n") + "\n", inputs=tuple(sorted(inputs)))

    def _example(self, agent: Agent) -> Text | None:
        """Return the template of the first message the agent sends."""
        keys = (f"{kind}/{agent.name}" for kind in agent.sends)
        return next((self._examples[key] for key in keys if key in self._examples), None)

    def _source(self, filename: str | None) -> Iterator[str]:
        """Yield a project template's path; ours belong to the compiler, not to the project's sources."""
        if filename and self._templates and Path(filename).is_relative_to(self._templates):
            yield Path(filename).relative_to(self._root).as_posix()

    def _finding(self, error: TemplateError, name: str, agent: Agent) -> Diagnostic:
        span = agent.places.get("template", agent.span)
        if isinstance(error, TemplateSyntaxError) and self._templates and error.filename:
            path = next(self._source(error.filename), None)
            span = Span(path, error.lineno, 1, error.lineno, 1) if path else span
        return Diagnostic(
            code="ORC117",
            rule="template-error",
            severity=Severity.ERROR,
            span=span,
            message=f"template {name!r} does not render for agent {agent.name!r}: {error.message or error}",
            hint="a template may use agent, tier, coordinator, team and example",
        )
