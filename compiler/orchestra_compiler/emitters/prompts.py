"""A prompt per agent: `prompts/AGENT.md`."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.built import Built, Output
from orchestra_compiler.naming import file_name


def path_of(agent: str) -> str:
    """Return where an agent's prompt goes, below the output folder."""
    return f"prompts/{file_name(agent)}.md"


def emit(built: Built) -> Iterator[Output]:
    """Yield the prompts."""
    for agent, prompt in built.prompts.items():
        yield Output(path_of(agent), prompt.text.encode(), prompt.inputs)
