"""Run generated cases: one function per kind, found by the kind's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from orchestra_compiler.errors import ManifestError
from orchestra_compiler.manifest import Case
from pytest_orchestra.compiled import CompiledProject

KINDS: Mapping[str, str] = {
    "boundary": "routing",
    "fallback": "routing",
    "fault": "fault",
    "message": "message",
    "pair": "pair",
    "prompt": "prompt",
    "routing": "routing",
}
"""Kind of case -> the module beside this one that runs it; imported with the first case of its kind."""


def check(case: Case, project: CompiledProject) -> str | None:
    """Run a case; return None when it passes, else what was expected and what happened.

    Raises:
        ManifestError: The manifest holds a kind of case that this version does not know.
    """
    module = KINDS.get(case.kind)
    if module is None:
        raise ManifestError(f"case {case.id} is of an unknown kind {case.kind!r}", "run orchestra-compile")
    run: Callable[[Case, CompiledProject], str | None] = import_module(f"{__name__}.{module}").check
    return run(case, project)
