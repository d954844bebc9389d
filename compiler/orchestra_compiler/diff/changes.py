"""The results of a comparison: frozen values that the aspects make and the three outputs show.

    Changes
      agents, tiers, policy, missions, workload   ItemChange: added, removed, renamed or changed, field by field
      routes       Routes: tasks tried on both routers, and each that is answered otherwise
      findings     Finding: what breaks or may, by rule, with a document that proves it where there is one
      prompts      Prompts: tokens before and after
      cost         Cost: a month before and after; levers whose parts add up to the difference exactly
      cases        CaseChange per kind of generated case
      notes        what could not be told, and why

Everything is sorted; nothing depends on the clock or on where the sides come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from orchestra_compiler.diff.words import Category, Kind, LeverName, Probe, Severity, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class SideInfo:
    """One side as the outputs name it.

    Attributes:
        label: What the user typed, or what stands for it.
        source: `folder`, `revision` or `manifest`.
        project: The project's name.
        tokenizer: How its tokens were counted.
    """

    label: str
    source: str
    project: str
    agents: int
    tokenizer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field of a thing that is there on both sides.

    Attributes:
        before, after: As text; empty where it is not set. Long texts are not shown: both are empty then.
        added, removed: Of a list, the items only the new or only the old side has.
        turn: Which way it turned, for fields where one way is riskier than the other; None elsewhere.
    """

    name: str
    before: str = ""
    after: str = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    turn: Turn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChange:
    """An agent, a tier, a mission, a part of the policy or a task of the workload that is not what it was.

    Attributes:
        was: The old name of a renamed one; empty elsewhere.
        fields: Of a changed or renamed one.
    """

    name: str
    kind: Kind
    was: str = ""
    fields: tuple[FieldChange, ...] = ()

    def field(self, name: str) -> FieldChange | None:
        """Return the change of a field, or None where it is as it was."""
        return next((each for each in self.fields if each.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one side's router says of a task.

    Attributes:
        score: The points that the signals gave.
        rule: What decided, as `orchestra route` says it.
        reasons: Only those that the other side does not give as well, each with its points in front.
    """

    agent: str | None
    tier: str
    model: str
    score: Decimal
    rule: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A task that both sides answer, and not alike.

    Attributes:
        per_month: How many of them the new workload brings; None for what is not of the workload.
        rewritten: The task itself changed: its features, its agent or its text.
    """

    probe: Probe
    name: str
    per_month: int | None
    rewritten: bool
    before: Answer
    after: Answer

    @property
    def moved(self) -> bool:
        """Whether the tier is another; else it is the tier's preferred model, or the agent alone."""
        return self.before.tier != self.after.tier

    @property
    def remodelled(self) -> bool:
        """Whether the tier is the same and its preferred model another."""
        return not self.moved and self.before.model != self.after.model


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How many tasks of one origin were tried on both routers, and what changed for how many.

    Attributes:
        model_changed: The model, but not the tier.
        agent_changed: The agent that gets the task, but neither tier nor model.
    """

    probe: Probe
    tasks: int
    tier_changed: int
    model_changed: int
    agent_changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """Tasks tried on both routers, by origin, and those that are answered otherwise."""

    tried: tuple[Tried, ...]
    changed: tuple[Route, ...]

    def of(self, probe: Probe) -> Tried:
        """Return the counts of one origin."""
        return next(each for each in self.tried if each.probe is probe)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A document that proves a finding: one side accepts it, the other refuses it.

    Attributes:
        document: Which one, such as `task-assignment, full` or `order, urgent="1"`.
        refusal: What the side that refuses it says.
    """

    document: str
    refusal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that breaks, or that somebody ought to know.

    Attributes:
        rule: A name of the table in `rules`.
        where: An element's path, an agent's name and the like.
        evidence: None where the finding rests on reasoning alone.
    """

    rule: str
    category: Category
    severity: Severity
    where: str
    message: str
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptChange:
    """An agent's compiled prompt. `before` and `after` are tokens, None where there is no such agent on that side."""

    agent: str
    before: int | None
    after: int | None

    @property
    def tokens(self) -> int:
        """The difference."""
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompts:
    """Tokens of all prompts before and after, and each prompt whose text changed."""

    before: int
    after: int
    changed: tuple[PromptChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskShare:
    """What one kind of task adds to a lever, in US dollars a month."""

    task: str
    usd: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """A part of the difference in cost.

    Attributes:
        names: What was turned; more than one where the old and the new side do not fit together in between.
        usd: A month's difference. The levers of a `Cost` add up to its difference exactly.
        tasks: Whose cost it moves, the largest first; they add up to `usd` exactly.
    """

    names: tuple[LeverName, ...]
    usd: Decimal
    tasks: tuple[TaskShare, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """A month of the workload before and after, in US dollars, exactly.

    Attributes:
        percent: The difference in percent of `before_usd`, rounded to one decimal; None where that is 0.
    """

    before_usd: Decimal
    after_usd: Decimal
    change_usd: Decimal
    percent: Decimal | None
    levers: tuple[Lever, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChange:
    """Generated cases of one kind, by id."""

    kind: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Everything that a comparison found.

    Attributes:
        policy: Hard rules, signals, thresholds and gates.
        cost: None where a side's workload cannot be priced; a note says why.
    """

    old: SideInfo
    new: SideInfo
    agents: tuple[ItemChange, ...]
    tiers: tuple[ItemChange, ...]
    policy: tuple[ItemChange, ...]
    routes: Routes
    findings: tuple[Finding, ...]
    prompts: Prompts
    cost: Cost | None
    missions: tuple[ItemChange, ...]
    workload: tuple[ItemChange, ...]
    cases: tuple[CaseChange, ...]
    notes: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing changed."""
        items = (self.agents, self.tiers, self.policy, self.missions, self.workload)
        cost = self.cost is not None and bool(self.cost.change_usd or self.cost.levers)
        return not (any(items) or self.routes.changed or self.findings or self.prompts.changed or self.cases or cost)

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """Return the findings of one severity."""
        return tuple(each for each in self.findings if each.severity is severity)
