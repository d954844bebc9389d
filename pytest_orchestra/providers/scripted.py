"""Answers written by the author of a mission: no network, no key, the same every time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from orchestra_compiler.errors import MessageError
from orchestra_compiler.model import CallError, ScriptedReply, Usage
from orchestra_compiler.protocol.envelope import envelope
from pytest_orchestra.text_tokens import text_tokens
from pytest_orchestra.values import Reply, Request, UsageSource

if TYPE_CHECKING:
    from orchestra_compiler.model import Json
    from pytest_orchestra.compiled import CompiledProject

_UNREAD = frozenset(set(CallError) - {CallError.REFUSAL})  # errors where no model read the prompt to its end


class ScriptedProvider:
    """Answer each call of a step with the next reply of its script, whoever is asked."""

    name = "scripted"
    paid = False

    def __init__(self, project: CompiledProject) -> None:
        self._project = project
        self._tokens = text_tokens(project.manifest.tokenizer)
        self._encoded: dict[tuple[str, ...], str] = {}

    async def call(self, request: Request) -> Reply:
        """Return the scripted reply, after its latency; an error `no-reply` where the script has none."""
        script = request.mission.replies.get(request.step.name)
        scripted = script.reply_to(request.number) if script is not None else None
        if scripted is None:
            written = len(script.replies) if script is not None else 0
            return Reply(error=CallError.NO_REPLY, detail=_missing(request, written))
        if scripted.latency_s > 0:
            import asyncio

            await asyncio.sleep(scripted.latency_s)
        return self._reply(request, scripted)

    async def close(self) -> None:
        """Hold nothing, so give nothing back."""

    def _reply(self, request: Request, scripted: ScriptedReply) -> Reply:
        text = scripted.text
        if scripted.message:
            try:
                text = self._message(request, scripted.message)
            except MessageError as error:
                detail = f"{_place(request, scripted)}: the scripted message cannot be written: {error}"
                return Reply(error=CallError.NO_REPLY, detail=detail)
        elif scripted.output_tokens is not None:
            self._tokens.know(text, scripted.output_tokens)
        usage, source = self._usage(request, scripted, text)
        return Reply(
            text=text,
            tools=scripted.tools,
            error=scripted.error,
            detail="scripted" if scripted.error is not None else "",
            usage=usage,
            usage_source=source,
        )

    def _usage(self, request: Request, scripted: ScriptedReply, text: str) -> tuple[Usage, UsageSource]:
        if scripted.usage is not None:
            return scripted.usage, UsageSource.DECLARED
        if scripted.error in _UNREAD and not text:
            return Usage(), self._tokens.source("")
        usage = Usage(input_tokens=request.prompt_tokens, output_tokens=self._tokens.of(text))
        return usage, self._tokens.source(text)

    def _message(self, request: Request, message: str) -> str:
        ours = envelope(request.agent, request.step, request.mission.name)
        key = (message, *ours.values())
        if key not in self._encoded:
            fields: dict[str, Json] = json.loads(message)
            kind = str(fields.pop("type", ""))
            written = {name.replace("-", "_") for name in fields}
            fields.update({name: value for name, value in ours.items() if name not in written})
            self._encoded[key] = self._project.messages.encode(kind, fields)
        return self._encoded[key]


def _place(request: Request, scripted: ScriptedReply) -> str:
    return scripted.span.place if scripted.span.path else request.mission.span.place


def _missing(request: Request, scripted: int) -> str:
    what = f"step {request.step.name!r} has {scripted or 'no'} scripted {'reply' if scripted == 1 else 'replies'}"
    return f"{request.step.span.place}: {what}, but its call {request.number + 1} needs one"
