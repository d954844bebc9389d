"""Who answers calls: one explicit table from a provider's name to what makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from orchestra_compiler.errors import UsageError
from pytest_orchestra.providers.base import Provider

if TYPE_CHECKING:
    from pytest_orchestra.compiled import CompiledProject

__all__ = ["PROVIDERS", "Factory", "Provider", "create"]

Factory: TypeAlias = "Callable[[CompiledProject], Provider]"


def _scripted(project: CompiledProject) -> Provider:
    from pytest_orchestra.providers.scripted import ScriptedProvider

    return ScriptedProvider(project)


PROVIDERS: Mapping[str, Factory] = {"scripted": _scripted}


def create(name: str, project: CompiledProject, factories: Mapping[str, Factory] = PROVIDERS) -> Provider:
    """Return the provider of that name; `factories` is where plugins add theirs.

    Raises:
        UsageError: Nobody provides that name.
    """
    factory = factories.get(name)
    if factory is None:
        raise UsageError(f"there is no provider {name!r}", f"known providers: {', '.join(sorted(factories))}")
    return factory(project)
