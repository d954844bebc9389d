"""Values of the runtime to rows of the ledger: everything that is written, in the order of the columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import ROUND_CEILING, Context, Decimal
from hashlib import sha256
from typing import Any, NamedTuple

from orchestra_compiler import codec
from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.manifest import Case
from orchestra_compiler.model import Mission, Usage
from orchestra_compiler.patterns import pattern
from orchestra_compiler.prices import to_picodollars
from orchestra_compiler.text_checks import secrets
from pytest_orchestra.ledger.keys import call_key
from pytest_orchestra.ledger.rows import RunInfo
from pytest_orchestra.values import (
    Failure,
    Level,
    MissionResult,
    Outcome,
    Reply,
    Request,
    SeenMessage,
    StepResult,
    Verdict,
    VerdictKind,
)

Record = tuple[Any, ...]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PICODOLLAR = Decimal("1e-12")
_EXACT = Context(prec=100)
_MOST_TOKENS = 10**15
_MOST_PICODOLLARS = 2**62
_MOST_TEXT = 2_000
_MOST_EVIDENCE = 20
MOST_MESSAGE_TEXT = 65_536
"""Characters of a message that are kept where the reply itself is not."""
_ON_THE_TASK = -1
_LONG_WORD = pattern("[A-Za-z0-9_+/=-]{20}")  # every credential holds one, few messages do
BLOT = "█"
"""Stands for each character of a credential."""


class MissionRecords(NamedTuple):
    """All rows of one mission."""

    mission: Record
    steps: list[Record]
    verdicts: list[Record]


class MessageRecords(NamedTuple):
    """Rows of messages, and of the texts that stand in no reply."""

    messages: list[Record]
    texts: list[Record]


def microseconds(time: datetime) -> int:
    """Return an aware time as whole microseconds since 1970."""
    return (time - _EPOCH) // _MICROSECOND


def run(info: RunInfo) -> Record:
    """Return the row of a run that begins."""
    budget = None if info.budget_usd is None else format(info.budget_usd, "f")
    started = microseconds(info.started_at)
    identity = (info.run, info.project, info.manifest_sha256, info.provider, info.tool)
    return (*identity, info.baseline, budget, started, None, None)


def start(
    run: str, request: Request, level: Level, provider: str, token: int, started_us: int, *, paid: bool, trial: int
) -> Record:
    """Return the columns of `START_COLUMNS`."""
    mission, step, number = request.mission.name, request.step.name, request.number
    key = call_key(run, mission, step, number, trial)
    who = (request.agent.name, request.tier, request.model.name, provider)
    return (
        *(run, key, mission, trial, step, number),
        *who,
        *(int(level), paid, request.prompt_tokens, token, started_us),
    )


def finish(reply: Reply, latency_s: float, priced_usd: Decimal, finished_us: int, *, keep_reply: bool) -> Record:
    """Return the columns of `FINISH_COLUMNS`; the reply itself is kept for calls that cost money.

    Raises:
        OrchestraError: A figure is negative or too large to be true.
    """
    usage = reply.usage
    tokens = (usage.input_tokens, usage.output_tokens, usage.cache_read_tokens, usage.cache_write_tokens)
    spent = _rounded_up(reply.spent_usd) if reply.spent_usd else 0
    priced = to_picodollars(priced_usd) if priced_usd else 0
    if (
        min(tokens) < 0
        or max(tokens) > _MOST_TOKENS
        or min(spent, priced) < 0
        or max(spent, priced) > _MOST_PICODOLLARS
    ):
        raise OrchestraError(*_unbelievable(usage, reply.spent_usd, priced_usd))
    kept = json.dumps([reply.text, [[tool.name, tool.input] for tool in reply.tools]]) if keep_reply else None
    return (
        *(finished_us, round(latency_s * 1e6), reply.error, _storable(reply.detail), reply.usage_source.value),
        *(*tokens, spent, priced, kept),
    )


def _rounded_up(amount: Decimal) -> int:
    """Return picodollars; a provider may state finer amounts, and money that left is never understated."""
    return to_picodollars(amount.quantize(_PICODOLLAR, ROUND_CEILING, _EXACT))


def _unbelievable(usage: Usage, spent_usd: Decimal, priced_usd: Decimal) -> tuple[str, str]:
    message = f"a call reports {usage}, spent {spent_usd} and priced {priced_usd} US dollars: that cannot be"
    return message, "correct the usage of the scripted reply, or report the provider's answer"


def mission(run: str, mission: Mission, result: MissionResult, trial: int) -> MissionRecords:
    """Return the rows of a mission that ended, of its steps, and of every verdict other than pass."""
    name = mission.name
    place = _storable(mission.span.place)
    failures = _failures(result.failures)
    duration = round(result.duration_s * 1e6)
    outcome = result.outcome.value
    row = (run, name, trial, mission.category.value, mission.risk.value, outcome, not result.failures, failures)
    steps: list[Record] = []
    verdicts: list[Record] = []
    for step in result.steps.values():
        prefix = (run, name, trial, step.step)
        passed: list[str] = []
        for number, position, verdict in _verdicts(step):
            if verdict.kind is VerdictKind.PASS:
                passed.append(f"{verdict.layer}/{verdict.check}")
            else:
                verdicts.append((*prefix, number, position, *_verdict(verdict)))
        steps.append((*prefix, *_step(step), " ".join(passed), _storable(step.detail)))
    return MissionRecords((*row, place, duration), steps, verdicts)


def _step(step: StepResult) -> Record:
    final = step.final
    accepted = final.number if final is not None and step.outcome is Outcome.PASSED else None
    return step.outcome.value, int(step.level), len(step.attempts), accepted, step.order >= 0


def _verdicts(step: StepResult) -> Iterator[tuple[int, int, Verdict]]:
    for position, verdict in enumerate(step.verdicts):
        yield _ON_THE_TASK, position, verdict
    for attempt in step.attempts:
        for position, verdict in enumerate(attempt.verdicts):
            yield attempt.number, position, verdict


def _verdict(verdict: Verdict) -> Record:
    evidence = [text[:_MOST_TEXT] for text in verdict.evidence[:_MOST_EVIDENCE]]
    return verdict.layer.value, _storable(verdict.check), verdict.kind.value, json.dumps(evidence)


def _failures(failures: Iterable[Failure]) -> str:
    return json.dumps([codec.to_json(failure) for failure in failures]) if failures else "[]"


def case(run: str, case: Case, failure: str | None, duration_s: float) -> Record:
    """Return the row of a generated case that ended; `failure` is None when it passed."""
    identity = (run, case.id, case.kind, _storable(case.component), _storable(case.span.place))
    return (*identity, failure is None, _storable(failure or ""), round(duration_s * 1e6))


def messages(run: str, seen: Sequence[SeenMessage], trial: int, at_us: int, *, in_reply: bool) -> MessageRecords:
    """Return the rows of messages.

    `in_reply` says that the ledger keeps the reply they stand in: their texts need not be kept a second time.
    """
    rows, texts = [], []
    for each in seen:
        text = _whole(each.text)
        digest = sha256(text.encode()).hexdigest()
        # Text that had to be changed to be stored has other places than the reply has.
        start = each.start if in_reply and each.position and text is each.text else None
        if start is None:
            texts.append((digest, *_kept(text)))
        rows.append(
            (
                *(run, each.mission, trial, each.step, each.number, each.position, at_us, each.form.value),
                *map(_named, (each.sender, each.recipient, each.type, each.task_id, each.parent_task, each.rule)),
                *(each.gate and each.gate.value, _storable(each.gate_check), digest, len(text), start),
            )
        )
    return MessageRecords(rows, texts)


def _kept(text: str) -> tuple[str, int]:
    """Return as much of a text as is kept, with its credentials blotted out, and how many those were."""
    blotted, count = _blotted(text)
    return blotted[:MOST_MESSAGE_TEXT], count


def _named(text: str) -> str:
    """Return a name or an id as it is kept: what stands in a message may be a credential wherever it stands."""
    return _storable(_blotted(text[:_MOST_TEXT])[0])


def _blotted(text: str) -> tuple[str, int]:
    """Return a text without its credentials, and how many there were."""
    found = list(secrets.scan(text)) if _LONG_WORD.search(text) else []
    for each in reversed(found):
        text = text[: each.start] + BLOT * (each.end - each.start) + text[each.end :]
    return text, len(found)


def _storable(text: str) -> str:
    """Return text that SQLite takes: no half of a surrogate pair, and not without end."""
    return _whole(text[:_MOST_TEXT])


def _whole(text: str) -> str:
    """Return text that SQLite takes, however long; the very same where it takes that."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode()
    return text
