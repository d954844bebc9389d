from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import orchestra_spec
from orchestra_compiler import codec
from orchestra_compiler.frontends import agent, claude_code, gates, mission, project, routing, tiers, workload
from orchestra_compiler.project import load
from orchestra_compiler.source import yaml
from orchestra_compiler.source.text import Text

BUILDERS: dict[str, Any] = {
    "agent": lambda document: agent.build(document, lambda _path, _span: ("text", [])),
    "project": lambda document: project.build(document, "name"),
    "tiers": tiers.build,
    "routing": routing.build,
    "gates": gates.build,
    "mission": mission.build,
    "workload": workload.build,
}
JUNK = st.sampled_from(
    [None, True, 0, -1, 1.0, 1.5, 1e300, 10**40, 0.12345678901234567890, "", "a", "1", "a, b", "../x", "é", [], ["a"], [1], [[]], {}, {"a": 1}, {"max": 1}]
)  # fmt: skip


def examples(kind: str) -> list[Any]:
    schema = json.loads((orchestra_spec.ROOT / "schemas" / f"{kind}.schema.json").read_bytes())
    return list(schema["examples"])


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    entries = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for key, item in entries for place in places(item, (*path, key)))]


@st.composite
def documents(draw: st.DrawFn, kinds: list[str]) -> tuple[str, str]:
    kind = draw(st.sampled_from(kinds))
    document: Any = {"": json.loads(json.dumps(draw(st.sampled_from(examples(kind)))))}
    for _ in range(draw(st.integers(0, 3))):
        *above, last = ("", *draw(st.sampled_from(places(document[""]))))
        node = document
        for part in above:
            node = node[part]
        node[last] = json.loads(json.dumps(draw(JUNK)))  # a value of its own: it may be changed next
    return kind, json.dumps(document[""], ensure_ascii=False)


@settings(max_examples=300, deadline=None)
@given(documents(sorted(BUILDERS)))
def test_front_ends_build_or_tell(drawn) -> None:
    kind, content = drawn
    document = yaml.read(Text("f.yaml", content)).documents
    for each in document:
        result = BUILDERS[kind](each)
        assert result.value is not None or result.diagnostics
        if result.value is not None and kind != "project":
            written = codec.to_json(result.value)
            assert codec.from_json(type(result.value), json.loads(codec.canonical(written))) == result.value


@settings(max_examples=100, deadline=None)
@given(documents(["agent-front-matter"]), st.text(max_size=20))
def test_markdown_builds_or_tells(drawn, body) -> None:
    result = claude_code.build(Text("a.md", f"---\n{drawn[1]}\n---\n{body}"))
    assert result.value is not None or result.diagnostics
    assert result.name


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents(["project"]))
def test_projects_load_or_tell(tmp_path: Path, drawn) -> None:
    (tmp_path / "orchestra.yaml").write_text(drawn[1])
    loaded = load(tmp_path)
    assert loaded.fleet is not None or loaded.diagnostics
