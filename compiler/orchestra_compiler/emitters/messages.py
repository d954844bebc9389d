"""A message template per type and agent that sends it: `messages/TYPE/AGENT.xml`."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.built import Built, Output
from orchestra_compiler.naming import file_name


def path_of(key: str) -> str:
    """Return where the template `TYPE/AGENT` goes, below the output folder."""
    kind, _, agent = key.partition("/")
    return f"messages/{file_name(kind)}/{file_name(agent)}.xml"


def emit(built: Built) -> Iterator[Output]:
    """Yield the message templates."""
    for key, template in built.messages.items():
        yield Output(path_of(key), template.text.encode(), template.inputs)
