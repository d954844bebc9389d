"""ORC204: a prompt with nothing in it, or with little more than a heading."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Fleet
from orchestra_compiler.patterns import pattern
from orchestra_compiler.rules.context import Context

RULE = Rule("ORC204", "prompt-empty", Family.PROMPT, Severity.WARNING, "A prompt holds nothing, or hardly anything")

_LEAST_WORDS = 5
_HEADING = pattern(r"^\s*(?:#+ .*|<!--.*-->|[-=*_\s]+)$", re.MULTILINE)
_WORD = pattern(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")
_PLACEHOLDER = pattern(r"\b(?:todo|tbd|fixme|lorem ipsum)\b", re.IGNORECASE)
_SHORT = 60
_LONG = 2000  # characters; whatever they are, they are not nothing


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield agents whose prompt has fewer than five words below its headings, or is a placeholder."""
    for agent in fleet.agents:
        if len(agent.prompt) > _LONG:
            continue
        text = _HEADING.sub("", agent.prompt).strip()
        if len(_WORD.findall(text)) >= _LEAST_WORDS and not (len(text) < _SHORT and _PLACEHOLDER.search(text)):
            continue
        yield RULE.at(
            place_of(agent.span, agent.places, "prompt", "prompt_file"),
            f"the prompt of `{agent.name}` is {'empty' if not agent.prompt.strip() else 'hardly more than a heading'}",
            "say what the agent is to do, how, and what it answers with",
        )
