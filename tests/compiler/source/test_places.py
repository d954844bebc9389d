"""Places of single values, and of the names that are a mapping's keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestra_compiler import project, rules
from orchestra_compiler.diagnostic import Span
from orchestra_compiler.link import link
from orchestra_compiler.source import yaml
from orchestra_compiler.source.places import LazyPlaces
from orchestra_compiler.source.text import Text, decode

WRITTEN = """\
tiers:
  strategic: 60
  own: {name: mine}
  v1.5: 3
list: [a, b]
"""


@pytest.fixture
def places() -> LazyPlaces:
    text, _ = decode("x.yaml", WRITTEN.encode())
    assert isinstance(text, Text)
    return LazyPlaces(text, yaml.read(text).documents[0].value)


def between(text: str, span: Span) -> str:
    assert span.line == span.end_line
    return text.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("tiers.strategic", "60"),
        ("tiers.strategic.name", "strategic"),
        ("tiers.own.name", "mine"),
        ("tiers.v1.5.name", "v1.5"),
        ("list.name", "list"),
        ("list.1", "b"),
        ("list.1.deeper", "b"),
    ],
)
def test_a_value_and_the_name_of_a_value(places, path, there) -> None:
    assert between(WRITTEN, places[path]) == there


def test_what_is_not_in_the_file_has_no_place(places) -> None:
    assert "name" not in places
    assert "nothing.name" not in places


FILES = {
    "orchestra.yaml": "orchestra: 1\nname: x\nagents: a.yaml\nmissions: m.yaml\ntiers: t.yaml\nrouting: r.yaml\n",
    "a.yaml": "agent: solo\ndescription: Does the small work of the whole project.\nprompt: Work.\n",
    "m.yaml": "mission: m\nsteps:\n  plan: {agent: solo, task: Plan.}\n  build: {agent: solo, task: Build.}\n"
    "replies: {plan: Done.}\n",
    "t.yaml": "tiers:\n  low: [claude-haiku-4-5]\n  top:\n    models: [claude-opus-4-5]\nescalation: [low]\n",
    "r.yaml": "signals:\n  size: {feature: context_tokens, steps: {100: 1}}\ntiers: {low: 0, top: 60}\n",
}
POINTED = {"ORC501": "top", "ORC503": "60", "ORC504": "size", "ORC603": "build"}


def test_findings_point_at_the_name_that_is_a_key(tmp_path: Path) -> None:
    for path, text in FILES.items():
        (tmp_path / path).write_text(text)
    loaded = project.load(tmp_path)
    assert loaded.fleet is not None
    found = rules.check(link(loaded.fleet, tmp_path).fleet, loaded.sources)
    there = {each.code: between(FILES[each.span.path], each.span) for each in found if each.code in POINTED}
    assert there == POINTED
