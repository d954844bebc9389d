"""What `orchestra init` says at its end: what was found, what was guessed, what to do next."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from orchestra_compiler.diagnostic import Diagnostic
from orchestra_compiler.scaffold.documents import comment
from orchestra_compiler.scaffold.plan import Plan
from orchestra_compiler.scaffold.schemas import IN_PROJECT
from orchestra_compiler.wording import counted

_NAMED = 5
_ROWS = 30


def summary(plan: Plan, written: Sequence[str], errors: Sequence[Diagnostic], where: str) -> str:
    """Return the closing message.

    Args:
        plan: What was decided.
        written: The files that were written; none in a dry run.
        errors: What a compile would stop at.
        where: The folder as the user named it, for the commands to copy.
    """
    parts = [list(_found(plan)), list(_guessed(plan)), list(_left_out(plan)), list(_errors(errors))]
    if written:
        parts.append([f"written: {', '.join(written)}", f"schemas for your editor: {IN_PROJECT}/"])
        parts.append(list(_next(where)))
    return "\n".join("".join(f"{line}\n" for line in part) for part in parts if part)


def _found(plan: Plan) -> Iterator[str]:
    yield f"{comment(plan.name)}: {counted(plan.agents, 'agent')}"
    rows = [(comment(row.title), comment(row.pattern), str(row.agents)) for row in plan.found]
    sizes = [max(len(row[number]) for row in rows) for number in range(3)]
    for title, pattern, number in rows[:_ROWS]:
        yield f"  {title:<{sizes[0]}}  {pattern:<{sizes[1]}}  {number:>{sizes[2]}}".rstrip()
    if len(rows) > _ROWS:
        yield f"  and {len(rows) - _ROWS} more patterns"


def _guessed(plan: Plan) -> Iterator[str]:
    if plan.tiers is not None:
        yield f"guessed, in {plan.tiers_file}:"
        for tier in plan.tiers.tiers:
            words = ", ".join(each.name for each in (*tier.aliases, *tier.models) if each.why)
            yield f"  {tier.name}: {counted(tier.agents, 'agent')}" + (f" ({comment(words)})" if tier.agents else "")
        if plan.tiers.default.why:
            yield f"  {plan.tiers.default.name} by default: {comment(plan.tiers.default.why)}"
        for each in plan.tiers.unknown:
            yield f"  no tier for {comment(each.word)}, for nobody knows its price: {counted(len(each.files), 'agent')}"
    elif plan.keeps_tiers:
        yield f"tiers: {plan.tiers_file} was there and is used as it is"
    if plan.protocol is not None:
        told = f", types told apart by {plan.protocol.discriminator}" if plan.protocol.discriminator else ""
        yield f"guessed: messages follow {comment(plan.protocol.schema)}{told}"


def _left_out(plan: Plan) -> Iterator[str]:
    copies = [each for each in plan.left_out if each.copy]
    others = [each for each in plan.left_out if not each.copy]
    if copies:
        yield f"left out, {counted(len(copies), 'file')} that say the same as others, word for word:"
        yield from _some(f"{each.path}: {each.why}" for each in copies)
    if others:
        yield f"left out, {counted(len(others), 'file')}; once one is mended, add it to orchestra.yaml:"
        yield from _some(f"{each.path}: {each.why}" for each in others)
    for offer in plan.offers:
        yield f"not looked at: {comment(offer.why)}, {counted(offer.files, 'file')}; orchestra.yaml has the lines that add them"


def _errors(errors: Sequence[Diagnostic]) -> Iterator[str]:
    if errors:
        files = defaultdict[str, int](int)
        for each in errors:
            files[each.span.path] += 1
        yield f"orchestra-compile stops at {counted(len(errors), 'error')} in {counted(len(files), 'file')} until mended:"
        yield from _some(f"{each.span}: {each.code} {each.message}" for each in errors)


def _some(lines: Iterable[str]) -> Iterator[str]:
    every = list(lines)
    yield from (f"  {comment(line)}" for line in every[:_NAMED])
    if len(every) > _NAMED:
        yield f"  and {len(every) - _NAMED} more"


def _next(where: str) -> Iterator[str]:
    project = "" if where in ("", ".") else f" {comment(shlex.quote(where))}"
    commands = (
        (f"orchestra lint{project}", "what is wrong in the fleet, where, and how to mend it"),
        (f"orchestra-compile{project}", "routing table, prompts and test cases, into compiled/"),
        (f"pytest --orchestra{project}", "run the cases, hold the gates, write the report"),
    )
    wide = max(len(command) for command, _ in commands)
    yield "next:"
    yield from (f"  {command:<{wide}}  {text}" for command, text in commands)
