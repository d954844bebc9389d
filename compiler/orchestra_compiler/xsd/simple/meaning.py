"""What a text means in its type's value space, so that `1.0` and `01` count as one value."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Hashable
from decimal import Decimal

from orchestra_compiler.xsd.model import SimpleType, Variety
from orchestra_compiler.xsd.simple.moments import duration_of, moment_of
from orchestra_compiler.xsd.simple.numbers import number_of


def meaning_of(kind: SimpleType, text: str) -> Hashable:
    """Return a value that two texts share if they mean the same; the text itself where nothing better is known."""
    if kind.variety is Variety.LIST and kind.item is not None:
        return tuple(meaning_of(kind.item, each) for each in text.split())
    if kind.variety is Variety.UNION:
        member = next((each for each in kind.members if each.accepts(text)), None)
        return text if member is None else (member.primitive, meaning_of(member, text))
    return _atom(kind.primitive, text)


def _atom(primitive: str, text: str) -> Hashable:
    bare = " ".join(text.split())
    if primitive == "string":
        return text
    if primitive == "boolean":
        return {"1": "true", "0": "false"}.get(bare, bare)
    if primitive in ("decimal", "float", "double"):
        number = number_of(bare)
        return bare if number is None else number
    if primitive == "hexBinary":
        return bare.upper()
    if primitive == "base64Binary":
        return _octets(bare)
    if "uration" in primitive:
        return duration_of(bare) or bare
    moment = moment_of(primitive, bare)
    return (
        bare
        if moment is None
        else (moment._replace(zone="", second=moment.second - _zone_s(moment.zone)), bool(moment.zone))
    )


def _octets(text: str) -> Hashable:
    try:
        return b64decode(text)
    except ValueError:
        return text


def _zone_s(zone: str) -> Decimal:
    if len(zone) < len("+00:00"):
        return Decimal(0)
    seconds = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
    return Decimal(-seconds if zone[0] == "-" else seconds)
