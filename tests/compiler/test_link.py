from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler import prices, project
from orchestra_compiler.checks import CHECKS
from orchestra_compiler.diagnostic import Severity, Span
from orchestra_compiler.link import Linked, link
from orchestra_compiler.link.graphs import rings
from orchestra_compiler.model import (
    Agent,
    Fleet,
    GatePolicy,
    Model,
    Price,
    Project,
    Protocol,
    RoutingPolicy,
    Tier,
    Tiers,
    Workload,
)
from orchestra_compiler.suggestions import Names
from orchestra_compiler.targets import TARGETS

FILES = {
    "orchestra.yaml": """\
orchestra: 1
name: shop
agents: [agents/*.yaml, agents/*.md]
missions: [missions/*.yaml]
tiers: tiers.yaml
routing: routing.yaml
gates: gates.yaml
workload: workload.yaml
""",
    "agents/coder.yaml": """\
agent: coder
description: Writes Python modules with tests.
tier: routine
capabilities: [python]
sends: [task-completion]
coordinator: lead
handoffs: [tester]
prompt: Write the module and its tests.
---
agent: tester
description: Runs the tests and reads what they say.
coordinator: lead
prompt: Run the tests.
---
agent: lead
description: Plans the work and looks at what came of it.
tier: strategic
prompt: Plan the work.
""",
    "agents/guest.md": """\
---
name: guest
description: Reviews what the others wrote.
model: haiku
---
Review it.
""",
    "missions/ship.yaml": """\
mission: ship
steps:
  plan: {agent: lead, task: Plan it.}
  build: {capability: python, needs: plan, task: Build it., features: {lines_changed: 5}}
replies:
  plan: A plan.
  build: A diff.
expect:
  - plan: {tier: strategic, agent: lead}
  - build: {message: task-completion, gate: {secrets: pass}}
  - {order: [plan, build]}
""",
    "tiers.yaml": """\
tiers:
  routine: {aliases: [haiku], models: [claude-haiku-4-5]}
  strategic: [claude-opus-4-5]
escalation: [routine, strategic]
baseline: strategic
default: routine
""",
    "routing.yaml": """\
features: {lines_changed: number}
hard:
  - {when: {risk: [critical]}, tier: strategic}
signals:
  size: {feature: lines_changed, steps: {100: 60}}
tiers: {routine: 0, strategic: 60}
""",
    "gates.yaml": """\
layers:
  input: {secrets: block}
  boundary: {path-policy: {action: block, deny: ["**/.env"]}}
""",
    "workload.yaml": """\
tasks:
  - {task: features, per_month: 40, agent: coder, input_tokens: 1000, output_tokens: 500}
""",
}


@pytest.fixture
def linked(tmp_path: Path) -> Callable[..., Linked]:
    """Write a sound project with changes, read it and link it."""

    def run(path: str = "", old: str = "", new: str = "", *, files: Mapping[str, str] | None = None) -> Linked:
        written = {**FILES, **(files or {})}
        if path:
            assert old in written[path]
            written[path] = written[path].replace(old, new)
        for name, text in written.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        loaded = project.load(tmp_path)
        assert loaded.fleet is not None
        return link(loaded.fleet, tmp_path)

    return run


def text_at(folder: Path, span: Span) -> str:
    """Return what stands at a span of one line."""
    line = (folder / span.path).read_text(encoding="utf-8").split("\n")[span.line - 1]
    return line[span.column - 1 : span.end_column - 1] if span.line == span.end_line else line[span.column - 1 :]


def test_a_sound_project(linked) -> None:
    assert linked().diagnostics == ()


@pytest.mark.parametrize(
    ("code", "path", "old", "new", "place", "hint"),
    [
        ("ORC101", "agents/coder.yaml", "[tester]", "[testr]", "testr", "did you mean `tester`?"),
        ("ORC101", "missions/ship.yaml", "{agent: lead, task", "{agent: leed, task", "leed", "did you mean `lead`?"),
        ("ORC101", "missions/ship.yaml", "agent: lead}", "agent: leed}", "leed", "did you mean `lead`?"),
        ("ORC101", "workload.yaml", "agent: coder", "agent: koder", "koder", "did you mean `coder`?"),
        ("ORC101", "routing.yaml", "risk: [critical]", "agent: [nobody]", "nobody", "define it, or name another"),
        ("ORC102", "agents/coder.yaml", "tier: routine", "tier: rutine", "rutine", "did you mean `routine`?"),
        ("ORC102", "routing.yaml", "strategic: 60}", "cheap: 60}", "cheap", "the tiers are `routine`, `strategic`"),
        ("ORC102", "routing.yaml", "tier: strategic", "tier: stratgic", "stratgic", "did you mean `strategic`?"),
        ("ORC102", "tiers.yaml", "[routine, strategic]", "[routine, top]", "top", "the tiers are"),
        ("ORC102", "tiers.yaml", "baseline: strategic", "baseline: middle", "middle", "the tiers are"),
        ("ORC102", "tiers.yaml", "default: routine", "default: routines", "routines", "did you mean `routine`?"),
        ("ORC102", "missions/ship.yaml", "tier: strategic", "tier: top", "top", "the tiers are"),
        ("ORC101", "missions/ship.yaml", "agent: lead}", "agent: [lead, leed]}", "leed", "did you mean `lead`?"),
        ("ORC102", "missions/ship.yaml", "tier: strategic", "tier: [strategic, top]", "top", "the tiers are"),
        ("ORC103", "missions/ship.yaml", "capability: python", "capability: pyton", "pyton", "did you mean `python`?"),
        ("ORC103", "workload.yaml", "agent: coder", "capability: rust", "rust", "list it under `capabilities`"),
        ("ORC104", "agents/coder.yaml", "[task-completion]", "[task-complete]", "task-complete", "did you mean"),
        ("ORC104", "missions/ship.yaml", "message: task-completion", "message: x", "x", "the schema's types"),
        ("ORC104", "missions/ship.yaml", "A diff.", "{message: {type: stats}}", "stats", "did you mean `status`?"),
        ("ORC105", "agents/coder.yaml", "r: lead\nhandoffs", "r: laed\nhandoffs", "laed", "did you mean `lead`?"),
        ("ORC107", "missions/ship.yaml", "{agent: lead,", "{agent: lead, needs: [build],", "plan", "one of them must"),
        ("ORC109", "missions/ship.yaml", "needs: plan", "needs: plann", "plann", "did you mean `plan`?"),
        ("ORC109", "missions/ship.yaml", "  build: A diff.", "  bild: A diff.", "bild", "did you mean `build`?"),
        ("ORC109", "missions/ship.yaml", "- plan:", "- plam:", "plam", "did you mean `plan`?"),
        ("ORC109", "missions/ship.yaml", "[plan, build]", "[plan, x]", "x", "its steps are `plan`,"),
        (
            "ORC110",
            "missions/ship.yaml",
            "lines_changed: 5",
            "line_changed: 5",
            "line_changed",
            "did you mean `lines_changed`?",
        ),
        (
            "ORC110",
            "missions/ship.yaml",
            "lines_changed: 5",
            "lines_changed: many",
            "many",
            "write a value of its type",
        ),
        ("ORC110", "routing.yaml", "feature: lines_changed", "feature: size", "size", "declare it under `features`"),
        ("ORC110", "routing.yaml", "feature: lines_changed", "feature: text", "text", "use a feature that is a number"),
        ("ORC110", "routing.yaml", "risk: [critical]", "risk: [severe]", "severe", "it is one of `low`, `medium`"),
        ("ORC110", "routing.yaml", "risk: [critical]", "rsk: [critical]", "rsk", "did you mean `risk`?"),
        ("ORC110", "routing.yaml", "risk: [critical]", "risk: {min: 3}", "{min: 3}", "use a feature that is a number"),
        ("ORC111", "gates.yaml", "secrets: block", "secret: block", "secret: block", "did you mean `secrets`?"),
        ("ORC111", "gates.yaml", "secrets: block", "known-files: warn", "known-files: warn", "the layer `grounding`"),
        ("ORC111", "missions/ship.yaml", "secrets: pass", "x: pass", "x", "the checks are"),
        (
            "ORC113",
            "orchestra.yaml",
            "name: shop",
            "name: shop\ntargets: [promts]",
            "promts",
            "did you mean `prompts`?",
        ),
        (
            "ORC114",
            "agents/coder.yaml",
            "tier: routine",
            "template: prompt.j2",
            "prompt.j2",
            "did you mean `prompt.md.j2`",
        ),
        ("ORC301", "tiers.yaml", "-haiku-4-5]", "-haiku-4-6]", "claude-haiku-4-6", "did you mean `claude-haiku-4-5"),
        ("ORC307", "agents/guest.md", "model: haiku", "model: hiku", "hiku", "did you mean `haiku`?"),
    ],
)
def test_a_name_that_is_nobodys(linked, tmp_path, code, path, old, new, place, hint) -> None:
    (finding,) = linked(path, old, new).diagnostics
    assert (finding.code, finding.span.path) == (code, path)
    assert text_at(tmp_path, finding.span).startswith(place)
    assert hint in finding.hint


DOCUMENTS = "tier: strategic\nknowledge: {documents: [docs/guide.md, %s]}"


@pytest.mark.parametrize(
    ("document", "code", "hint"),
    [
        ("docs/giude.md", "ORC020", "did you mean `guide.md`?"),
        ("nope/missing.md", "ORC020", "mend the path, or write the file"),
        ("docs", "ORC020", "name the files in it"),
        ("../../etc/passwd", "ORC021", "name a file of the project"),
        ("/etc/passwd", "ORC021", "name a file of the project"),
        ("docs/out.md", "ORC021", "copy the file"),
    ],
)
def test_a_document_that_is_no_file_of_the_project(linked, tmp_path, document, code, hint) -> None:
    root = tmp_path / "docs"
    root.mkdir()
    (root / "out.md").symlink_to(tmp_path.parent / "elsewhere.md")
    files = {"docs/guide.md": "How."}
    (finding,) = linked("agents/coder.yaml", "tier: strategic", DOCUMENTS % document, files=files).diagnostics
    assert (finding.code, text_at(tmp_path, finding.span)) == (code, document)
    assert hint in finding.hint


@pytest.mark.parametrize("document", ["https://example.org/guide", "urn:isbn:9780131103627", "'ISO 9001, chapter 4'"])
def test_a_document_that_lies_elsewhere_has_a_url_or_a_title(linked, document) -> None:
    files = {"docs/guide.md": "How."}
    assert linked("agents/coder.yaml", "tier: strategic", DOCUMENTS % document, files=files).diagnostics == ()


def test_the_idle_check_sees_that_a_document_goes(linked, tmp_path) -> None:
    files = {"docs/guide.md": "How."}
    assert linked("agents/coder.yaml", "tier: strategic", DOCUMENTS % "Law books", files=files).diagnostics == ()
    loaded = project.load(tmp_path)
    assert "docs/guide.md" in loaded.patterns
    assert "docs/guide.md" not in loaded.sources


def test_duplicates_point_at_the_second_and_name_the_first(linked) -> None:
    files = {"agents/z.md": FILES["agents/guest.md"], "missions/z.yaml": FILES["missions/ship.yaml"]}
    found = linked(files=files).diagnostics
    assert [(each.code, each.span.place, each.message) for each in found] == [
        ("ORC108", "agents/z.md:2", "an agent called `guest` already stands in agents/guest.md:2, word for word"),
        ("ORC108", "missions/z.yaml:1", "a mission called `ship` already stands in missions/ship.yaml:1"),
    ]


def test_what_a_broken_file_was_about_to_define_is_no_second_finding(linked) -> None:
    broken = FILES["agents/coder.yaml"].replace("description: Runs", "descripton: Runs")
    assert linked(files={"agents/coder.yaml": broken}).diagnostics == ()


def test_a_coordinator_ring(linked) -> None:
    (finding,) = linked("agents/coder.yaml", "tier: strategic", "coordinator: tester").diagnostics
    assert finding.code == "ORC116"
    assert finding.message == "escalation never reaches the top: `lead` → `tester` → `lead`"


@pytest.mark.parametrize(
    ("tools", "severity"),
    [("", Severity.WARNING), ("tools: [Read]\n", Severity.WARNING), ("tools: [Task]\n", Severity.ERROR)],
)
def test_a_handoff_ring(linked, tools, severity) -> None:
    text = "".join(
        f"---\nagent: {name}\ndescription: Hands on.\n{tools}handoffs: [{other}]\nprompt: Hand it on.\n"
        for name, other in (("a", "b"), ("b", "c"), ("c", "a"))
    )
    (finding,) = linked(files={"agents/ring.yaml": text}).diagnostics
    assert (finding.code, finding.severity, finding.span.line) == (
        "ORC106",
        severity,
        text.split("\n").index("handoffs: [a]") + 1,
    )
    assert "`a` → `b` → `c` → `a`" in finding.message


def test_the_compiler_knows_the_checks_of_the_runtime() -> None:
    from pytest_orchestra.gates.registry import REGISTRY

    assert {layer: sorted(checks) for layer, checks in CHECKS.items()} == {
        layer: sorted(checks) for layer, checks in REGISTRY.items()
    }


def test_the_link_step_knows_the_emitters() -> None:
    from orchestra_compiler.emitters import EMITTERS

    assert sorted(TARGETS) == sorted(EMITTERS)


def test_options_of_checks(linked) -> None:
    (finding,) = linked("gates.yaml", "deny:", "denny:").diagnostics
    assert (finding.code, finding.hint) == ("ORC111", "did you mean `deny`?")


def test_a_schema_that_cannot_be_used_is_one_finding(linked, tmp_path) -> None:
    files = {"orchestra.yaml": FILES["orchestra.yaml"] + "messages: own.xsd\n", "own.xsd": "<schema/>"}
    (finding,) = linked(files=files).diagnostics
    assert (finding.code, finding.span.path) == ("ORC115", "orchestra.yaml")
    assert text_at(tmp_path, finding.span) == "own.xsd"


XSD = """\
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:include schemaLocation="parts/more.xsd"/>
  <xs:element name="task-completion" type="xs:string"/>
</xs:schema>
"""
MORE = XSD.replace('  <xs:include schemaLocation="parts/more.xsd"/>\n', "").replace("task-completion", "alarm")


def test_the_projects_own_schema(linked) -> None:
    files = {"orchestra.yaml": FILES["orchestra.yaml"] + "messages: own.xsd\n", "own.xsd": XSD, "parts/more.xsd": MORE}
    result = linked(files=files)
    assert result.diagnostics == ()
    assert result.fleet.protocol.types == ("alarm", "task-completion")
    assert result.sources == {"own.xsd": XSD.encode(), "parts/more.xsd": MORE.encode()}


def test_what_is_filled_in(linked) -> None:
    fleet = linked().fleet
    assert {agent.name: agent.tier for agent in fleet.agents} == {
        "coder": "routine",
        "guest": "routine",
        "lead": "strategic",
        "tester": None,
    }
    (small,) = fleet.tiers.tiers[0].models
    listed = prices.catalogue()["claude-haiku-4-5"]
    assert (small.provider, small.price) == (listed.provider, listed.price)
    assert small.context_window == listed.context_window > 0
    assert "task-completion" in fleet.protocol.types


def fleet_of(*models: Model, agents: tuple[Agent, ...] = ()) -> Fleet:
    tiers = Tiers(tiers=(Tier(name="only", models=models),), escalation=("only",), baseline="only", default="only")
    empty: dict[str, Any] = {"routing": RoutingPolicy(), "gates": GatePolicy(), "workload": Workload(), "missions": ()}
    return Fleet(project=Project(name="x"), agents=agents, tiers=tiers, protocol=Protocol(), **empty)


def test_the_projects_own_figures_win(tmp_path) -> None:
    listed = prices.catalogue()["claude-haiku-4-5"]
    price = Price(input=Decimal(9), output=Decimal(9), source="contract", date="2025-01-01")
    own = Model(name="claude-haiku-4-5", price=price, max_output_tokens=7)
    (model,) = link(fleet_of(own), tmp_path).fleet.tiers.tiers[0].models
    assert (model.price, model.max_output_tokens, model.context_window) == (price, 7, listed.context_window)


def test_a_model_with_a_price_and_without_limits(tmp_path) -> None:
    own = Model(name="own", price=Price(input=Decimal(1), output=Decimal(2)))
    assert [each.code for each in link(fleet_of(own), tmp_path).diagnostics] == ["ORC306"]


@pytest.mark.parametrize(("figure", "codes"), [("0.123456", []), ("0.1234567", ["ORC309"])])
def test_a_price_that_no_bill_is_exact_with(tmp_path, figure, codes) -> None:
    price = Price(input=Decimal(figure), output=Decimal(2))
    own = Model(name="own", price=price, context_window=1000, max_output_tokens=100)
    assert [each.code for each in link(fleet_of(own), tmp_path).diagnostics] == codes


@pytest.mark.parametrize(
    ("word", "tier", "codes"),
    [
        ("claude-haiku-4-5", "only", []),
        ("inherit", None, []),
        ("default", None, []),
        (None, None, []),
        ("", None, []),
        ("claude-haiku", None, ["ORC307"]),
    ],
)
def test_model_words(tmp_path, word, tier, codes) -> None:
    guest = Agent(name="guest", description="", prompt="", model=word)
    result = link(fleet_of(Model(name="claude-haiku-4-5"), agents=(guest,)), tmp_path)
    assert result.fleet.agents[0].tier == tier
    assert [each.code for each in result.diagnostics] == codes


def test_templates_are_the_projects_or_ours(tmp_path) -> None:
    (tmp_path / "own" / "deep").mkdir(parents=True)
    (tmp_path / "own" / "deep" / "x.j2").write_text("x")
    (tmp_path / "secret.j2").write_text("x")
    names = ("deep/x.j2", "prompt.md.j2", "../secret.j2", "x.j2")
    agents = tuple(Agent(name=f"a{i}", description="", prompt="", template=name) for i, name in enumerate(names))
    fleet = fleet_of(agents=agents)
    object.__setattr__(fleet, "project", Project(name="x", templates="own"))
    found = link(fleet, tmp_path).diagnostics
    assert [each.message for each in found] == ["there is no template `../secret.j2`", "there is no template `x.j2`"]


def test_findings_are_in_order_and_linking_is_repeatable(linked) -> None:
    files = {"agents/x.yaml": FILES["agents/coder.yaml"].replace("lead", "leed"), "workload.yaml": "tasks: []\n"}
    first, second = linked(files=files), linked(files=files)
    assert first == second
    assert list(first.diagnostics) == sorted(first.diagnostics, key=lambda each: (each.span, each.code, each.message))


def test_a_large_fleet_of_misses_is_linked(tmp_path) -> None:
    agents = tuple(
        Agent(name=f"agent-{i}", description="", prompt="", handoffs=(f"agent-{i + 1}", f"nobody-{i}"))
        for i in range(2000)
    )
    found = link(fleet_of(agents=agents), tmp_path).diagnostics
    assert sum(each.code == "ORC101" for each in found) == 2001


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        ({"a": ["b"], "b": ["c"], "c": []}, []),
        ({"a": ["a"]}, [("a",)]),
        ({"a": ["b"], "b": ["c", "a"], "c": ["a"]}, [("a", "b")]),
        ({"b": ["a"], "a": ["b"], "c": ["d"], "d": ["c"]}, [("b", "a"), ("c", "d")]),
    ],
)
def test_rings(graph, expected) -> None:
    assert sorted(rings(graph)) == sorted(expected)


def test_a_long_chain_needs_no_recursion() -> None:
    length = 20_000
    graph = {str(i): [str(i + 1)] if i + 1 < length else ["0"] for i in range(length)}
    (ring,) = rings(graph)
    assert len(ring) == length


NODES = st.sampled_from("abcdef")


@given(st.dictionaries(NODES, st.lists(NODES, max_size=3)))
def test_rings_are_rings_and_none_is_missed(graph) -> None:
    graph = {node: [target for target in targets if target in graph] for node, targets in graph.items()}
    found = list(rings(graph))
    for ring in found:
        assert all(after in graph[node] for node, after in zip(ring, (*ring[1:], ring[0]), strict=True))
        assert len(set(ring)) == len(ring)
    reach = {node: _reachable(graph, node) for node in graph}
    in_rings = {node for node in graph if node in reach[node]}
    assert len(found) == len({frozenset(other for other in reach[node] if node in reach[other]) for node in in_rings})


def _reachable(graph: Mapping[str, list[str]], node: str) -> set[str]:
    seen: set[str] = set()
    waiting = list(graph[node])
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            waiting += graph[each]
    return seen


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("React_Specialist", ("react-specialist",)),
        ("react-specalist", ("react-specialist",)),
        ("sql-specialist", ()),
        ("zebra", ()),
    ],
)
def test_near_misses(word, near) -> None:
    assert Names(["react-specialist", "vue-specialist"], ["gone"]).near(word) == near


def test_near_misses_are_searched_a_hundred_times_at_most() -> None:
    names = Names(["agent"])
    for number in range(100):
        names.near(f"agnt{number}")
    assert names.near("agnt") == ()
    assert names.near("agnt0") == ("agent",)
