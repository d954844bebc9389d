"""The rules' names in one place: every code a command may print, with what it means in one line.

Codes never change their meaning and are never given out twice. A rule that reads a whole fleet has a module of its own
below `rules/`; the codes of the link step and of the compile stand here, because those parts find more than one thing.
The reader's codes stand beside the reader, in `source/codes.py`; `rules.RULES` has them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from orchestra_compiler.diagnostic import Diagnostic, Severity, Span


class Rule(NamedTuple):
    """One kind of finding.

    Attributes:
        code: `ORC###`.
        name: Kebab-case.
        severity: How bad it usually is; a single finding may be milder or worse where its page says so.
        summary: What it finds, in one line, without a full stop.
    """

    code: str
    name: str
    severity: Severity
    summary: str

    def at(self, span: Span, message: str, hint: str = "", severity: Severity | None = None) -> Diagnostic:
        """Return a finding of this rule at a place."""
        return Diagnostic(
            code=self.code,
            rule=self.name,
            severity=severity or self.severity,
            span=span,
            message=message,
            hint=hint,
        )

    @property
    def page(self) -> str:
        """The file name of the rule's documentation page, below `docs/rules/`."""
        return f"{self.code}-{self.name}.md"


def place_of(span: Span, places: Mapping[str, Span], *paths: str) -> Span:
    """Return the place of the first path that is known, or the span of the whole value."""
    for path in paths:
        if path in places:
            return places[path]
    return span


_E, _W = Severity.ERROR, Severity.WARNING

UNKNOWN_AGENT = Rule("ORC101", "unknown-agent", _E, "A name is not that of an agent of the fleet")
UNKNOWN_TIER = Rule("ORC102", "unknown-tier", _E, "A name is not that of a tier")
UNKNOWN_CAPABILITY = Rule("ORC103", "unknown-capability", _E, "No agent offers the capability that work asks for")
UNKNOWN_MESSAGE_TYPE = Rule("ORC104", "unknown-message-type", _E, "The message schema has no such message type")
UNKNOWN_COORDINATOR = Rule("ORC105", "unknown-coordinator", _E, "The coordinator is not an agent of the fleet")
HANDOFF_CYCLE = Rule("ORC106", "handoff-cycle", _W, "Agents hand work on in a ring")
STEP_CYCLE = Rule("ORC107", "step-cycle", _E, "Steps of a mission need each other")
DUPLICATE_NAME = Rule("ORC108", "duplicate-name", _E, "Two agents or two missions have the same name")
UNKNOWN_STEP = Rule("ORC109", "unknown-step", _E, "A name is not that of a step of the mission")
UNKNOWN_FEATURE = Rule("ORC110", "unknown-feature", _E, "A feature is not declared, or is used as another type")
UNKNOWN_CHECK = Rule("ORC111", "unknown-check", _E, "No layer of the quality gates has such a check or option")
UNKNOWN_TARGET = Rule("ORC113", "unknown-target", _E, "The compiler has no such target")
UNKNOWN_TEMPLATE = Rule("ORC114", "unknown-template", _E, "A prompt template is neither the project's nor ours")
MESSAGE_SCHEMA_BROKEN = Rule("ORC115", "message-schema-broken", _E, "The message schema cannot be used")
COORDINATOR_CYCLE = Rule("ORC116", "coordinator-cycle", _E, "Agents escalate to each other in a ring")
TEMPLATE_ERROR = Rule("ORC117", "template-error", _E, "A prompt template does not render")
MESSAGE_UNMAKABLE = Rule("ORC118", "message-unmakable", _W, "No example of a message type can be made")
UNKNOWN_PRICE = Rule("ORC301", "unknown-price", _E, "Nobody says what a model costs")
LIMITS_UNKNOWN = Rule("ORC306", "limits-unknown", _W, "Nobody says how much a model can read or write")
MODEL_WITHOUT_TIER = Rule("ORC307", "model-without-tier", _W, "An agent names a model that belongs to no tier")
PRICE_TOO_FINE = Rule("ORC309", "price-too-fine", _E, "A price has more decimals than a bill can be exact with")
REPLY_UNWRITABLE = Rule("ORC606", "reply-unwritable", _E, "A scripted message is none that the protocol allows")

LINK_RULES = (
    UNKNOWN_AGENT,
    UNKNOWN_TIER,
    UNKNOWN_CAPABILITY,
    UNKNOWN_MESSAGE_TYPE,
    UNKNOWN_COORDINATOR,
    HANDOFF_CYCLE,
    STEP_CYCLE,
    DUPLICATE_NAME,
    UNKNOWN_STEP,
    UNKNOWN_FEATURE,
    UNKNOWN_CHECK,
    UNKNOWN_TARGET,
    UNKNOWN_TEMPLATE,
    MESSAGE_SCHEMA_BROKEN,
    COORDINATOR_CYCLE,
    TEMPLATE_ERROR,
    MESSAGE_UNMAKABLE,
    UNKNOWN_PRICE,
    LIMITS_UNKNOWN,
    MODEL_WITHOUT_TIER,
    PRICE_TOO_FINE,
    REPLY_UNWRITABLE,
)
