"""Run one case of kind `prompt`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from orchestra_compiler.errors import MessageError
from orchestra_compiler.manifest import Case
from pytest_orchestra.compiled import CompiledProject

if TYPE_CHECKING:
    from orchestra_compiler.xsd.engines.violation import Violation


def check(case: Case, project: CompiledProject) -> str | None:
    """Return why the compiled prompt is not what the spec asks for, or None."""
    compiled = project.manifest.prompts.get(case.component)
    if compiled is None:
        return f"agent {case.component!r} has no compiled prompt"
    data = json.loads(case.data)
    text = project.prompt(case.component)
    if sha256(text.encode()).hexdigest() != compiled.sha256:
        return f"{compiled.path} was changed after it was compiled; run orchestra-compile"
    missing = [said for said in data["says"] if said not in text]
    if missing:
        return f"{compiled.path} does not say: {missing[0]!r}" + _more(len(missing) - 1)
    wrong = _wrong_example(text, data.get("examples", ()), project)
    if wrong is not None:
        return f"{compiled.path} {wrong}"
    if compiled.tokens > data["most_tokens"]:
        return f"{compiled.path} holds {compiled.tokens} tokens; the budget is {data['most_tokens']}"
    return None


def _wrong_example(text: str, kinds: Sequence[str], project: CompiledProject) -> str | None:
    """Return which message type the prompt shows no valid example of, or None."""
    if not kinds:
        return None
    from orchestra_compiler.text_checks import prose

    found: dict[str, Violation] = {}
    valid = set[str]()
    base = ""
    for language, content in prose.fenced(text):
        if language != "xml":
            continue
        document = _whole(content, base)
        try:
            kind = project.messages.type_of(document)
        except MessageError:
            continue
        refused = project.messages.validate(document)
        base = base or document
        if refused:
            found.setdefault(kind, refused[0])
        else:
            valid.add(kind)
    lacking = next((kind for kind in kinds if kind not in valid), None)
    if lacking is None:
        return None
    return f"shows no valid {lacking}: {found[lacking]}" if lacking in found else f"shows no example of a {lacking}"


def _whole(content: str, base: str) -> str:
    """Return the document that a block holds, or that its parts make of the first one."""
    from orchestra_compiler.protocol.excerpts import restored

    try:
        return restored(base, content) if base else content
    except MessageError:
        return content


def _more(count: int) -> str:
    return f" and {count} more" if count else ""
