"""Expectations of replies that are documents: messages of the protocol, XML, JSON. All look at the last attempt."""

from __future__ import annotations

import json as jsonlib
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from orchestra_compiler.errors import MessageError
from orchestra_compiler.model import Json
from pytest_orchestra.expectations.shortfall import (
    Shortfall,
    UnusableError,
    as_mapping,
    as_text,
    compact,
    first_difference,
    quoted,
)
from pytest_orchestra.expectations.texts import of_reply

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from orchestra_compiler.protocol.schema import MessageSchema
    from pytest_orchestra.compiled import CompiledProject

_FENCED = re.compile(r"^[ \t]*```[ \t]*json[^\n]*\n(.*?)^[ \t]*```[ \t]*$", re.DOTALL | re.MULTILINE | re.IGNORECASE)


@of_reply
def message(value: Json, text: str, project: CompiledProject) -> Shortfall | None:
    """Hold when the reply is a valid message of this type, with these fields if some are given."""
    wanted = value if isinstance(value, dict) else {"type": value}
    try:
        kind = project.messages.type_of(text)
        if "type" in wanted and kind != wanted["type"]:
            return Shortfall(f"a message of type {as_text(wanted['type'])}", f"type {kind}")
        violations = project.messages.validate(text)
        if violations:
            return Shortfall(f"a valid {kind}", f"{violations[0]}; the reply is {quoted(text)}")
        fields = {name: each for name, each in wanted.items() if name != "type"}
        return _unlike(fields, text, project.messages, "")
    except MessageError as error:
        return Shortfall(f"a message {compact(value)}", f"not a message: {error}; the reply is {quoted(text)}")


def _unlike(wanted: Mapping[str, Json], text: str, schema: MessageSchema, where: str) -> Shortfall | None:
    """Return the first field that is not as wanted; of a nested mapping only what is named counts."""
    from orchestra_compiler.protocol.lookup import MISSING, same

    for name, value in wanted.items():
        path = f"{where}{name}"
        found = schema.field(text, path)
        if found is MISSING:
            return Shortfall(f"a field {path}", f"the message has no {path}")
        if isinstance(value, dict) and isinstance(found, dict):
            inner = _unlike(value, text, schema, f"{path}.")
            if inner is not None:
                return inner
        elif not same(found, value):
            around = first_difference(as_text(value), as_text(found))
            return Shortfall(f"{path} = {quoted(as_text(value), around)}", f"{path} = {quoted(as_text(found), around)}")
    return None


@of_reply
def xpath(value: Json, text: str, _project: CompiledProject) -> Shortfall | None:
    """Hold when each expression (XPath 2.0) selects something, or something with the given text.

    The document's own prefixes may be used; names without a prefix are in its default namespace.
    """
    from orchestra_compiler.xsd import xml

    try:
        root, namespaces = _parsed(xml.screen(text))
    except MessageError as error:
        return Shortfall(f"XML with {compact(value)}", f"not XML that is let in: {error}; the reply is {quoted(text)}")
    for expression, wanted in _expressions(value):
        selected = _select(expression, root, namespaces)
        if wanted is None and not selected:
            return Shortfall(f"something at {expression}", f"nothing; the reply is {quoted(text)}")
        if wanted is not None and as_text(wanted).strip() not in selected:
            found = " | ".join(quoted(each) for each in selected[:5]) or "nothing"
            return Shortfall(f"{expression} = {quoted(as_text(wanted))}", found)
    return None


def _expressions(value: Json) -> Sequence[tuple[str, Json]]:
    """Return the expressions of any of the three forms: one, a list, or a mapping to the text each must select."""
    if isinstance(value, dict):
        return list(value.items())
    return [(as_text(each), None) for each in (value if isinstance(value, list) else [value])]


def _parsed(raw: bytes) -> tuple[Element, dict[str, str]]:
    """Return a screened document's root and its prefixes; the outermost declaration of a prefix counts."""
    from io import BytesIO
    from xml.etree.ElementTree import iterparse

    namespaces: dict[str, str] = {}
    events = iterparse(BytesIO(raw), events=("start-ns", "start"))  # noqa: S314 - screened
    root: Element | None = None
    for _, item in events:
        if isinstance(item, tuple):
            prefix, uri = item
            if prefix or root is None:
                namespaces.setdefault(prefix or "", uri or "")
        elif root is None:
            root = item
    assert root is not None  # noqa: S101 - the screen lets nothing without a root pass
    return root, namespaces


def _select(expression: str, root: Element, namespaces: dict[str, str]) -> list[str]:
    """Return the texts of what an expression selects; a false truth selects nothing."""
    import elementpath

    try:
        found: Any = elementpath.select(root, expression, namespaces=namespaces)
    except (elementpath.ElementPathError, ValueError, TypeError, ArithmeticError, LookupError, RecursionError) as error:
        raise UnusableError(f"the XPath {expression!r} cannot be evaluated: {error}") from error
    return [_node_text(node) for node in (found if isinstance(found, list) else [found]) if node is not False]


def _node_text(node: Any) -> str:
    if hasattr(node, "itertext"):
        return "".join(node.itertext()).strip()
    return "true" if node is True else str(node).strip()


@of_reply
def json(value: Json, text: str, _project: CompiledProject) -> Shortfall | None:
    """Hold when each JSONPath (RFC 9535) selects the given value in the reply's JSON.

    The JSON is the whole reply or its first fenced block of JSON.
    """
    try:
        document = _json_of(text)
    except ValueError:
        return Shortfall(compact(value), f"the reply is not JSON: {quoted(text)}")
    for path, wanted in as_mapping(value).items():
        selected = _find(path, document)
        if not any(_equal(wanted, each) for each in selected):
            found = " | ".join(quoted(compact(each)) for each in selected[:5]) or "nothing there"
            return Shortfall(f"{path} = {quoted(compact(wanted))}", found)
    return None


def _json_of(text: str) -> Json:
    try:
        document: Json = jsonlib.loads(text)
    except ValueError:
        fenced = _FENCED.search(text)
        if fenced is None:
            raise
        document = jsonlib.loads(fenced.group(1))
    return document


def _find(path: str, document: Json) -> list[Json]:
    import jsonpath_rfc9535

    try:
        nodes: Any = jsonpath_rfc9535.find(path, document)
    except jsonpath_rfc9535.JSONPathError as error:
        raise UnusableError(f"{path!r} is not a JSONPath: {error}") from error
    return [node.value for node in nodes]


def _equal(one: Json, other: Json) -> bool:
    """JSON's equality: a truth is no number, whatever Python thinks."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(each, other[name]) for name, each in one.items())
    return one == other
