"""The fleet: everything a project says, as frozen values with places.

Front ends build these values, the link step and the rules read them, and the manifest carries them to the runtime
unchanged. Short forms of the language end in the front ends: the model knows only the long form.

Every document-level value has a `span` (the whole of it) and `places` (the spans of its values by dotted path, such as
`tier` or `capabilities.0`), so that a finding can point at the very word. `places` stays in the compiler; the manifest
carries `span` alone.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TypeAlias

from orchestra_compiler.diagnostic import Span

FeatureValue: TypeAlias = str | bool | int | float | tuple[str, ...]
"""What a task's feature may hold: a word, a truth, a number, or a list of words (such as file paths)."""

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
Places: TypeAlias = Mapping[str, Span]
NOWHERE = Span("")


class Category(enum.StrEnum):
    """The four kinds of missions."""

    INDIVIDUAL = "individual"
    COORDINATION = "coordination"
    MULTI_AGENT = "multi-agent"
    EDGE = "edge"


class Risk(enum.StrEnum):
    """How much a mission's failure would hurt, in rising order."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Phase(enum.StrEnum):
    """The part a step plays in a scout-plan-build mission."""

    SCOUT = "scout"
    PLAN = "plan"
    BUILD = "build"


class Layer(enum.StrEnum):
    """The five layers of quality gates, in the order in which they run."""

    INPUT = "input"
    GROUNDING = "grounding"
    BOUNDARY = "boundary"
    OUTPUT = "output"
    ESCALATION = "escalation"


class Action(enum.StrEnum):
    """What a failed gate check does: nothing, a warning, a refused reply, or a call for the next level."""

    OFF = "off"
    WARN = "warn"
    BLOCK = "block"
    ESCALATE = "escalate"


class AgentTier(enum.StrEnum):
    """What an agent's own tier means to the router."""

    FLOOR = "floor"  # the score may raise the tier, never lower it below the agent's own
    PIN = "pin"  # the agent's own tier, whatever the score
    IGNORE = "ignore"  # the score alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """One agent of the fleet.

    Attributes:
        tools: The tools it may use, patterns allowed (`mcp__github__*`, `Bash(git:*)`); None means all.
        model: A model named in the agent's own file (`sonnet`, `inherit`, a full id), as written there.
        sends, accepts: Message types.
        coordinator: The agent it escalates to.
        handoffs: Agents it may give work to.
        boundaries: What it must not do or decide, a sentence each.
        extra: Top-level keys this language does not know, kept as JSON text.
        source_format: Which of the formats that are read it is written in, such as `orchestra` or `claude-code`.
    """

    name: str
    description: str
    prompt: str
    source_format: str = "orchestra"
    tier: str | None = None
    rationale: str = ""
    model: str | None = None
    capabilities: tuple[str, ...] = ()
    tools: tuple[str, ...] | None = None
    sends: tuple[str, ...] = ()
    accepts: tuple[str, ...] = ()
    coordinator: str | None = None
    handoffs: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    boundaries: tuple[str, ...] = ()
    memory: str | None = None
    hooks: tuple[str, ...] = ()
    template: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    span: Span = NOWHERE
    places: Places = field(default_factory=dict, compare=False, metadata={"manifest": False})


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a model costs, in US dollars per million tokens, with where and when the figure was read.

    Attributes:
        cache_read, cache_write: None where the source names no such price: such usage is then an error, never free.
        source: A URL or a file of the project.
        date: The day the price was read, `YYYY-MM-DD`.
    """

    input: Decimal
    output: Decimal
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    source: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model of a tier. After the link step `provider`, limits and `price` are resolved."""

    name: str
    provider: str = ""
    context_window: int = 0
    max_output_tokens: int = 0
    price: Price | None = None
    span: Span = NOWHERE
    places: Places = field(default_factory=dict, compare=False, metadata={"manifest": False})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A named class of models, preferred first. `aliases` are the `model:` words of Markdown agents that mean it."""

    name: str
    models: tuple[Model, ...]
    description: str = ""
    aliases: tuple[str, ...] = ()
    span: Span = NOWHERE
    places: Places = field(default_factory=dict, compare=False, metadata={"manifest": False})

    @property
    def preferred(self) -> Model | None:
        """The model that answers first, or None for a tier without models."""
        return self.models[0] if self.models else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiers:
    """All tiers, weakest first, and the chain a task climbs when a tier fails it.

    Attributes:
        baseline: The tier that reports hold the run against first; the others follow.
        default: The tier of an agent that names none, when no routing policy scores the task.
    """

    tiers: tuple[Tier, ...]
    escalation: tuple[str, ...]
    baseline: str
    default: str
    span: Span = NOWHERE
    places: Places = field(default_factory=dict, compare=False, metadata={"manifest": False})

    def names(self) -> tuple[str, ...]:
        """Return the tiers' names, weakest first."""
        return tuple(tier.name for tier in self.tiers)

    def get(self, name: str) -> Tier | None:
        """Return the tier of that name, or None."""
        return next((tier for tier in self.tiers if tier.name == name), None)


class SignalKind(enum.StrEnum):
    """How a signal turns a feature into points."""

    STEPS = "steps"  # number: the points of the highest bound reached
    TABLE = "table"  # word: the points of its row; of a list, the most
    GLOBS = "globs"  # paths: points once any path matches any glob
    WORDS = "words"  # text: points once any word occurs


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One signal of the complexity score; only the fields of its kind are set."""

    name: str
    feature: str
    kind: SignalKind
    steps: tuple[tuple[Decimal, Decimal], ...] = ()  # (bound, points), bounds rising
    table: Mapping[str, Decimal] = field(default_factory=dict)
    default: Decimal = Decimal(0)  # of a table: an absent or unlisted value
    globs: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    points: Decimal = Decimal(0)  # of globs and words
    span: Span = NOWHERE
    places: Places = field(default_factory=dict, compare=False, metadata={"manifest": False})


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a hard rule asks of one feature. Exactly one of the three is set.

    Attributes:
        values: The feature equals one of these; of a list, one of them is in it.
        minimum, maximum: The number lies in this closed range; either end may be open (None).
        globs: A path of the feature matches one of these.
    """

    feature: str
    values: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    globs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HardRule:
    """A rule that decides the tier before any score: all its conditions hold."""

    name: str
    when: tuple[Condition, ...]
    tier: str
    reason: str = ""
    span: Span = NOWHERE
    places: Places = field(default_factory=dict, compare=False, metadata={"manifest": False})


class FeatureType(enum.StrEnum):
    """The type of a task's feature."""

    WORD = "word"
    NUMBER = "number"
    TEXT = "text"
    LIST = "list"
    TRUTH = "truth"


BUILT_IN_FEATURES: Mapping[str, FeatureType] = {
    "agent": FeatureType.WORD,
    "capability": FeatureType.WORD,
    "category": FeatureType.WORD,
    "context_tokens": FeatureType.NUMBER,
    "files": FeatureType.LIST,
    "phase": FeatureType.WORD,
    "risk": FeatureType.WORD,
    "task_type": FeatureType.WORD,
    "text": FeatureType.TEXT,
}
"""Features every task may have; a routing policy may declare more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingPolicy:
    """Hard rules first, in order; else the sum of the signals' points against the tiers' thresholds.

    Attributes:
        features: Features beyond the built-in ones.
        thresholds: Tier -> the least score that reaches it. Empty: no scoring.
        agent_tier: What an agent's own tier means to the decision.
    """

    features: Mapping[str, FeatureType] = field(default_factory=dict)
    hard: tuple[HardRule, ...] = ()
    signals: tuple[Signal, ...] = ()
    thresholds: Mapping[str, Decimal] = field(default_factory=dict)
    agent_tier: AgentTier = AgentTier.FLOOR
    span: Span = NOWHERE
    places: Places = field(default_factory=dict, compare=False, metadata={"manifest": False})


@dataclass(frozen=True, slots=True, kw_only=True)
class GateCheck:
    """One configured check of a layer. `options` are the check's own settings, as JSON text by name."""

    layer: Layer
    name: str
    action: Action
    options: Mapping[str, str] = field(default_factory=dict)
    span: Span = NOWHERE
    places: Places = field(default_factory=dict, compare=False, metadata={"manifest": False})


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationPolicy:
    """How many attempts each error level gets before the next is called; after the lead comes the user.

    Attributes:
        self_attempts: Calls by the step's own agent, the first included (level 1).
        coordinator_attempts: Calls by its coordinator (level 2).
        lead_attempts: Calls by the coordinator's coordinator, up to the top (level 3).
        raise_tier: Whether each further attempt of the same agent climbs one tier of the escalation chain.
    """

    self_attempts: int = 2
    coordinator_attempts: int = 1
    lead_attempts: int = 1
    raise_tier: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteThresholds:
    """What the whole run must hold; None means no such threshold.

    Attributes:
        pass_rate: Least share of missions and cases that pass, 0 to 1.
        user_escalations: The share of steps that end with the user stays below this, 0 to 1.
        budget_usd: Most the run may be priced at.
    """

    pass_rate: Decimal | None = None
    user_escalations: Decimal | None = None
    budget_usd: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePolicy:
    """The quality gates of a project."""

    checks: tuple[GateCheck, ...] = ()
    escalation: EscalationPolicy = field(default_factory=EscalationPolicy)
    suite: SuiteThresholds = field(default_factory=SuiteThresholds)
    span: Span = NOWHERE
    places: Places = field(default_factory=dict, compare=False, metadata={"manifest": False})


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolUse:
    """A tool call in a reply: the tool's name and its input as JSON text."""

    name: str
    input: str = "{}"


class CallError(enum.StrEnum):
    """The ways in which a call fails, whoever the provider is."""

    TIMEOUT = "timeout"
    UNAVAILABLE = "unavailable"
    RATE_LIMIT = "rate-limit"
    SERVER = "server-error"
    CONTEXT_OVERFLOW = "context-overflow"
    REFUSAL = "refusal"
    AUTHENTICATION = "authentication"
    NO_REPLY = "no-reply"  # the script has no answer left: a fault of the mission file, not of the agent

    @property
    def retryable(self) -> bool:
        """Whether another attempt may help, best with another model; after the others the same agent fails again."""
        return self not in (CallError.REFUSAL, CallError.AUTHENTICATION, CallError.NO_REPLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one call. Input excludes what was read from or written to the provider's prompt cache."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedReply:
    """One scripted answer to a step's call.

    Attributes:
        text: The reply's text; for `message:` replies the runtime encodes the XML.
        message: Fields of a message of the protocol by name, as a JSON object in text; empty for a plain reply.
        tools: The tool calls the agent made on the way.
        error: The call fails in this way instead.
        latency_s: How long the provider really waits before it answers, in seconds.
        usage: Usage declared by the author; None means counted.
        output_tokens: Tokens of `text`, counted at compile time; None where the text is made at run time.
    """

    text: str = ""
    message: str = ""
    tools: tuple[ToolUse, ...] = ()
    error: CallError | None = None
    latency_s: float = 0.0
    usage: Usage | None = None
    output_tokens: int | None = None
    span: Span = NOWHERE
    places: Places = field(default_factory=dict, compare=False, metadata={"manifest": False})


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The scripted answers to one step's calls, in order of the calls.

    Attributes:
        repeats: The last reply answers every further call; otherwise a call too many fails with `no-reply`.
    """

    replies: tuple[ScriptedReply, ...]
    repeats: bool = False

    def reply_to(self, number: int) -> ScriptedReply | None:
        """Return the answer to a call by its number, from 0; None where the script has run out."""
        if number < len(self.replies):
            return self.replies[number]
        return self.replies[-1] if self.repeats and self.replies else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a mission, given to an agent by name or to a capability by discovery.

    Attributes:
        needs: Steps whose replies this one reads; it starts when they have ended well.
        optional: The mission goes on, degraded, without this step's reply.
        task_tokens: Tokens of `task`, counted at compile time.
    """

    name: str
    task: str
    agent: str | None = None
    capability: str | None = None
    needs: tuple[str, ...] = ()
    phase: Phase | None = None
    features: Mapping[str, FeatureValue] = field(default_factory=dict)
    deadline_s: float | None = None
    optional: bool = False
    task_tokens: int = 0
    span: Span = NOWHERE
    places: Places = field(default_factory=dict, compare=False, metadata={"manifest": False})


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One thing a mission must show. `value` is what the author wrote, as JSON text.

    Attributes:
        step: The step it speaks of, or None for the whole mission.
        kind: The name of the expectation, such as `contains` or `cost_usd`.
    """

    kind: str
    value: str
    step: str | None = None
    span: Span = NOWHERE
    places: Places = field(default_factory=dict, compare=False, metadata={"manifest": False})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mission:
    """A DAG of steps with what must come of it."""

    name: str
    steps: tuple[Step, ...]
    category: Category = Category.INDIVIDUAL
    risk: Risk = Risk.LOW
    description: str = ""
    tags: tuple[str, ...] = ()
    replies: Mapping[str, Script] = field(default_factory=dict)
    expectations: tuple[Expectation, ...] = ()
    budget_usd: Decimal | None = None
    deadline_s: float | None = None
    span: Span = NOWHERE
    places: Places = field(default_factory=dict, compare=False, metadata={"manifest": False})


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadTask:
    """A kind of task that a month brings, with its usual size in tokens."""

    name: str
    per_month: int
    agent: str | None = None
    capability: str | None = None
    features: Mapping[str, FeatureValue] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)
    span: Span = NOWHERE
    places: Places = field(default_factory=dict, compare=False, metadata={"manifest": False})


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What the project says that a month of its workload costs or saves. Either the percentage or a bound is set.

    Attributes:
        saves_percent: The least that routing saves, in percent of what one tier doing everything costs.
        against: That tier; None means the baseline.
        least_usd, most_usd: The closed range in US dollars in which a month's cost lies; None: open at that end.
    """

    saves_percent: Decimal | None = None
    against: str | None = None
    least_usd: Decimal | None = None
    most_usd: Decimal | None = None
    span: Span = NOWHERE
    places: Places = field(default_factory=dict, compare=False, metadata={"manifest": False})


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """How many tasks of which kind a month brings, and what is claimed of their cost."""

    tasks: tuple[WorkloadTask, ...] = ()
    claims: tuple[Claim, ...] = ()
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """The messages agents exchange.

    Attributes:
        schema: Path of the XSD below the project's root; empty for the one that ships with us.
        root: Name of the root element; empty where each type is an element of its own.
        discriminator: Path from the root to what names the type: `type`, `header/kind`, `body/@type`; empty likewise.
        types: The message types the schema allows, sorted; filled by the link step.
    """

    schema: str = ""
    root: str = ""
    discriminator: str = ""
    types: tuple[str, ...] = ()
    span: Span = NOWHERE
    places: Places = field(default_factory=dict, compare=False, metadata={"manifest": False})


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What `orchestra.yaml` says of the project itself.

    Attributes:
        out: The folder that compiled files go to, below the project's root.
        templates: A folder with the project's own templates, or None.
        targets: Names of the emitters that run.
        target_options: Target -> its options, as a JSON object in text; only targets that have some.
        prompt_budget_tokens: The most a compiled prompt may hold.
    """

    name: str
    description: str = ""
    out: str = "compiled"
    templates: str | None = None
    targets: tuple[str, ...] = ()
    target_options: Mapping[str, str] = field(default_factory=dict)
    prompt_budget_tokens: int = 8000
    span: Span = NOWHERE
    places: Places = field(default_factory=dict, compare=False, metadata={"manifest": False})


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """All that one project defines. Agents and missions are sorted by name, then by place.

    Attributes:
        broken: Names that files with errors were about to define, as `agent:NAME` or `mission:NAME`, and documents of
            the project that cannot be used, as `document:KIND`, so that one bad file does not make every reference to it a
            second finding.
    """

    project: Project
    agents: tuple[Agent, ...]
    tiers: Tiers
    routing: RoutingPolicy
    gates: GatePolicy
    protocol: Protocol
    missions: tuple[Mission, ...]
    workload: Workload
    broken: frozenset[str] = frozenset()

    @cached_property
    def agent_by_name(self) -> Mapping[str, Agent]:
        """The first agent of each name."""
        return {agent.name: agent for agent in reversed(self.agents)}

    @cached_property
    def agents_by_capability(self) -> Mapping[str, tuple[Agent, ...]]:
        """The agents that offer each capability, in the fleet's order; the first is who discovery picks."""
        found: dict[str, list[Agent]] = {}
        for agent in self.agents:
            for capability in agent.capabilities:
                found.setdefault(capability, []).append(agent)
        return {capability: tuple(agents) for capability, agents in found.items()}

    def assigned(self, step: Step) -> Agent | None:
        """Return the agent a step is given to: the one it names, or the first that offers its capability."""
        if step.agent is not None:
            return self.agent_by_name.get(step.agent)
        capable = self.agents_by_capability.get(step.capability or "", ())
        return capable[0] if capable else None

    def chain_of_command(self, agent: Agent) -> tuple[Agent, ...]:
        """Return an agent, its coordinator, that one's coordinator and so on, each once."""
        chain = {agent.name: agent}
        above = self.agent_by_name.get(agent.coordinator or "")
        while above is not None and above.name not in chain:
            chain[above.name] = above
            above = self.agent_by_name.get(above.coordinator or "")
        return tuple(chain.values())
