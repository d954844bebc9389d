"""The message schema that a command works with: a project's, or one in a file.

Of a project only `orchestra.yaml` and the schema are read: a fault in some agent must not keep anybody from looking at
messages.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from orchestra_compiler.errors import ProjectError, UsageError
from orchestra_compiler.project import PROJECT_FILE, find_root

if TYPE_CHECKING:
    from orchestra_compiler.model import Protocol
    from orchestra_compiler.protocol.schema import MessageSchema


def add_schema(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that name the schema."""
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        "--project", metavar="PROJECT", default=".", help="the project whose messages they are (default: this folder)"
    )
    group.add_argument("--schema", metavar="FILE.xsd", help="an XML Schema instead of a project's messages")


def schema_of(arguments: argparse.Namespace) -> MessageSchema:
    """Return the message schema that the arguments name.

    Raises:
        UsageError, ProjectError: There is no such file or project, or the project's document has errors.
        SchemaBrokenError: The schema cannot be used.
    """
    from orchestra_compiler.model import Protocol
    from orchestra_compiler.protocol.schema import load_schema

    if arguments.schema is not None:
        path = Path(arguments.schema)
        if not path.is_file():
            raise UsageError(f"there is no file {arguments.schema!r}", "name an XML Schema")
        return load_schema(Protocol(schema=path.name), path.parent)
    root = find_root(Path(arguments.project))
    return load_schema(protocol_of(root), root)


def protocol_of(root: Path) -> Protocol:
    """Return what a project's `orchestra.yaml` says of its messages.

    Raises:
        ProjectError: The document cannot be read, or has errors.
    """
    from orchestra_compiler.frontends.common import has_errors
    from orchestra_compiler.frontends.project import build
    from orchestra_compiler.source import yaml
    from orchestra_compiler.source.files import Refusal, read
    from orchestra_compiler.source.text import decode

    content = read(os.fspath(root), PROJECT_FILE)
    if isinstance(content, Refusal):
        raise ProjectError(content.message, content.hint)
    text, found = decode(PROJECT_FILE, content)
    reading = yaml.read(text)
    found = [*found, *reading.diagnostics]
    if reading.documents:
        built = build(reading.documents[0], "project")
        found += built.diagnostics
        if built.value is not None and not has_errors(found):
            return built.value.protocol
    first = next(iter(found), None)
    told = f"{first.span}: {first.message}" if first is not None else "it holds no document"
    raise ProjectError(f"{PROJECT_FILE} cannot be used: {told}", "orchestra lint shows all that is wrong")
