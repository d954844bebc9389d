"""Templates of a project: sandboxed, told of at their own lines, and part of what a prompt is made from."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import small_project

from orchestra_compiler import build
from orchestra_compiler.diagnostic import Diagnostic
from orchestra_compiler.freshness import fresh_outputs
from pytest_orchestra.compiled import open_project

SETTINGS = small_project.FILES["orchestra.yaml"] + "build: {templates: templates}\n"
OWN = "templates/prompt.md.j2"


def project(root: Path, templates: dict[str, str], **agents: str) -> Path:
    specs = {
        f"agents/{name}.yaml": small_project.FILES[f"agents/{name}.yaml"] + f"template: {template}\n"
        for name, template in agents.items()
    }
    return small_project.write(root, {"orchestra.yaml": SETTINGS, **templates, **specs})


def prompts(root: Path) -> dict[str, str]:
    compilation = build.compile_project(root)
    assert compilation.manifest is not None, compilation.checked.diagnostics
    return {
        output.path.removeprefix("prompts/"): output.content.decode()
        for output in compilation.outputs
        if output.path.startswith("prompts/")
    }


def errors(root: Path) -> list[Diagnostic]:
    compilation = build.compile_project(root)
    assert compilation.manifest is None
    assert compilation.outputs == ()
    return [each for each in compilation.checked.diagnostics if each.severity == "error"]


def written(root: Path) -> dict[str, str]:
    planned = build.write(build.compile_project(root), time.time_ns())
    return {each.path: each.why for each in planned if each.change != "keep"}


def test_our_template_keeps_a_prompt_of_markdown_as_it_is(tmp_path: Path) -> None:
    text = small_project.FILES["agents/reader.md"]
    assert prompts(small_project.write(tmp_path))["reader.md"] == text.split("---\n", 2)[2]


def test_our_template_says_who_an_agent_works_with(tmp_path: Path) -> None:
    made = prompts(small_project.write(tmp_path))
    assert "You answer to `lead`." in made["writer.md"]
    assert "- `writer`: Writes short texts about anything on request." in made["lead.md"]
    assert "- Never writes about people's health." in made["writer.md"]
    assert '<order urgent="true">' in made["lead.md"]


def test_a_projects_template_comes_before_ours(tmp_path: Path) -> None:
    root = project(tmp_path, {OWN: "{{ agent.name }} of {{ tier.name }}\n", "templates/a/b.j2": "B\n"}, lead="a/b.j2")
    assert prompts(root) == {"lead.md": "B\n", "reader.md": "reader of routine\n", "writer.md": "writer of routine\n"}


def test_a_template_may_extend_ours_by_another_name(tmp_path: Path) -> None:
    root = project(tmp_path, {"templates/mine.j2": '{% include "prompt.md.j2" %}\n\nSigned.\n'}, lead="mine.j2")
    made = prompts(root)["lead.md"]
    assert made.startswith("Lead the team")
    assert made.endswith("Signed.\n")


def test_editing_a_template_makes_its_prompts_outdated(tmp_path: Path) -> None:
    root = project(tmp_path, {"templates/mine.j2": "One\n"}, lead="mine.j2")
    written(root)
    (root / "templates" / "mine.j2").write_text("Two\n")
    assert written(root)["prompts/lead.md"] == "templates/mine.j2 changed -> prompt lead"
    assert (root / "compiled" / "prompts" / "lead.md").read_text() == "Two\n"


def test_editing_what_a_template_includes_does_too(tmp_path: Path) -> None:
    files = {
        OWN: '{% extends "base.j2" %}{% block body %}{% include "part.j2" %}{% endblock %}\n',
        "templates/base.j2": "{% block body %}{% endblock %}.\n",
        "templates/part.j2": '{% from "macros.j2" import one %}{{ one() }}\n',
        "templates/macros.j2": "{% macro one() %}One{% endmacro %}\n",
    }
    root = project(tmp_path, files)
    written(root)
    for name in ("part", "base", "macros"):
        file = root / "templates" / f"{name}.j2"
        file.write_text(file.read_text().replace("One", "Two").replace("}}", "}}!").replace(".\n", "?\n"))
        assert written(root)["prompts/writer.md"] == f"templates/{name}.j2 changed -> prompt writer"


def test_a_template_that_newly_overrides_ours_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestra_compiler.freshness._MARGIN_NS", -(10**18))
    root = project(tmp_path, {"templates/unused.j2": ""})
    open_project(root)
    assert fresh_outputs(str(root)) is not None
    (root / OWN).write_text("Mine\n")
    open_project(root)
    assert (root / "compiled" / "prompts" / "lead.md").read_text() == "Mine\n"


@pytest.mark.parametrize(
    ("template", "line", "said"),
    [
        ("{{ agnet.name }}", 3, "'agnet' is undefined"),
        ("{{ agent.nmae }}", 3, "no attribute 'nmae'"),
        ("{% if agent %}", 3, "end of template"),
        ("{{ agent.name | shout }}", 3, "No filter named 'shout'"),
        ("{{ 1 / 0 }}", 3, "ZeroDivisionError"),
        ("{{ 'a' + 1 }}", 3, "TypeError"),
        ("{{ agent.name.encode('idna', 'x' * 9).decode('rot13') }}", 3, "UnicodeError"),
        ("{{ agent.__class__.__mro__ }}", 3, "unsafe"),
        ("{{ agent.prompt.__class__ }}", 3, "unsafe"),
        ("{{ ''.format.__globals__ }}", 3, "unsafe"),
        ("{{ '{0.__class__}'.format(agent) }}", 3, "unsafe"),
        ("{{ cycler.__init__.__globals__ }}", 3, "unsafe"),
        ("{{ agent.sends.append('x') }}", 3, "no attribute 'append'"),
        ("{% for n in range(10 ** 9) %}{% endfor %}", 3, "OverflowError"),
        ("{{ ['a', 'b'] | random }}", 3, "No filter named 'random'"),
        ("{{ lipsum() }}", 3, "'lipsum' is undefined"),
        ("{% include 'nowhere.j2' %}", 3, "there is no template 'nowhere.j2'"),
        ("{% include '../orchestra.yaml' %}", 3, "there is no template '../orchestra.yaml'"),
        ("{% include '/etc/passwd' %}", 3, "there is no template '/etc/passwd'"),
        ("{% include 'prompt.md.j2' %}", 3, "it includes itself"),
        ("{% include 'bad.j2' %}", 1, "bad.j2"),
    ],
)
def test_what_is_wrong_in_a_template_is_told_at_its_line(tmp_path: Path, template: str, line: int, said: str) -> None:
    bad = "{% endfor %}" if said == "bad.j2" else ""
    root = project(tmp_path, {OWN: f"One\n\n{template}\n", "templates/bad.j2": bad})
    (found,) = errors(root)
    assert found.code == "ORC117"
    assert found.span[:2] == ("templates/bad.j2" if bad else OWN, line)
    assert bad or said in found.message
    assert "and 2 more" in found.message
    assert "Traceback" not in found.message


def test_findings_of_single_agents_name_them(tmp_path: Path) -> None:
    root = project(tmp_path, {OWN: "{{ coordinator.name }}\n"})
    (found,) = errors(root)
    assert found.message == (
        "template 'prompt.md.j2' does not render: 'None' has no attribute 'name' (agent 'lead' and 1 more)"
    )


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/etc/passwd", "../prompt.md.j2", "a/../../x.j2", "missing.j2", "..\\\\x.j2", "C:/x.j2"],
)
def test_a_template_from_outside_is_unknown(tmp_path: Path, name: str) -> None:
    root = project(tmp_path / "p", {OWN: "x"}, lead=f'"{name}"')
    (tmp_path / "prompt.md.j2").write_text("secret")
    (found,) = errors(root)
    assert (found.code, found.span.path) == ("ORC114", "agents/lead.yaml")


def test_a_link_does_not_lead_a_template_out(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    root = project(tmp_path / "p", {"templates/unused.j2": ""})
    (root / OWN).symlink_to(tmp_path / "secret")
    found = errors(root)
    assert {each.code for each in found} == {"ORC117"}
    assert all("leaves the project's folder" in each.message for each in found)


@pytest.mark.parametrize(("content", "said"), [(b"\xff\xfe", "not UTF-8 at byte 0"), (None, "it is a folder")])
def test_a_template_that_cannot_be_read_is_told(tmp_path: Path, content: bytes | None, said: str) -> None:
    root = project(tmp_path, {"templates/unused.j2": ""})
    if content is None:
        (root / OWN).mkdir()
    else:
        (root / OWN).write_bytes(content)
    found = errors(root)
    assert {each.code for each in found} == {"ORC117"}
    assert said in found[0].message


def test_a_folder_of_templates_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert "lead.md" in prompts(small_project.write(tmp_path, {"orchestra.yaml": SETTINGS}))


def test_half_a_character_is_no_crash(tmp_path: Path) -> None:
    found = errors(project(tmp_path, {OWN: '{{ "%c" % 55357 }}\n'}))
    assert [each.code for each in found] == ["ORC117"] * 3
    assert "surrogates not allowed" in found[0].message


def test_a_mark_at_the_beginning_of_a_template_is_not_part_of_the_prompt(tmp_path: Path) -> None:
    assert prompts(project(tmp_path, {OWN: "\ufeffHi\r\nthere\r\n"}))["lead.md"] == "Hi\nthere\n"


def test_a_template_may_show_the_types_in_its_own_way(tmp_path: Path) -> None:
    own = "{% for each in examples %}{{ each.type }} {{ each.document }} [{{ each.excerpt }}] {{ each.guide }}\n{% endfor %}"
    made = prompts(project(tmp_path, {OWN: own}))
    assert made["lead.md"].startswith("order <order urgent=")
    assert made["writer.md"].startswith("answer <answer>")
    assert made["reader.md"].strip() == ""
