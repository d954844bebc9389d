"""Fill in how many tokens the fixed texts of missions hold, so that a run needs no tokenizer for them."""

from __future__ import annotations

from dataclasses import replace

from orchestra_compiler.model import Fleet, Mission, Script, ScriptedReply, Step
from orchestra_compiler.tokens import TokenCounter


def counted(fleet: Fleet, counter: TokenCounter) -> Fleet:
    """Return the fleet with `task_tokens` of steps and `output_tokens` of scripted replies counted."""
    return replace(fleet, missions=tuple(_mission(mission, counter) for mission in fleet.missions))


def _mission(mission: Mission, counter: TokenCounter) -> Mission:
    steps = tuple(_step(step, counter) for step in mission.steps)
    replies = {name: _script(script, counter) for name, script in mission.replies.items()}
    return replace(mission, steps=steps, replies=replies)


def _step(step: Step, counter: TokenCounter) -> Step:
    return replace(step, task_tokens=counter.count(step.task))


def _script(script: Script, counter: TokenCounter) -> Script:
    return replace(script, replies=tuple(_reply(reply, counter) for reply in script.replies))


def _reply(reply: ScriptedReply, counter: TokenCounter) -> ScriptedReply:
    if reply.message:  # the runtime makes the text
        return reply
    return replace(reply, output_tokens=counter.count(reply.text) if reply.text else 0)
