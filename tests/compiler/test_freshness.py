"""Nothing has changed: said without reading a file, and never said wrongly."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import small_project
from commands import Orchestra
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestra_compiler import build, cli, freshness
from orchestra_compiler.freshness import STATE_FOLDER, fresh_outputs

FILES = small_project.FILES


@pytest.fixture
def orchestra(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Orchestra:
    return Orchestra(monkeypatch, capsys)


@pytest.fixture
def no_margin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust files that have just been written, as a test has no time to let them age."""
    monkeypatch.setattr(freshness, "_MARGIN_NS", -(10**18))


@pytest.fixture
def project(tmp_path: Path, no_margin: None) -> Path:  # noqa: ARG001 - what it changes is needed
    """A compiled project, with a file of prompts and templates beside the rest."""
    spec = FILES["agents/lead.yaml"].replace(
        "prompt: Lead the team and decide what others cannot.", "prompt_file: lead.txt"
    )
    changes = {
        "orchestra.yaml": FILES["orchestra.yaml"] + "build: {templates: templates}\n",
        "agents/lead.yaml": spec,
        "lead.txt": "Lead.\n",
        "templates/prompt.md.j2": "{{ agent.prompt }}{% include 'part.j2' %}\n",
        "templates/part.j2": "Part.\n",
    }
    root = small_project.write(tmp_path / "small", changes)
    compilation = build.compile_project(root)
    assert compilation.manifest, compilation.checked.diagnostics
    build.write(compilation, time.time_ns())
    return root


def record(root: Path) -> Path:
    return root / STATE_FOLDER / "build.txt"


def test_fresh_after_a_compile(project: Path) -> None:
    assert fresh_outputs(str(project)) == ("compiled", len(small_project.tree(project / "compiled")))


def test_a_file_that_changed_while_it_was_read_is_not_trusted(tmp_path: Path) -> None:
    since = time.time_ns()
    root = small_project.write(tmp_path)
    build.write(build.compile_project(root), since)
    assert fresh_outputs(str(root)) is None  # written less than the margin ago


def edit(path: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        with (root / path).open("ab") as file:
            file.write(b"\n")

    return change


def edit_keeping_size_and_time(path: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        file = root / path
        before, content = file.stat(), file.read_bytes()
        file.write_bytes(content[:-2] + bytes([content[-2] ^ 1]) + content[-1:])
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert file.stat().st_size == before.st_size

    return change


def move(root: Path) -> None:
    """Replace a file by another of the same size and time, as `mv` and `rsync` do."""
    file = root / "agents" / "writer.yaml"
    other = root / "other"
    shutil.copy2(file, other)
    other.replace(file)


CHANGES: dict[str, Callable[[Path], object]] = {
    **{f"{path} edited": edit(path) for path in [*FILES, "lead.txt", "templates/prompt.md.j2", "templates/part.j2"]},
    "same size and time": edit_keeping_size_and_time("agents/writer.yaml"),
    "touched": lambda root: (root / "agents" / "writer.yaml").touch(),
    "replaced": move,
    "new agent": lambda root: (root / "agents" / "new.yaml").write_text(FILES["agents/writer.yaml"]),
    "new Markdown": lambda root: (root / "agents" / "new.md").write_text("x"),
    "new link that leads nowhere": lambda root: (root / "agents" / "new.md").symlink_to("nowhere"),
    "new mission": lambda root: (root / "missions" / "new.yaml").write_text(FILES["missions/hello.yaml"]),
    "new template": lambda root: (root / "templates" / "new.j2").write_text("x"),
    "agent deleted": lambda root: (root / "agents" / "reader.md").unlink(),
    "prompt deleted": lambda root: (root / "lead.txt").unlink(),
    "schema deleted": lambda root: (root / "notes.xsd").unlink(),
    "agent renamed": lambda root: (root / "agents" / "reader.md").rename(root / "agents" / "scholar.md"),
    "folder in its place": lambda root: ((root / "lead.txt").unlink(), (root / "lead.txt").mkdir()),
    "output edited": edit("compiled/prompts/lead.md"),
    "output of the same size": edit_keeping_size_and_time("compiled/routing.json"),
    "output deleted": lambda root: (root / "compiled" / "routing.json").unlink(),
    "manifest deleted": lambda root: (root / "compiled" / "manifest.json").unlink(),
    "all outputs deleted": lambda root: shutil.rmtree(root / "compiled"),
    "record deleted": lambda root: shutil.rmtree(root / STATE_FOLDER),
}


@pytest.mark.parametrize("name", CHANGES)
def test_not_fresh_after_a_change(project: Path, name: str) -> None:
    CHANGES[name](project)
    assert fresh_outputs(str(project)) is None


def test_files_of_nobody_do_not_matter(project: Path) -> None:
    (project / "notes.txt").write_text("mine")
    (project / "agents" / "draft.txt").write_text("mine")
    (project / "compiled" / "prompts" / "mine.txt").write_text("mine")
    assert fresh_outputs(str(project))


def test_a_copy_is_not_fresh(project: Path, tmp_path: Path) -> None:
    shutil.copytree(project, tmp_path / "copy")
    assert fresh_outputs(str(tmp_path / "copy")) is None


def test_a_project_that_moved_may_have_another_name(project: Path) -> None:
    project.rename(project.parent / "moved")
    assert fresh_outputs(str(project)) is None
    assert fresh_outputs(str(project.parent / "moved")) is None


def test_another_compiler_is_another_compile(project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "path" / "orchestra_compiler"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(package.parent)
    assert fresh_outputs(str(project)) is None


def test_an_edit_of_the_compiler_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_margin: None) -> None:  # noqa: ARG001
    package = tmp_path / "path" / "orchestra_templates"
    (package / "deep").mkdir(parents=True)
    (package / "deep" / "prompt.j2").write_text("x")
    monkeypatch.syspath_prepend(package.parent)
    root = small_project.write(tmp_path / "small")
    build.write(build.compile_project(root), time.time_ns())
    assert fresh_outputs(str(root))
    (package / "deep" / "prompt.j2").write_text("y!")
    assert fresh_outputs(str(root)) is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:0],
        lambda data: b"\0" * len(data),
        lambda data: b"\xff" + data,
        lambda data: data + b"x",
        lambda data: data[:-1],
        lambda data: data.replace(b"\t", b" "),
        lambda data: data.replace(b"\t", b"\n"),
        lambda data: b"\n".join(line for line in data.split(b"\n") if b"routing.json" not in line)[:-5],
        lambda data: data.replace(freshness.__version__.encode(), b"0.0.0-other", 1),
        lambda data: data + data,
    ],
)
def test_a_damaged_record_is_as_good_as_none(project: Path, damage: Callable[[bytes], bytes]) -> None:
    file = record(project)
    file.write_bytes(damage(file.read_bytes()))
    assert fresh_outputs(str(project)) is None


def test_no_beginning_of_a_record_passes_for_the_whole(project: Path) -> None:
    file = record(project)
    whole = file.read_bytes()
    for length in {*range(0, len(whole), 97), *(number for number, byte in enumerate(whole) if byte == ord("\n"))}:
        file.write_bytes(whole[:length])
        assert fresh_outputs(str(project)) is None, length
    file.write_bytes(whole)
    assert fresh_outputs(str(project))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 3000))
def test_a_record_with_bytes_put_in_never_raises(project: Path, noise: bytes, place: int) -> None:
    build.write(build.compile_project(project), time.time_ns())
    file = record(project)
    whole = file.read_bytes()
    file.write_bytes(whole[:place] + noise + whole[place:])
    found = fresh_outputs(str(project))
    assert found is None or found[0] == "compiled"


@pytest.mark.parametrize("root", ["", "nowhere", "a\0b", "x" * 5000, "/dev/null", "/"])
def test_nowhere_is_not_fresh(root: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert fresh_outputs(root) is None


def test_a_state_folder_that_cannot_be_made_is_only_slower(tmp_path: Path, no_margin: None) -> None:  # noqa: ARG001
    root = small_project.write(tmp_path)
    (root / STATE_FOLDER).write_text("in the way")
    build.write(build.compile_project(root), time.time_ns())
    assert fresh_outputs(str(root)) is None
    assert (root / "compiled" / "manifest.json").is_file()


def test_git_ignores_the_record(project: Path) -> None:
    assert (project / STATE_FOLDER / ".gitignore").read_text() == "*\n"


# --check


def test_check_names_exactly_what_differs_and_writes_nothing(project: Path, orchestra: Orchestra) -> None:
    out = project / "compiled"
    (out / "routing.json").unlink()
    (out / "prompts" / "lead.md").write_text("meddled")
    (project / "agents" / "reader.md").unlink()
    (project / "orchestra.yaml").write_text(FILES["orchestra.yaml"].replace(", agents/*.md", ""))
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in out.rglob("*") if path.is_file()}
    answer = orchestra("compile", "--check", project)
    assert answer.code == 1
    told = dict(reversed(line.split(maxsplit=1)) for line in answer.out.splitlines()[:-1])
    assert told["compiled/routing.json"] == "missing"
    assert told["compiled/prompts/lead.md"] == told["compiled/prompts/writer.md"] == "outdated"
    assert told["compiled/prompts/reader.md"] == "stale"
    assert told["compiled/manifest.json"] == "outdated"
    assert "compiled/messages/order/lead.xml" not in told
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in out.rglob("*") if path.is_file()} == before


def test_check_makes_no_folder(tmp_path: Path, orchestra: Orchestra) -> None:
    root = small_project.write(tmp_path)
    answer = orchestra("compile", "--check", root)
    assert answer.code == 1
    assert "missing    compiled/manifest.json" in answer.out
    assert not (root / "compiled").exists()


def test_check_of_a_project_with_errors_is_1(project: Path, orchestra: Orchestra) -> None:
    (project / "agents" / "writer.yaml").write_text("agent: writer\n")
    assert orchestra("compile", "--check", project).code == 1


def test_the_quick_check_agrees_with_the_slow_one(
    project: Path, orchestra: Orchestra, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (["--check", str(project)], ["--check"]):
        monkeypatch.chdir(project)
        monkeypatch.setattr("sys.argv", ["orchestra-compile", *arguments])
        assert cli.compile_main() == 0
        assert "up to date" in capsys.readouterr().out
    assert orchestra("compile", "--check", project).code == 0
    (project / "lead.txt").write_text("Follow.\n")
    assert cli.compile_main() == 1
    assert "outdated   compiled/prompts/lead.md" in capsys.readouterr().out


@pytest.mark.parametrize("package", ["jinja2", "lxml", "tiktoken", "xmlschema"])
def test_another_version_of_a_library_is_another_compiler(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    assert fresh_outputs(str(project))
    other = tmp_path / "site" / package
    other.mkdir(parents=True)
    (other / "__init__.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path / "site")
    assert fresh_outputs(str(project)) is None


def test_a_library_that_is_not_installed_is_no_obstacle(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freshness, "_THEIRS", ("no_such_package",))
    build.write(build.compile_project(project), time.time_ns())
    assert fresh_outputs(str(project))


def test_an_output_folder_that_holds_nothing_is_doubted(project: Path) -> None:
    file = record(project)
    file.write_bytes(file.read_bytes().replace(b"out\tcompiled", b"out\telsewhere"))
    assert fresh_outputs(str(project)) is None
