"""What the small project compiles to, held against committed files: a change of the output shows in a review.

ORCHESTRA_UPDATE_GOLDEN=1 writes them anew. The manifest is held in the parts that no token count, price or version
enters, since those depend on what is installed and on the day's prices.
"""

from __future__ import annotations

import json
from pathlib import Path

import golden
import pytest
import small_project

from orchestra_compiler import build, codec
from orchestra_compiler.manifest import MANIFEST_NAME, load

GOLDEN = Path(__file__).parents[2] / "golden" / "small"
CASES = ("boundary", "message", "pair", "prompt", "routing")
"""The kinds of cases that are kept; faults and fallbacks speak of models, whose list changes with the market."""


def kept(path: str) -> bool:
    if path.startswith("cases/"):
        return path in {f"cases/{kind}.jsonl" for kind in CASES}
    return path != MANIFEST_NAME


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    compilation = build.compile_project(small_project.write(tmp_path_factory.mktemp("small")))
    assert compilation.checked.diagnostics == ()
    return {output.path: output.content for output in compilation.outputs}


def test_the_small_project_compiles_to_these_files(outputs: dict[str, bytes]) -> None:
    found = {path: content.decode() for path, content in outputs.items() if kept(path)}
    found["manifest-facts.json"] = json.dumps(facts(outputs[MANIFEST_NAME]), indent=2, sort_keys=True) + "\n"
    golden.hold(found, GOLDEN)


def facts(manifest: bytes) -> dict[str, object]:
    """What of the manifest is the same wherever and whenever it is compiled."""
    data = json.loads(manifest)
    data["fleet"].pop("tiers")
    for mission in data["fleet"]["missions"]:
        for step in mission["steps"]:
            step.pop("task_tokens", None)
        for script in mission["replies"].values():
            for reply in script["replies"]:
                reply.pop("output_tokens", None)
    return {
        "version": data["version"],
        "fleet": data["fleet"],
        "prompts": {name: prompt["path"] for name, prompt in data["prompts"].items()},
        "templates": data["templates"],
        "cases": [case["id"] for case in data["cases"]],
        "outputs": sorted(data["outputs"]),
    }


def test_the_manifest_comes_back_as_it_was_written(outputs: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / MANIFEST_NAME
    path.write_bytes(outputs[MANIFEST_NAME])
    assert load(path).dump() == outputs[MANIFEST_NAME]


def test_every_json_file_ends_with_one_line_break_and_holds_no_float_of_money(outputs: dict[str, bytes]) -> None:
    for path, content in outputs.items():
        if path.endswith(".json"):
            assert content.endswith(b"}\n")
            assert json.loads(content)
        if path.endswith(".jsonl"):
            assert all(codec.canonical(json.loads(line)) == line + b"\n" for line in content.splitlines())
    prices = [
        model["price"]
        for tier in json.loads(outputs[MANIFEST_NAME])["fleet"]["tiers"]["tiers"]
        for model in tier["models"]
    ]
    assert prices
    assert all(isinstance(price["input"], str) for price in prices)


def test_lines_of_cases_hold_what_was_promised(outputs: dict[str, bytes]) -> None:
    for path, content in outputs.items():
        if not path.endswith(".jsonl"):
            continue
        for line in content.splitlines():
            case = json.loads(line)
            assert {"id", "scenario", "component", "line", "expected", "rule", "file"} <= case.keys()
            assert not case["file"] or case["file"] in outputs
            assert case["path"] in {*small_project.FILES, ""} or case["path"].startswith("orchestra_spec/")
        if path == "cases/message.jsonl":
            assert {json.loads(line)["expected"] for line in content.splitlines()} == {"valid", "invalid"}


def test_the_routing_table_is_enough_for_a_router_of_another_language(outputs: dict[str, bytes]) -> None:
    table = json.loads(outputs["routing.json"])
    assert [tier["name"] for tier in table["tiers"]] == ["routine", "implementation", "strategic"]
    assert all(tier["models"] for tier in table["tiers"])
    assert table["escalation"] == ["routine", "implementation", "strategic"]
    assert table["agents"].keys() == {"lead", "reader", "writer"}
    assert table["agents"]["writer"]["coordinator"] == "lead"
    assert table["capabilities"] == {"planning": ["lead"], "writing": ["writer"]}
    assert [rule["name"] for rule in table["policy"]["hard"]] == ["secrets"]
    assert table["policy"]["agent_tier"] == "floor"
    assert table["policy"]["features"]["context_tokens"] == "number"
    assert b"span" not in outputs["routing.json"]


def test_a_comment_in_the_policy_changes_no_table(outputs: dict[str, bytes], tmp_path: Path) -> None:
    root = small_project.write(tmp_path, {"routing.yaml": "# why\n" + small_project.FILES["routing.yaml"]})
    again = {output.path: output.content for output in build.compile_project(root).outputs}
    assert again["routing.json"] == outputs["routing.json"]
    assert again["cases/routing.jsonl"] != outputs["cases/routing.jsonl"]  # a case names its line
