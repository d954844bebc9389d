"""Agent cards in the hands of the protocol's own Python library: its definition takes them, with no key left over."""

from __future__ import annotations

import dataclasses
import json
import warnings
from types import ModuleType
from typing import Any

import pytest
import target_project
from hostile_fleet import hostile

from orchestra_compiler.model import Fleet

pytestmark = pytest.mark.filterwarnings("ignore")


def library(name: str) -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module: ModuleType = pytest.importorskip(name)
    return module


def cards(fleet: Fleet, protocol: str) -> list[dict[str, Any]]:
    options = json.dumps({"url": "https://agents.example.org", "protocol": protocol})
    project = dataclasses.replace(fleet.project, target_options={"a2a": options})
    return [
        json.loads(text) for text in target_project.emit(dataclasses.replace(fleet, project=project), "a2a").values()
    ]


def test_the_definition_takes_every_card(fleet: Fleet) -> None:
    types = library("a2a.types")
    json_format = library("google.protobuf.json_format")
    behaviour = library("google.api.field_behavior_pb2")
    if not hasattr(types.AgentCard, "DESCRIPTOR"):
        pytest.skip("this a2a-sdk speaks an older version of the protocol")

    def missing(message: Any) -> list[str]:
        """The required fields that a message leaves empty, at any depth."""
        found = []
        for field in message.DESCRIPTOR.fields:
            value = getattr(message, field.name)
            if behaviour.REQUIRED in field.GetOptions().Extensions[behaviour.field_behavior] and not message_has(
                message, field
            ):
                found.append(f"{message.DESCRIPTOR.name}.{field.name}")
            if field.message_type is not None and field.is_repeated and not field.message_type.GetOptions().map_entry:
                found += [each for part in value for each in missing(part)]
        return found

    def message_has(message: Any, field: Any) -> bool:
        return any(present.name == field.name for present, _ in message.ListFields())

    for card in [*cards(fleet, "1.0"), *cards(hostile(fleet), "1.0")]:
        parsed = json_format.ParseDict(card, types.AgentCard(), ignore_unknown_fields=False)
        assert missing(parsed) == []
        assert json_format.MessageToDict(parsed)["name"] == card["name"]


def test_the_older_definition_takes_every_card(fleet: Fleet) -> None:
    types = library("a2a.compat.v0_3.types")
    for card in [*cards(fleet, "0.3"), *cards(hostile(fleet), "0.3")]:
        parsed = types.AgentCard.model_validate(card)
        again = parsed.model_dump(by_alias=True, exclude_unset=True, mode="json")
        assert again == card
