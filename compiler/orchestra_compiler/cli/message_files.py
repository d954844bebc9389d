"""Documents to check: files, whole folders of them, or lines of JSON on standard input."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from orchestra_compiler.cli.common import json_of, lines_of_input
from orchestra_compiler.errors import UsageError

STANDARD_INPUT = "-"
_SUFFIX = ".xml"


class Given(NamedTuple):
    """A document by its path or id, or why there is none."""

    name: str
    document: bytes | str
    unreadable: str = ""


def documents(paths: Sequence[str]) -> Iterator[Given]:
    """Yield the documents that paths name, those of a folder sorted.

    Raises:
        UsageError: There is no such file or folder, or a folder holds none.
    """
    for path in paths:
        if path == STANDARD_INPUT:
            yield from _of_input()
        elif os.path.isdir(path):  # noqa: PTH112 - `path` may be a name no Path can ask about
            yield from _of_folder(path)
        elif os.path.isfile(path):  # noqa: PTH113 - likewise
            yield content_of(path)
        else:
            raise UsageError(f"there is no file or folder {path!r}", "name XML documents, a folder of them, or -")


def content_of(path: str) -> Given:
    """Return a file's content, of a huge one no more than is needed to refuse it."""
    from orchestra_compiler.xsd.xml import MAX_BYTES

    try:
        with Path(path).open("rb") as file:
            return Given(path, file.read(MAX_BYTES + 1))
    except OSError as error:
        return Given(path, b"", f"cannot be read: {error.strerror}")


def _of_folder(folder: str) -> Iterator[Given]:
    found = False
    closed: list[OSError] = []
    for above, below, names in os.walk(folder, onerror=closed.append):
        below.sort()
        for name in sorted(names):
            path = os.path.join(above, name)  # noqa: PTH118 - names that are no UTF-8 stay as they are
            if name.lower().endswith(_SUFFIX) and os.path.isfile(path):  # noqa: PTH113 - no pipe, no device
                found = True
                yield content_of(path)
    for error in closed:
        yield Given(str(error.filename), b"", f"cannot be searched: {error.strerror}")
    if not found and not closed:
        raise UsageError(f"{folder} holds no {_SUFFIX} file", "name the folder of the documents")


def _of_input() -> Iterator[Given]:
    """Yield the documents of lines such as `{"id": "7", "xml": "<m/>"}`; a line without an id goes by its number."""
    for number, line in lines_of_input():
        name = f"line {number}"
        try:
            data = json_of(line)
        except UsageError as error:
            yield Given(name, b"", error.message)
            continue
        document = data.get("xml") if isinstance(data, dict) else None
        given = data.get("id") if isinstance(data, dict) else None
        if isinstance(given, str | int) and not isinstance(given, bool):
            name = str(given)
        if isinstance(document, str):
            yield Given(name, document)
        else:
            yield Given(name, b"", 'not an object with a text under "xml"')
