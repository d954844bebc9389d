"""ORC120: one capability in two spellings, so that whoever asks for one does not find who offers the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Safety, Severity
from orchestra_compiler.findings import Family, Rule
from orchestra_compiler.model import Fleet
from orchestra_compiler.patterns import pattern
from orchestra_compiler.rules.context import Context
from orchestra_compiler.rules.grants import place_in_list
from orchestra_compiler.source.mends import rename

RULE = Rule(
    "ORC120",
    "capability-spelt-twice",
    Family.HANDOFF,
    Severity.WARNING,
    "Two spellings of a capability stand for one",
    fix=Safety.UNSAFE,
)

_PARTS = pattern(r"[\s_.-]+")
_LEAST_PLURAL = 4  # letters: `is`, `css` and `ops` are no plurals


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:
    """Yield capabilities that differ from another agent's in case, separators or a plural's `s` alone."""
    if len(fleet.agents_by_capability) < 2:  # noqa: PLR2004 - one spelling has no second
        return
    usual = _usual(fleet)
    for agent in fleet.agents:
        for number, capability in enumerate(agent.capabilities):
            meant = usual[_shape(capability)]
            if meant != capability:
                others = [each.name for each in fleet.agents_by_capability[meant] if each.name != agent.name]
                who = f"`{others[0]}` offers" if others else "it offers"
                place = place_in_list(agent, "capabilities", number, capability, context)
                yield RULE.at(
                    place,
                    f"`{agent.name}` offers `{capability}`, and {who} `{meant}`: two spellings of one capability",
                    f"write `{meant}` everywhere; who asks for one does not find the other",
                    fix=rename(capability, meant, place),
                )


def _usual(fleet: Fleet) -> dict[str, str]:
    """Return for each shape the spelling that tasks ask for, else the one that most agents have, else the first."""
    often = Counter({name: len(agents) for name, agents in fleet.agents_by_capability.items()})
    steps = [step.capability for mission in fleet.missions for step in mission.steps]
    for asked in (*steps, *(task.capability for task in fleet.workload.tasks)):
        if asked is not None and asked in often:
            often[asked] += len(fleet.agents)
    found: dict[str, str] = {}
    for name in fleet.agents_by_capability:
        best = found.setdefault(_shape(name), name)
        if often[name] > often[best]:
            found[_shape(name)] = name
    return found


def _shape(name: str) -> str:
    return "-".join(_singular(part) for part in _PARTS.split(name.casefold()))


def _singular(word: str) -> str:
    plural = len(word) >= _LEAST_PLURAL and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if plural else word
