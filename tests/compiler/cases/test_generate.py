from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from orchestra_compiler import project
from orchestra_compiler.cases.generate import generate
from orchestra_compiler.link import link
from orchestra_compiler.model import Fleet
from orchestra_compiler.protocol.schema import load_schema

EXAMPLE = Path(__file__).parents[3] / "examples" / "agent_orchestra"


@pytest.fixture(scope="module")
def fleet() -> Fleet:
    loaded = project.load(EXAMPLE).fleet
    assert loaded is not None
    return replace(link(loaded, EXAMPLE).fleet, agents=loaded.agents[:3], missions=())


@pytest.mark.parametrize(
    ("targets", "prompts"),
    [((), 3), (("cases", "prompts"), 3), (("cases",), 0), (("cases", "messages", "routing-table"), 0)],
)
def test_prompts_that_are_not_written_have_no_cases(fleet, targets, prompts) -> None:
    asked = replace(fleet, project=replace(fleet.project, targets=targets))
    kinds = [case.kind for case in generate(asked, load_schema(asked.protocol, EXAMPLE)).cases]
    assert kinds.count("prompt") == prompts
    assert {"routing", "fault"} <= set(kinds)
