"""ORC705: a hook that runs what it has just downloaded."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Fleet, Json
from orchestra_compiler.rules.context import Context, Text

RULE = Rule("ORC705", "hook-runs-download", Family.SECURITY, Severity.ERROR, "A hook runs what it downloads")

_KEYS = ("hooks", "mcpServers", "mcp-servers")
_FETCH = r"\b(?:curl|wget|iwr|irm|Invoke-WebRequest|Invoke-RestMethod)\b"
_SHELL = r"(?:sudo\s+(?:-\S+\s+)*)?(?:/(?:usr/)?bin/)?(?:env\s+)?(?:ba|z|da|k|fi)?sh\b"
_RUN = (
    rf"(?i){_FETCH}[^|;&]{{0,400}}\|\s*(?:{_SHELL}|(?:sudo\s+)?(?:python3?|node|perl|ruby)\b|iex\b|Invoke-Expression\b)"
    rf"|{_SHELL}\s+(?:-c\s+)?[\"']?(?:\$\(|<\(|`)\s*{_FETCH}"
    rf"|\beval\s+[\"']?(?:\$\(|`)\s*{_FETCH}"
)


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:
    """Yield the commands in an agent's hooks and servers that give a download to a shell or an interpreter."""
    for agent in fleet.agents:
        for key in _KEYS:
            if key not in agent.extra or not re.search(_FETCH, agent.extra[key], re.IGNORECASE):
                continue
            for path, command in _texts(json.loads(agent.extra[key]), key):
                match = re.search(_RUN, command)
                if match is not None:
                    where = partial(place_of, agent.span, agent.places, path, key)
                    yield RULE.at(
                        context.locate(Text(key, command, where), match.start(), match.end()),
                        f"`{agent.name}` runs what it downloads: whoever controls that address runs it on every machine",
                        "keep the script in the repository and run that",
                    )


def _texts(value: Json, path: str) -> Iterator[tuple[str, str]]:
    """Yield every text below a value with its dotted path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _texts(item, f"{path}.{number}")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, f"{path}.{key}")
