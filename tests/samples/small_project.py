"""A small project with a little of everything, and a schema so small that it compiles in a few milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

FILES: Mapping[str, str] = {
    "orchestra.yaml": (
        "orchestra: 1\n"
        "name: small\n"
        "agents: [agents/*.yaml, agents/*.md]\n"
        "missions: missions/*.yaml\n"
        "messages: notes.xsd\n"
        "routing: routing.yaml\n"
        "workload: workload.yaml\n"
    ),
    "agents/lead.yaml": (
        "agent: lead\n"
        "description: Leads the small team and takes what the others escalate.\n"
        "tier: strategic\n"
        "rationale: Decides for all.\n"
        "capabilities: [planning]\n"
        "sends: [order]\n"
        "accepts: [answer]\n"
        "prompt: Lead the team and decide what others cannot.\n"
    ),
    "agents/writer.yaml": (
        "agent: writer\n"
        "description: Writes short texts about anything on request.\n"
        "tier: routine\n"
        "rationale: Small, frequent tasks.\n"
        "capabilities: [writing]\n"
        "coordinator: lead\n"
        "sends: [answer]\n"
        "accepts: [order]\n"
        "knowledge: {boundaries: [Never writes about people's health.]}\n"
        "prompt: Write what you are asked for, briefly and clearly.\n"
    ),
    "agents/reader.md": (
        "---\n"
        "name: reader\n"
        "description: Reads long texts and says what stands in them in three sentences.\n"
        "tools: Read, Grep\n"
        "tier: routine\n"
        "rationale: Reading is cheap.\n"
        "---\n"
        "Read the text to its end. Then say – in three sentences – what stands in it.\n"
    ),
    "missions/hello.yaml": (
        "mission: hello\n"
        "agent: writer\n"
        "task: Greet the reader.\n"
        "reply: Hello, reader.\n"
        "expect: [{contains: Hello}, {tier: routine}]\n"
    ),
    "routing.yaml": (
        "hard:\n"
        "  - {name: secrets, when: {task_type: [security]}, tier: strategic}\n"
        "signals:\n"
        "  size: {feature: context_tokens, steps: {1000: 30, 10000: 60}}\n"
        "tiers: {routine: 0, implementation: 30, strategic: 60}\n"
    ),
    "workload.yaml": (
        "tasks:\n"
        "  - {task: texts, per_month: 400, agent: writer, input_tokens: 1500, output_tokens: 300}\n"
        "  - {task: plans, per_month: 12, agent: lead, input_tokens: 20000, output_tokens: 4000}\n"
    ),
    "notes.xsd": (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">\n'
        '  <xs:element name="order">\n'
        "    <xs:complexType>\n"
        '      <xs:sequence><xs:element name="text" type="xs:string"/></xs:sequence>\n'
        '      <xs:attribute name="urgent" type="xs:boolean" use="required"/>\n'
        "    </xs:complexType>\n"
        "  </xs:element>\n"
        '  <xs:element name="answer">\n'
        "    <xs:complexType>\n"
        '      <xs:sequence><xs:element name="text" type="xs:string" maxOccurs="2"/></xs:sequence>\n'
        "    </xs:complexType>\n"
        "  </xs:element>\n"
        "</xs:schema>\n"
    ),
}
"""Path -> text."""


def write(root: Path, changes: Mapping[str, str] | None = None, *, backwards: bool = False) -> Path:
    """Write the project with some files replaced or added, and return its root."""
    files = {**FILES, **(changes or {})}
    for name in sorted(files, reverse=backwards):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files[name].encode())
    return root


def tree(folder: Path) -> dict[str, bytes]:
    """Return path -> content of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
