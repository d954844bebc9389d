from __future__ import annotations

import json

import small_project


def test_all_agents_in_a_table(orchestra, project) -> None:
    answer = orchestra("agents", project)
    lines = answer.out.splitlines()
    assert (answer.code, answer.err) == (0, "")
    assert lines[0].split() == ["agent", "tier", "model", "capabilities", "file"]
    assert [line.split()[0] for line in lines[1:]] == ["lead", "reader", "writer"]
    assert lines[2].endswith("agents/reader.md:2")


def test_criteria(orchestra, project) -> None:
    answer = orchestra("agents", project, "--tier", "routine", "--sends", "answer", "--coordinator", "lead", "--json")
    data = json.loads(answer.out)
    assert answer.code == 0
    assert [each["name"] for each in data["agents"]] == ["writer"]
    assert data["complete"] is True


def test_nobody_exits_1_and_says_what_may_be_meant(orchestra, project) -> None:
    answer = orchestra("agents", project, "--capability", "writng")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == "orchestra: no agent offers the capability `writng`; did you mean `writing`?\n"
    answer = orchestra("agents", project, "--capability", "writing", "--tier", "strategic", "--json")
    assert answer.code == 1
    assert json.loads(answer.out)["agents"] == []
    assert "no agent fits all of these" in answer.err


def test_an_unknown_tool_is_told_though_some_may_use_all(orchestra, project) -> None:
    answer = orchestra("agents", project, "--tool", "Raed")
    assert answer.code == 0
    assert "these may use every tool; did you mean `Read`?" in answer.err
    assert [line.split()[0] for line in answer.out.splitlines()[1:]] == ["lead", "writer"]


def test_lists(orchestra, project) -> None:
    answer = orchestra("agents", project, "--list", "messages", "--json")
    assert json.loads(answer.out)["values"] == [
        {"value": "answer", "senders": ["writer"], "receivers": ["lead"]},
        {"value": "order", "senders": ["lead"], "receivers": ["writer"]},
    ]
    assert "Grep" in orchestra("agents", project, "--list", "tools").out
    empty = orchestra("agents", project, "--list", "hooks")
    assert (empty.code, empty.out, empty.err) == (0, "", "orchestra: no agent names any hook\n")


def test_lists_and_criteria_do_not_mix(orchestra, project) -> None:
    answer = orchestra("agents", project, "--list", "tools", "--tier", "routine")
    assert answer.code == 2
    assert "leave out --tier" in answer.err


def test_a_project_with_errors_is_answered_as_far_as_it_could_be_read(orchestra, tmp_path) -> None:
    root = small_project.write(tmp_path, {"agents/broken.yaml": "agent: broken\ntools: {a: b}\n"})
    answer = orchestra("agents", root, "--json")
    data = json.loads(answer.out)
    assert answer.code == 0
    assert "so some of it may be missing here; orchestra lint shows them" in answer.err
    assert data["complete"] is False
    assert {each["name"] for each in data["agents"]} >= {"lead", "reader", "writer"}


def test_a_project_that_cannot_be_used_at_all(orchestra, tmp_path) -> None:
    (tmp_path / "orchestra.yaml").write_text("orchestra: {\n")
    assert orchestra("agents", tmp_path).code == 1
    assert orchestra("agents", tmp_path / "nowhere").code == 2


def test_a_fleet_of_nobody(orchestra, tmp_path) -> None:
    (tmp_path / "orchestra.yaml").write_text("orchestra: 1\n")
    answer = orchestra("agents", tmp_path)
    assert (answer.code, answer.err) == (1, "orchestra: there are no agents\n")


def test_columns_cut_the_table(orchestra, project, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert max(map(len, orchestra("agents", project).out.splitlines())) <= 60
    monkeypatch.delenv("COLUMNS")
    assert "claude-sonnet" not in orchestra("agents", project, "--tier", "routine").out
