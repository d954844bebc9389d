"""A compile as a whole: the same bytes everywhere, old or new files but never half ones, nothing outside its folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import small_project
from commands import Orchestra

from orchestra_compiler import build
from orchestra_compiler.check import check_project
from orchestra_compiler.errors import ProjectError
from orchestra_compiler.writing.changes import Change, Planned
from orchestra_compiler.writing.files import write_file
from pytest_orchestra.compiled import open_project

PYTHON = sys.executable
COMPILE = "import sys; from orchestra_compiler.cli import compile_main; sys.exit(compile_main())"


@pytest.fixture
def orchestra(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Orchestra:
    return Orchestra(monkeypatch, capsys)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return small_project.write(tmp_path / "small")


def compiled(root: Path) -> dict[str, bytes]:
    """Compile in memory; return path -> content."""
    compilation = build.compile_project(root)
    assert [str(each) for each in compilation.checked.diagnostics] == []
    return {output.path: output.content for output in compilation.outputs}


def write(root: Path) -> dict[str, Planned]:
    return {each.path: each for each in build.write(build.compile_project(root), time.time_ns())}


# The same bytes


def test_neither_seed_nor_locale_nor_folder_changes_a_byte(tmp_path: Path) -> None:
    runs: list[tuple[str, str, bool, Callable[[Path], tuple[Path, str]]]] = [
        ("0", "C", False, lambda root: (tmp_path, str(root))),
        ("1", "C.UTF-8", True, lambda root: (root, ".")),
        ("4242", "POSIX", False, lambda root: (root.parent, f"{root.name}/")),
    ]
    running = []
    for seed, locale, backwards, start in runs:
        root = small_project.write(tmp_path / f"p{seed}" / "small", backwards=backwards)
        folder, argument = start(root)
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "PYTHONUTF8": "0"}
        command = [PYTHON, "-c", COMPILE, argument]
        running.append((root, subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)))
    trees = []
    for root, process in running:
        assert process.wait(timeout=60) == 0
        trees.append(small_project.tree(root / "compiled"))
    assert len(trees[0]) > 20
    assert trees[0] == trees[1] == trees[2]


def test_nothing_written_names_the_machine(project: Path) -> None:
    for content in compiled(project).values():
        assert str(project).encode() not in content
        assert str(Path.home()).encode() + b"/" not in content


@pytest.mark.parametrize("name", ["with two  spaces", "größe-日本-🎻", "-dash", "a'quote\"", "x" * 200])
def test_the_folders_name_changes_nothing(tmp_path: Path, project: Path, name: str) -> None:
    root = small_project.write(tmp_path / name)
    assert write(root).keys() == compiled(project).keys()
    assert small_project.tree(root / "compiled") == compiled(project)


def test_every_way_to_name_the_project_is_the_same(
    project: Path, orchestra: Orchestra, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    assert orchestra("compile").code == 0
    before = small_project.tree(project / "compiled")
    for name in (
        ".",
        "./",
        "../small",
        "../small/",
        project,
        f"{project}/",
        "orchestra.yaml",
        project / "orchestra.yaml",
    ):
        answer = orchestra("compile", name)
        assert (answer.code, answer.out) == (0, f"compiled: {len(before)} unchanged\n")
    assert small_project.tree(project / "compiled") == before


def test_the_manifest_speaks_of_what_is_there(project: Path) -> None:
    write(project)
    manifest = json.loads((project / "compiled" / "manifest.json").read_bytes())
    there = small_project.tree(project / "compiled")
    assert manifest["outputs"].keys() == there.keys() - {"manifest.json"}
    assert manifest["sources"].keys() == small_project.FILES.keys()
    assert {prompt["path"] for prompt in manifest["prompts"].values()} <= there.keys()


@pytest.mark.parametrize(
    ("target", "folders"),
    [
        ("prompts", {"prompts"}),
        ("messages", {"messages"}),
        ("cases", {"cases"}),
        ("routing-table", {"routing.json"}),
    ],
)
def test_a_target_writes_its_own_files_only(tmp_path: Path, target: str, folders: set[str]) -> None:
    settings = small_project.FILES["orchestra.yaml"] + f"targets: [{target}]\n"
    outputs = compiled(small_project.write(tmp_path, {"orchestra.yaml": settings}))
    assert {path.partition("/")[0] for path in outputs} == folders | {"manifest.json"}


# Names


WILD = [
    "Code Reviewer",
    "../../evil",
    "CON",
    "x" * 3000,
    "🎻 fiddler",
    "a/b",
    "..",
    ".hidden",
    "NUL.txt",
    "C:\\x",
    "reader.md",
]


def test_names_from_the_wild_stay_inside(tmp_path: Path) -> None:
    agents = {
        f"agents/wild-{number}.md": f"---\nname: {json.dumps(name)}\ndescription: Number {number} of the wild ones.\n"
        f"tier: routine\n---\nDo thing {number} and nothing else.\n"
        for number, name in enumerate(WILD)
    }
    root = small_project.write(tmp_path / "deep" / "er" / "small", agents)
    before = small_project.tree(tmp_path)
    compilation = build.compile_project(root)
    assert not compilation.checked.failed, compilation.checked.diagnostics
    build.write(compilation, time.time_ns())
    after = small_project.tree(tmp_path)
    new = {Path(path).relative_to("deep/er/small").parts[0] for path in after.keys() - before.keys()}
    assert new == {"compiled", ".orchestra"}
    assert {path: after[path] for path in before} == before
    prompts = list((root / "compiled" / "prompts").iterdir())
    assert len(prompts) == len(WILD) + 3
    assert all(path.stem.split(".")[0] not in {"con", "nul", ""} for path in prompts)
    assert {f"Do thing {number} and nothing else." for number in range(len(WILD))} <= {
        path.read_text().strip() for path in prompts
    }


@pytest.mark.parametrize("name", ["../../evil", "Code Reviewer", "/etc/x", "a\\b"])
def test_a_spec_may_not_have_such_a_name(tmp_path: Path, name: str) -> None:
    spec = small_project.FILES["agents/writer.yaml"].replace("agent: writer", f"agent: {json.dumps(name)}")
    checked = check_project(small_project.write(tmp_path, {"agents/writer.yaml": spec}))
    assert checked.failed
    assert any(each.span[:2] == ("agents/writer.yaml", 1) for each in checked.diagnostics)


@pytest.mark.parametrize("out", ["../out", "/out", "a/../../b", "C:/out", "."])
def test_the_output_folder_may_not_be_elsewhere(tmp_path: Path, out: str) -> None:
    settings = small_project.FILES["orchestra.yaml"] + f"build: {{out: {json.dumps(out)}}}\n"
    checked = check_project(small_project.write(tmp_path, {"orchestra.yaml": settings}))
    assert [each.code for each in checked.diagnostics if each.severity == "error"] == ["ORC021"]


def test_a_message_that_cannot_be_made_is_a_finding_and_its_template_is_left_out(tmp_path: Path) -> None:
    notes = small_project.FILES["notes.xsd"]
    odd = '<xs:element name="odd"><xs:simpleType><xs:restriction base="xs:string">'
    odd += '<xs:maxLength value="1"/><xs:pattern value="[a-z]{5}"/></xs:restriction></xs:simpleType></xs:element></xs:schema>'
    spec = small_project.FILES["agents/writer.yaml"].replace("sends: [answer]", "sends: [odd, answer]")
    lead = small_project.FILES["agents/lead.yaml"].replace("accepts: [answer]", "accepts: [answer, odd]")
    changes = {"notes.xsd": notes.replace("</xs:schema>", odd), "agents/writer.yaml": spec, "agents/lead.yaml": lead}
    root = small_project.write(tmp_path, changes)
    assert not check_project(root).diagnostics
    compilation = build.compile_project(root)
    (found,) = compilation.checked.diagnostics
    assert (found.code, found.severity, found.span.path) == ("ORC118", "warning", "agents/writer.yaml")
    line, column = found.span.line, found.span.column
    assert spec.splitlines()[line - 1][column - 1 :].startswith("odd")
    assert "'odd'" in found.message
    assert compilation.manifest is not None
    assert set(compilation.manifest.templates) >= {"answer/writer", "order/lead"}
    assert "odd/writer" not in compilation.manifest.templates
    assert "messages/odd/writer.xml" not in {output.path for output in compilation.outputs}


# The folder


def test_an_output_folder_behind_a_link_is_the_folder(project: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (project / "compiled").symlink_to(elsewhere)
    write(project)
    assert (project / "compiled").is_symlink()
    assert small_project.tree(elsewhere) == compiled(project)


def test_a_link_inside_the_output_folder_is_refused(project: Path, tmp_path: Path, orchestra: Orchestra) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (project / "compiled").mkdir()
    (project / "compiled" / "routing.json").symlink_to(victim)
    answer = orchestra("compile", project)
    assert answer.code == 2
    assert "symbolic link" in answer.err
    assert victim.read_text() == "mine"


def test_a_file_in_the_way_of_the_folder_is_said(project: Path, orchestra: Orchestra) -> None:
    (project / "compiled").write_text("mine")
    answer = orchestra("compile", project)
    assert answer.code == 2
    assert answer.err.startswith("orchestra: cannot ")
    assert (project / "compiled").read_text() == "mine"


def test_out_writes_elsewhere_and_remembers_nothing(project: Path, tmp_path: Path, orchestra: Orchestra) -> None:
    assert orchestra("compile", project, "--out", tmp_path / "out").code == 0
    assert small_project.tree(tmp_path / "out") == compiled(project)
    assert not (project / "compiled").exists()
    assert not (project / ".orchestra" / "build.txt").exists()
    assert orchestra("compile", project, "--check", "--out", tmp_path / "out").code == 0
    assert orchestra("compile", project, "--check").code == 1


@pytest.mark.parametrize("call", ["os.open", "os.fdopen", "pathlib.Path.replace"])
def test_a_disk_that_refuses_is_said_and_nothing_is_half_written(
    project: Path, orchestra: Orchestra, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    write(project)
    old = small_project.tree(project / "compiled")
    (project / "agents" / "lead.yaml").write_text(small_project.FILES["agents/lead.yaml"].replace("decide", "judge"))

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(call, full)
        answer = orchestra("compile", project)
    assert answer.code == 2
    assert "cannot write" in answer.err
    assert "No space left on device" in answer.err
    assert small_project.tree(project / "compiled") == old
    assert orchestra("compile", project).code == 0
    assert small_project.tree(project / "compiled") == compiled(project)


def test_a_folder_that_may_not_be_written_is_named(
    project: Path, orchestra: Orchestra, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "open", refuse)
    answer = orchestra("compile", project)
    assert answer.code == 2
    assert "compiled/cases/boundary.jsonl: Permission denied" in answer.err
    assert not small_project.tree(project / "compiled")


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 200_000,
        b'{"tool": "1", "sources": [], "outputs": [["a", "b"]]}',
        b'{"tool": "1", "sources": {}, "outputs": {"' + b"x" * 5000 + b'": "0"}}',
        b'{"tool": 3, "sources": {"a": null}, "outputs": {"manifest.json": []}}',
    ],
)
def test_whatever_stands_in_the_old_manifest_the_new_one_is_right(project: Path, manifest: bytes) -> None:
    (project / "compiled").mkdir()
    (project / "compiled" / "manifest.json").write_bytes(manifest)
    write(project)
    assert small_project.tree(project / "compiled") == compiled(project)


def test_compiled_markdown_is_not_taken_for_agents(tmp_path: Path) -> None:
    settings = small_project.FILES["orchestra.yaml"].replace("agents/*.md", "'**/*.md'")
    project = small_project.write(tmp_path, {"orchestra.yaml": settings})
    write(project)
    first = small_project.tree(project / "compiled")
    write(project)
    assert small_project.tree(project / "compiled") == first


# Interrupted, and two at once

CHILDREN = """
import os, shutil, signal, sys, time
from pathlib import Path
from orchestra_compiler import build

root, mode = Path(sys.argv[1]), sys.argv[2]
first = build.compile_project(root)
(root / "agents" / "writer.yaml").unlink()
(root / "agents" / "lead.yaml").write_text((root / "agents" / "lead.yaml").read_text().replace("[order]", "[]"))
(root / "workload.yaml").write_text("tasks: []")
(root / "missions" / "hello.yaml").write_text(
    (root / "missions" / "hello.yaml").read_text().replace("agent: writer", "agent: reader")
)
second = build.compile_project(root)
assert first.manifest and second.manifest, second.checked.diagnostics

def kill_at(count):
    real, left = Path.replace, [count]
    def replace(self, target):
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(self, target)
    Path.replace = replace

def kill_while_writing(count):
    real, left = os.fdopen, [count]
    def fdopen(handle, mode):
        left[0] -= 1
        if left[0] < 0:
            os.write(handle, b"half")
            os.kill(os.getpid(), signal.SIGKILL)
        return real(handle, mode)
    os.fdopen = fdopen

def child(work):
    number = os.fork()
    if number == 0:
        try:
            work()
        except BaseException as error:
            print(repr(error), flush=True)
            os._exit(1)
        os._exit(0)
    return number

def killed(point, out):
    (kill_at if point % 2 else kill_while_writing)(point // 2)
    build.write(second, time.time_ns(), out)

def again(which, out):
    for _ in range(15):
        build.write(which, time.time_ns(), out)

if mode == "kill":
    for point in range(100):
        out = root.parent / f"out-{point}"
        build.write(first, time.time_ns(), out)
        _, status = os.waitpid(child(lambda: killed(point, out)), 0)
        if status == 0:  # it had fewer files to write
            shutil.rmtree(out)
            if point % 2:
                break
            continue
        assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, status
else:
    out = root.parent / "out"
    both = [child(lambda: again(which, out)) for which in (first, second, first, second)]
    assert [os.waitpid(number, 0)[1] for number in both] == [0, 0, 0, 0]
build.write(first, time.time_ns(), root.parent / "first")
build.write(second, time.time_ns(), root.parent / "second")
"""


def children(project: Path, mode: str) -> None:
    done = subprocess.run(
        [PYTHON, "-c", CHILDREN, str(project), mode], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_killed_compile_leaves_old_or_new_files_and_the_next_one_repairs(project: Path) -> None:
    children(project, "kill")
    first, second = small_project.tree(project.parent / "first"), small_project.tree(project.parent / "second")
    assert first.keys() - second.keys()
    left, again = set(), build.compile_project(project)
    for out in sorted(project.parent.glob("out-*")):
        there = {path: content for path, content in small_project.tree(out).items() if "/.orchestra-" not in f"/{path}"}
        assert all(content in (first.get(path), second.get(path)) for path, content in there.items())
        assert there == second or there["manifest.json"] == first["manifest.json"]
        left.add(frozenset(there.items()))
        build.write(again, time.time_ns(), out)
        assert {
            path: content for path, content in small_project.tree(out).items() if ".orchestra-" not in path
        } == second
    assert len(left) > 4


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_compiles_at_the_same_time_end_well(project: Path) -> None:
    children(project, "race")
    first, second = small_project.tree(project.parent / "first"), small_project.tree(project.parent / "second")
    there = small_project.tree(project.parent / "out")
    assert there in (first, second)  # one after the other: what the last one wrote, whole
    out = project.parent / "out"
    build.write(build.compile_project(project), time.time_ns(), out)
    assert small_project.tree(out) == second


def test_a_folder_that_another_compile_removes_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, removed = tempfile.mkstemp, []

    def mkstemp(prefix: str, dir: Path) -> tuple[int, str]:  # noqa: A002 - as mkstemp calls it
        if len(removed) < 3:
            removed.append(dir)
            dir.rmdir()
        return real(prefix=prefix, dir=dir)

    monkeypatch.setattr(tempfile, "mkstemp", mkstemp)
    write_file(tmp_path / "deep" / "er" / "file", b"x")
    assert len(removed) == 3
    assert (tmp_path / "deep" / "er" / "file").read_bytes() == b"x"


# Findings stop it


def test_a_project_with_errors_writes_nothing_and_keeps_what_was_there(project: Path, orchestra: Orchestra) -> None:
    write(project)
    before = small_project.tree(project / "compiled")
    (project / "agents" / "writer.yaml").write_text("agent: writer\n")
    answer = orchestra("compile", project)
    assert answer.code == 1
    assert "agents/writer.yaml:1:1" in answer.err
    assert small_project.tree(project / "compiled") == before


def test_warnings_do_not_stop_it(project: Path, orchestra: Orchestra) -> None:
    text = small_project.FILES["agents/writer.yaml"].replace("Writes short texts about anything on request.", "Writer.")
    (project / "agents" / "writer.yaml").write_text(text)
    answer = orchestra("compile", project)
    assert answer.code == 0
    assert "ORC201" in answer.err
    assert (project / "compiled" / "manifest.json").is_file()


def test_an_agent_that_goes_takes_its_files_along(project: Path, orchestra: Orchestra) -> None:
    write(project)
    (project / "compiled" / "prompts" / "mine.md").write_text("mine")
    (project / "agents" / "reader.md").unlink()
    shutil.rmtree(project / "missions")
    settings = (
        small_project.FILES["orchestra.yaml"].replace(", agents/*.md", "").replace("missions: missions/*.yaml\n", "")
    )
    (project / "orchestra.yaml").write_text(settings)
    answer = orchestra("compile", project, "--explain")
    assert answer.code == 0
    assert "removed    compiled/prompts/reader.md: nothing compiles to it any more" in answer.out
    assert {path.name for path in (project / "compiled" / "prompts").iterdir()} == {"lead.md", "mine.md", "writer.md"}


def test_explain_names_the_source_of_each_change(project: Path, orchestra: Orchestra) -> None:
    assert "no earlier compile is known" in orchestra("compile", project, "--explain").out
    path = project / "agents" / "writer.yaml"
    path.write_text(path.read_text().replace("briefly", "shortly"))
    lines = orchestra("compile", project, "--check", "--explain").out.splitlines()
    assert (
        "outdated   compiled/prompts/writer.md: agents/writer.yaml changed"
        " -> prompt writer: its agent changed (agents/writer.yaml)"
    ) in lines
    assert not any("lead.md" in line for line in lines)
    assert (project / "compiled" / "prompts" / "writer.md").read_text().count("briefly") == 1


def test_opening_a_project_compiles_it_once(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestra_compiler.freshness._MARGIN_NS", -(10**18))
    compiled = open_project(project)
    assert compiled.out == project / "compiled"
    monkeypatch.setattr("orchestra_compiler.build.compile_project", None)  # a second compile would fail
    assert open_project(project).manifest == compiled.manifest


def test_a_manifest_is_planned_like_any_file(project: Path) -> None:
    planned = build.planned_changes(build.compile_project(project))
    assert {each.change for each in planned} == {Change.CREATE}
    assert "manifest.json" in {each.path for each in planned}
    assert not (project / "compiled").exists()


@pytest.fixture
def unreadable(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    real = Path.read_bytes

    def read(self: Path) -> bytes:
        if self.name == "routing.json":
            raise PermissionError(13, "Permission denied", str(self))
        return real(self)

    write(project)
    monkeypatch.setattr(Path, "read_bytes", read)
    return project


def test_an_output_that_cannot_be_compared_is_said(unreadable: Path) -> None:
    with pytest.raises(ProjectError, match=r"routing\.json: Permission denied"):
        build.planned_changes(build.compile_project(unreadable))


def test_no_source_is_written_over(tmp_path: Path) -> None:
    page = "---\nname: note\ndescription: Takes notes of what is said.\ntier: routine\nrationale: r\n---\nTake notes.\n"
    root = small_project.write(tmp_path / "p", {"prompts/note.md": page})
    text = small_project.FILES["orchestra.yaml"].replace("agents/*.md", "prompts/*.md, agents/*.md")
    (root / "orchestra.yaml").write_text(text)
    compilation = build.compile_project(root)
    with pytest.raises(ProjectError, match=r"refuses to write .*note\.md: it is a source"):
        build.write(compilation, time.time_ns(), root)
    assert (root / "prompts" / "note.md").read_text() == page
    assert not (root / "manifest.json").exists()
    build.write(compilation, time.time_ns())


def test_another_projects_output_is_not_taken_over(tmp_path: Path) -> None:
    ours, theirs = small_project.write(tmp_path / "ours"), small_project.write(tmp_path / "theirs")
    text = (theirs / "orchestra.yaml").read_text().replace("name: small", "name: other")
    (theirs / "orchestra.yaml").write_text(text)
    build.write(build.compile_project(ours), 0, tmp_path / "out")
    before = small_project.tree(tmp_path / "out")
    with pytest.raises(ProjectError, match="another project compiled: small"):
        build.write(build.compile_project(theirs), 0, tmp_path / "out")
    assert small_project.tree(tmp_path / "out") == before


def test_line_ends_of_a_checkout_make_no_other_prompt(tmp_path: Path) -> None:
    unix, windows = small_project.write(tmp_path / "unix"), small_project.write(tmp_path / "windows")
    for path in windows.rglob("*.*"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    made = [build.compile_project(root).manifest for root in (unix, windows)]
    assert made[0] is not None
    assert made[1] is not None
    assert made[0].prompts == made[1].prompts
