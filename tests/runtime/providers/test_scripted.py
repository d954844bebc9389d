from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from decimal import Decimal

import pytest

import orchestra_compiler.tokens
from orchestra_compiler.errors import UsageError
from orchestra_compiler.model import CallError, Json, Script, ScriptedReply, ToolUse, Usage
from pytest_orchestra.providers import PROVIDERS, create
from pytest_orchestra.providers.scripted import ScriptedProvider
from pytest_orchestra.text_tokens import TextTokens
from pytest_orchestra.values import Reply, Request, UsageSource


def ask(studio, *replies: ScriptedReply, repeats=False, number=0, agent="worker", asked="worker") -> Reply:
    """Have `agent` answer a call of a step that was given to `asked`."""
    mission = studio.mission(studio.step(agent=asked))
    mission = replace(mission, replies={"main": Script(replies=replies, repeats=repeats)})
    project = studio.project(mission)
    provider = ScriptedProvider(project)
    fleet = project.manifest.fleet
    request = Request(
        mission=mission,
        step=mission.steps[0],
        number=number,
        agent=fleet.agent_by_name[agent],
        tier="routine",
        model=fleet.tiers.tiers[0].models[0],
        prompt_path="",
        prompt_tokens=110,
    )
    return asyncio.run(provider.call(request))


def test_it_is_free_and_has_a_name(studio) -> None:
    provider = create("scripted", studio.project(studio.mission()))
    assert (provider.name, provider.paid) == ("scripted", False)
    asyncio.run(provider.close())


def test_an_unknown_provider_is_a_usage_error_that_names_the_known_ones(studio) -> None:
    with pytest.raises(UsageError, match=r"no provider 'clairvoyant' \(known providers: scripted\)"):
        create("clairvoyant", studio.project(studio.mission()))


def test_plugins_can_add_providers(studio) -> None:
    project = studio.project(studio.mission())
    factories = {**PROVIDERS, "again": ScriptedProvider}
    assert isinstance(create("again", project, factories), ScriptedProvider)


@pytest.mark.parametrize(("number", "text"), [(0, "one"), (1, "two")])
def test_replies_answer_the_calls_in_order(studio, number, text) -> None:
    assert ask(studio, studio.reply("one"), studio.reply("two"), number=number).text == text


def test_a_repeating_script_answers_every_call_with_its_last_reply(studio) -> None:
    assert ask(studio, studio.reply("one"), repeats=True, number=7).text == "one"


@pytest.mark.parametrize("repeats", [False, True])
def test_a_missing_reply_names_the_step_and_its_place(studio, repeats) -> None:
    reply = ask(studio, repeats=repeats)
    assert reply.error is CallError.NO_REPLY
    assert reply.detail == "missions/trial.yaml:7: step 'main' has no scripted replies, but its call 1 needs one"


def test_tools_and_errors_pass_through(studio) -> None:
    tools = (ToolUse(name="Read", input='{"path": "a"}'),)
    reply = ask(studio, studio.reply("partly", tools=tools, error=CallError.TIMEOUT))
    assert (reply.tools, reply.error, reply.text, reply.spent_usd) == (tools, CallError.TIMEOUT, "partly", Decimal(0))


@pytest.mark.parametrize(
    ("text", "error", "usage"),
    [
        ("four", None, Usage(input_tokens=110, output_tokens=4)),
        ("", CallError.UNAVAILABLE, Usage()),
        ("par", CallError.TIMEOUT, Usage(input_tokens=110, output_tokens=3)),
        ("", CallError.REFUSAL, Usage(input_tokens=110)),
    ],
)
def test_usage_is_counted_where_a_model_has_read_the_prompt(studio, text, error, usage) -> None:
    reply = ask(studio, studio.reply(text, error=error))
    assert (reply.usage, reply.usage_source) == (usage, UsageSource.COUNTED)


def test_declared_usage_is_taken_over(studio) -> None:
    usage = Usage(input_tokens=1, cache_read_tokens=2)
    reply = ask(studio, studio.reply(usage=usage))
    assert (reply.usage, reply.usage_source) == (usage, UsageSource.DECLARED)


def test_a_latency_is_really_waited(studio, monkeypatch) -> None:
    waits = []

    async def sleep(seconds) -> None:
        waits.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    ask(studio, studio.reply(latency_s=0.25))
    ask(studio, studio.reply())
    assert waits == [0.25]


def message(studio, **fields: Json) -> ScriptedReply:
    return studio.reply("", message=json.dumps(fields), output_tokens=None)


def test_messages_are_encoded_with_what_the_author_left_out(studio) -> None:
    project = studio.project(studio.mission())
    reply = ask(studio, message(studio, type="task-completion", description="All done."))
    assert reply.error is None
    assert project.messages.validate(reply.text) == ()
    decoded = project.messages.decode(reply.text)
    assert decoded["type"] == "task-completion"
    assert (decoded["sender"], decoded["recipient"]) == ("worker", "boss")
    assert (decoded["task_id"], decoded["timestamp"]) == ("trial/main", "1970-01-01T00:00:00Z")
    assert decoded["description"] == "All done."
    assert reply.usage.output_tokens > 0


def test_what_the_author_wrote_wins_in_either_spelling(studio) -> None:
    project = studio.project(studio.mission())
    given = {"type": "status", "sender": "lone", "task-id": "t-7", "recipient": "chief"}
    decoded = project.messages.decode(ask(studio, message(studio, **given)).text)
    assert (decoded["sender"], decoded["recipient"], decoded["task_id"]) == ("lone", "chief", "t-7")


@pytest.mark.parametrize(("asking", "recipient"), [("worker", "worker"), ("chief", "chief")])
def test_an_agent_without_a_coordinator_answers_whoever_was_asked_first(studio, asking, recipient) -> None:
    project = studio.project(studio.mission())
    reply = ask(studio, message(studio, type="status"), agent="chief", asked=asking)
    decoded = project.messages.decode(reply.text)
    assert (decoded["sender"], decoded["recipient"]) == ("chief", recipient)


@pytest.mark.parametrize("fields", [{"type": "love-letter"}, {"type": "status", "colour": "red"}, {"description": "x"}])
def test_a_message_that_cannot_be_written_is_the_authors_mistake(studio, fields) -> None:
    reply = ask(studio, message(studio, **fields))
    assert reply.error is CallError.NO_REPLY
    assert reply.detail.startswith("missions/trial.yaml:1: the scripted message cannot be written: ")


def test_a_text_is_counted_once_and_only_when_nobody_knows_its_count(monkeypatch) -> None:
    counted = []

    class Counter:
        name = "letters"

        def count(self, text) -> int:
            counted.append(text)
            return len(text)

    monkeypatch.setattr(orchestra_compiler.tokens, "counter", Counter)
    tokens = TextTokens("letters")
    tokens.know("known", 1)
    assert [tokens.of(text) for text in ("known", "", "new", "new")] == [1, 0, 3, 3]
    assert counted == ["new"]


def test_a_count_is_as_good_as_who_made_it(monkeypatch) -> None:
    class Counter:
        name = "estimate"

        def count(self, text) -> int:
            return len(text)

    monkeypatch.setattr(orchestra_compiler.tokens, "counter", Counter)
    tokens = TextTokens("o200k_base")
    tokens.know("known", 1)
    tokens.of("new")
    assert tokens.source("known") is UsageSource.COUNTED
    assert tokens.source("new") is UsageSource.ESTIMATED
    assert TextTokens("estimate").source("known") is UsageSource.ESTIMATED
