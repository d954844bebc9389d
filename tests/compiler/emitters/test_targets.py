"""What holds for every target: the files of a small project, the same bytes everywhere, and no harm by hostile names."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
import sys
from pathlib import Path, PurePosixPath

import golden
import small_project
import target_project
import yaml
from hostile_fleet import NAMES, hostile

from orchestra_compiler.built import Section
from orchestra_compiler.model import Agent, Fleet, Project, RoutingPolicy, Tiers
from orchestra_compiler.targets import TARGET_OPTIONS, TARGETS, USUAL

GOLDEN = Path(__file__).parents[2] / "golden" / "targets"


def test_the_small_project_becomes_these_files(fleet: Fleet) -> None:
    found = target_project.emit(fleet)
    found["catalogue.md"] = re.sub(
        r"[\d,]+ tokens \(.*\)", "some tokens", found["catalogue.md"]
    )  # by what is installed
    golden.hold(found, GOLDEN)


DUMP = (
    "import sys, json; from pathlib import Path; sys.path[:0] = json.loads(sys.argv[1]); import target_project as t;"
    "sys.stdout.buffer.write(json.dumps(t.emit(t.checked(Path(sys.argv[2])))).encode())"
)


def test_neither_seed_nor_locale_nor_folder_nor_order_changes_a_byte(tmp_path: Path, fleet: Fleet) -> None:
    samples = json.dumps([str(Path(target_project.__file__).parent)])
    running = []
    for seed, locale, backwards in (("0", "C", False), ("77", "C.UTF-8", True)):
        root = target_project.write(tmp_path / f"p{seed}" / "small", backwards=backwards)
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "PYTHONUTF8": "0"}
        command = [sys.executable, "-c", DUMP, samples, "small" if backwards else str(root)]
        running.append(subprocess.Popen(command, cwd=root.parent, env=environment, stdout=subprocess.PIPE))
    results = []
    for process in running:
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        results.append(json.loads(out))
    assert results[0] == results[1] == target_project.emit(fleet)


def test_the_order_of_the_agents_changes_no_byte(fleet: Fleet) -> None:
    backwards = dataclasses.replace(fleet, agents=fleet.agents[::-1])
    assert target_project.emit(backwards) == target_project.emit(fleet)


def test_every_target_has_an_emitter_and_a_file_says_what_it_is_made_of(fleet: Fleet) -> None:
    assert set(TARGETS) == {*USUAL, *target_project.OTHERS} == set(TARGET_OPTIONS)
    sources = {*small_project.FILES, *target_project.FILES}
    for output in target_project.outputs(fleet):
        if not isinstance(output, Section):
            assert set(output.inputs) <= sources, output.path


def test_a_fleet_with_nothing_but_agents_becomes_files_too(fleet: Fleet) -> None:
    bare = Fleet(
        project=Project(name="", target_options={"a2a": '{"url":"https://a.example"}'}),
        agents=(Agent(name="one", description="", prompt=""), Agent(name="two", description="Two.", prompt="x")),
        tiers=Tiers(tiers=(), escalation=(), baseline="", default=""),
        routing=RoutingPolicy(),
        gates=fleet.gates,
        protocol=fleet.protocol,
        missions=(),
        workload=fleet.workload,
    )
    files = target_project.emit(bare)
    assert {PurePosixPath(path).parts[0] for path in files} == {
        "CLAUDE.md", "a2a", "catalogue.md", "claude-code", "claude-code-router", "copilot", "litellm", "map.mmd", "map.svg",
    }  # fmt: skip
    empty = target_project.emit(dataclasses.replace(bare, agents=()))
    assert "claude-code" not in {PurePosixPath(path).parts[0] for path in empty}


def test_names_never_decide_where_a_file_lands(fleet: Fleet) -> None:
    for path in target_project.emit(hostile(fleet)):
        parts = PurePosixPath(path).parts
        assert len(parts) <= 3
        assert all(part not in ("..", ".", "") and "\\" not in part and len(part) < 130 for part in parts)
        assert path.isascii()
        assert not path.startswith("/")


def test_every_name_has_a_file_of_its_own(fleet: Fleet) -> None:
    files = target_project.emit(hostile(fleet))
    for folder in ("a2a", "claude-code/agents", "copilot/agents"):
        assert len([path for path in files if path.startswith(f"{folder}/")]) == len(NAMES)


def test_hostile_text_leaves_every_structured_file_readable(fleet: Fleet) -> None:
    for path, text in target_project.emit(hostile(fleet)).items():
        if path.endswith(".json"):
            assert json.loads(text)
        elif path.endswith(".yaml"):
            assert yaml.safe_load(text)["model_list"]
        elif path.endswith(".md") and "/" in path:
            assert text.startswith("---\n")
            front, fence, _ = text[4:].partition("\n---\n")
            assert fence
            assert all(line == line.strip("\x07\u2028\u202e") for line in front.splitlines())
            assert yaml.safe_load(front)["name"] in NAMES


def test_no_file_holds_a_key_or_names_the_machine(fleet: Fleet, tmp_path: Path) -> None:
    for text in target_project.emit(fleet).values():
        assert str(Path.home()) + "/" not in text
        assert str(tmp_path.parent) not in text
        assert "sk-" not in text
