"""The compile as a whole: from a project's folder to every file it becomes, in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from orchestra_compiler import freshness, writer
from orchestra_compiler._version import __version__
from orchestra_compiler.built import Built, Output, Text
from orchestra_compiler.check import Checked, check_project
from orchestra_compiler.diagnostic import Diagnostic, in_order
from orchestra_compiler.emitters import emit
from orchestra_compiler.emitters.messages import path_of as message_path
from orchestra_compiler.emitters.prompts import path_of as prompt_path
from orchestra_compiler.errors import MessageError
from orchestra_compiler.findings import MESSAGE_UNMAKABLE, place_of
from orchestra_compiler.manifest import MANIFEST_NAME, MANIFEST_VERSION, Case, Manifest, Prompt
from orchestra_compiler.model import Fleet
from orchestra_compiler.tokens import TokenCounter, counter

_UNMAKABLE = "the compile leaves its template out; loosen the type in the schema, or write messages of it by hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compilation:
    """What a project compiles to. With errors there is no manifest and nothing to write.

    Attributes:
        checked: The project that was compiled, with the compile's own findings added.
        manifest: The manifest, or None.
        outputs: Every file, the manifest's included, sorted by path.
        left_out: Cases that could not be made or confirmed, and why, a line each.
    """

    checked: Checked
    manifest: Manifest | None = None
    outputs: tuple[Output, ...] = ()
    left_out: tuple[str, ...] = ()


def compile_project(root: Path) -> Compilation:
    """Compile a project in memory.

    Raises:
        ProjectError: The project's folder cannot be read at all.
    """
    checked = check_project(root)
    if checked.failed or checked.fleet is None:
        return Compilation(checked=checked)
    return _Build(checked, checked.fleet, counter()).run()


def planned_changes(compilation: Compilation, out: Path | None = None) -> tuple[writer.Planned, ...]:
    """Return what writing would change on disk: in `out`, or in the folder that the project names."""
    manifest = compilation.manifest
    if manifest is None:
        return ()
    folder = out or compilation.checked.root / manifest.fleet.project.out
    return writer.plan(folder, compilation.outputs, manifest.sources, __version__)


def write(compilation: Compilation, since: int, out: Path | None = None) -> tuple[writer.Planned, ...]:
    """Write what was compiled, and remember it for the next check unless it went to a folder of its own.

    Args:
        compilation: A compile without errors.
        since: `time.time_ns()` before the compile began.
        out: A folder to write to instead of the one that the project names.

    Raises:
        ProjectError: A file cannot be written.
    """
    manifest = compilation.manifest
    if manifest is None:
        return ()
    root = compilation.checked.root
    planned = planned_changes(compilation, out)
    writer.apply(out or root / manifest.fleet.project.out, planned)
    if out is None:
        freshness.remember(
            str(root),
            manifest.fleet.project.out,
            compilation.checked.patterns,
            manifest.sources,
            (output.path for output in compilation.outputs),
            since,
        )
    return planned


def compared(compilation: Compilation, since: int, out: Path | None = None) -> tuple[writer.Planned, ...]:
    """Return what `write` would change; where that is nothing, remember so, and the next check reads no file.

    Args:
        compilation: A compile without errors.
        since: `time.time_ns()` before the compile began.
        out: As for `write`.
    """
    planned = planned_changes(compilation, out)
    manifest = compilation.manifest
    if manifest is not None and out is None and all(each.change is writer.Change.KEEP for each in planned):
        folder = manifest.fleet.project.out
        # The outputs were only read, like the inputs: what was touched meanwhile is not trusted either.
        read = (*manifest.sources, *(f"{folder}/{output.path}" for output in compilation.outputs))
        freshness.remember(str(compilation.checked.root), folder, compilation.checked.patterns, read, (), since)
    return planned


class _Build:
    """One compile in the making: the parts that several steps need."""

    def __init__(self, checked: Checked, fleet: Fleet, count: TokenCounter) -> None:
        from orchestra_compiler.counting import counted
        from orchestra_compiler.protocol.schema import load_schema

        self._checked = checked
        self._fleet = counted(fleet, count)
        self._counter = count
        self._schema = load_schema(fleet.protocol, checked.root)
        self._sources = dict(checked.sources)

    def run(self) -> Compilation:
        from orchestra_compiler.render import Renderer

        messages, unmakable = self._messages()
        renderer = Renderer(self._fleet, self._checked.root, messages)
        prompts = renderer.prompts()
        if renderer.diagnostics:
            return Compilation(checked=self._with([*unmakable, *renderer.diagnostics]))
        self._read({path for prompt in prompts.values() for path in prompt.inputs})
        cases, files, left_out = self._cases()
        built = Built(fleet=self._fleet, prompts=prompts, messages=messages, cases=cases, case_files=files)
        outputs = emit(built)
        manifest = self._manifest(built, outputs)
        whole = (*outputs, Output(MANIFEST_NAME, manifest.dump()))
        return Compilation(
            checked=self._with(unmakable),
            manifest=manifest,
            outputs=tuple(sorted(whole)),
            left_out=left_out,
        )

    def _with(self, found: list[Diagnostic]) -> Checked:
        from dataclasses import replace

        self._read({each.span.path for each in found})
        diagnostics = tuple(in_order([*self._checked.diagnostics, *found]))
        return replace(self._checked, diagnostics=diagnostics, sources=self._sources)

    def _read(self, paths: set[str]) -> None:
        """Count the project's own templates among the sources: a change of theirs is a change of the project."""
        for path in paths - self._sources.keys():
            file = self._checked.root / path
            if file.is_file():
                self._sources[path] = file.read_bytes()

    def _messages(self) -> tuple[dict[str, Text], list[Diagnostic]]:
        """Return the message templates, and a finding for each that cannot be made."""
        from orchestra_compiler.protocol.templates import render

        texts, unmakable = {}, []
        for agent in self._fleet.agent_by_name.values():
            for number, kind in enumerate(agent.sends):
                try:
                    document = render(self._schema, kind, agent, agent.coordinator)
                except MessageError as error:
                    place = place_of(agent.span, agent.places, f"sends.{number}", "sends")
                    unmakable.append(MESSAGE_UNMAKABLE.at(place, error.message, error.hint or _UNMAKABLE))
                else:
                    texts[f"{kind}/{agent.name}"] = Text(text=document, inputs=(agent.span.path,))
        return texts, unmakable

    def _cases(self) -> tuple[tuple[Case, ...], Mapping[str, bytes], tuple[str, ...]]:
        from orchestra_compiler.cases.generate import generate

        targets = self._fleet.project.targets
        if targets and "cases" not in targets:
            return (), {}, ()
        generated = generate(self._fleet, self._schema)
        return generated.cases, generated.files, generated.left_out

    def _manifest(self, built: Built, outputs: tuple[Output, ...]) -> Manifest:
        written = {output.path: sha256(output.content).hexdigest() for output in outputs}
        templates = {key: path for key in built.messages if (path := message_path(key)) in written}
        return Manifest(
            version=MANIFEST_VERSION,
            tool=__version__,
            tokenizer=self._counter.name,
            sources={path: sha256(content).hexdigest() for path, content in self._sources.items()},
            outputs=written,
            fleet=self._fleet,
            prompts={agent: self._prompt(agent, text.text, written) for agent, text in built.prompts.items()},
            templates=templates,
            cases=built.cases,
        )

    def _prompt(self, agent: str, text: str, written: Mapping[str, str]) -> Prompt:
        path = prompt_path(agent)
        return Prompt(
            path=path if path in written else "",
            sha256=sha256(text.encode()).hexdigest(),
            tokens=self._counter.count(text),
        )
