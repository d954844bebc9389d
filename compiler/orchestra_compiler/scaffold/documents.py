"""The files that `orchestra init` writes, as text: every guess is marked, every pattern says what it finds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import groupby

from orchestra_compiler.model import Protocol
from orchestra_compiler.project import PROJECT_FILE
from orchestra_compiler.scaffold.marks import WRITTEN
from orchestra_compiler.scaffold.plan import Offer, Plan
from orchestra_compiler.scaffold.schemas import modeline
from orchestra_compiler.scaffold.tiers import GuessedTier, GuessedTiers, Named, Unknown
from orchestra_compiler.source.codes import shown
from orchestra_compiler.source.scalars import ambiguous
from orchestra_compiler.wording import counted

_PLAIN = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+(?:\.[0-9]+)*)*")
_VALUES = frozenset({"null", "true", "false"})
_LONGEST_COMMENT = 160
_NAMED_FILES = 5


def documents(plan: Plan) -> Mapping[str, bytes]:
    """Return path -> content of the YAML files to be written."""
    files = {PROJECT_FILE: _text(_project(plan))}
    if plan.tiers is not None:
        files[plan.tiers_file] = _text(_tiers(plan.tiers))
    return files


def _text(lines: Iterator[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _project(plan: Plan) -> Iterator[str]:
    yield modeline("project")
    yield f"{WRITTEN}. What it guessed is marked: look at those lines, and change what is not so."
    yield "orchestra: 1"
    yield f"name: {scalar(plan.name)}"
    yield "agents:"
    for pattern, rows in groupby(plan.found, key=lambda each: each.pattern):
        counts = "; ".join(
            f"{counted(row.agents, 'agent')} in {counted(row.files, 'file')}: {row.title}" for row in rows
        )
        yield f"  # {comment(counts)}"
        yield f"  - {scalar(pattern)}"
    if plan.besides:
        yield "  # left out, for what these find is no agent, or cannot be one here for the reason beside it"
    for pattern, why in plan.besides:
        yield f"  - {scalar(f'!{pattern}')}" + (f"  # {comment(why)}" if why else "")
    for offer in plan.offers:
        yield from _offered(offer)
    if plan.tiers_file:
        note = "" if plan.keeps_tiers else "  # guessed from the agents' models: see there"
        yield f"tiers: {plan.tiers_file}{note}"
    if plan.protocol is not None:
        yield from _messages(plan.protocol)
    yield "# Tests of your own come next; each is a task and what must come of it:"
    yield "# missions: missions/*.yaml"


def _offered(offer: Offer) -> Iterator[str]:
    yield f"  # not looked at: {comment(offer.why)}, {counted(offer.files, 'file')}; they join the fleet without the `#`"
    yield from (f"  # - {comment(scalar(pattern))}" for pattern in offer.patterns)


def _messages(protocol: Protocol) -> Iterator[str]:
    yield "# guessed: it is the XML Schema here that can be one of messages; without this key the shipped one counts"
    yield "messages:"
    yield f"  schema: {scalar(protocol.schema)}"
    if protocol.discriminator:
        yield f"  root: {scalar(protocol.root)}"
        yield f"  discriminator: {scalar(protocol.discriminator)}  # guessed: what stands there names the type"


def _tiers(guessed: GuessedTiers) -> Iterator[str]:
    yield modeline("tiers")
    yield f"{WRITTEN} from the agents' `model:` lines, weakest tier first. What it guessed is marked."
    yield "tiers:"
    for tier in guessed.tiers:
        yield from _tier(tier)
    yield f"baseline: {guessed.baseline}"
    yield f"default: {guessed.default.name}{_guess(guessed.default)}"
    if guessed.unknown:
        yield from _unknown(guessed.unknown)


def _tier(tier: GuessedTier) -> Iterator[str]:
    yield f"  {tier.name}:"
    yield f"    description: {scalar(tier.description)}"
    yield "    aliases:"
    yield from (f"      - {scalar(alias.name)}{_guess(alias)}" for alias in tier.aliases)
    yield "    models:"
    yield from (f"      - {scalar(model.name)}{_guess(model)}" for model in tier.models)


def _guess(named: Named) -> str:
    return f"  # guessed: {comment(named.why)}" if named.why else ""


def _unknown(words: tuple[Unknown, ...]) -> Iterator[str]:
    yield "# Not known: no price is listed for these, so they are in no tier, and nor are their agents (ORC307). Add such a"
    yield "# word to the aliases of a tier; or the model itself to its models, with the price that its vendor asks:"
    yield "#   - {model: NAME, context_window: 0, max_output_tokens: 0, price: {input: 0, output: 0, source: URL, date: DAY}}"
    for each in words:
        files = ", ".join(each.files[:_NAMED_FILES]) + (", ..." if len(each.files) > _NAMED_FILES else "")
        yield f"#   {comment(scalar(each.word))}: {counted(len(each.files), 'agent')}: {comment(files)}"


def scalar(text: str) -> str:
    """Return a text as YAML: plain where that is safe, else in double quotes."""
    if _PLAIN.fullmatch(text) and text not in _VALUES and not ambiguous(text):
        return text
    return "".join(_escaped(each) for each in json.dumps(text, ensure_ascii=False))


def comment(text: str) -> str:
    """Return a text as it may stand in a comment: on one line, not too long, nothing in it that steers a terminal."""
    return shown("".join(each if each.isprintable() else "?" for each in text), _LONGEST_COMMENT)


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 - the first beyond four digits
