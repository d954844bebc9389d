"""What names of agents look like: by which words they end, and what is a placeholder or a figure of speech.

Names of tools end as agents' names do (`cert-manager`, `query-builder`, `webpack-bundle-analyzer`), so endings are told
apart by how likely they are to mean somebody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import IntEnum

from orchestra_compiler.patterns import pattern

BUILT_IN = frozenset({"claude-code-guide", "general-purpose", "output-style-setup", "statusline-setup"})
"""Agents that every Claude Code has."""

_PEOPLE = (
    "administrator", "advisor", "analyst", "architect", "auditor", "developer", "engineer", "expert", "researcher",
    "reviewer", "scientist", "specialist", "strategist",
)  # fmt: skip
_TRADES = (
    "admin", "agent", "builder", "coordinator", "debugger", "designer", "manager", "optimizer", "orchestrator",
    "planner", "pro", "tester", "writer",
)  # fmt: skip
_MACHINES = frozenset(
    (
        "adapter", "browser", "buffer", "bundler", "cluster", "compiler", "constructor", "container", "controller",
        "counter", "dispatcher", "docker", "driver", "error", "exporter", "filter", "folder", "footer", "formatter",
        "handler", "header", "helper", "identifier", "importer", "iterator", "layer", "linter", "listener", "loader",
        "logger", "member", "number", "object", "operator", "order", "parameter", "parser", "pointer", "project",
        "provider", "redirect", "renderer", "router", "selector", "serializer", "server", "tenant", "variant", "vector",
        "wrapper",
    )
)  # fmt: skip
_SOMEBODY = pattern(r"(?:er|[ast]or|ist|ian|ect|ant|yst|pert)$")
_PLACEHOLDER = pattern(
    r"^(?:in|non|on|post|pre|re|self)-|^(?:junior|human)-|^(?:domain|subject-matter)-expert$"
    r"|^(?:appropriate|relevant|selected|specialist|specific|suitable)-(?:agent|expert|specialist)$"
    r"|(?:^|-)(?:name|names|your|some|other|another|next|target|example|placeholder|foo|bar|baz|xxx|xyz|x|n|id|type|here|re|non"
    r"|sub|multi|single|cross|custom|team|teams|user|users|oncall|third|\d+)(?:-|$)|\d{3}"
)
_A_CONVENTION = 2  # agents that end alike


class Ending(IntEnum):
    """How much a name's last word says that an agent is meant."""

    NOTHING = 0
    ONCE = 1  # the fleet has one such agent
    TRADE = 2  # it has some, or people are called so, and tools as well
    PERSON = 3  # hardly a tool is called so


class Endings:
    """The last words of hyphenated names that agents have, here and everywhere.

    Args:
        names: The names of a fleet's agents; a last word that only one of them has says least.
    """

    def __init__(self, names: Iterable[str]) -> None:
        count = Counter(name.rsplit("-", 1)[1] for name in names if "-" in name)
        self._ending = {word: Ending.TRADE if times >= _A_CONVENTION else Ending.ONCE for word, times in count.items()}
        self._ending |= dict.fromkeys(_TRADES, Ending.TRADE) | dict.fromkeys(_PEOPLE, Ending.PERSON)

    def __contains__(self, word: object) -> bool:
        return word in self._ending

    def of(self, name: str) -> Ending:
        """Return what a hyphenated name's last word says."""
        return self._ending.get(name.rsplit("-", 1)[-1], Ending.NOTHING)

    def tells(self, name: str) -> bool:
        """Return whether the last word alone makes a mention (`@docker-expert`) one of an agent."""
        return self.of(name) >= Ending.TRADE


def is_placeholder(name: str) -> bool:
    """Return whether a name stands for names, or is a figure of speech (`on-call-engineer`)."""
    return _PLACEHOLDER.search(name) is not None


def sounds_like_somebody(name: str) -> bool:
    """Return whether a name's last word is formed as words for doers are: `opensource-sanitizer`, `risk-supervisor`."""
    return name.rsplit("-", 1)[-1] not in _MACHINES and _SOMEBODY.search(name) is not None
