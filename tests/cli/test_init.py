"""`orchestra init` on repositories of every layout, and the two commands that follow it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
import yaml
from commands import run_pytest

from orchestra_compiler.check import check_project
from orchestra_compiler.diagnostic import Severity
from orchestra_compiler.project import load

CLAUDE = "---\nname: {0}\ndescription: Does the work that {0} stands for, and nothing else at all.\nmodel: {1}\n---\nDo {0} well.\n"
XSD = (
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="message"><xs:complexType><xs:sequence>'
    '<xs:element name="text" type="xs:string"/></xs:sequence><xs:attribute name="kind" use="required"><xs:simpleType>'
    '<xs:restriction base="xs:string"><xs:enumeration value="ask"/><xs:enumeration value="answer"/></xs:restriction>'
    "</xs:simpleType></xs:attribute></xs:complexType></xs:element></xs:schema>"
)


def written(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def claude(folder: str, *names: str, model: str = "sonnet") -> dict[str, str]:
    return {f"{folder}/{name}.md".lstrip("/"): CLAUDE.format(name, model) for name in names}


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def project_of(root: Path) -> dict:
    return yaml.safe_load((root / "orchestra.yaml").read_text(encoding="utf-8"))


LAYOUTS = {
    "claude": (claude(".claude/agents", "a", "b") | {".claude/agents/README.md": "#"}, 2),
    "plugins": (claude("plugins/p/agents", "a") | claude("plugins/q/agents", "b") | claude("plugins/r/agents", "c"), 3),
    "flat": (claude("", "a", "b", "c", "d") | {"README.md": "# Read", "CHANGELOG.md": "# Changes"}, 4),
    "copilot": ({".github/agents/a.agent.md": "---\ndescription: Does what it is asked to do, in Python.\n---\nDo.\n"}, 1),
    "crewai": ({"src/x/config/agents.yaml": "w:\n  role: Writer\n  goal: Write.\n  backstory: Long.\nr:\n  role: R\n  goal: Read.\n  backstory: Long.\n"}, 2),
    "docker": ({"team.yaml": "agents:\n  root:\n    model: openai/gpt-4o\n    description: Helps.\n    instruction: Help.\n"}, 1),
    "skills": ({f"skills/{n}/SKILL.md": f"---\nname: {n}\ndescription: Does {n} when asked.\n---\nDo.\n" for n in "abc"}, 3),
    "orchestra": ({"agents/a.yaml": "agent: a\ndescription: Does a and a again.\ntier: routine\nprompt: Do a.\n"}, 1),
    "nested": (
        claude("sub/.claude/agents", "a")
        | claude("sub/node_modules/x/agents", "z")
        | {"sub/.git/HEAD": "ref", "sub/.git/agents/y.md": CLAUDE.format("y", "opus")},
        1,
    ),
    "mixed": (claude(".claude/agents", "a") | {".github/agents/b.agent.md": "---\ndescription: Does b whenever b is due.\n---\nDo.\n"}, 2),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_becomes_a_project_that_compiles(layout, orchestra, tmp_path) -> None:
    files, count = LAYOUTS[layout]
    root = written(tmp_path, files)
    before = {path: (root / path).read_bytes() for path in files}
    answer = orchestra("init", root)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines()[0].endswith(f": {count} agent{'s' * (count > 1)}")
    checked = check_project(root)
    assert checked.fleet is not None
    assert len(checked.fleet.agents) == count
    assert [each for each in checked.diagnostics if each.severity is Severity.ERROR] == []
    ours = [each for each in checked.diagnostics if each.span.path in ("orchestra.yaml", "tiers.yaml")]
    assert {each.severity for each in ours} <= {Severity.INFO}
    assert {path: (root / path).read_bytes() for path in files} == before
    assert orchestra("compile", root).code == 0


@pytest.mark.parametrize(("name", "count"), [("orchestra", 58), ("wshobson", 202)])
def test_three_commands_on_a_collection(name, count, shared_data, orchestra, tmp_path) -> None:
    root = tmp_path / name
    shutil.copytree(shared_data / "agents" / name, root)
    assert orchestra("init", root).code == 0
    assert orchestra("compile", root).code == 0
    table = json.loads((root / "compiled" / "routing.json").read_bytes())
    assert len(table["agents"]) == count
    if name == "orchestra":
        assert project_of(root)["messages"]["discriminator"] == "body/@type"
    code, outcomes, text = run_pytest(root, "--orchestra")
    assert code == pytest.ExitCode.OK, text
    assert outcomes.keys() == {"passed"}
    assert outcomes["passed"] > count


def test_the_closing_message_says_what_was_found_guessed_and_comes_next(orchestra, tmp_path, monkeypatch) -> None:
    root = written(
        tmp_path, claude(".claude/agents", "a", "b", model="haiku") | claude("agents", "c", model="house-large")
    )
    monkeypatch.chdir(root)
    text = orchestra("init").out
    assert "Claude Code sub-agents  .claude/agents/*.md  2" in text
    assert "routine: 2 agents (haiku, claude-haiku-4-5)" in text
    assert "no tier for house-large, for nobody knows its price: 1 agent" in text
    assert "  orchestra lint      what" in text
    assert "  orchestra-compile   routing" in text
    assert "  pytest --orchestra  run" in text
    tiers = (root / "tiers.yaml").read_text()
    assert "      - haiku  # guessed: the haiku family, 2 agents" in tiers
    assert "#   house-large: 1 agent: agents/c.md" in tiers
    assert orchestra("compile").code == 0


def test_nothing_is_ever_overwritten(orchestra, tmp_path) -> None:
    root = written(tmp_path, claude("agents", "a") | {"orchestra.yaml": "orchestra: 1\nname: mine\n"})
    answer = orchestra("init", root)
    assert answer.code == 2
    assert "is there already" in answer.err
    assert "--force" in answer.err
    assert (root / "orchestra.yaml").read_text() == "orchestra: 1\nname: mine\n"
    assert not (root / "tiers.yaml").exists()
    assert orchestra("init", root, "--force").code == 0
    assert project_of(root)["agents"] == ["agents/*.md"]
    first = (root / "orchestra.yaml").read_bytes(), (root / "tiers.yaml").read_bytes()
    assert orchestra("init", root, "--force").code == 0
    assert ((root / "orchestra.yaml").read_bytes(), (root / "tiers.yaml").read_bytes()) == first


def test_tiers_that_are_there_are_used(orchestra, tmp_path) -> None:
    own = "tiers: {small: {aliases: [sonnet], models: [claude-haiku-4-5]}}\n"
    root = written(tmp_path, claude("agents", "a") | {"tiers.yaml": own})
    answer = orchestra("init", root)
    assert "tiers.yaml was there and is used as it is" in answer.out
    assert (root / "tiers.yaml").read_text() == own
    assert orchestra("compile", root).code == 0


def test_tiers_that_init_wrote_and_somebody_changed_are_kept_unless_forced(orchestra, tmp_path) -> None:
    root = written(tmp_path, claude("agents", "a"))
    orchestra("init", root)
    changed = (root / "tiers.yaml").read_text() + "# mine\n"
    (root / "tiers.yaml").write_text(changed)
    (root / "orchestra.yaml").unlink()
    assert orchestra("init", root).code == 0
    assert (root / "tiers.yaml").read_text() == changed
    assert orchestra("init", root, "--force").code == 0
    assert "# mine" not in (root / "tiers.yaml").read_text()


def test_another_file_of_that_name_stays_what_it_is(orchestra, tmp_path) -> None:
    root = written(tmp_path, claude("agents", "a") | {"tiers.yaml": "seats: 12\n"})
    assert orchestra("init", root).code == 0
    assert (root / "tiers.yaml").read_text() == "seats: 12\n"
    assert project_of(root)["tiers"] == "orchestra-tiers.yaml"
    assert orchestra("compile", root).code == 0
    (root / "orchestra-tiers.yaml").write_text("seats: 13\n")
    assert orchestra("init", root, "--force").code == 2


@pytest.mark.parametrize("option", ["--dry-run", "--print"])
def test_a_dry_run_writes_nothing(option, orchestra, tmp_path) -> None:
    root = written(tmp_path, claude("agents", "a"))
    answer = orchestra("init", root, option)
    assert answer.code == 0
    assert names_in(root) == ["agents"]
    project, tiers = yaml.safe_load_all(answer.out)
    assert project["agents"] == ["agents/*.md"]
    assert set(tiers) == {"tiers", "baseline", "default"}
    assert "1 agent" in answer.err


def test_a_repository_without_agents(orchestra, tmp_path) -> None:
    root = written(tmp_path, {"README.md": "# Nothing", "docs/a.md": "---\ntitle: A\n---\n"})
    answer = orchestra("init", root)
    assert answer.code == 2
    assert "no agents among the 2 files below" in answer.err
    assert "--example" in answer.err
    assert names_in(root) == ["README.md", "docs"]


def test_the_example_is_green(orchestra, tmp_path) -> None:
    assert orchestra("init", tmp_path, "--example").code == 0
    assert orchestra("lint", tmp_path).out == "no findings\n"
    assert orchestra("compile", tmp_path).code == 0
    code, outcomes, text = run_pytest(tmp_path, "--orchestra")
    assert code == pytest.ExitCode.OK, text
    assert outcomes.keys() == {"passed"}
    for path in tmp_path.rglob("*.yaml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        if first.startswith("# yaml-language-server: $schema="):
            assert (path.parent / first.partition("=")[2]).is_file()


def test_the_example_spares_what_is_there(orchestra, tmp_path) -> None:
    root = written(tmp_path, claude("agents", "log-reader"))
    assert orchestra("init", root, "--example").code == 2
    assert not (root / "orchestra.yaml").exists()
    assert orchestra("init", root, "--example", "--dry-run").code == 0


def test_schemas_are_where_the_first_lines_say(orchestra, tmp_path) -> None:
    root = written(tmp_path, claude("agents", "a"))
    orchestra("init", root)
    for name in ("orchestra.yaml", "tiers.yaml"):
        first = (root / name).read_text().splitlines()[0]
        path = root / first.removeprefix("# yaml-language-server: $schema=")
        assert json.loads(path.read_bytes())["$schema"]
    assert (root / ".orchestra" / ".gitignore").read_text() == "*\n"


def test_agents_of_one_name_are_left_out_but_for_one(orchestra, tmp_path) -> None:
    files = (
        claude("agents", "a", "b", "c") | claude("copies", "a", "b") | {"old/agents/c.md": CLAUDE.format("c", "opus")}
    )
    root = written(tmp_path, files)
    answer = orchestra("init", root)
    assert "left out, 3 files" in answer.out
    assert "copies/a.md: `a` is also in agents/a.md" in answer.out
    assert project_of(root)["agents"] == ["agents/*.md"]
    assert orchestra("compile", root).code == 0


def test_agents_that_cannot_be_read_are_left_out_with_the_reason(orchestra, tmp_path) -> None:
    files = claude("agents", "a", "b") | {
        "agents/c.yaml": "agent: c\ndescription: Does c.\ntools: {no: list}\nprompt: Do.\n"
    }
    files["agents/bad.md"] = "---\nname: bad\ndescription: Does it badly, as its bell \a shows.\n---\nDo.\n"
    root = written(tmp_path, files)
    answer = orchestra("init", root)
    assert "left out, 2 files" in answer.out
    assert "agents/bad.md: line " in answer.out
    assert '- "!agents/bad.md"  # line ' in (root / "orchestra.yaml").read_text()
    assert orchestra("compile", root).code == 0


def test_each_file_that_is_left_out_has_its_reason_beside_it(orchestra, tmp_path) -> None:
    files = {path: text for n in "abcdef" for path, text in claude(f"agents/{n}", f"{n}1", f"{n}2").items()}
    files |= {
        "agents/b/bad.md": "---\nname: bad\ndescription: Does it \a badly.\n---\n",
        "agents/a/README.md": "#",
    }
    root = written(tmp_path, files)
    assert orchestra("init", root).code == 0
    text = (root / "orchestra.yaml").read_text()
    assert '  - "!agents/b/bad.md"  # line ' in text
    assert '  - "agents/*/*.md"\n' in text
    assert orchestra("compile", root).code == 0


def test_a_folder_of_agents_for_testing_is_no_folder_of_tests(orchestra, tmp_path) -> None:
    root = written(tmp_path, claude("testing", "a", "b") | claude("agents/tests", "c") | claude("design", "d"))
    assert orchestra("init", root).code == 0
    loaded = load(root)
    assert loaded.fleet is not None
    assert [each.name for each in loaded.fleet.agents] == ["a", "b", "c", "d"]


def test_copies_in_folders_that_are_built_are_not_matched(orchestra, tmp_path) -> None:
    made = {f"pkg/{n}/dist/agents/{n}.md": CLAUDE.format(n, "sonnet") for n in "abcd"}
    kept = {f"pkg/{n}/{n}/agents/{n}.md": CLAUDE.format(n, "sonnet") for n in "abcd"}
    root = written(
        tmp_path, made | kept | {"pkg/venv/x/agents/e.md": CLAUDE.format("e", "opus"), "pkg/venv/pyvenv.cfg": ""}
    )
    assert orchestra("init", root).code == 0
    loaded = load(root)
    assert loaded.fleet is not None
    assert {each.span.path for each in loaded.fleet.agents} == set(kept)
    assert orchestra("compile", root).code == 0


def test_nothing_but_broken_agents(orchestra, tmp_path) -> None:
    root = written(tmp_path, {"agents/c.yaml": "agent: c\ntools: {no: list}\n"})
    answer = orchestra("init", root)
    assert answer.code == 2
    assert "none of the 1 agents" in answer.err
    assert "agents/c.yaml: line" in answer.err


def test_skills_and_agents_of_tests_are_offered_beside_agents(orchestra, tmp_path) -> None:
    skill = "---\nname: s\ndescription: Does s when asked.\n---\nDo.\n"
    files = claude("agents", "a") | claude("tests/data", "t") | {"skills/s/SKILL.md": skill}
    root = written(tmp_path, files)
    answer = orchestra("init", root)
    assert "not looked at: skills beside agents, 1 file;" in answer.out
    assert "not looked at: agents in folders of tests, 1 file;" in answer.out
    text = (root / "orchestra.yaml").read_text()
    assert '  # - "skills/s/SKILL.md"' in text
    (root / "orchestra.yaml").write_text(text.replace('  # - "skills', '  - "skills'))
    loaded = load(root)
    assert loaded.fleet is not None
    assert [each.name for each in loaded.fleet.agents] == ["a", "s"]


def test_a_message_schema_is_taken_only_where_it_is_certain(orchestra, tmp_path) -> None:
    root = written(tmp_path, claude("agents", "a") | {"x/agent-message.xsd": XSD, "other.xsd": "<not-a-schema/>"})
    orchestra("init", root)
    assert project_of(root)["messages"] == {
        "schema": "x/agent-message.xsd",
        "root": "message",
        "discriminator": "@kind",
    }
    assert orchestra("compile", root).code == 0
    for text in ("<not-a-schema/>", "", "<!DOCTYPE x [<!ENTITY e 'e'>]><x>&e;</x>"):
        (root / "x" / "agent-message.xsd").write_text(text)
        assert orchestra("init", root, "--force").code == 0
        assert "messages" not in project_of(root)


def test_errors_of_the_collections_own_are_told(orchestra, tmp_path) -> None:
    text = "---\nname: a\ndescription: Does the work that it stands for.\ncoordinator: nobody\n---\nDo.\n"
    root = written(tmp_path, {"agents/a.md": text})
    answer = orchestra("init", root)
    assert answer.code == 0
    assert "orchestra-compile stops at 1 error in 1 file until mended:" in answer.out
    assert "ORC105" in answer.out


def test_it_never_writes_outside(orchestra, tmp_path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    root = written(tmp_path / "in", claude("agents", "a"))
    (root / "orchestra.yaml").symlink_to(outside / "orchestra.yaml")
    assert orchestra("init", root).code == 2
    assert orchestra("init", root, "--force").code == 2
    (root / "orchestra.yaml").unlink()
    (root / ".orchestra").symlink_to(outside)
    answer = orchestra("init", root)
    assert answer.code == 2
    assert "refuses to write" in answer.err
    assert names_in(outside) == []
    assert names_in(root) == [".orchestra", "agents"]


@pytest.mark.parametrize("folder", ["", "nowhere", "file"])
def test_what_is_no_folder(folder, orchestra, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    answer = orchestra("init", folder)
    assert answer.code == 2
    assert "is no folder" in answer.err


def test_odd_names_of_folders(orchestra, tmp_path) -> None:
    root = tmp_path / "# odd: [name] \u202e'\"%"
    written(root, claude("[agents]/!x", "a", "b") | claude("é ü", "c"))
    answer = orchestra("init", root)
    assert answer.code == 0, answer.err
    assert orchestra("compile", root).code == 0
    assert project_of(root)["name"] == root.name


def test_a_folder_whose_name_is_not_utf_8(orchestra, tmp_path) -> None:
    root = tmp_path / os.fsdecode(b"team-\xff")
    try:
        written(root, claude("agents", "a"))
    except OSError:
        pytest.skip("the file system takes no such names")
    assert orchestra("init", root).code == 0
    assert project_of(root)["name"] == "team-?"
    assert orchestra("compile", root).code == 0
    (root / "orchestra.yaml").write_text("orchestra: 1\nagents: agents/*.md\n")
    assert orchestra("compile", root).code == 0
    manifest = json.loads((root / "compiled" / "manifest.json").read_text())
    assert manifest["fleet"]["project"]["name"] == "team-?"


def test_a_folder_like_a_drive(orchestra, tmp_path) -> None:
    written(tmp_path, claude("a: b", "one"))
    assert orchestra("init", tmp_path).code == 0
    assert orchestra("compile", tmp_path).code == 0
    assert orchestra("agents", tmp_path, "--list", "tools").code == 0
