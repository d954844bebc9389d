"""All names that are defined in one fleet, for whoever looks one up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from orchestra_compiler.diagnostic import Diagnostic, Span
from orchestra_compiler.findings import Rule
from orchestra_compiler.model import BUILT_IN_FEATURES, FeatureType, Fleet
from orchestra_compiler.source.mends import rename
from orchestra_compiler.suggestions import Names

if TYPE_CHECKING:
    from orchestra_compiler.protocol.schema import MessageSchema


class Scope(NamedTuple):
    """What a reference may name.

    Attributes:
        capabilities, messages: None where the answer is not known, because a file that may define them is broken.
        schema: Loads the schema of the messages; None where it is broken.
    """

    fleet: Fleet
    root: Path
    agents: Names
    tiers: Names
    capabilities: Names | None
    messages: Names | None
    schema: Callable[[], MessageSchema] | None
    features: Mapping[str, FeatureType]
    feature_names: Names

    @property
    def knows_features(self) -> bool:
        """Whether the features are known: the routing document may declare more where it cannot be read."""
        return "document:routing" not in self.fleet.broken

    def agent(self, name: str | None, span: Span, rule: Rule) -> Iterator[Diagnostic]:
        """Yield a finding where no agent has the name."""
        if name is not None and name not in self.agents:
            hint = self.agents.hint(name, "define it, or name another")
            fix = rename(name, self.agents.nearest(name), span)
            yield rule.at(span, f"no agent is called `{name}`", hint, fix=fix)

    def tier(self, name: str | None, span: Span, rule: Rule) -> Iterator[Diagnostic]:
        """Yield a finding where no tier has the name."""
        if name is not None and name not in self.tiers:
            hint = self.tiers.hint(name, f"the tiers are {self.tiers.listed()}")
            fix = rename(name, self.tiers.nearest(name), span)
            yield rule.at(span, f"no tier is called `{name}`", hint, fix=fix)

    def capability(self, name: str | None, span: Span, rule: Rule) -> Iterator[Diagnostic]:
        """Yield a finding where no agent offers the capability."""
        if name is not None and self.capabilities is not None and name not in self.capabilities:
            hint = self.capabilities.hint(name, "list it under `capabilities` of the agent that has it")
            fix = rename(name, self.capabilities.nearest(name), span)
            yield rule.at(span, f"no agent offers the capability `{name}`", hint, fix=fix)

    def message(self, name: str | None, span: Span, rule: Rule) -> Iterator[Diagnostic]:
        """Yield a finding where the schema has no such message type."""
        if name is not None and self.messages is not None and name not in self.messages:
            hint = self.messages.hint(name, f"the schema's types are {self.messages.listed()}")
            fix = rename(name, self.messages.nearest(name), span)
            yield rule.at(span, f"the message schema has no type `{name}`", hint, fix=fix)


def scope_of(fleet: Fleet, root: Path, schema: Callable[[], MessageSchema] | None) -> Scope:
    """Return the names that `fleet` defines; `schema` loads the messages', and is None where it cannot be used."""
    broken = sorted(name.removeprefix("agent:") for name in fleet.broken if name.startswith("agent:"))
    features = {**BUILT_IN_FEATURES, **fleet.routing.features}
    return Scope(
        fleet=fleet,
        root=root,
        agents=Names(sorted(fleet.agent_by_name), broken),
        tiers=Names(fleet.tiers.names()),
        capabilities=None if broken else Names(sorted(fleet.agents_by_capability)),
        messages=None if schema is None else Names(fleet.protocol.types),
        schema=schema,
        features=features,
        feature_names=Names(sorted(features)),
    )
