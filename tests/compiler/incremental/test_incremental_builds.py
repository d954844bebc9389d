"""A compile that remembers gives, byte for byte, what one that remembers nothing gives; and makes anew only what it must."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import small_project
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from orchestra_compiler import build
from orchestra_compiler.build import Compilation
from orchestra_compiler.incremental import store
from orchestra_compiler.incremental.units import Units

EXAMPLE = Path(__file__).parents[3] / "examples" / "agent_orchestra"
FILES = small_project.FILES
WRITER, LEAD, READER = "agents/writer.yaml", "agents/lead.yaml", "agents/reader.md"

Edit = Callable[[Path], None]


def put(path: str, text: str) -> Edit:
    def edit(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")

    return edit


def swap(path: str, old: str, new: str) -> Edit:
    """Put one text for another and the other way round: a later edit may bring an old state back."""

    def edit(root: Path) -> None:
        file = root / path
        if file.exists():
            text = file.read_text(encoding="utf-8")
            there = new in text if len(new) > len(old) else old not in text
            file.write_text(text.replace(new, old) if there else text.replace(old, new), encoding="utf-8")

    return edit


def remove(path: str) -> Edit:
    return lambda root: (root / path).unlink(missing_ok=True)


def setting(line: str) -> Edit:
    return swap("orchestra.yaml", "name: small\n", f"name: small\n{line}\n")


OTHER = FILES[WRITER].replace("agent: writer", "agent: scribe").replace("Writes short", "Copies long")

TIERS = (
    "tiers:\n"
    "  routine: {models: [claude-haiku-4-5]}\n"
    "  implementation: {models: [claude-sonnet-4-5]}\n"
    "  strategic: {models: [claude-opus-4-5]}\n"
    "escalation: [routine, implementation, strategic]\n"
)

EDITS: Mapping[str, Edit] = {
    "text": swap(WRITER, "briefly", "shortly"),
    "description": swap(WRITER, "anything on request", "whatever is asked for today"),
    "tier": swap(WRITER, "tier: routine", "tier: implementation"),
    "another tier": swap(LEAD, "tier: strategic", "tier: implementation"),
    "boundary": swap(WRITER, "people's health", "anybody's health"),
    "sends nothing": swap(WRITER, "sends: [answer]\n", "sends: []\n"),
    "sends more": swap(WRITER, "sends: [answer]", "sends: [order, answer]"),
    "coordinator": swap(WRITER, "coordinator: lead", "coordinator: reader"),
    "its own boss's text": swap(LEAD, "others cannot", "nobody else can"),
    "its own boss's description": swap(LEAD, "Leads the small team", "Heads the small team"),
    "a line above": swap(LEAD, "agent: lead", "# first\nagent: lead"),
    "unknown keys": swap(READER, "tier: routine\n", "tier: routine\nb: 1\na: 2\n"),
    "unknown keys, the other way": swap(READER, "b: 1\na: 2\n", "a: 2\nb: 1\n"),
    "Markdown body": swap(READER, "three sentences – what", "a few sentences – what"),
    "template for one": swap(WRITER, "tier: routine\n", "tier: routine\ntemplate: own.j2\n"),
    "new agent": put("agents/scribe.yaml", OTHER),
    "agent gone": remove("agents/scribe.yaml"),
    "writer gone": remove(WRITER),
    "writer back": put(WRITER, FILES[WRITER]),
    "hard rule": swap("routing.yaml", "task_type: [security]", "task_type: [security, secrets]"),
    "threshold": swap("routing.yaml", "implementation: 30", "implementation: 31"),
    "comment in the policy": swap("routing.yaml", "hard:", "# why\nhard:"),
    "places in the policy": swap("routing.yaml", "{routine: 0, implementation", "{ routine: 0,implementation"),
    "another model": swap("tiers.yaml", "claude-sonnet-4-5", "claude-haiku-4-5"),
    "tiers": setting("tiers: tiers.yaml"),
    "rule by agent": swap("routing.yaml", "{task_type: [security]}", "{agent: [writer]}"),
    "schema": swap("notes.xsd", 'maxOccurs="2"', 'maxOccurs="3"'),
    "type gone": swap("notes.xsd", 'element name="text" type="xs:string"/>', 'element name="text" type="xs:token"/>'),
    "attribute": swap("notes.xsd", 'name="urgent"', 'name="hurry"'),
    "mission": swap("missions/hello.yaml", "Greet the reader.", "Greet the reader twice, warmly."),
    "reply": swap("missions/hello.yaml", "reply: Hello, reader.", "reply: Hello again, dear reader."),
    "workload": swap("workload.yaml", "per_month: 400", "per_month: 500"),
    "targets": setting("targets: [cases, prompts]"),
    "section": setting("targets: [cases, prompts, messages, routing-table, claude-md]"),
    "budget": setting("build: {prompt_budget_tokens: 900}"),
    "other templates": swap("orchestra.yaml", "templates: templates", "templates: others"),
    "templates": setting("build: {templates: templates}"),
    "own template": put(
        "templates/prompt.md.j2",
        "{{ agent.prompt }}{{ agent.extra }}{% for a in team %}{{ a.prompt }}{% endfor %}{{ tier.models[0].name }}",
    ),
    "hidden template": put("templates/.hidden.j2", "hidden\n"),
    "another hidden template": put("templates/.hidden.j2", "well hidden\n"),
    "template that includes": put(
        "templates/own.j2",
        "{{ coordinator.prompt }}{% include ['.hidden.j2', 'part.j2'] ignore missing %}{{ agent.name }}",
    ),
    "part": put("templates/part.j2", "part of {{ agent.description }}\n"),
    "part gone": remove("templates/part.j2"),
    "hidden gone": remove("templates/.hidden.j2"),
    "own template gone": remove("templates/prompt.md.j2"),
    "damage": lambda root: _damage(store.path_of(root)),
    "forget": lambda root: shutil.rmtree(root / ".orchestra", ignore_errors=True),
}


def _damage(path: Path) -> None:
    if path.exists():
        content = bytearray(path.read_bytes())
        for place in range(len(content) // 2, len(content), 997):
            content[place] ^= 1
        path.write_bytes(content)


def clean(root: Path, monkeypatch: pytest.MonkeyPatch) -> Compilation:
    with monkeypatch.context() as patch:
        patch.setattr(store, "read", lambda _: {})
        return build.compile_project(root)


def same(one: Compilation, other: Compilation) -> None:
    assert one.checked.diagnostics == other.checked.diagnostics
    assert {each.path: each.content for each in one.outputs} == {each.path: each.content for each in other.outputs}
    assert one.sections == other.sections
    assert one.left_out == other.left_out
    assert [each.inputs for each in one.outputs] == [each.inputs for each in other.outputs]


def step(root: Path, monkeypatch: pytest.MonkeyPatch) -> Compilation:
    """Compile with what is remembered, hold it against a compile without, write it, and look at what was written."""
    compilation = build.compile_project(root)
    same(compilation, clean(root, monkeypatch))
    if compilation.manifest is not None:
        build.write(compilation, time.time_ns())
        assert small_project.tree(root / "compiled") == {each.path: each.content for each in compilation.outputs}
    return compilation


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=6,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(names=st.lists(st.lists(st.sampled_from(sorted(EDITS)), min_size=1, max_size=4), min_size=2, max_size=5))
def test_whatever_is_edited(
    names: list[list[str]], tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = small_project.write(tmp_path_factory.mktemp("small"), {"tiers.yaml": TIERS})
    step(root, monkeypatch)
    for some in names:
        for name in some:
            EDITS[name](root)
        step(root, monkeypatch)


def test_each_edit_and_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every edit once, each on top of those before: none of them is seen by a unit that does not declare it."""
    root = small_project.write(tmp_path)
    compiled = 0
    for path in ("others/own.j2", "others/prompt.md.j2"):
        put(path, "{{ agent.name }} of the others\n")(root)
    put("tiers.yaml", TIERS)(root)
    for edit in ("templates", "tiers", "template for one", "template that includes", "own template", *EDITS):
        EDITS[edit](root)
        compiled += step(root, monkeypatch).manifest is not None
    assert compiled > len(EDITS) // 2


# What is made anew, counted


@pytest.fixture
def example(compiled_example: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(compiled_example, tmp_path / "example"))


@pytest.fixture(scope="module")
def compiled_example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example without its cases, which take long, compiled."""
    root = tmp_path_factory.mktemp("compiled") / "example"
    shutil.copytree(EXAMPLE, root, ignore=shutil.ignore_patterns("compiled", ".orchestra"))
    with (root / "orchestra.yaml").open("a", encoding="utf-8") as file:
        file.write("targets: [prompts, messages, routing-table]\n")
    compilation = build.compile_project(root)
    assert compilation.manifest, compilation.checked.diagnostics
    assert all(unit.anew for unit in compilation.units.all)
    build.write(compilation, time.time_ns())
    return root


def anew(units: Units) -> list[str]:
    return sorted(str(unit) for unit in units.all if unit.anew)


def edit_example(
    root: Path, path: str, old: str, new: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[str], list[str]]:
    file = root / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    compilation = build.compile_project(root)
    same(compilation, clean(root, monkeypatch))
    planned = build.write(compilation, time.time_ns())
    return anew(compilation.units), sorted(each.path for each in planned if each.change != "keep")


def test_a_changed_prompt_makes_its_own_prompt_anew_and_nothing_else(
    example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = build.compile_project(example)
    assert anew(again.units) == []
    assert len(again.units.all) > 300
    units, files = edit_example(
        example, "agents/backend/api-architect.yaml", "prompt:", "# a comment\nprompt:", monkeypatch
    )
    assert files == ["manifest.json"]  # early cut-off: what the agent says is the same
    units, files = edit_example(
        example, "agents/backend/api-architect.yaml", "Read, Grep", "Read, LS, Grep", monkeypatch
    )
    assert units == ["prompt api-architect"]
    assert files == ["manifest.json", "prompts/api-architect.md"]


def test_a_changed_description_reaches_the_coordinator(example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    units, files = edit_example(
        example, "agents/backend/api-architect.yaml", "Designs and evolves HTTP", "Designs and tends HTTP", monkeypatch
    )
    assert units == ["prompt api-architect", "prompt backend-coordinator"]
    assert files == ["manifest.json", "prompts/backend-coordinator.md", "routing.json"]


def test_a_changed_coordinator_reaches_what_its_team_sends(example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    units, files = edit_example(
        example,
        "agents/backend/api-architect.yaml",
        "coordinator: backend-coordinator",
        "coordinator: frontend-coordinator",
        monkeypatch,
    )
    assert [unit for unit in units if unit.startswith("message ")] == [
        f"message {kind}/api-architect"
        for kind in ("escalation", "question", "status", "task-assignment", "task-completion")
    ]
    assert [unit for unit in units if unit.startswith("prompt ")] == [
        "prompt api-architect",
        "prompt backend-coordinator",
        "prompt frontend-coordinator",
    ]
    assert len(units) == 8
    assert "prompts/backend-architect.md" not in files


def test_another_tokenizer_counts_anew(example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from orchestra_compiler import tokens

    estimate = tokens._Estimate()
    monkeypatch.setattr(tokens, "identity", lambda: "estimate")
    monkeypatch.setattr(tokens, "counter", lambda: estimate)
    compilation = build.compile_project(example)
    assert compilation.manifest is not None
    assert compilation.manifest.tokenizer == "estimate"
    kinds = {unit.kind for unit in compilation.units.all if unit.anew}
    assert kinds == {"prompt", "tokenizer", "token counts"}


def test_another_compiler_makes_everything_anew(example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "tool_digest", lambda: "another")
    compilation = build.compile_project(example)
    assert all(unit.anew and "another one" in unit.why and unit.same for unit in compilation.units.all)
