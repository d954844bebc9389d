"""What is wrong with an expression that a mission expects something of a reply by, read as the runtime reads it.

Only what no reply can make right is told. An XPath's prefixes are the reply's own, so that what hangs on their meaning is
left to the run. The libraries load with the first expression of their kind.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

_PREFIX = re.compile(r"(?<![\w.-])([^\W\d][\w.-]*):(?!:)")
_MEANING = frozenset({"err:XPST0051", "err:XPST0081"})  # an unknown type, an undeclared prefix
_UNKNOWN_FUNCTION = "err:XPST0017"
_TOO_DEEP = "it is nested too deeply"


@lru_cache(maxsize=4096)
def fault(kind: str, expression: str) -> str | None:
    """Return what is wrong with an expression of a kind of `LANGUAGES`, and where in it; None where nothing is."""
    try:
        return _READERS[kind](expression)
    except RecursionError:
        return _TOO_DEEP


def _regex(expression: str) -> str | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what a later Python may read otherwise
        try:
            re.compile(expression)
        except re.error as error:
            return _placed(error.msg, error.pos)
        except OverflowError as error:
            return str(error)
    return None


def _xpath(expression: str) -> str | None:
    import elementpath

    own = elementpath.XPath2Parser.DEFAULT_NAMESPACES
    foreign = {prefix: f"urn:prefix:{prefix}" for prefix in _PREFIX.findall(expression) if prefix not in own}
    try:
        elementpath.XPath2Parser(foreign).parse(expression)
    except elementpath.ElementPathError as error:
        if error.code in _MEANING or (foreign and error.code == _UNKNOWN_FUNCTION):
            return None
        return _placed(error.message, _start(error.token))
    except (ValueError, TypeError, ArithmeticError, LookupError) as error:  # as the runtime, which cannot go on either
        return str(error)
    return None


def _start(token: Any) -> int | None:
    """Return where a token of an XPath starts; None for its end, which the message names itself."""
    return None if token is None or token.symbol == "(end)" else int(token.span[0])


def _json_path(expression: str) -> str | None:
    import jsonpath_rfc9535

    try:
        jsonpath_rfc9535.compile(expression)
    except jsonpath_rfc9535.JSONPathError as error:
        return _placed(str(error.args[0]) if error.args else "", error.token.index if error.token is not None else None)
    return None


def _placed(what: str, position: int | None) -> str:
    """Return a fault with its place, counted from 1 as columns are."""
    return what if position is None else f"{what} at character {position + 1}"


_READERS: Mapping[str, Callable[[str], str | None]] = {"json": _json_path, "regex": _regex, "xpath": _xpath}

LANGUAGES: Mapping[str, tuple[str, str]] = {
    "json": ("JSONPath", "write it as RFC 9535 has it: `$.orders[0].state`"),
    "regex": ("regular expression", "write it as Python's `re` has it; a sign meant as itself needs a `\\` before it"),
    "xpath": ("XPath", "write it as XPath 2.0 has it: `payload/result/success`"),
}
"""Kind of expectation -> what its expressions are called, and how to mend one."""
