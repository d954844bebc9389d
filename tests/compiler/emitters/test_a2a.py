"""Cards of the Agent2Agent protocol: what its definition asks for is there, in both versions."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
import target_project
from hostile_fleet import hostile

from orchestra_compiler.model import Agent, Fleet

REQUIRED = {"name", "description", "version", "capabilities", "defaultInputModes", "defaultOutputModes", "skills"}


def cards(fleet: Fleet, **options: str) -> dict[str, dict[str, Any]]:
    if options:
        url = {"url": "https://agents.example.org", **options}
        project = dataclasses.replace(fleet.project, target_options={"a2a": json.dumps(url)})
        fleet = dataclasses.replace(fleet, project=project)
    return {path: json.loads(text) for path, text in target_project.emit(fleet, "a2a").items()}


def test_a_card_says_what_its_agent_is(fleet: Fleet) -> None:
    card = cards(fleet)["a2a/writer.json"]
    assert card["supportedInterfaces"] == [
        {"url": "https://agents.example.org/writer", "protocolBinding": "JSONRPC", "protocolVersion": "1.0"}
    ]
    assert card["skills"] == [
        {
            "id": "writing",
            "name": "Writing",
            "description": "Writing. Writes short texts about anything on request.",
            "tags": ["writing", "routine"],
        }
    ]
    assert card["defaultInputModes"] == ["text/plain", "application/xml"]
    assert cards(fleet)["a2a/reader.json"]["defaultInputModes"] == ["text/plain"]


def test_the_older_version_has_its_own_keys(fleet: Fleet) -> None:
    card = cards(fleet, protocol="0.3", version="7.1")["a2a/writer.json"]
    assert card["protocolVersion"] == "0.3.0"
    assert card["preferredTransport"] == "JSONRPC"
    assert card["url"] == "https://agents.example.org/writer"
    assert card["version"] == "7.1"
    assert "supportedInterfaces" not in card


@pytest.mark.parametrize("protocol", ["1.0", "0.3"])
def test_every_card_has_what_the_protocol_requires(fleet: Fleet, protocol: str) -> None:
    for card in cards(hostile(fleet), protocol=protocol).values():
        assert card.keys() >= REQUIRED
        assert all(card[key] for key in REQUIRED)
        assert all(skill[key] for skill in card["skills"] for key in ("id", "name", "description", "tags"))
        assert len({skill["id"] for skill in card["skills"]}) == len(card["skills"])
        assert "\n" not in card["description"]


def test_an_agent_that_says_nothing_has_a_card(fleet: Fleet) -> None:
    bare = dataclasses.replace(fleet, agents=(Agent(name="one", description=" ", prompt=""),))
    (card,) = cards(bare).values()
    assert card["description"] == "The agent one."
    assert [skill["id"] for skill in card["skills"]] == ["one"]
