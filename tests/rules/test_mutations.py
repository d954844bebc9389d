"""Clean specs with one fault each, put in by a machine: it is told once, with its code, at its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
import small_project
from hypothesis import given, settings
from hypothesis import strategies as st
from spec_mutations import FENCE, Mutation, Spec, kind_of

from orchestra_compiler.check import check_project
from orchestra_compiler.diagnostic import Diagnostic

ORCHESTRA = Path(__file__).parents[2] / "examples/agent_orchestra"
FILES: Mapping[str, str] = {
    **{
        path: text.replace("[order]", "[task-assignment]").replace("[answer]", "[task-completion]")
        for path, text in small_project.FILES.items()
        if path.endswith((".yaml", ".md"))
    },
    "orchestra.yaml": (
        small_project.FILES["orchestra.yaml"].replace("messages: notes.xsd\n", "")
        + "tiers: tiers.yaml\ngates: gates.yaml\ntargets: [prompts, cases]\n"
    ),
    "tiers.yaml": (
        "tiers:\n"
        "  routine:\n    aliases: [haiku]\n    models: [claude-haiku-4-5]\n"
        "  implementation:\n    aliases: [sonnet]\n    models: [claude-sonnet-4-5]\n"
        "  strategic:\n    aliases: [opus]\n    models: [claude-opus-4-5]\n"
        "escalation: [routine, implementation, strategic]\n"
        "baseline: implementation\n"
        "default: routine\n"
    ),
    "gates.yaml": (
        "layers:\n"
        "  input: {secrets: block}\n"
        '  boundary:\n    path-policy: {action: block, deny: ["**/*.key"]}\n'
        "escalation: {self: 2, coordinator: 1}\n"
    ),
    "missions/pair.yaml": (
        "mission: pair\n"
        "steps:\n"
        "  plan: {agent: lead, task: Plan a text about bridges.}\n"
        "  write: {agent: writer, needs: plan, task: Write the text about bridges.}\n"
        "replies:\n"
        "  plan: A plan in three points.\n"
        "  write: A text about bridges.\n"
        "expect:\n"
        "  - write: {contains: bridges}\n"
        "  - order: [plan, write]\n"
    ),
}
"""A small project with a document of every kind; it speaks the protocol that is shipped, which is read once."""
OF_ANY_FLEET = ("misspelt", "missing", "doubled", "tab", "hidden", "control")
"""Kinds of faults whose codes do not hang on the kind of value."""
SHARE, FILES_APART = 3, 6
"""How many faults of each kind the large example gets, and how far apart the files are that get them."""


class Told(NamedTuple):
    """A fault and all that was found."""

    mutation: Mutation
    found: tuple[Diagnostic, ...]

    @property
    def codes(self) -> bool:
        """Whether the fault is found in its file."""
        return any((each.code, each.span.path) == (self.mutation.code, self.mutation.path) for each in self.found)

    @property
    def lines(self) -> bool:
        """Whether it is found at its line."""
        return any((each.code, *each.span[:2]) == (self.mutation.code, *self.place[:2]) for each in self.found)

    @property
    def columns(self) -> bool:
        """Whether it is found at its very character."""
        return any((each.code, *each.span[:3]) == (self.mutation.code, *self.place) for each in self.found)

    @property
    def place(self) -> tuple[str, int, int]:
        """Where it is."""
        return self.mutation.path, self.mutation.line, self.mutation.column

    def __str__(self) -> str:
        return f"{self.mutation}: found {'; '.join(map(str, self.found)) or 'nothing'}"


def check_all(root: Path, mutations: Iterable[Mutation]) -> None:
    told = [Told(each, check_project(root, {each.path: each.content.encode()}).diagnostics) for each in mutations]
    missed = [str(each) for each in told if not each.columns or len(each.found) != 1]
    figures = {
        "faults": len(told),
        "findings per fault": sum(len(each.found) for each in told) / len(told),
        "right code": sum(each.codes for each in told) / len(told),
        "right line": sum(each.lines for each in told) / len(told),
        "right column": sum(each.columns for each in told) / len(told),
    }
    print(figures)  # noqa: T201 - the figures themselves are shown by `pytest -rP`
    assert figures["right code"] == 1, missed
    assert figures["right line"] == 1, missed
    assert figures["right column"] >= 0.95, missed
    assert figures["findings per fault"] <= 1.1, missed


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    root = small_project.write(tmp_path_factory.mktemp("mutations"), FILES)
    assert check_project(root).diagnostics == ()
    return root


def test_every_fault_in_a_small_project(small) -> None:
    mutations = [each for path, text in FILES.items() for each in Spec(path, text, kind_of(path)).all()]
    kinds = Counter(each.kind for each in mutations)
    assert set(kinds) == {*OF_ANY_FLEET, "wrong type", "unknown key"}
    assert len(mutations) > 300
    check_all(small, mutations)


def test_faults_all_over_a_large_fleet() -> None:
    assert check_project(ORCHESTRA).diagnostics == ()
    by_kind: dict[str, list[Mutation]] = {kind: [] for kind in OF_ANY_FLEET}
    files = [*ORCHESTRA.glob("*.yaml"), *ORCHESTRA.glob("agents/**/*.yaml"), *ORCHESTRA.glob("missions/**/*.yaml")]
    for file in sorted(files)[::FILES_APART]:
        path = file.relative_to(ORCHESTRA).as_posix()
        for each in Spec(path, file.read_text(encoding="utf-8"), kind_of(path)).all():
            if each.kind in by_kind:
                by_kind[each.kind].append(each)
    spread = [each[number * len(each) // SHARE] for each in by_kind.values() for number in range(SHARE)]
    check_all(ORCHESTRA, spread)


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: "\ufeff" + text, id="byte order mark"),
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="line ends of Windows"),
        pytest.param(lambda text: text.rstrip("\n"), id="no last line end"),
        pytest.param(lambda text: text.replace("\n", "  \n", 3), id="blanks at the ends of lines"),
    ],
)
def test_what_is_no_fault(small, path, change) -> None:
    assert check_project(small, {path: change(FILES[path]).encode()}).diagnostics == ()


@pytest.mark.parametrize(
    ("fences", "line", "column"),
    [
        (("", FENCE), 1, 1),
        (("----\n", FENCE), 1, 1),
        ((FENCE, "...\n"), 7, 1),
        ((FENCE, "----\n"), 7, 1),
        (("\n" + FENCE, FENCE), 2, 1),
    ],
)
def test_a_fence_that_is_none(small, fences, line, column) -> None:
    _, front, body = FILES["agents/reader.md"].split(FENCE)
    text = fences[0] + front + fences[1] + body
    (found,) = check_project(small, {"agents/reader.md": text.encode()}).diagnostics
    assert (found.code, *found.span[:3]) == ("ORC007", "agents/reader.md", line, column)


@settings(max_examples=40, deadline=None)
@given(path=st.sampled_from(sorted(FILES)), where=st.floats(0, 1), byte=st.sampled_from([0xFF, 0xC0, 0x80, 0x00, 0x1B]))
def test_a_byte_that_is_no_text(small, path, where, byte) -> None:
    content = FILES[path].encode()
    index = int(where * len(content))
    while index < len(content) and content[index] & 0xC0 == 0x80:  # not within a character
        index += 1
    found = check_project(small, {path: content[:index] + bytes([byte]) + content[index:]}).diagnostics
    before = content[:index].decode()
    place = (path, before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert [(each.code, *each.span[:3]) for each in found] == [("ORC006", *place)]


def test_two_figures_that_changed_places(small) -> None:
    price = "price: {input: 15, output: 3, source: notes, date: '2026-11-01'}"
    model = f"{{model: own, context_window: 1000, max_output_tokens: 100, {price}}}"
    text = FILES["tiers.yaml"].replace("[claude-sonnet-4-5]", f"[claude-sonnet-4-5, {model}]")
    (found,) = check_project(small, {"tiers.yaml": text.encode()}).diagnostics
    assert (found.code, found.span.line) == ("ORC304", 7)
    assert text.splitlines()[6][found.span.column - 1 :].startswith("3, source")
