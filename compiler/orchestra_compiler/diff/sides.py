"""The two sides of a comparison, whatever the user named: a project's folder, a manifest, or a git revision.

A folder and a revision are compiled in memory, as they are; nothing is written beside them. A manifest is taken at its
word: where the message schema or the generated documents still lie beside it, unchanged, they are used too.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from orchestra_compiler import build, manifest
from orchestra_compiler._version import __version__
from orchestra_compiler.check import Checked
from orchestra_compiler.diff.changes import SideInfo
from orchestra_compiler.diff.revisions import extract
from orchestra_compiler.errors import FindingsError, ManifestError, MessageError, UsageError
from orchestra_compiler.manifest import MANIFEST_NAME, Manifest
from orchestra_compiler.project import PROJECT_FILE

if TYPE_CHECKING:
    from orchestra_compiler.protocol.schema import MessageSchema


class SideBrokenError(FindingsError):
    """A side has errors, so that nothing can be said of it.

    Attributes:
        label: The side, as the user named it.
        checked: Its findings.
        source: `folder` or `revision`.
    """

    def __init__(self, label: str, checked: Checked, source: str) -> None:
        super().__init__(f"{label} has errors", "a comparison needs two sides that compile")
        self.label = label
        self.checked = checked
        self.source = source


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side, ready to be compared; usable only while its context is open.

    Attributes:
        schema: Its message schema; None where the manifest alone does not hold it.
        schema_files: Path -> content of the schema's files; empty with `schema` None.
        documents: Case id -> a valid message that was generated for it.
    """

    info: SideInfo
    manifest: Manifest
    schema: MessageSchema | None
    schema_files: Mapping[str, bytes]
    documents: Mapping[str, bytes]


@contextmanager
def opened(named: str, project: Path, label: str = "") -> Iterator[Side]:
    """Open the side that a word of the command line names.

    Args:
        named: A folder with an `orchestra.yaml` or a `manifest.json`, one of these files, or else a git revision.
        project: The project's folder or its `orchestra.yaml`, for revisions.
        label: What to call the side instead of what it is named by.

    Raises:
        UsageError: It is none of these.
        SideBrokenError: It does not compile.
        ManifestError: A manifest is damaged or of another version.
    """
    if not named:
        raise UsageError("an empty text names no side", "name a folder, a manifest or a git revision")
    path = Path(named)
    root = _root(path)
    written = _manifest(path)
    if root is not None:
        yield _compiled(label or named, root, "folder")
    elif written is not None:
        yield _taken(label or named, written)
    else:
        with tempfile.TemporaryDirectory(prefix="orchestra-diff-") as folder:
            target = Path(folder).resolve()
            extract(named, project.parent if project.name == PROJECT_FILE else project, target)
            yield _compiled(label or named, target, "revision")


def _root(path: Path) -> Path | None:
    if path.name == PROJECT_FILE and path.is_file():
        return path.parent
    return path if (path / PROJECT_FILE).is_file() else None


def _manifest(path: Path) -> Path | None:
    if path.is_file():
        return path
    inside = path / MANIFEST_NAME
    return inside if inside.is_file() else None


def _compiled(label: str, root: Path, source: str) -> Side:
    compilation = build.compile_project(root)
    made = compilation.manifest
    if made is None:
        raise SideBrokenError(label, compilation.checked, source)
    from orchestra_compiler.protocol.schema import load_schema

    schema = load_schema(made.fleet.protocol, root)
    contents = {output.path: output.content for output in compilation.outputs}
    return Side(
        info=_info(label, source, made),
        manifest=made,
        schema=schema,
        schema_files=_files(schema, root),
        documents={case: contents[path] for case, path in _valid(made) if path in contents},
    )


def _taken(label: str, path: Path) -> Side:
    try:
        read = manifest.load(path)
    except RecursionError as error:
        raise ManifestError(f"{path} is nested too deeply", "run orchestra-compile") from error
    folder = path.parent
    schema, files = _schema_beside(read, folder)
    found = ((case, _unchanged(read, folder, file)) for case, file in _valid(read))
    return Side(
        info=_info(label, "manifest", read),
        manifest=read,
        schema=schema,
        schema_files=files,
        documents={case: content for case, content in found if content is not None},
    )


def _info(label: str, source: str, read: Manifest) -> SideInfo:
    return SideInfo(
        label=label,
        source=source,
        project=read.fleet.project.name,
        agents=len(read.fleet.agents),
        tokenizer=read.tokenizer,
    )


def _valid(read: Manifest) -> Iterator[tuple[str, str]]:
    for case in read.cases:
        if case.kind == "message" and case.expected == "valid" and case.file:
            yield case.id, case.file


def _unchanged(read: Manifest, folder: Path, file: str) -> bytes | None:
    """Return a compiled file's content where it still is what the manifest says of it."""
    try:
        content = (folder / file).read_bytes()
    except (OSError, ValueError):
        return None
    return content if read.outputs.get(file) == sha256(content).hexdigest() else None


def _schema_beside(read: Manifest, folder: Path) -> tuple[MessageSchema | None, Mapping[str, bytes]]:
    """Return the schema that a manifest was compiled with, where the very files are still there."""
    from orchestra_compiler.protocol.schema import load_schema

    protocol = read.fleet.protocol
    root = folder.absolute()
    for _ in PurePosixPath(read.fleet.project.out).parts:
        root = root.parent
    if not protocol.schema and read.tool != __version__:
        return None, {}
    try:
        schema = load_schema(protocol, root)
        files = _files(schema, root)
    except (MessageError, OSError, ValueError):
        return None, {}
    same = all(read.sources.get(path) == sha256(content).hexdigest() for path, content in files.items())
    return (schema, files) if same or schema.ours else (None, {})


def _files(schema: MessageSchema, root: Path) -> Mapping[str, bytes]:
    base = root.absolute()
    names = {
        file: file.relative_to(base).as_posix() if file.is_relative_to(base) else file.name for file in schema.files
    }
    return {names[file]: file.read_bytes() for file in schema.files}
