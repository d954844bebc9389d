"""Prompts as units: each looks at its `PromptInputs` and at the templates that rendering it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestra_compiler import tokens
from orchestra_compiler.incremental.digest import of_read
from orchestra_compiler.incremental.token_counts import TokenCounts
from orchestra_compiler.incremental.units import Part, Units
from orchestra_compiler.model import Fleet
from orchestra_compiler.source.files import read

if TYPE_CHECKING:
    from orchestra_compiler.diagnostic import Diagnostic
    from orchestra_compiler.prompt_inputs import PromptInputs
    from orchestra_compiler.render import Renderer

PROMPT = "prompt"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptText:
    """A rendered prompt.

    Attributes:
        templates: The project's templates that it used.
        reads: Path -> digest of each place where a template of the project was looked for.
    """

    text: str
    tokens: int
    templates: tuple[str, ...]
    reads: Mapping[str, str]


class RenderedPrompts:
    """The prompts of one compile; the template engine is loaded when one must be rendered."""

    def __init__(self, units: Units, fleet: Fleet, root: Path, counts: TokenCounts) -> None:
        self._units = units
        self._fleet = fleet
        self._root = root
        self._tokenizer = counts.part
        self._renderer: Renderer | None = None

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """What is wrong with the templates of the prompts that were asked for."""
        return self._renderer.diagnostics if self._renderer is not None else []

    def prompt(self, inputs: PromptInputs) -> PromptText | None:
        """Return a prompt, or None where its template does not render."""
        agent, above = inputs.agent, inputs.coordinator
        parts = [
            Part.of("its agent", agent, agent.span.path),
            Part.of("the tier", inputs.tier, inputs.tier.span.path if inputs.tier else ""),
            Part.of("its coordinator", above, above.span.path if above else ""),
            Part.of("its team", inputs.team, *(each.span.path for each in inputs.team)),
            Part.of("its messages", (inputs.example, inputs.examples)),
            Part.of("the folder of templates", self._fleet.project.templates, self._fleet.project.span.path),
            self._tokenizer,
        ]
        return self._units.value(PromptText, PROMPT, agent.name, parts, lambda: self._made(inputs), self._outdated)

    def _made(self, inputs: PromptInputs) -> PromptText | None:
        if self._renderer is None:
            from orchestra_compiler.render import Renderer

            self._renderer = Renderer(self._fleet, self._root)
        rendered = self._renderer.render(inputs)
        if rendered is None:
            return None
        return PromptText(
            text=rendered.text,
            tokens=tokens.counter().count(rendered.text),
            templates=rendered.templates,
            reads=rendered.reads,
        )

    def _outdated(self, known: PromptText) -> tuple[str, ...]:
        """Return the templates that are others than when a prompt was rendered."""
        return tuple(path for path, digest in known.reads.items() if self._digest(path) != digest)

    def _digest(self, path: str) -> str:
        return of_read(read(str(self._root), path))
