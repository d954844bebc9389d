"""Fill in how many tokens the fixed texts of missions hold, so that a run needs no tokenizer for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from orchestra_compiler.model import Fleet, Mission, Script, ScriptedReply
from orchestra_compiler.tokens import TokenCounter


def counted(fleet: Fleet, counter: TokenCounter) -> Fleet:
    """Return the fleet with `task_tokens` of steps and `output_tokens` of scripted replies counted."""
    return replace(fleet, missions=tuple(_mission(mission, counter) for mission in fleet.missions))


def fixed_texts(mission: Mission) -> tuple[str, ...]:
    """Return the texts of a mission that are counted: its steps' tasks, then its plain replies in the scripts' order."""
    replies = (reply.text for script in mission.replies.values() for reply in script.replies if not reply.message)
    return (*(step.task for step in mission.steps), *replies)


def filled(mission: Mission, counts: Sequence[int]) -> Mission:
    """Return a mission with the counts of its fixed texts, which stand in the order of `fixed_texts`."""
    remaining = iter(counts)
    steps = tuple(replace(step, task_tokens=next(remaining)) for step in mission.steps)
    replies = {name: _script(script, remaining) for name, script in mission.replies.items()}
    return replace(mission, steps=steps, replies=replies)


def _mission(mission: Mission, counter: TokenCounter) -> Mission:
    return filled(mission, [counter.count(text) for text in fixed_texts(mission)])


def _script(script: Script, counts: Iterator[int]) -> Script:
    return replace(script, replies=tuple(_reply(reply, counts) for reply in script.replies))


def _reply(reply: ScriptedReply, counts: Iterator[int]) -> ScriptedReply:
    if reply.message:  # the runtime makes the text
        return reply
    return replace(reply, output_tokens=next(counts))
