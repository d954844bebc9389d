"""The rules' names in one place: every code a command may print, with what it means in one line.

Codes never change their meaning and are never given out twice. A rule that reads a whole fleet has a module of its own
below `rules/`; the codes of the link step and of the compile stand here, because those parts find more than one thing.
The reader's codes stand beside the reader, in `source/codes.py`; `rules.RULES` has them all.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from orchestra_compiler.diagnostic import Diagnostic, Fix, Safety, Severity, Span


class Family(enum.StrEnum):
    """What a rule looks at."""

    FORM = "form"
    IDENTITY = "identity"
    DESCRIPTION = "description"
    TIER = "model and tier"
    TOOL = "tools"
    HANDOFF = "hand-offs"
    PROMPT = "prompt"
    MESSAGE = "messages"
    ROUTING = "routing"
    MISSION = "missions"
    PRICE = "prices"
    SECURITY = "security"


class Option(NamedTuple):
    """A number that a project may set for one rule, under `lint.rules` of its `orchestra.yaml`.

    Attributes:
        minimum, maximum: The closed range it must lie in.
        summary: What it says, with its unit, without a full stop.
    """

    default: float
    minimum: float
    maximum: float
    summary: str


class Rule(NamedTuple):
    """One kind of finding.

    Attributes:
        code: `ORC###`.
        name: Kebab-case.
        severity: How bad it usually is; a single finding may be milder or worse where its page says so.
        summary: What it finds, in one line, without a full stop.
        fix: The safety of the mend that some of its findings carry; None where none ever does.
        options: What a project may set for it, by name.
    """

    code: str
    name: str
    family: Family
    severity: Severity
    summary: str
    fix: Safety | None = None
    options: Mapping[str, Option] = MappingProxyType({})

    def at(
        self, span: Span, message: str, hint: str = "", severity: Severity | None = None, fix: Fix | None = None
    ) -> Diagnostic:
        """Return a finding of this rule at a place."""
        return Diagnostic(
            code=self.code,
            rule=self.name,
            severity=severity or self.severity,
            span=span,
            message=message,
            hint=hint,
            fix=fix,
        )

    @property
    def page(self) -> str:
        """The file name of the rule's documentation page, below `docs/rules/`."""
        return f"{self.code}-{self.name}.md"


def place_of(span: Span, places: Mapping[str, Span], *paths: str) -> Span:
    """Return the place of the first path that is known, or the span of the whole value."""
    for path in paths:
        place = places.get(path)
        if place is not None:
            return place
    return span


_E, _W = Severity.ERROR, Severity.WARNING

UNKNOWN_AGENT = Rule(
    "ORC101", "unknown-agent", Family.HANDOFF, _E, "A name is not that of an agent of the fleet", fix=Safety.UNSAFE
)
UNKNOWN_TIER = Rule("ORC102", "unknown-tier", Family.TIER, _E, "A name is not that of a tier", fix=Safety.UNSAFE)
UNKNOWN_CAPABILITY = Rule(
    "ORC103",
    "unknown-capability",
    Family.HANDOFF,
    _E,
    "No agent offers the capability that work asks for",
    fix=Safety.UNSAFE,
)
UNKNOWN_MESSAGE_TYPE = Rule(
    "ORC104",
    "unknown-message-type",
    Family.MESSAGE,
    _E,
    "The message schema has no such message type",
    fix=Safety.UNSAFE,
)
UNKNOWN_COORDINATOR = Rule(
    "ORC105",
    "unknown-coordinator",
    Family.HANDOFF,
    _E,
    "The coordinator is not an agent of the fleet",
    fix=Safety.UNSAFE,
)
HANDOFF_CYCLE = Rule("ORC106", "handoff-cycle", Family.HANDOFF, _W, "Agents hand work on in a ring")
STEP_CYCLE = Rule("ORC107", "step-cycle", Family.MISSION, _E, "Steps of a mission need each other")
DUPLICATE_NAME = Rule("ORC108", "duplicate-name", Family.IDENTITY, _E, "Two agents or two missions have the same name")
UNKNOWN_STEP = Rule(
    "ORC109", "unknown-step", Family.MISSION, _E, "A name is not that of a step of the mission", fix=Safety.UNSAFE
)
UNKNOWN_FEATURE = Rule(
    "ORC110",
    "unknown-feature",
    Family.ROUTING,
    _E,
    "A feature is not declared, or is used as another type",
    fix=Safety.UNSAFE,
)
UNKNOWN_CHECK = Rule(
    "ORC111",
    "unknown-check",
    Family.MISSION,
    _E,
    "No layer of the quality gates has such a check or option",
    fix=Safety.UNSAFE,
)
UNKNOWN_TARGET = Rule("ORC113", "unknown-target", Family.FORM, _E, "The compiler has no such target", fix=Safety.UNSAFE)
UNKNOWN_TEMPLATE = Rule(
    "ORC114",
    "unknown-template",
    Family.PROMPT,
    _E,
    "A prompt template is neither the project's nor ours",
    fix=Safety.UNSAFE,
)
MESSAGE_SCHEMA_BROKEN = Rule("ORC115", "message-schema-broken", Family.MESSAGE, _E, "The message schema cannot be used")
COORDINATOR_CYCLE = Rule("ORC116", "coordinator-cycle", Family.HANDOFF, _E, "Agents escalate to each other in a ring")
TEMPLATE_ERROR = Rule("ORC117", "template-error", Family.PROMPT, _E, "A prompt template does not render")
MESSAGE_UNMAKABLE = Rule("ORC118", "message-unmakable", Family.MESSAGE, _W, "No example of a message type can be made")
TARGET_OPTION_UNKNOWN = Rule(
    "ORC140", "target-option-unknown", Family.FORM, _E, "A target has no such option", Safety.UNSAFE
)
TARGET_OPTION_WRONG = Rule(
    "ORC141", "target-option-wrong", Family.FORM, _E, "An option of a target holds what it cannot hold"
)
TARGET_OPTION_MISSING = Rule(
    "ORC142", "target-option-missing", Family.FORM, _E, "A target lacks an option that it needs"
)
TARGET_CANNOT_SAY = Rule(
    "ORC143", "target-cannot-say", Family.FORM, _W, "The tool behind a target cannot take what an agent says"
)
UNKNOWN_PRICE = Rule("ORC301", "unknown-price", Family.PRICE, _E, "Nobody says what a model costs")
LIMITS_UNKNOWN = Rule("ORC306", "limits-unknown", Family.TIER, _W, "Nobody says how much a model can read or write")
MODEL_WITHOUT_TIER = Rule(
    "ORC307", "model-without-tier", Family.TIER, _W, "An agent names a model that belongs to no tier"
)
PRICE_TOO_FINE = Rule(
    "ORC309", "price-too-fine", Family.PRICE, _E, "A price has more decimals than a bill can be exact with"
)
REPLY_UNWRITABLE = Rule(
    "ORC606", "reply-unwritable", Family.MISSION, _E, "A scripted message is none that the protocol allows"
)

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
    TARGET_OPTION_UNKNOWN,
    TARGET_OPTION_WRONG,
    TARGET_OPTION_MISSING,
    TARGET_CANNOT_SAY,
    UNKNOWN_PRICE,
    LIMITS_UNKNOWN,
    MODEL_WITHOUT_TIER,
    PRICE_TOO_FINE,
    REPLY_UNWRITABLE,
)
