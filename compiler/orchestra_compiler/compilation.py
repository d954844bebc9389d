"""One compile in memory: from a checked project to every file it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from orchestra_compiler._version import __version__
from orchestra_compiler.built import Built, Output, Section, Text
from orchestra_compiler.check import Checked
from orchestra_compiler.diagnostic import Diagnostic
from orchestra_compiler.emitters import Emitted, emit
from orchestra_compiler.emitters.messages import path_of as message_path
from orchestra_compiler.emitters.prompts import path_of as prompt_path
from orchestra_compiler.findings import MESSAGE_UNMAKABLE, place_of
from orchestra_compiler.incremental.messages import MESSAGE, Messages
from orchestra_compiler.incremental.prompts import PROMPT, PromptText, RenderedPrompts
from orchestra_compiler.incremental.token_counts import TokenCounts
from orchestra_compiler.incremental.units import Units
from orchestra_compiler.manifest import MANIFEST_NAME, MANIFEST_VERSION, Case, Manifest, Prompt
from orchestra_compiler.model import Fleet
from orchestra_compiler.prompt_inputs import Example, Prompts, is_ours
from orchestra_compiler.writing.section_plan import digests

_UNMAKABLE = "the compile leaves its template out; loosen the type in the schema, or write messages of it by hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compilation:
    """What a project compiles to. With errors there is no manifest and nothing to write.

    Attributes:
        checked: The project that was compiled, with the compile's own findings added.
        manifest: The manifest, or None.
        outputs: Every file, the manifest's included, sorted by path.
        sections: The parts of files that are otherwise somebody else's.
        left_out: Cases that could not be made or confirmed, and why, a line each.
        units: The units that the compile consists of.
        chains: Path of an output -> the unit it comes from, where that was made anew, and why.
    """

    checked: Checked
    manifest: Manifest | None = None
    outputs: tuple[Output, ...] = ()
    sections: tuple[Section, ...] = ()
    left_out: tuple[str, ...] = ()
    units: Units
    chains: Mapping[str, str] = field(default_factory=dict)


def compiled(checked: Checked, fleet: Fleet, units: Units) -> Compilation:
    """Compile a project without errors; its templates may still have some.

    Args:
        checked: The project.
        fleet: Its fleet.
        units: Who remembers what earlier compiles made.
    """
    return _Build(checked, fleet, units).run()


class _Build:
    """One compile in the making: the parts that several steps need."""

    def __init__(self, checked: Checked, fleet: Fleet, units: Units) -> None:
        from orchestra_compiler.protocol.schema import load_schema

        self._checked = checked
        self._units = units
        self._counts = TokenCounts(units)
        self._fleet = self._counts.counted(fleet)
        self._schema = load_schema(fleet.protocol, checked.root)
        self._messages = Messages(units, self._schema, checked.root)
        self._sources = dict(checked.sources)
        self._chains: dict[str, str] = {}

    def run(self) -> Compilation:
        messages, examples, unmakable = self._templates()
        made, wrong = self._prompts(messages, examples)
        told = self._with([*unmakable, *wrong])
        if wrong or told.failed:  # the project's settings may make an error of what is none
            return Compilation(checked=told, units=self._units)
        prompts = {name: _text(self._fleet, name, prompt, messages) for name, prompt in made.items()}
        self._read({path for prompt in prompts.values() for path in prompt.inputs})
        cases, files, left_out = self._cases(examples)
        self._messages.settle()
        built = Built(fleet=self._fleet, prompts=prompts, messages=messages, cases=cases, case_files=files)
        emitted = emit(built)
        manifest = self._manifest(built, made, emitted)
        return Compilation(
            checked=self._with(unmakable),
            manifest=manifest,
            outputs=tuple(sorted((*emitted.outputs, Output(MANIFEST_NAME, manifest.dump())))),
            sections=emitted.sections,
            left_out=left_out,
            units=self._units,
            chains=self._chains,
        )

    def _with(self, found: list[Diagnostic]) -> Checked:
        self._read({each.span.path for each in found})
        return self._checked.with_more(found, self._sources)

    def _read(self, paths: set[str]) -> None:
        """Count the project's own templates among the sources: a change of theirs is a change of the project."""
        for path in paths - self._sources.keys():
            file = self._checked.root / path
            if file.is_file():
                self._sources[path] = file.read_bytes()

    def _templates(self) -> tuple[dict[str, Text], dict[str, Example], list[Diagnostic]]:
        """Return the message templates, the same for prompts, and a finding for each that cannot be made."""
        texts, examples, unmakable = {}, {}, []
        for agent in self._fleet.agent_by_name.values():
            for number, kind in enumerate(agent.sends):
                key = f"{kind}/{agent.name}"
                made = self._messages.template(kind, agent)
                if made.document is None:
                    place = place_of(agent.span, agent.places, f"sends.{number}", "sends")
                    unmakable.append(MESSAGE_UNMAKABLE.at(place, made.message, made.hint or _UNMAKABLE))
                else:
                    texts[key] = Text(text=made.document, inputs=(agent.span.path,))
                    examples[key] = Example(kind, made.example, made.guide)
                    self._chain(message_path(key), MESSAGE, key if self._schema.ours else kind)
        return texts, examples, unmakable

    def _prompts(
        self, messages: Mapping[str, Text], examples: Mapping[str, Example]
    ) -> tuple[dict[str, PromptText], list[Diagnostic]]:
        """Return the prompts, and what is wrong with their templates."""
        inputs = Prompts(self._fleet, messages, examples)
        rendered = RenderedPrompts(self._units, self._fleet, self._checked.root, self._counts)
        made = {}
        for name, agent in self._fleet.agent_by_name.items():
            prompt = rendered.prompt(inputs.inputs(agent))
            if prompt is not None:
                made[name] = prompt
                self._chain(prompt_path(name), PROMPT, name)
        return made, rendered.diagnostics

    def _chain(self, path: str, kind: str, name: str) -> None:
        """Note which unit an output comes from, where that was made anew and it is known why."""
        unit = self._units.unit(kind, name)
        if unit is not None and unit.anew and unit.why:
            self._chains[path] = f"{unit}: {unit.why}"

    def _cases(self, examples: Mapping[str, Example]) -> tuple[tuple[Case, ...], Mapping[str, bytes], tuple[str, ...]]:
        from orchestra_compiler.cases.generate import generate
        from orchestra_compiler.incremental.routing_cases import routing_cases

        targets = self._fleet.project.targets
        if targets and "cases" not in targets:
            return (), {}, ()
        shown = {
            name: tuple(kind for kind in dict.fromkeys(agent.sends) if f"{kind}/{name}" in examples)
            for name, agent in self._fleet.agent_by_name.items()
            if is_ours(self._fleet, agent)
        }
        routed = routing_cases(self._units, self._fleet)
        generated = generate(self._fleet, self._schema, self._messages, routed, shown)
        return generated.cases, generated.files, generated.left_out

    def _manifest(self, built: Built, prompts: Mapping[str, PromptText], emitted: Emitted) -> Manifest:
        written = {output.path: sha256(output.content).hexdigest() for output in emitted.outputs}
        templates = {key: path for key in built.messages if (path := message_path(key)) in written}
        return Manifest(
            version=MANIFEST_VERSION,
            tool=__version__,
            tokenizer=self._counts.tokenizer,
            sources={path: sha256(content).hexdigest() for path, content in self._sources.items()},
            outputs=written,
            sections=digests(emitted.sections),
            fleet=self._fleet,
            prompts={agent: _prompt(agent, prompt, written) for agent, prompt in prompts.items()},
            templates=templates,
            cases=built.cases,
        )


def _text(fleet: Fleet, name: str, prompt: PromptText, messages: Mapping[str, Text]) -> Text:
    """Return a prompt with the sources it was made from."""
    agent = fleet.agent_by_name[name]
    examples = (messages[key] for kind in agent.sends if (key := f"{kind}/{name}") in messages)
    inputs = {agent.span.path, *(path for each in examples for path in each.inputs), *prompt.templates}
    return Text(text=prompt.text, inputs=tuple(sorted(inputs)))


def _prompt(agent: str, prompt: PromptText, written: Mapping[str, str]) -> Prompt:
    path = prompt_path(agent)
    return Prompt(
        path=path if path in written else "", sha256=sha256(prompt.text.encode()).hexdigest(), tokens=prompt.tokens
    )
