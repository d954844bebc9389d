"""Run one case of kind `prompt`."""

from __future__ import annotations

import json
from hashlib import sha256

from orchestra_compiler.manifest import Case
from pytest_orchestra.compiled import CompiledProject


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
    if compiled.tokens > data["most_tokens"]:
        return f"{compiled.path} holds {compiled.tokens} tokens; the budget is {data['most_tokens']}"
    return None


def _more(count: int) -> str:
    return f" and {count} more" if count else ""
