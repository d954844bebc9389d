"""Fixes that change what a file says: applied only when asked for, and only where they end their finding."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_project

from orchestra_compiler.diagnostic import Diagnostic
from orchestra_compiler.fixes import Fixed, fix_project

FILES = small_project.FILES
READER, WRITER, MISSION = "agents/reader.md", "agents/writer.yaml", "missions/hello.yaml"
ROUTING, WORKLOAD, PROJECT = "routing.yaml", "workload.yaml", "orchestra.yaml"

TWO = FILES[MISSION].removeprefix("mission: hello\n")
STEPS = """\
steps:
  greet: {agent: writer, task: Greet.}
  part: {agent: writer, task: Part., needs: [greet]}
replies: {greet: Hello, part: Bye}
expect: [{part: {contains: Bye}}]
"""


def fixed(root: Path, *codes: str, unsafe: bool = True) -> Fixed:
    def wanted(found: object) -> list[Diagnostic]:
        return [each for each in found if not codes or each.code in codes]

    return fix_project(root, wanted, unsafe=unsafe)


CASES = [
    ("ORC101", WRITER, "prompt: Write", "handoffs: [raeder]\nprompt: Write", "handoffs: [reader]\nprompt: Write"),
    ("ORC101", WRITER, "prompt: Write", "handoffs: lead, raeder\nprompt: Write", "handoffs: lead, reader\nprompt: Write"),
    ("ORC101", WORKLOAD, "agent: writer", "agent: 'writter'", "agent: 'writer'"),
    ("ORC101", MISSION, "agent: writer", "agent: wrtier", "agent: writer"),
    ("ORC102", WRITER, "tier: routine", "tier: rutine", "tier: routine"),
    ("ORC102", MISSION, "{tier: routine}", "{tier: routin}", "{tier: routine}"),
    ("ORC102", ROUTING, "tier: strategic}", "tier: strategik}", "tier: strategic}"),
    ("ORC102", ROUTING, "implementation: 30", "implementaton: 30", "implementation: 30"),
    ("ORC103", WORKLOAD, "agent: writer", "capability: writting", "capability: writing"),
    ("ORC104", WRITER, "sends: [answer]", "sends: [anwser]", "sends: [answer]"),
    ("ORC104", MISSION, "reply: Hello, reader.", "reply: {message: {type: awnser, text: [Hello]}}", "reply: {message: {type: answer, text: [Hello]}}"),
    ("ORC105", WRITER, "coordinator: lead", "coordinator: leed", "coordinator: lead"),
    ("ORC109", MISSION, TWO, STEPS.replace("[greet]", "[great]"), STEPS),
    ("ORC109", MISSION, TWO, STEPS.replace("part: Bye", "pert: Bye"), STEPS),
    ("ORC109", MISSION, TWO, STEPS.replace("[{part", "[{prat"), STEPS),
    ("ORC110", ROUTING, "feature: context_tokens", "feature: context_token", "feature: context_tokens"),
    ("ORC110", ROUTING, "task_type: [security]", "task_tipe: [security]", "task_type: [security]"),
    ("ORC110", MISSION, "task: Greet", "features: {context_token: 5}\ntask: Greet", "features: {context_tokens: 5}\ntask: Greet"),
    ("ORC111", MISSION, "{tier: routine}", "{gate: {secret: block}}", "{gate: {secrets: block}}"),
    ("ORC113", PROJECT, "name: small", "name: small\ntargets: [mesages]", "name: small\ntargets: [messages]"),
    ("ORC114", WRITER, "prompt: Write", "template: promt.md.j2\nprompt: Write", "template: prompt.md.j2\nprompt: Write"),
    ("ORC011", WRITER, "coordinator: lead", "cordinator: lead", "coordinator: lead"),
    ("ORC011", READER, "rationale:", "ratoinale:", "rationale:"),
    ("ORC112", MISSION, "{contains: Hello}", "{contain: Hello}", "{contains: Hello}"),
    ("ORC013", WRITER, "rationale: Small, frequent tasks.", "rationale: 3.50", 'rationale: "3.50"'),
    ("ORC014", ROUTING, "hard:", "agent_tier: flor\nhard:", "agent_tier: floor\nhard:"),
    ("ORC010", READER, "name: reader", "name: The Reader", "name: the-reader"),
    ("ORC012", READER, "name: reader\n", "", "name: reader\n"),
    ("ORC205", WRITER, "prompt: Write what", "prompt: Ask @raeder. Delegate to @raeder what", "prompt: Ask @reader. Delegate to @reader what"),
    ("ORC701", READER, "Read the text", "Read\u200b the\u202e text", "Read the text"),
    ("ORC701", WRITER, "Writes short texts", "Writes\u200b short\u2060 texts", "Writes short texts"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "path", "sound", "damaged", "mended"), CASES)
def test_mends(tmp_path, code, path, sound, damaged, mended) -> None:
    assert sound in FILES[path]
    root = small_project.write(tmp_path, {path: FILES[path].replace(sound, damaged, 1)})
    assert fixed(root, code, unsafe=False).contents == {}
    done = fixed(root, code)
    assert done.contents == {path: FILES[path].replace(sound, mended, 1).encode()}
    assert done.before == {path: FILES[path].replace(sound, damaged, 1).encode()}
    assert {each.code for each in done.applied} == {code}
    assert done.left == ()
    (root / path).write_bytes(done.contents[path])
    again = fixed(root, code)
    assert (again.contents, again.applied) == ({}, ())
