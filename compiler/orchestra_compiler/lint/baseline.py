"""The file with a project's old findings: what was there before is not shown, what is new is.

A finding is known again by its file, its rule and what it says, so that it may move within its file; figures outside of
code marks do not count. Each entry says how often: one more of the same is a new one. The file is JSON, sorted, a line
per entry, so that a diff of it reads well.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from orchestra_compiler.diagnostic import Diagnostic
from orchestra_compiler.errors import ProjectError
from orchestra_compiler.lint.hidden import Hidden, Silencer
from orchestra_compiler.patterns import pattern

VERSION = 1
_KEYS = {"path": str, "code": str, "message": str, "count": int}
_CODE_OR_FIGURE = pattern(r"`[^`]*`|\d+(?:[.,]\d+)*")


class Key(NamedTuple):
    """What a finding is known by; `message` has `#` for each figure."""

    path: str
    code: str
    message: str


class Remaining(NamedTuple):
    """The findings of a project after its baseline.

    Attributes:
        shown: Those that it does not hold.
        hidden: Those that it holds.
        gone: How many of its findings no longer occur.
    """

    shown: list[Diagnostic]
    hidden: list[Hidden]
    gone: int


def key_of(found: Diagnostic) -> Key:
    """Return what a finding is known by."""
    message = _CODE_OR_FIGURE.sub(lambda match: match[0] if match[0][0] == "`" else "#", found.message)
    return Key(found.span.path, found.code, message)


def compare(found: Iterable[Diagnostic], known: Mapping[Key, int]) -> Remaining:
    """Take the known findings out of some; of several equal ones the first in order are the known ones."""
    left = dict(known)
    shown, hidden = list[Diagnostic](), list[Hidden]()
    for each in found:
        key = key_of(each)
        if left.get(key):
            left[key] -= 1
            hidden.append(Hidden(each, Silencer.BASELINE))
        else:
            shown.append(each)
    return Remaining(shown, hidden, sum(left.values()))


def dump(found: Iterable[Diagnostic]) -> bytes:
    """Return the baseline of some findings."""
    counted = sorted(Counter(map(key_of, found)).items())
    lines = [json.dumps({**key._asdict(), "count": count}) for key, count in counted]
    entries = "".join(f"\n    {line}{',' if number < len(lines) else ''}" for number, line in enumerate(lines, 1))
    end = "\n  " if lines else ""
    return f'{{\n  "version": {VERSION},\n  "findings": [{entries}{end}]\n}}\n'.encode()


def load(content: bytes) -> Mapping[Key, int]:
    """Return what a baseline holds.

    Raises:
        ProjectError: It is none; the message says why.
    """
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ProjectError("the file is not JSON", _MEND) from error
    if not isinstance(data, dict) or not isinstance(data.get("findings"), list):
        raise ProjectError("the file is no baseline", _MEND)
    if data.get("version") != VERSION:
        raise ProjectError("the baseline is of a version that this release does not read", _MEND)
    known: Counter[Key] = Counter()
    for number, entry in enumerate(data["findings"], 1):
        if not _is_entry(entry):
            raise ProjectError(f"entry {number} of the baseline is none", _MEND)
        known[Key(entry["path"], entry["code"], entry["message"])] += entry["count"]
    return known


_MEND = "write it anew: orchestra lint --write-baseline FILE"


def _is_entry(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and entry.keys() == _KEYS.keys()
        and all(isinstance(entry[key], kind) and not isinstance(entry[key], bool) for key, kind in _KEYS.items())
        and entry["count"] > 0
    )
