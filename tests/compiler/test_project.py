from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from orchestra_compiler.diagnostic import Severity
from orchestra_compiler.errors import ProjectError
from orchestra_compiler.project import Loaded, find_root, load
from orchestra_compiler.source.files import search

AGENT = "agent: {name}\ndescription: b\nprompt: c\n"


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def codes(loaded: Loaded) -> list[tuple[str, str]]:
    return [(each.code, each.span.place) for each in loaded.diagnostics]


def test_a_whole_project(tmp_path) -> None:
    files: dict[str, str | bytes] = {
        "orchestra.yaml": "orchestra: 1\nname: shop\nagents: [agents/*.yaml, .claude/agents/*.md]\nmissions: missions/**/*.yaml\n"
        "messages: m.xsd\ntiers: t.yaml\nrouting: r.yaml\ngates: g.yaml\nworkload: w.yaml\ntargets: [prompts]\n",
        "agents/two.yaml": AGENT.format(name="b") + "---\n" + AGENT.format(name="a"),
        "agents/file.yaml": "agent: f\ndescription: b\nprompt_file: prompts/f.md\n",
        "prompts/f.md": "Do it.\r\n",
        ".claude/agents/c.md": "---\nname: c\ndescription: d\n---\nBody",
        "missions/x/m.yaml": "mission: m\nagent: a\ntask: t\n",
        "t.yaml": "tiers: {one: [x]}",
        "r.yaml": "tiers: {one: 0}",
        "g.yaml": "layers: {output: {empty-reply: warn}}",
        "w.yaml": "tasks: []",
    }
    loaded = load(write(tmp_path, files))
    fleet = loaded.fleet
    assert loaded.diagnostics == ()
    assert fleet is not None
    assert [agent.name for agent in fleet.agents] == ["a", "b", "c", "f"]
    assert fleet.agent_by_name["f"].prompt == "Do it.\r\n"
    assert [mission.name for mission in fleet.missions] == ["m"]
    assert fleet.tiers.names() == ("one",)
    assert [check.name for check in fleet.gates.checks] == ["empty-reply"]
    assert (fleet.project.name, fleet.project.targets, fleet.protocol.schema) == ("shop", ("prompts",), "m.xsd")
    assert loaded.patterns == (
        "agents/*.yaml",
        ".claude/agents/*.md",
        "missions/**/*.yaml",
        "t.yaml",
        "r.yaml",
        "g.yaml",
        "w.yaml",
        "m.xsd",
    )
    assert {
        name: content.encode() if isinstance(content, str) else content for name, content in files.items()
    } == loaded.sources
    assert fleet.broken == frozenset()


def test_defaults(tmp_path) -> None:
    loaded = load(write(tmp_path / "dir", {"orchestra.yaml": "orchestra: 1\n"}))
    assert loaded.diagnostics == ()
    assert loaded.fleet is not None
    assert loaded.fleet.project.name == "dir"
    assert loaded.fleet.tiers.names() == ("routine", "implementation", "strategic")
    assert {"secrets", "message-schema"} <= {check.name for check in loaded.fleet.gates.checks}
    assert list(loaded.sources) == ["orchestra.yaml"]


def test_one_bad_file_hides_nothing(tmp_path) -> None:
    loaded = load(
        write(
            tmp_path,
            {
                "orchestra.yaml": 'orchestra: 1\nagents: ["a/*"]\nmissions: m/*.yaml\ntiers: t.yaml\ngates: none.yaml\n',
                "a/good.yaml": AGENT.format(name="good"),
                "a/mixed.yaml": AGENT.format(name="kept")
                + "---\nagent: broken\nprompt: x\n---\n"
                + AGENT.format(name="last")
                + "prompt: d\n",
                "a/syntax.yaml": AGENT.format(name="first") + "---\nagent: lost\ndescription: a: b\n",
                "a/bytes.md": b"\xff\xfe\x00",
                "a/notes.txt": "x",
                "m/m.yaml": "mission: m\nagent: good\n",
                "m/empty.yaml": "# nothing\n",
                "t.yaml": "tiers: {mine: []}",
            },
        )
    )
    assert codes(loaded) == [
        ("ORC006", "a/bytes.md:1"), ("ORC012", "a/mixed.yaml:5"), ("ORC002", "a/mixed.yaml:11"), ("ORC010", "a/notes.txt:1"),
        ("ORC001", "a/syntax.yaml:6"), ("ORC010", "m/empty.yaml:1"), ("ORC012", "m/m.yaml:1"), ("ORC020", "orchestra.yaml:5"),
        ("ORC010", "t.yaml:1"),
    ]  # fmt: skip
    assert loaded.fleet is not None
    assert [agent.name for agent in loaded.fleet.agents] == ["first", "good", "kept"]
    assert loaded.fleet.broken == {
        "agent:broken",
        "agent:bytes",
        "agent:last",
        "agent:lost",
        "document:gates",
        "document:tiers",
        "mission:m",
        "tier:mine",
    }
    assert loaded.fleet.gates.checks == ()


def test_a_broken_project_file_still_has_its_documents_checked(tmp_path) -> None:
    loaded = load(write(tmp_path, {"orchestra.yaml": "orchestra: 1\nagents: a.yaml\nzzz: 1\n", "a.yaml": "agent: A\n"}))
    assert loaded.fleet is None
    assert {code for code, place in codes(loaded) if place == "a.yaml:1"} == {"ORC010", "ORC012"}
    assert ("ORC011", "orchestra.yaml:3") in codes(loaded)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "ORC010"),
        ("[", "ORC001"),
        ("[]", "ORC013"),
        (b"\xff", "ORC006"),
        ("name: x", "ORC012"),
        (b"\x00" * 99, "ORC006"),
    ],
)
def test_a_project_file_that_cannot_be_used(tmp_path, content, code) -> None:
    loaded = load(write(tmp_path, {"orchestra.yaml": content}))
    assert loaded.fleet is None
    assert [each.code for each in loaded.diagnostics] == [code]


def test_a_missing_project_file_is_a_finding(tmp_path) -> None:
    assert [each.code for each in load(tmp_path).diagnostics] == ["ORC020"]


def test_a_bare_no_is_one_finding(tmp_path) -> None:
    loaded = load(
        write(
            tmp_path,
            {
                "orchestra.yaml": "orchestra: 1\nmissions: m.yaml\n",
                "m.yaml": "mission: m\nsteps: {s: {agent: a, task: t, optional: no}}\n",
            },
        )
    )
    assert [(each.code, each.severity) for each in loaded.diagnostics] == [("ORC013", Severity.ERROR)]


def test_patterns_that_match_nothing_or_leave_the_root(tmp_path) -> None:
    root = write(
        tmp_path / "in", {"orchestra.yaml": 'orchestra: 1\nagents:\n- "x/*.md"\n- ../*.md\n- /etc/*\n- C:\\x\n'}
    )
    write(tmp_path, {"secret.md": "x"})
    loaded = load(root)
    assert codes(loaded) == [
        ("ORC020", "orchestra.yaml:3"),
        *(("ORC021", f"orchestra.yaml:{line}") for line in (4, 5, 6)),
    ]
    assert list(loaded.sources) == ["orchestra.yaml"]


def test_a_prompt_file_may_not_leave_the_root(tmp_path) -> None:
    root = write(
        tmp_path / "in",
        {
            "orchestra.yaml": "orchestra: 1\nagents: a.yaml\n",
            "a.yaml": "agent: a\ndescription: b\nprompt_file: ../p.md\n",
        },
    )
    write(tmp_path, {"p.md": "secret"})
    loaded = load(root)
    assert codes(loaded) == [("ORC021", "a.yaml:3")]


def test_links(tmp_path) -> None:
    root = write(
        tmp_path / "in",
        {
            "orchestra.yaml": 'orchestra: 1\nagents: ["a/*.yaml", "far/*.yaml"]\n',
            "a/real.yaml": AGENT.format(name="real"),
            "elsewhere/inner.yaml": AGENT.format(name="inner"),
        },
    )
    write(tmp_path, {"out/outer.yaml": AGENT.format(name="outer")})
    (root / "a" / "inner.yaml").symlink_to(root / "elsewhere" / "inner.yaml")
    (root / "a" / "outer.yaml").symlink_to(tmp_path / "out" / "outer.yaml")
    (root / "a" / "dangling.yaml").symlink_to(root / "nowhere.yaml")
    (root / "a" / "folder.yaml").mkdir()
    (root / "far").symlink_to(tmp_path / "out")
    loaded = load(root)
    assert sorted((each.code, each.message.split("`")[1]) for each in loaded.diagnostics) == [
        ("ORC021", "a/outer.yaml"), ("ORC021", "far"), ("ORC022", "a/dangling.yaml"), ("ORC022", "a/folder.yaml"),
    ]  # fmt: skip
    assert loaded.fleet is not None
    assert [agent.name for agent in loaded.fleet.agents] == ["inner", "real"]
    assert search(root, "a/*.yaml").files == ["a/inner.yaml", "a/real.yaml"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path) -> None:
    os.mkfifo(write(tmp_path, {"orchestra.yaml": "orchestra: 1\nagents: a.md\ntiers: a.md\n"}) / "a.md")
    assert [each.code for each in load(tmp_path).diagnostics] == ["ORC022", "ORC022"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser reads everything")
def test_an_unreadable_file(tmp_path) -> None:
    write(tmp_path, {"orchestra.yaml": "orchestra: 1\nagents: a.md\n", "a.md": "x"})
    (tmp_path / "a.md").chmod(0)
    assert [each.code for each in load(tmp_path).diagnostics] == ["ORC022"]


def test_a_file_that_cannot_be_opened(tmp_path, monkeypatch) -> None:
    write(tmp_path, {"orchestra.yaml": "orchestra: 1\nagents: a.md\n", "a.md": "x"})
    really = {"builtins.open": open, "os.open": os.open}

    def closed(name: str, path: str, *rest: object) -> object:
        if path.endswith("a.md"):
            raise PermissionError(13, "Permission denied")
        return really[name](path, *rest)

    for name in really:
        monkeypatch.setattr(name, partial(closed, name))
    assert [(each.code, each.message) for each in load(tmp_path).diagnostics] == [
        ("ORC022", "`a.md` cannot be read: Permission denied")
    ]


HOSTILE = {
    "brackets": "[" * 10_000,
    "braces": "{a: " * 10_000,
    "dashes": "- " * 10_000,
    "bomb": "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 20)),
    "line": "agent: " + "x" * 5_000_000,
    "binary": bytes(range(256)) * 100,
    "zeros": b"\0" * 10_000,
    "utf16": "agent: a".encode("utf-16"),
    "quotes": '"' * 100_001,
    "keys": "a: 1\n" * 20_000,
    "anchors": "&a " * 5_000,
    "digits": "agent: " + "9" * 100_000,
    "surrogate": b"agent: \xed\xa0\x80",
}


@pytest.mark.parametrize("suffix", ["yaml", "md"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_findings(tmp_path, name, suffix) -> None:
    write(
        tmp_path,
        {
            "orchestra.yaml": f'orchestra: 1\nagents: "*.{suffix}"\n'.replace("*.yaml", "a/*.yaml"),
            f"a/{name}.{suffix}": HOSTILE[name],
        },
    )
    if suffix == "md":
        content = HOSTILE[name]
        content = content.encode() if isinstance(content, str) else content
        write(tmp_path, {"a.md": b"---\n" + content + b"\n---\n"})
    loaded = load(tmp_path)
    assert loaded.diagnostics
    assert loaded.fleet is not None


def test_the_result_does_not_depend_on_where_it_runs(tmp_path, monkeypatch) -> None:
    root = write(
        tmp_path / "p",
        {"orchestra.yaml": 'orchestra: 1\nagents: "*.md"\n', "b.md": "x", "a.md": "---\nname: A b\n---\n"},
    )
    first = load(root)
    monkeypatch.chdir(root)
    assert load(Path()).diagnostics == first.diagnostics
    assert load(Path()).fleet == first.fleet


# Patterns

TREE = [
    "a.md",
    "b.yaml",
    "d/a.md",
    "d/e/a.md",
    "d/e/.h.md",
    ".claude/agents/x.md",
    "node_modules/m/a.md",
    ".git/a.md",
    "d/[x].md",
    "ü.md",
]


@pytest.mark.parametrize(
    ("pattern", "files"),
    [
        ("*.md", ["a.md", "ü.md"]),
        ("**/*.md", ["a.md", "d/[x].md", "d/a.md", "d/e/a.md", "ü.md"]),
        ("**/a.md", ["a.md", "d/a.md", "d/e/a.md"]),
        ("d/**", ["d/[x].md", "d/a.md", "d/e/a.md"]),
        ("d/**/e/**/*.md", ["d/e/a.md"]),
        ("**/**/a.md", ["a.md", "d/a.md", "d/e/a.md"]),
        ("?/a.md", ["d/a.md"]),
        ("[d-f]/a.md", ["d/a.md"]),
        ("d/[[]x].md", ["d/[x].md"]),
        (".claude/agents/*.md", [".claude/agents/x.md"]),
        (".*/*/*.md", [".claude/agents/x.md"]),
        (".claude/**/*.md", [".claude/agents/x.md"]),
        ("node_modules/**/*.md", ["node_modules/m/a.md"]),
        ("./d//a.md", ["d/a.md"]),
        ("b.yaml", ["b.yaml"]),
        ("d", []),
        ("none/*.md", []),
        ("b.yaml/*.md", []),
        ("../*.md", []),
        ("d/../*.md", []),
        ("/a.md", []),
        ("C:/a.md", []),
        ("", []),
        (".", []),
        ("\0", []),
    ],
)
def test_matching(tmp_path, pattern, files) -> None:
    root = write(tmp_path, dict.fromkeys(TREE, "x"))
    assert search(root, pattern).files == files


def test_matching_survives_link_loops(tmp_path) -> None:
    write(tmp_path, {"a/x.md": "x"})
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    assert search(tmp_path, "**/*.md").files == ["a/x.md"]
    assert search(tmp_path, "*/*/*/x.md").files == ["a/loop/a/x.md"]


def test_a_name_that_is_not_unicode_is_told(tmp_path) -> None:
    try:
        os.close(os.open(os.fsencode(tmp_path) + b"/\xff.md", os.O_CREAT))
    except OSError:
        pytest.skip("this file system takes Unicode names only")
    assert search(tmp_path, "*.md").files == []
    assert search(tmp_path, "*.md").unusable == [("\\udcff.md", "its name is not UTF-8")]


def test_find_root(tmp_path) -> None:
    root = write(tmp_path, {"p/orchestra.yaml": "orchestra: 1", "p/other.yaml": "x"}) / "p"
    assert find_root(root) == root
    assert find_root(root / "orchestra.yaml") == root
    for path in (tmp_path, tmp_path / "none", root / "other.yaml"):
        with pytest.raises(ProjectError) as caught:
            find_root(path)
        assert caught.value.hint


def test_finding_files_imports_nothing_heavy() -> None:
    code = "import sys, orchestra_compiler.project; print([name for name in ('yaml', 'jsonschema', 'jsonschema_rs', 'dataclasses', 'json') if name in sys.modules])"
    assert (
        subprocess.run(
            [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        == "[]\n"
    )


def test_a_valid_project_does_not_load_jsonschema(tmp_path) -> None:
    pytest.importorskip("jsonschema_rs")
    write(tmp_path, {"orchestra.yaml": "orchestra: 1\nagents: a.yaml\n", "a.yaml": AGENT.format(name="a")})
    code = f"import sys, pathlib; from orchestra_compiler.project import load; print(load(pathlib.Path({str(tmp_path)!r})).diagnostics, 'jsonschema' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "() False\n"
    )


# Real files


@pytest.mark.parametrize(("collection", "count"), [("orchestra", 58), ("wshobson", 202)])
def test_real_agents_load(tmp_path, shared_data, collection, count) -> None:
    shutil.copytree(shared_data / "agents" / collection, tmp_path / "agents", copy_function=shutil.copyfile)
    write(tmp_path, {"orchestra.yaml": 'orchestra: 1\nagents: "agents/**/*.md"\n'})
    loaded = load(tmp_path)
    assert loaded.fleet is not None
    assert len(loaded.fleet.agents) == count
    assert loaded.fleet.broken == frozenset()
    told = Counter((each.code, each.severity.value) for each in loaded.diagnostics)
    # one template of the first collection has `[placeholders]` where a name, a description and a model go
    assert told == ({("ORC007", "warning"): 3, ("ORC010", "warning"): 1} if collection == "orchestra" else {})
    for agent in loaded.fleet.agents:
        assert loaded.sources[agent.span.path].endswith(agent.prompt.encode())


def test_a_folder_that_has_become_a_link_outside_is_not_read(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "prompt.md").write_text("secret")
    root = write(
        tmp_path / "project",
        {
            "orchestra.yaml": "orchestra: 1\nagents: a.yaml\n",
            "a.yaml": "agent: a\ndescription: b\nprompt_file: prompts/prompt.md\n",
            "prompts/prompt.md": "ours",
        },
    )
    assert load(root).diagnostics == ()
    shutil.rmtree(root / "prompts")
    (root / "prompts").symlink_to(outside)
    loaded = load(root)
    assert [each.code for each in loaded.diagnostics] == ["ORC021"]
    assert "secret" not in str(loaded.sources)
