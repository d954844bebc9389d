"""The comparison as sections with tables, which text and Markdown then draw in their own ways."""

from __future__ import annotations

import enum
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from orchestra_compiler.diff.changes import Changes, Cost, FieldChange, Finding, ItemChange, PromptChange, Route
from orchestra_compiler.diff.output.headline import LEVERS
from orchestra_compiler.diff.output.money import difference, digits_of, dollars, rounded, shared
from orchestra_compiler.diff.words import Kind, Probe, Severity
from orchestra_compiler.routing.decision import plain
from orchestra_compiler.wording import counted


class Style(enum.StrEnum):
    """How a cell is drawn: a name of the project's, a sentence, or a figure on the right."""

    NAME = "name"
    WORDS = "words"
    FIGURE = "figure"


class Column(NamedTuple):
    """A column: its heading and how its cells are drawn."""

    title: str
    style: Style = Style.WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of the output.

    Attributes:
        folded: Whether a reader opens it on demand.
        lead: A sentence above the table.
    """

    title: str
    folded: bool
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    lead: str = ""


_NAME, _WORDS, _FIGURE = Style.NAME, Style.WORDS, Style.FIGURE
_MOST_TASKS = 3
_WHERE_AND_RULE = re.compile(r"^(?:line \d+: )?(?:/\S*: )?(?:Element '[^']*': )?(?:\[facet '[^']*'\] )?| \[[a-z-]+\]$")
"""What a refusal says of its place and its clause: the table has a column for the one, and the rule for the other."""
_ITEMS = (Column("name", _NAME), Column("change"))


def sections(changes: Changes) -> Iterator[Section]:
    """Yield the sections that have something to say, what matters to a reviewer first."""
    for section in (
        _findings("Breaking changes", changes.of(Severity.BREAKING), folded=False),
        _cost(changes.cost),
        _routes(changes, Probe.WORKLOAD, "Tasks of the workload routed elsewhere", folded=False),
        _items("Agents", changes.agents, folded=False),
        _items("Tiers", changes.tiers, folded=False),
        _items("Routing policy and gates", changes.policy, folded=False),
        _findings("Notices", (*changes.of(Severity.NOTICE), *changes.of(Severity.SAFE)), folded=True),
        _routes(changes, Probe.MISSION, "Steps of missions routed elsewhere", folded=True),
        _routes(changes, Probe.CASE, "Boundary tasks routed elsewhere", folded=True),
        _prompts(changes),
        _items("Missions", changes.missions, folded=True),
        _items("Workload", changes.workload, folded=True),
        _cases(changes),
        _notes(changes),
    ):
        if section is not None:
            yield section


def _findings(title: str, findings: Sequence[Finding], *, folded: bool) -> Section | None:
    if not findings:
        return None
    rows = [(each.rule, each.where, each.message, _proof(each)) for each in findings]
    columns = (Column("rule", _NAME), Column("where", _NAME), Column("what"), Column("proof"))
    shown = 4 if any(row[3] for row in rows) else 3
    return Section(
        title=f"{title} ({len(findings)})",
        folded=folded,
        columns=columns[:shown],
        rows=tuple(row[:shown] for row in rows),
    )


def _proof(finding: Finding) -> str:
    if finding.evidence is None:
        return ""
    return f"{finding.evidence.document}: {_WHERE_AND_RULE.sub('', finding.evidence.refusal)}"


def _cost(cost: Cost | None) -> Section | None:
    if cost is None or not cost.levers:
        return None
    digits = digits_of(cost)
    before, after = rounded(cost.before_usd, digits), rounded(cost.after_usd, digits)
    parts = shared(after - before, [lever.usd for lever in cost.levers], digits)
    rows = [("before", dollars(before), "")]
    for lever, usd in zip(cost.levers, parts, strict=True):
        name = " and ".join(LEVERS[name] for name in lever.names)
        told = [f"{each.task} {difference(rounded(each.usd, digits))}" for each in lever.tasks[:_MOST_TASKS]]
        more = [f"{len(lever.tasks) - _MOST_TASKS} more"] if len(lever.tasks) > _MOST_TASKS else []
        rows.append((name, difference(usd), ", ".join((*told, *more))))
    rows.append(("after", dollars(after), "" if cost.percent is None else f"{cost.percent:+f} %"))
    columns = (Column("lever"), Column("USD a month", _FIGURE), Column("tasks"))
    return Section(title="Cost of a month", folded=False, columns=columns, rows=tuple(rows))


def _routes(changes: Changes, probe: Probe, title: str, *, folded: bool) -> Section | None:
    found = [route for route in changes.routes.changed if route.probe is probe]
    if not found:
        return None
    tried = changes.routes.of(probe)
    ways = Counter(_way(route) for route in found)
    lead = ", ".join(f"{way}: {count}" for way, count in sorted(ways.items(), key=lambda each: (-each[1], each[0])))
    columns = [Column("task", _NAME), Column("before"), Column("after"), Column("why")]
    rows = [[route.name, _answer(route, "before"), _answer(route, "after"), _why(route)] for route in found]
    if probe is Probe.WORKLOAD:
        columns.insert(1, Column("a month", _FIGURE))
        for row, route in zip(rows, found, strict=True):
            row.insert(1, f"{route.per_month:,}")
    return Section(
        title=f"{title} ({len(found)} of {tried.tasks})",
        folded=folded,
        columns=tuple(columns),
        rows=tuple(map(tuple, rows)),
        lead=lead if len(found) > 1 else "",
    )


def _way(route: Route) -> str:
    before, after = route.before, route.after
    if route.moved:
        return f"{before.tier} → {after.tier}"
    if route.remodelled:
        return f"{before.model or 'no model'} → {after.model or 'no model'}"
    return f"{before.agent or 'nobody'} → {after.agent or 'nobody'}"


def _answer(route: Route, side: str) -> str:
    answer = route.before if side == "before" else route.after
    parts = [answer.tier if not route.remodelled else f"{answer.tier} ({answer.model})"]
    if route.before.agent != route.after.agent:
        parts.insert(0, answer.agent or "nobody")
    if route.before.score != route.after.score:
        parts.append(f"score {plain(answer.score)}")
    return ", ".join(parts)


def _why(route: Route) -> str:
    parts = ["the task itself changed"] if route.rewritten else []
    if route.after.reasons:
        parts.append("; ".join(route.after.reasons))
    elif route.before.reasons:
        parts.append(f"no longer {'; '.join(route.before.reasons)}")
    elif route.moved:
        parts.append(f"{route.after.rule} leads elsewhere")
    elif route.remodelled:
        parts.append("the tier prefers another model")
    return "; ".join(parts) or "another agent is the first to offer the capability"


def _items(title: str, items: Sequence[ItemChange], *, folded: bool) -> Section | None:
    if not items:
        return None
    rows = tuple((each.name, item_words(each)) for each in items)
    return Section(title=f"{title} ({len(items)})", folded=folded, columns=_ITEMS, rows=rows)


def item_words(change: ItemChange) -> str:
    """Return what became of a thing, in a phrase."""
    fields = "; ".join(_field(field) for field in change.fields)
    if change.kind is Kind.RENAMED:
        return f"renamed from {change.was}" + (f"; {fields}" if fields else "")
    if change.kind is Kind.CHANGED:
        return fields
    tier = next((field.after or field.before for field in change.fields), "")
    return {Kind.ADDED: "new", Kind.REMOVED: "gone"}[change.kind] + (f", tier {tier}" if tier else "")


def _field(field: FieldChange) -> str:
    turn = f" ({field.turn.value})" if field.turn is not None else ""
    if field.before or field.after:
        name = "" if field.name == "value" else f"{field.name} "
        text = f"{name}{field.before or 'none'} → {field.after or ', '.join(field.added) or 'none'}"
    elif field.added or field.removed:
        text = (
            f"{field.name} {' '.join((*(f'+{each}' for each in field.added), *(f'−{each}' for each in field.removed)))}"
        )
    else:
        text = f"{field.name} changed"
    return text + turn


def _prompts(changes: Changes) -> Section | None:
    prompts = changes.prompts
    if not prompts.changed:
        return None
    rows = tuple(_prompt(each) for each in sorted(prompts.changed, key=lambda each: (-abs(each.tokens), each.agent)))
    total = prompts.after - prompts.before
    columns = (Column("agent", _NAME), *(Column(title, _FIGURE) for title in ("before", "after", "change")))
    return Section(
        title=f"Prompts ({counted(len(rows), 'text')}, {_signed(total)} tokens)",
        folded=True,
        columns=columns,
        rows=(*rows, ("all prompts", f"{prompts.before:,}", f"{prompts.after:,}", _signed(total))),
    )


def _signed(number: int) -> str:
    return f"{number:+,}" if number else "0"


def _prompt(change: PromptChange) -> tuple[str, ...]:
    shown = ("-" if tokens is None else f"{tokens:,}" for tokens in (change.before, change.after))
    return (change.agent, *shown, _signed(change.tokens))


def _cases(changes: Changes) -> Section | None:
    if not changes.cases:
        return None
    rows = tuple(
        (each.kind, *(str(len(ids)) for ids in (each.added, each.removed, each.changed))) for each in changes.cases
    )
    columns = (Column("kind", _NAME), *(Column(title, _FIGURE) for title in ("new", "gone", "changed")))
    return Section(title="Generated cases", folded=True, columns=columns, rows=rows)


def _notes(changes: Changes) -> Section | None:
    rows = tuple((note,) for note in changes.notes)
    return Section(title="What could not be told", folded=False, columns=(Column("note"),), rows=rows) if rows else None
