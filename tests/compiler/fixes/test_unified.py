from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestra_compiler.fixes import unified_diff

NAMES = st.sampled_from(["a.md", "sub/b c.md", "é/ü.md", 'q"uote.md', "back\\slash.md", "tab\there.md", "-- a.md"])
CONTENTS = st.lists(st.sampled_from(["a\n", "b\r\n", "é😀\n", "\r", "---\n", "+++ b\n", "\u2028\n", "-\n", "\n"]), max_size=8).flatmap(
    lambda lines: st.sampled_from(["", "end", "\ufeff"]).map(lambda end: ("".join(lines) + end).encode())
)  # fmt: skip
FILES = st.dictionaries(NAMES, st.tuples(CONTENTS, CONTENTS), min_size=1, max_size=3)


def write(root: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FILES)
def test_git_applies_it(tmp_path_factory, files) -> None:
    root = tmp_path_factory.mktemp("diff")
    old = {name: pair[0] for name, pair in files.items()}
    new = {name: pair[1] for name, pair in files.items()}
    write(root, old)
    diff = unified_diff(old, new)
    assert (diff == "") == (old == new)
    if diff:
        command = ["git", "apply", "--whitespace=nowarn", "-"]
        subprocess.run(command, cwd=root, input=diff.encode(), check=True, env={"GIT_CEILING_DIRECTORIES": str(root.parent), "PATH": "/usr/bin:/bin"})  # fmt: skip
    assert {name: (root / name).read_bytes() for name in new} == new


@pytest.mark.skipif(shutil.which("patch") is None, reason="patch is not installed")
def test_patch_applies_it(tmp_path) -> None:
    old = {"a/b.md": b"one\r\ntwo\nthree", "c d.md": b"x\n"}
    new = {"a/b.md": b"one\r\n2\nthree\n", "c d.md": b"x"}
    write(tmp_path, old)
    diff = unified_diff(old, new).encode()
    subprocess.run(["patch", "-p1", "--binary", "-s"], cwd=tmp_path, input=diff, check=True)
    assert {name: (tmp_path / name).read_bytes() for name in new} == new


def test_it_reads_as_diffs_do() -> None:
    assert unified_diff({"a.md": b"one\ntwo\n", "b.md": b""}, {"a.md": b"one\n2", "b.md": b""}) == (
        "--- a/a.md\n+++ b/a.md\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n\\ No newline at end of file\n"
    )
    assert unified_diff({}, {"new.md": b"x\n"}) == "--- /dev/null\n+++ b/new.md\n@@ -0,0 +1 @@\n+x\n"
    assert unified_diff({"a": b"x"}, {}) == ""
