"""Agents as people keep them, as they are and damaged: safe fixes change nothing that was read of any of them."""

from __future__ import annotations

import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from orchestra_compiler import codec
from orchestra_compiler.check import Checked, check_project
from orchestra_compiler.diagnostic import Safety, Severity
from orchestra_compiler.fixes import Fixed, fix_project, unified_diff
from orchestra_compiler.source import markdown
from orchestra_compiler.source.text import decode

COLLECTIONS = [("orchestra/agents", 58), ("wshobson", 202)]


@pytest.fixture
def collection(shared_data, tmp_path) -> Callable[[str], Path]:
    """Return the root of a project of a collection's agents."""

    def copy(name: str) -> Path:
        shutil.copytree(shared_data / "agents" / name, tmp_path / "agents")
        (tmp_path / "orchestra.yaml").write_text("orchestra: 1\nname: wild\nagents: ['agents/**/*.md']\n")
        return tmp_path

    return copy


def agents(checked: Checked) -> Mapping[str, object]:
    """Return path -> the agent's fields but for places."""
    assert checked.fleet is not None
    data = {agent.span.path: codec.to_json(agent) for agent in checked.fleet.agents}
    return {path: {key: item for key, item in fields.items() if key != "span"} for path, fields in data.items()}


def changed(root: Path, done: Fixed) -> list[str]:
    """Return the files whose agent is another after fixing; an agent that was no agent for errors may appear."""
    before, after = agents(check_project(root)), agents(check_project(root, done.contents))
    return [path for path in before if before[path] != after.get(path)]


@pytest.mark.parametrize(("name", "count"), COLLECTIONS)
def test_safe_fixes_change_no_agent(collection, name, count) -> None:
    root = collection(name)
    done = fix_project(root, tuple, unsafe=False)
    assert len(agents(check_project(root))) == count
    assert changed(root, done) == []
    assert not [each for each in done.left if each.fix and each.fix.safety is Safety.SAFE]  # none was refused
    for path, data in done.contents.items():
        (root / path).write_bytes(data)
    again = fix_project(root, tuple, unsafe=False)
    assert (again.contents, again.applied) == ({}, ())


@pytest.mark.parametrize(("name", "count"), COLLECTIONS)
def test_unsafe_fixes_bring_no_error(collection, name, count) -> None:
    root = collection(name)
    done = fix_project(root, tuple, unsafe=True)
    after = check_project(root, done.contents)
    assert [each for each in after.diagnostics if each.severity is Severity.ERROR] == []
    assert len(agents(after)) == count
    for path, data in done.contents.items():
        (root / path).write_bytes(data)
    again = fix_project(root, tuple, unsafe=True)
    assert (again.contents, again.applied) == ({}, ())


def _in_description(value: str, new: str) -> Callable[[str], str]:
    pattern = re.compile(rf"^(description:[ \t]*){value}", re.MULTILINE)
    return lambda text: pattern.sub(lambda match: match[1] + new.format(*match.groups()), text, count=1)


def _at_closing(new: str) -> Callable[[str], str]:
    return lambda text: "---" + text[3:].replace("\n---\n", new, 1)


def _first(new: str) -> Callable[[str], str]:
    return lambda text: text.replace("---\n", f"---\n{new}", 1)


DAMAGE: Mapping[str, Callable[[str], str]] = {
    "colon": _in_description(r"(\S+) ", "{1}: note "),
    "bold": _in_description(r"(\w+)", "**{1}**"),
    "at": _in_description(r"(\w+)", "@{1}"),
    "quotes": _in_description(r"(\w+)", '"{1}" and "so on" \\n 😀 '),
    "list": _in_description(r"[^\n]*", "[a template, b: c: d]"),
    "lines": _in_description(r"([^\n]*)", '{1}\n  more: "of it"\n  - and so on'),
    "no opening fence": lambda text: text.removeprefix("---\n"),
    "no closing fence": _at_closing("\n\n"),
    "long closing fence": _at_closing("\n-----\n"),
    "dots": _at_closing("\n...\n"),
    "dash": lambda text: "—" + text[3:],
    "blank lines": lambda text: "\n \n" + text,
    "code block": lambda text: "```yaml\n" + re.sub(r"\n---\n", "\n---\n```\n", text, count=1),
    "tabs": _first("skills:\n\t- one\n\t- two: b: c\n"),
    "items": _first('disallowedTools: [Read, `Grep`, a: b: c, "x"]\n'),
    "number": _first("effort: 007\ncolor: 3.5\n"),
    "word": _first("effort: yes\nx-day: 2026-01-31\n"),
    "repetition": lambda text: re.sub(r"^(name:.*\n)", r"\1\1", text, count=1, flags=re.MULTILINE),
}


def damage(root: Path, seed: int) -> Counter[str]:
    """Damage every file in one to three ways; return how often in which."""
    drawn, kinds = random.Random(seed), Counter[str]()  # the same damage in every run
    for path in sorted(root.glob("agents/**/*.md")):
        text = path.read_bytes().decode()
        if not text.startswith("---\n"):
            continue
        for kind in drawn.sample(sorted(DAMAGE), drawn.choice([1, 1, 2, 3])):
            kinds[kind] += 1
            text = DAMAGE[kind](text)
        text = text.replace("\n", drawn.choice(["\n", "\n", "\r\n"]))
        path.write_bytes((drawn.choice(["", "", "\ufeff"]) + text).encode())
    return kinds


@pytest.mark.parametrize("name", [name for name, _ in COLLECTIONS])
def test_damaged_agents_are_mended_and_stay_what_they_were(collection, name) -> None:
    root = collection(name)
    kinds = damage(root, seed=1)
    assert sum(kinds.values()) > 50
    done = fix_project(root, tuple, unsafe=False)
    assert changed(root, done) == []
    mended = Counter(each.code for each in done.applied)
    assert mended["ORC007"] >= sum(kinds.values()) * 0.5
    left = [each for each in done.left if each.fix and each.fix.safety is Safety.SAFE]
    assert len(left) <= 0.01 * len(done.applied), left
    for path, data in done.contents.items():
        old, new = (decode(path, content)[0] for content in (done.before[path], data))
        assert markdown.read(old).body == markdown.read(new).body
        assert data.count(b"\r\n") == data.count(b"\n") or b"\r" not in data
        assert data.startswith(b"\xef\xbb\xbf") == done.before[path].startswith(b"\xef\xbb\xbf")
        (root / path).write_bytes(data)
    again = fix_project(root, tuple, unsafe=False)
    assert (again.contents, again.applied) == ({}, ())
    assert unified_diff(done.before, done.contents).count("\n+++ b/") == len(done.contents)
