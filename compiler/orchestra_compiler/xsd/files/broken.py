"""What is told of a schema that cannot be used, and how files are spelled in it."""

from __future__ import annotations

import os
from pathlib import Path

from orchestra_compiler.errors import MessageError
from orchestra_compiler.xsd.files import catalogue


class SchemaBrokenError(MessageError):
    """The message schema cannot be used.

    Attributes:
        path: The file at fault, as the project spells it.
        line: From 1; 0 where unknown.
    """

    def __init__(self, message: str, path: str, line: int = 0, hint: str = "") -> None:
        super().__init__(f"{path}:{line}: {message}" if line else f"{path}: {message}", hint)
        self.path = path
        self.line = line


def shown(path: Path, base: Path) -> str:
    """Return a file's path from a folder, such as `parts/t.xsd` or `../common/t.xsd`, with slashes.

    Args:
        path: The absolute path of a file; one of the catalogue's is `catalogue:XML/xml.xsd`.
        base: The project, or the folder of the main file of a schema that belongs to none.
    """
    shipped = catalogue.folder()
    if shipped is not None and path.is_relative_to(shipped):
        return f"catalogue:{path.relative_to(shipped).as_posix()}"
    try:
        return Path(os.path.relpath(path, base)).as_posix()
    except ValueError:  # it is on another drive
        return path.as_posix()
