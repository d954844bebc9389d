"""A project as a git revision has it, written to a folder of its own.

Only git's plumbing reads: no checkout, no change of the index, no filters, no hooks, nothing fetched. So it works the
same in a bare repository, in a shallow clone and in a worktree, and while somebody is in the middle of a rebase.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from orchestra_compiler.errors import UsageError
from orchestra_compiler.frontends.loaded import PROJECT_FILE
from orchestra_compiler.source.files import MAX_BYTES

_LINK, _FOLDERS_OF_OTHERS = "120000", "160000"
_SET_BY_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
"""Inside a hook git sets these for its own folder; the project's folder decides here, wherever the command runs."""

_PARTIAL = "the clone is partial: check the revision out once, so that git fetches what it left out"


class _Blob(NamedTuple):
    mode: str
    name: str
    path: str
    size: int


def extract(revision: str, project: Path, folder: Path) -> None:
    """Write the project's folder as a revision has it.

    Args:
        revision: A branch, tag, commit or whatever git takes for one.
        project: The project's folder in a repository, which need not be there now; or a bare repository, whose
            revisions hold the project at their root.
        folder: An empty folder to write to.

    Raises:
        UsageError: Git is not there, this is no repository, or the revision is unknown or has no such project.
    """
    base, below = _existing(project)
    prefix = f"{_prefix(base, project)}{below}".rstrip("/")
    commit = _commit(base, revision)
    tree = _ask(base, "rev-parse", "--verify", "--quiet", f"{commit}:{prefix}")
    blobs = tuple(_blobs(base, tree.stdout.strip().decode())) if tree.returncode == 0 else ()
    if not any(blob.path == PROJECT_FILE for blob in blobs):
        where = f"in {prefix!r}" if prefix else "at its root"
        raise UsageError(f"{revision} has no {PROJECT_FILE} {where}", "name the project's folder with --project")
    _write(base, blobs, folder)


def _existing(project: Path) -> tuple[Path, str]:
    """Return the nearest folder that is there, and the rest of the path with slashes."""
    base = Path(os.path.normpath(project.absolute()))  # links stay as they are written
    rest: list[str] = []
    while not base.is_dir() and base != base.parent:
        rest.insert(0, base.name)
        base = base.parent
    return base, "/".join(rest)


def _prefix(base: Path, project: Path) -> str:
    done = _ask(base, "rev-parse", "--show-prefix")
    if done.returncode:
        raise UsageError(f"{project} is in no git repository", _said(done) or "name two folders or manifests instead")
    return os.fsdecode(done.stdout.rstrip(b"\n"))


def _commit(base: Path, revision: str) -> str:
    if not revision or revision.startswith("-") or "\0" in revision or "\n" in revision:
        raise UsageError(f"{revision!r} is no revision", "name a branch, a tag or a commit")
    done = _ask(base, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if done.returncode == 0:
        return done.stdout.strip().decode()
    raise UsageError(
        f"{revision!r} is neither a project's folder, nor a manifest, nor a revision", _hint(base, revision)
    )


def _hint(base: Path, revision: str) -> str:
    remote = f"origin/{revision}"
    if _ask(base, "rev-parse", "--verify", "--quiet", f"{remote}^{{commit}}").returncode == 0:
        return f"did you mean {remote!r}?"
    if _ask(base, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true":
        return "this clone is shallow: fetch the revision first (`fetch-depth: 0` of actions/checkout)"
    return "git branch --all, git tag and git log list what there is"


def _blobs(base: Path, tree: str) -> Iterator[_Blob]:
    listed = _asked(base, "ls-tree", "-r", "-l", "-z", "--full-tree", tree)
    for entry in listed.split(b"\0"):
        head, _, path = entry.partition(b"\t")
        if path:
            mode, _, name, size = head.decode().split()
            yield _Blob(mode, name, os.fsdecode(path), int(size) if size.isdecimal() else 0)


def _write(base: Path, blobs: Sequence[_Blob], folder: Path) -> None:
    """Write the files, and the links last: so no file is ever written through a link."""
    kept = (blob for blob in blobs if blob.mode != _FOLDERS_OF_OTHERS and blob.size <= MAX_BYTES)
    wanted = [blob for blob in kept if _harmless(blob.path)]
    links: list[tuple[Path, bytes]] = []
    with tempfile.TemporaryFile() as store:
        names = "".join(f"{blob.name}\n" for blob in wanted)
        done = subprocess.run(  # noqa: S603 - a fixed command
            _command("cat-file", "--batch"),
            input=names.encode(),
            stdout=store,
            stderr=subprocess.PIPE,
            cwd=base,
            env=_environment(),
            check=False,
        )
        if done.returncode:
            raise UsageError("git cannot read the revision", _said(done))
        store.seek(0)
        for blob in wanted:
            content, target = _content(store, blob), folder / blob.path
            if blob.mode == _LINK:
                links.append((target, content))
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    for target, content in links:
        _link(target, content)


def _content(store: IO[bytes], blob: _Blob) -> bytes:
    head = store.readline().split()
    if len(head) != 3:  # noqa: PLR2004 - "NAME missing" instead of "NAME TYPE SIZE"
        raise UsageError(f"git does not have {blob.path!r} of the revision", _PARTIAL)
    content = store.read(int(head[2]))
    store.read(1)
    return content


def _link(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.symlink_to(os.fsdecode(content))
    except (OSError, ValueError):
        return  # a system without links, or a link without a target: the project then lacks a file, and says so


def _harmless(path: str) -> bool:
    """Return whether a path stays below the folder it is written to, whoever made the tree."""
    parts = path.split("/")
    foreign = os.sep != "/" and any("\\" in part or ":" in part for part in parts)
    return not foreign and all(part not in ("", ".", "..") for part in parts)


def _command(*words: str) -> list[str]:
    # A partial clone would fetch what it lacks; no protocol allowed means no network, whatever the version of git.
    return ["git", "--no-optional-locks", "--no-replace-objects", "-c", "protocol.allow=never", *words]


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _SET_BY_HOOKS}
    return kept | {"GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


def _ask(base: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(_command(*words), cwd=base, capture_output=True, env=_environment(), check=False)  # noqa: S603
    except FileNotFoundError as error:
        raise UsageError("git is not installed, so no revision can be read", "name folders or manifests") from error


def _asked(base: Path, *words: str) -> bytes:
    done = _ask(base, *words)
    if done.returncode:
        partial = b"promisor" in done.stderr or b"lazy fetch" in done.stderr
        raise UsageError("git cannot read the revision", _PARTIAL if partial else _said(done))
    return done.stdout


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = (done.stderr or b"").decode(errors="replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ") if lines else ""
