"""The messages of two sides: types, declarations, and documents that prove what breaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from orchestra_compiler.diff import rules
from orchestra_compiler.diff.changes import Evidence, Finding
from orchestra_compiler.errors import MessageError
from orchestra_compiler.xsd.names import local_name

if TYPE_CHECKING:
    from orchestra_compiler.diff.messages.structure import Walk
    from orchestra_compiler.diff.sides import Side
    from orchestra_compiler.protocol.schema import MessageSchema

__all__ = ["message_findings", "schema_findings"]


def message_findings(old: Side, new: Side, notes: list[str]) -> list[Finding]:
    """Return what the new side's messages break and admit; what cannot be told becomes a note."""
    found = list(_types(old, new))
    if old.schema is not None and new.schema is not None:
        if old.schema_files != new.schema_files or old.schema.discriminator != new.schema.discriminator:
            found += schema_findings(old.schema, new.schema, notes)
            if not found:
                files = ", ".join(sorted(new.schema_files)) or "the schema"
                found.append(rules.SCHEMA_REWORDED.at(files, "the schema's files differ, what they accept does not"))
        return found
    if not old.manifest.fleet.protocol.types and not new.manifest.fleet.protocol.types:
        return found
    notes += [_unseen(side) for side in (old, new) if side.schema is None]
    found += _tried(old, new)
    return found


def _unseen(side: Side) -> str:
    told = "only its generated messages are tried, so changes within types may go unseen"
    nothing = "changes within message types cannot be told"
    return f"{side.info.label} is without its message schema: {told if side.documents else nothing}"


def _types(old: Side, new: Side) -> Iterator[Finding]:
    before, after = (set(side.manifest.fleet.protocol.types) for side in (old, new))
    for kind in sorted(before - after):
        users = sorted({a.name for a in old.manifest.fleet.agents if kind in (*a.sends, *a.accepts)})
        who = f" ({', '.join(users)} used it)" if users else ""
        yield rules.MESSAGE_TYPE_NO_DELETE.at(kind, f"the message type {kind} is gone{who}")
    for kind in sorted(after - before):
        yield rules.MESSAGE_TYPE_NO_ADD.at(kind, f"the message type {kind} is new")


def schema_findings(old: MessageSchema, new: MessageSchema, notes: list[str]) -> list[Finding]:
    """Return what the two schemas' declarations say, with documents that prove it."""
    from orchestra_compiler.diff.messages.documents import documents
    from orchestra_compiler.diff.messages.structure import Pair, Walk
    from orchestra_compiler.diff.messages.witnesses import proven, refused

    kinds = sorted(set(old.types) & set(new.types))
    walk = Walk(_skipped(old) | _skipped(new))
    try:
        _walk(walk, old, new, kinds)
        back = [Pair(each.new, each.old, each.where) for each in walk.pairs]
        lost, won = refused(documents(old, kinds, walk.pairs), new), refused(documents(new, kinds, back), old)
    except (MessageError, RecursionError) as error:
        notes.append(f"the message schemas cannot be compared: {error}")
        return walk.found
    found = list(proven(walk.found, lost, walk.alike, rules.DOCUMENT_NO_REFUSE))
    return list(proven(found, won, walk.alike, rules.DOCUMENT_NO_ADMIT))


def _walk(walk: Walk, old: MessageSchema, new: MessageSchema, kinds: list[str]) -> None:
    if old.discriminator and new.discriminator:
        kinds = kinds[:1]  # one root for all of them
    for kind in kinds:
        before, after = old.root_of(kind), new.root_of(kind)
        was, now = local_name(before.name), local_name(after.name)
        if was != now:
            walk.found.append(rules.ELEMENT_NO_DELETE.at(f"/{was}", f"messages were <{was}>, and are <{now}> now"))
        else:
            walk.element(before, after, f"/{was}")


def _skipped(schema: MessageSchema) -> frozenset[str]:
    """Return the path of the word that names a message's type: its words are the types, and compared as such."""
    if not schema.discriminator:
        return frozenset()
    return frozenset({f"/{schema.root_name}/{schema.discriminator.strip('/')}"})


def _tried(old: Side, new: Side) -> Iterator[Finding]:
    """Yield what the documents beside a manifest tell, where one side has no schema."""
    pairs = (
        (old, new, rules.DOCUMENT_NO_REFUSE, "is refused now"),
        (new, old, rules.DOCUMENT_NO_ADMIT, "is accepted now, and was refused"),
    )
    for giver, taker, rule, verb in pairs:
        for case, content in sorted(giver.documents.items()) if taker.schema is not None else ():
            violations = taker.schema.validate(content) if taker.schema is not None else ()
            kind = case.split("/")[1]
            if violations and kind in taker.manifest.fleet.protocol.types:
                evidence = Evidence(document=case, refusal=str(violations[0]))
                yield rule.at(
                    violations[0].path or kind, f"the document {case} {verb}: {violations[0].message}", evidence
                )
