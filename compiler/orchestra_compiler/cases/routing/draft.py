"""A case on its way: what is tried, before its id is made unique and its expected answer is read from the policy."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count

from orchestra_compiler.cases.routing import naive
from orchestra_compiler.diagnostic import Span
from orchestra_compiler.manifest import Case
from orchestra_compiler.model import Agent, FeatureValue, Fleet
from orchestra_compiler.naming import file_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Features to be routed, and what of the policy they try.

    Attributes:
        id: Below `routing/`; need be neither unique nor free of odd characters.
        component: The hard rule, signal, tier or agent that is tried.
        agent: Who gets the task, for cases about an agent's own tier.
    """

    id: str
    kind: str = "routing"
    scenario: str
    component: str
    features: Mapping[str, FeatureValue]
    agent: Agent | None = None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A case that could not be constructed, and why.

    Attributes:
        id: That of the case, or the beginning of the ids of several.
    """

    id: str
    why: str

    def __str__(self) -> str:
        return f"{self.id}: {self.why}"


def hard_rule_in_the_way(fleet: Fleet, draft: Draft) -> Skipped | None:
    """Return why a case about the score cannot be had: a hard rule decides first. None where none does."""
    hard = naive.expected(fleet, draft.features, draft.agent).hard
    return Skipped(id=case_id(draft.id), why=f"the hard rule {hard} decides first") if hard else None


def finished(fleet: Fleet, drafts: Sequence[Draft]) -> Iterator[Case]:
    """Yield the cases of drafts, ids made unique in the drafts' order."""
    used: set[str] = set()
    for draft in drafts:
        plain = case_id(draft.id)
        name = next(name for name in chain((plain,), (f"{plain}.{n}" for n in count(2))) if name not in used)
        used.add(name)
        yield _case(fleet, draft, name)


def case_id(below: str) -> str:
    """Return the id of a draft, which holds names as people wrote them: two drafts' ids never become one."""
    return "/".join(("routing", *map(file_name, below.split("/"))))


def _case(fleet: Fleet, draft: Draft, name: str) -> Case:
    expected = naive.expected(fleet, draft.features, draft.agent)
    agent = draft.agent.name if draft.agent is not None else None
    data = {
        "features": dict(draft.features),
        "agent": agent,
        "tier": expected.tier,
        "score": format(expected.score, "f"),
        "hard": expected.hard,
    }
    return Case(
        id=name,
        kind=draft.kind,
        scenario=draft.scenario,
        component=draft.component,
        expected=expected.tier,
        rule=f"hard:{expected.hard}" if expected.hard else "score",
        agents=(agent,) if agent else (),
        tier=expected.tier,
        data=json.dumps(data, ensure_ascii=False, sort_keys=True),
        span=draft.span,
    )
