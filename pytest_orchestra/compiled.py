"""A compiled project, as the runtime holds it: the manifest and what is made from it on first use."""

from __future__ import annotations

import time
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from orchestra_compiler.errors import FindingsError, ManifestError
from orchestra_compiler.freshness import STATE_FOLDER, fresh_outputs, recorded_folder
from orchestra_compiler.manifest import MANIFEST_NAME, Manifest, content_of, parsed

DEFAULT_OUT = "compiled"

if TYPE_CHECKING:
    from orchestra_compiler.protocol.schema import MessageSchema
    from orchestra_compiler.routing import Router
    from pytest_orchestra.messages import Message, MessageReader


class CompiledProject:
    """A project's manifest with its router, its message schema and its prompts.

    Attributes:
        root: The folder of `orchestra.yaml`.
        out: The folder of the compiled files.
        manifest: What the compiler resolved.

    Args:
        manifest_bytes: The manifest as it was read or written, where that is known.
    """

    def __init__(self, root: Path, out: Path, manifest: Manifest, manifest_bytes: bytes | None = None) -> None:
        self.root = root
        self.out = out
        self.manifest = manifest
        self._sha256 = None if manifest_bytes is None else sha256(manifest_bytes).hexdigest()

    @property
    def manifest_sha256(self) -> str:
        """SHA-256 of the manifest's bytes."""
        return self._sha256 or sha256(self.manifest.dump()).hexdigest()

    @classmethod
    def open(cls, root: Path, out: Path) -> CompiledProject:
        """Load the manifest in `out`.

        Raises:
            ManifestError: It is missing, damaged or of another version.
        """
        path = out / MANIFEST_NAME
        content = content_of(path)
        return cls(root, out, parsed(content, path), content)

    @property
    def state(self) -> Path:
        """The folder of what this machine remembers of the project: ledger, reports."""
        return self.root / STATE_FOLDER

    @property
    def ledger(self) -> Path:
        """The ledger's file, which need not exist."""
        return ledger_of(self.root)

    @cached_property
    def router(self) -> Router:
        """The router of the project's policy."""
        from orchestra_compiler.routing import Router

        return Router(self.manifest.fleet)

    @cached_property
    def messages(self) -> MessageSchema:
        """The project's message schema; the first use reads the XSD."""
        from orchestra_compiler.protocol.schema import load_schema

        return load_schema(self.manifest.fleet.protocol, self.root)

    @cached_property
    def reader(self) -> MessageReader:
        """Who reads messages of that schema."""
        from pytest_orchestra.messages import MessageReader

        return MessageReader(lambda: self.messages)

    def messages_in(self, text: str) -> tuple[Message, ...]:
        """Return the messages of the protocol in a text; plain words do not even load the schema."""
        return self.reader.messages(text) if "<" in text else ()

    def prompt(self, agent: str) -> str:
        """Return an agent's compiled prompt.

        Raises:
            ManifestError: The agent has no prompt, or its file is missing.
        """
        compiled = self.manifest.prompts.get(agent)
        if compiled is None:
            raise ManifestError(f"the manifest has no prompt for agent {agent!r}", "run orchestra-compile")
        return self.text(compiled.path)

    def text(self, path: str) -> str:
        """Return a compiled file's text, its line ends as they are; `path` is relative to the output folder.

        Raises:
            ManifestError: The file cannot be read, or holds no text.
        """
        try:
            return (self.out / path).read_bytes().decode()
        except UnicodeDecodeError as error:
            raise ManifestError(f"{self.out / path} is not UTF-8", "run orchestra-compile") from error
        except OSError as error:
            raise ManifestError(f"cannot read {self.out / path}: {error.strerror}", "run orchestra-compile") from error


def ledger_of(root: Path) -> Path:
    """Return the ledger's file of the project in a folder; it need not exist."""
    return root / STATE_FOLDER / "ledger.sqlite"


def open_project(root: Path) -> CompiledProject:
    """Compile a project if it is stale, and load its manifest.

    Raises:
        FindingsError: The project has errors; the text lists them.
    """
    fresh = fresh_outputs(str(root))
    if fresh is not None:
        return CompiledProject.open(root, root / fresh[0])
    from orchestra_compiler import build

    since = time.time_ns()
    compilation = build.compile_project(root)
    if compilation.manifest is None:
        from orchestra_compiler.lint.outputs import render

        checked = compilation.checked
        raise FindingsError(render(checked.diagnostics, "text", checked.sources, colour=False).rstrip())
    build.write(compilation, since)
    written = next(output.content for output in compilation.outputs if output.path == MANIFEST_NAME)
    return CompiledProject(root, root / compilation.manifest.fleet.project.out, compilation.manifest, written)


def compiled_before(root: Path) -> CompiledProject:
    """Load what a project was last compiled to, whatever has become of its sources since.

    Raises:
        ManifestError: It was never compiled here.
    """
    return CompiledProject.open(root, root / (recorded_folder(str(root)) or DEFAULT_OUT))
