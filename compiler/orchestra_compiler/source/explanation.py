"""What a JSON Schema error means in the words of the language.

jsonschema says which keyword of which schema refused which value. From that come a code, a sentence and a mend. Of
alternatives (short and long forms) the one that has the value's type is explained.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from orchestra_compiler.diagnostic import Diagnostic, Fix, Safety, Span
from orchestra_compiler.source.codes import did_you_mean, fault, shown
from orchestra_compiler.source.mends import quoted, rename, replace
from orchestra_compiler.source.tree import Document, Path
from orchestra_compiler.suggestions import Names

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_MOST_SUGGESTIONS = 100  # a search takes longer than all the rest of a key
UNKNOWN = ("ORC011", "ORC112")
"""The codes of keys that are not known."""


class Fault(NamedTuple):
    """A fault before it has a span.

    Attributes:
        path: Where it is; for a fault about a key, of the mapping that holds it.
        key: The key it is about, where it is about a key.
        near: For an unknown key, the known one it was meant as; for a missing one, the keys that would do.
        meant: The one word that the key or the value was surely meant as; empty where none is.
        text: Whether the value would do as text in quotes.
    """

    path: Path
    code: str
    message: str
    hint: str = ""
    key: str | None = None
    near: frozenset[str] = frozenset()
    meant: str = ""
    text: bool = False

    def diagnostic(self, document: Document) -> Diagnostic:
        """Return the finding at its place in the document."""
        if self.code == "ORC012":
            span = document.head_span_at(self.path)
        elif self.key is not None:
            span = document.key_span_at((*self.path, self.key))
        else:
            span = document.span_at(self.path)
        return fault(self.code, span, self.message, self.hint, fix=self._fix(document, span))

    def _fix(self, document: Document, span: Span) -> Fix | None:
        content, text = document.text.content, document.text
        written = content[text.index(span.line, span.column) : text.index(span.end_line, span.end_column)]
        if self.text and written:
            return replace("quote the value", Safety.UNSAFE, span, quoted(written))
        value = document.value
        for part in self.path:
            value = value[part]
        old = self.key if self.key is not None else value
        return rename(old, self.meant, span) if self.meant and isinstance(old, str) else None


def explain(error: ValidationError, kind: str) -> Iterator[Fault]:
    """Yield the faults that one error of a document of that kind stands for."""
    path = tuple(error.absolute_path)
    keyword = str(error.validator)
    if keyword in ("anyOf", "oneOf"):
        yield from _explain_alternatives(error, kind, path)
    elif keyword == "additionalProperties":
        yield from _unknown_keys(error, kind, path)
    elif keyword == "required":
        known: Any = error.instance
        yield from (_missing([key], path) for key in _required(error) if key not in known)
    elif keyword == "dependentRequired":
        held: Any = error.instance
        dependent: Any = error.validator_value
        wanted = {key for word, keys in dependent.items() if word in held for key in keys if key not in held}
        yield from (_missing([key], path) for key in sorted(wanted))
    elif "propertyNames" in error.absolute_schema_path:
        yield Fault(
            path, "ORC010", _constraint(error, f"the key `{shown(str(error.instance))}`"), key=str(error.instance)
        )
    elif keyword == "type":
        yield _wrong_type(path, _types(error.schema), error.instance)
    elif keyword in ("enum", "const"):
        yield _unknown_value(error, path)
    elif keyword == "not":
        *above, last = path
        yield Fault(tuple(above), "ORC010", _note(error), key=str(last))
    else:
        yield Fault(path, "ORC010", _constraint(error, _label(path)))


def _required(error: ValidationError) -> list[str]:
    keys: Any = error.validator_value
    # jsonschema reports one error per key; `_one_each` is spared the repetitions
    return [key for key in keys if f"'{key}'" in error.message]


def _missing(keys: list[str], path: Path) -> Fault:
    names = " or ".join(f"`{key}`" for key in keys)
    where = f"{_label(path)} has no {names}" if path else f"{names} is missing"
    return Fault(path, "ORC012", where, f"add {names}", key=keys[0], near=frozenset(keys))


def _explain_alternatives(error: ValidationError, kind: str, path: Path) -> Iterator[Fault]:
    branches: Any = error.validator_value
    if all(set(branch) == {"required"} for branch in branches):
        keys = [key for branch in branches for key in branch["required"]]
        instance: Any = error.instance
        if not isinstance(instance, dict):
            return  # its type is told
        held = [key for key in keys if key in instance]
        if not held:
            yield _missing(keys, path)
        else:
            names = " and ".join(f"`{key}`" for key in held)
            yield Fault(path, "ORC010", f"{names} exclude each other", "keep one of them", key=held[-1])
        return
    groups: dict[Any, list[ValidationError]] = {number: [] for number in range(len(branches))}
    for inner in error.context or ():
        groups[inner.relative_schema_path[0]].append(inner)
    meant = [group for group in groups.values() if not any(_is_root_type(inner) for inner in group)]
    if not meant:
        yield _wrong_type(path, [name for branch in branches for name in _types(branch)], error.instance)
        return
    for inner in min(meant, key=len):
        yield from explain(inner, kind)


def _is_root_type(error: ValidationError) -> bool:
    """Return whether an error of a branch says that the value is not of the branch's type at all."""
    return error.validator == "type" and not error.relative_path


def _types(part: Any) -> list[str]:
    """Return the JSON types that a schema allows."""
    if "type" in part:
        return [part["type"]] if isinstance(part["type"], str) else list(part["type"])
    return [name for branch in part.get("anyOf", ()) for name in _types(branch)]


_TYPE_NAMES = {
    "object": "a mapping", "array": "a list", "string": "text", "number": "a number", "integer": "a whole number",
    "boolean": "true or false", "null": "nothing",
}  # fmt: skip


def _wrong_type(path: Path, types: list[str], instance: object) -> Fault:
    wanted = " or ".join(dict.fromkeys(_TYPE_NAMES[name] for name in types))
    hint = ""
    if isinstance(instance, bool | int | float) and "string" in types:
        hint = "quote it if text is meant"
    elif instance is None:
        hint = "write a value after the colon, or remove the key"
    message = f"{_label(path)} must be {wanted}, not {_described(instance)}"
    return Fault(path, "ORC013", message, hint, text=hint.startswith("quote"))


def _described(instance: object) -> str:
    if isinstance(instance, dict):
        return "a mapping"
    if isinstance(instance, list):
        return "a list"
    if isinstance(instance, str):
        return f"the text `{shown(instance)}`"
    return "empty" if instance is None else f"`{json.dumps(instance)}`"


def _unknown_keys(error: ValidationError, kind: str, path: Path) -> Iterator[Fault]:
    part: Any = error.schema
    known = part.get("properties", {})
    instance: Any = error.instance
    expectation = kind == "mission" and path[:1] == ("expect",)
    noun, code = ("expectation", "ORC112") if expectation else ("key", "ORC011")
    unknown = [key for key in instance if key not in known]
    free = sorted(set(known) - set(instance))
    names = Names(free)
    for number, key in enumerate(unknown):
        hint = (did_you_mean(key, free) or did_you_mean(key, known)) if number < _MOST_SUGGESTIONS else ""
        near = frozenset(re.findall("`(.*)`", hint))
        where = f" in {_label(path)}" if path else ""
        meant = names.nearest(key)
        message = f"unknown {noun} `{shown(key)}`{where}"
        yield Fault(path, code, message, hint or _choices(known), key=key, near=near, meant=meant)


def _unknown_value(error: ValidationError, path: Path) -> Fault:
    allowed: Any = error.validator_value if error.validator == "enum" else [error.validator_value]
    words = [str(word) for word in allowed]
    hint = did_you_mean(error.instance, words) if isinstance(error.instance, str) else ""
    meant = Names(sorted(words)).nearest(error.instance) if isinstance(error.instance, str) else ""
    choices = _choices(words)
    hint = f"{hint} ({choices})" if hint else choices
    return Fault(path, "ORC014", f"{_label(path)} cannot be {_described(error.instance)}", hint, meant=meant)


def _choices(words: Collection[str]) -> str:
    names = ", ".join(f"`{word}`" for word in words)
    return f"one of {names}" if len(words) > 1 else f"write {names}"


def _label(path: Path) -> str:
    """Return the words for the value at a path."""
    if not path:
        return "the document"
    *above, last = path
    if isinstance(last, int):
        return f"item {last + 1} of {_label(tuple(above))}" if above else f"item {last + 1}"
    return f"`{shown(str(last))}`"


def _note(error: ValidationError) -> str:
    part: Any = error.schema
    inner: Any = error.validator_value
    return str(inner.get("description") or part.get("description"))


_FORMS = {
    "^[a-z0-9][a-z0-9._-]*$": "a name: lower-case letters, digits, `.`, `_`, `-`, and a letter or digit first",
    "^[0-9]{1,9}([.][0-9]{1,12})?$": "a decimal number such as 0.40",
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "a day such as 2026-01-31",
    "^-?[0-9]{1,12}([.][0-9]{1,12})?$": "a number",
}


def _constraint(error: ValidationError, subject: str) -> str:
    """Return the sentence for a constraint on the value itself."""
    limit: Any = error.validator_value
    match str(error.validator):
        case "not":
            return f"{subject}: {_note(error)}"
        case "pattern":
            return f"{subject} is not {_FORMS.get(limit, f'of the form {limit}')}"
        case "minLength" | "minItems" | "minProperties":
            return f"{subject} must not be empty" if limit == 1 else f"{subject} must hold at least {limit}"
        case "maxLength":
            return f"{subject} is longer than {limit} characters"
        case "maxProperties":
            return f"{subject} holds more than one key; write an item for each"
        case "minimum":
            return f"{subject} must be at least {limit}"
        case "maximum":
            return f"{subject} must be at most {limit:,}"
        case "exclusiveMinimum":
            return f"{subject} must be more than {limit}"
        case "uniqueItems":
            return f"{subject} holds the same item twice"
        case _:
            return f"{subject}: {shown(error.message, 200)}"
