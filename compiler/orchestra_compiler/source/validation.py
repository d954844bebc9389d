"""Documents against the JSON Schemas of the language: every fault of a document, at its place, once.

A document is judged first, which is quick (by jsonschema-rs where it is installed), and only one that fails is explained,
by jsonschema. The explanation is ours: of alternatives, the one that the value was meant as is explained; a key that
looks like a missing one is one finding, not two; each value has one finding at most.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import orchestra_spec
from orchestra_compiler.diagnostic import Diagnostic
from orchestra_compiler.source.explanation import UNKNOWN, Fault, explain
from orchestra_compiler.source.tree import Document, Path

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

KINDS = ("project", "agent", "agent-front-matter", "tiers", "routing", "gates", "mission", "workload")
"""The kinds of documents; each has a schema of that name."""
FOREIGN_KINDS = ("copilot-front-matter", "skill-front-matter", "docker-agent", "crewai-agent", "agent-spec-agent")
"""What other tools define an agent by; each has a schema of that name, which judges what is read and lets all else be."""


def validate(document: Document, kind: str, *, ignoring: Collection[Path] = ()) -> list[Diagnostic]:
    """Return what is wrong with a document of a kind; nothing below the paths in `ignoring` is told."""
    if _judge(kind)(document.value):
        return []
    faults = [found for error in explainer(kind).iter_errors(document.value) for found in explain(error, kind)]
    told = [each for each in faults if not any(each.path[: len(path)] == path for path in ignoring)]
    return [each.diagnostic(document) for each in _one_each(told)]


@cache
def schema(kind: str) -> dict[str, Any]:
    """Return the schema of a kind with its references replaced by what they name, which validates faster."""
    path = orchestra_spec.ROOT / "schemas" / f"{kind}.schema.json"
    loaded = json.loads(path.read_bytes())
    definitions = loaded.pop("$defs", {})
    resolved: dict[str, Any] = _inlined(loaded, definitions)
    return resolved


def _inlined(part: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(part, list):
        return [_inlined(item, definitions) for item in part]
    if not isinstance(part, dict):
        return part
    own = {key: _inlined(item, definitions) for key, item in part.items() if key != "$ref"}
    if isinstance(part.get("$ref"), str):
        return {**_inlined(definitions[part["$ref"].removeprefix("#/$defs/")], definitions), **own}
    return own


@cache
def _judge(kind: str) -> Callable[[Any], bool]:
    try:
        import jsonschema_rs
    except ImportError:
        return explainer(kind).is_valid
    judge = jsonschema_rs.Draft202012Validator(schema(kind))

    def is_valid(value: Any) -> bool:
        try:
            return judge.is_valid(value)
        except ValueError:  # a value it cannot take in, such as a very long integer: jsonschema decides
            return False

    return is_valid


@cache
def explainer(kind: str) -> Validator:
    """Return the jsonschema validator of a kind."""
    import jsonschema.validators

    # JSON Schema's patterns are ECMA's, where `$` is the very end; Python's also matches before a last newline.
    extend: Callable[..., Any] = jsonschema.validators.extend
    judge = extend(jsonschema.Draft202012Validator, {"pattern": _pattern})
    validator: Validator = judge(schema(kind))
    return validator


def _pattern(_: Any, pattern: str, instance: object, __: Any) -> Iterator[ValidationError]:
    from jsonschema.exceptions import ValidationError

    ecma = pattern[:-1] + r"\Z" if pattern.endswith("$") else pattern
    if isinstance(instance, str) and not re.search(ecma, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _one_each(faults: list[Fault]) -> Iterator[Fault]:
    """Leave out what another finding says already."""
    meant = {(each.path, name) for each in faults if each.code in UNKNOWN for name in each.near}
    seen: set[tuple[Path, str | None]] = set()
    for each in sorted(faults, key=lambda each: (_order(each.path), each.code != "ORC013")):
        if each.code == "ORC012":
            if not any((each.path, name) in meant for name in each.near):
                yield each
        elif (each.path, each.key) not in seen:
            seen.add((each.path, each.key))
            yield each


def _order(path: Path) -> list[tuple[int, str]]:
    return [(part, "") if isinstance(part, int) else (-1, part) for part in path]
