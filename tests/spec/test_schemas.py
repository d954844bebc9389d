from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

import orchestra_spec
from orchestra_compiler.expectation_kinds import MISSION_KINDS, STEP_KINDS
from orchestra_compiler.model import Action, AgentTier, CallError, Category, FeatureType, Layer, Phase, Risk
from orchestra_compiler.source.scalars import ambiguous
from orchestra_compiler.source.validation import FOREIGN_KINDS, KINDS, explainer

FOLDER = orchestra_spec.ROOT / "schemas"
ALL_KINDS = (*KINDS, *FOREIGN_KINDS)


def load(kind: str) -> dict[str, Any]:
    data = json.loads((FOLDER / f"{kind}.schema.json").read_bytes())
    assert isinstance(data, dict)
    return data


def properties(part: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(part, list):
        for item in part:
            yield from properties(item, where)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key == "examples":
                continue
            if key == "properties":
                for name, inner in value.items():
                    yield f"{where}/{name}", inner
            yield from properties(value, f"{where}/{key}")


def test_there_is_a_schema_for_each_kind() -> None:
    assert {path.name.removesuffix(".schema.json") for path in FOLDER.glob("*.schema.json")} >= set(ALL_KINDS)


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_schema_is_valid_2020_12(kind) -> None:
    schema = load(kind)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:pytest-orchestra:schema:{kind}"
    assert schema["title"]
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_every_property_has_a_description(kind) -> None:
    found = list(properties(load(kind)))
    assert found
    assert [where for where, part in found if not part.get("description", "").strip()] == []


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_unknown_keys_are_refused_except_where_other_tools_have_their_own(kind) -> None:
    assert load(kind)["additionalProperties"] is (kind in ("agent-front-matter", *FOREIGN_KINDS))


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_every_example_is_valid(kind) -> None:
    schema = load(kind)
    assert schema["examples"]
    for example in schema["examples"]:
        jsonschema.Draft202012Validator(schema).validate(example)  # as an editor reads it, references and all
        assert explainer(kind).is_valid(example)


def enums(part: Any) -> Iterator[list[str]]:
    if isinstance(part, dict):
        if "enum" in part:
            yield part["enum"]
        for value in part.values():
            yield from enums(value)
    elif isinstance(part, list):
        for value in part:
            yield from enums(value)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("mission", Category),
        ("mission", Risk),
        ("mission", Phase),
        ("routing", AgentTier),
        ("routing", FeatureType),
        ("gates", Action),
        ("mission", CallError),
    ],
)
def test_schemas_and_model_know_the_same_words(kind, words) -> None:
    assert [word.value for word in words] in list(enums(load(kind)))


def test_schemas_and_model_know_the_same_layers() -> None:
    layers = load("gates")["properties"]["layers"]["properties"]
    assert list(layers) == [layer.value for layer in Layer if layer is not Layer.ESCALATION]


def test_schema_and_front_end_know_the_same_expectations() -> None:
    schema = load("mission")
    item = schema["properties"]["expect"]["items"]["properties"]
    assert set(item) == MISSION_KINDS | STEP_KINDS
    assert set(schema["$defs"]["step_expectations"]["properties"]) == STEP_KINDS
    reserved = schema["properties"]["steps"]["propertyNames"]["not"]["enum"]
    assert set(reserved) == MISSION_KINDS | STEP_KINDS


ONE_OR_MORE = {
    "agent": ("coder", "lead"),
    "tier": ("routine", "strategic"),
    "model": ("small", "large"),
    "outcome": ("passed", "degraded"),
    "level": ("self", "lead"),
    "error": ("timeout", "refusal"),
}


@pytest.mark.parametrize("below_a_step", [False, True])
@pytest.mark.parametrize(("kind", "words"), ONE_OR_MORE.items())
def test_an_expectation_takes_one_word_or_a_list_of_words(kind, words, below_a_step) -> None:
    def valid(value: object) -> bool:
        expected = {"main": {kind: value}} if below_a_step else {kind: value}
        return explainer("mission").is_valid({"mission": "m", "agent": "a", "task": "t", "expect": [expected]})

    assert valid(words[0])
    assert valid([words[0]])
    assert valid(list(words))
    assert not any(valid(value) for value in ([], "", [""], [list(words)], {"one": words[0]}, 7, None))
    if kind in ("outcome", "level", "error"):
        assert not valid("somehow")
        assert not valid([words[0], "somehow"])


def test_the_schemas_own_words_need_no_quotes() -> None:
    words = {word for kind in KINDS for enum in enums(load(kind)) for word in enum}
    assert [word for word in sorted(words) if ambiguous(word)] == ["off"]  # the gates' `off` is the one word to quote
