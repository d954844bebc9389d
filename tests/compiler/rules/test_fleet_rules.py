from __future__ import annotations

import pytest

from orchestra_compiler.diagnostic import Severity, Span
from orchestra_compiler.model import Agent, Fleet, Mission, Project, Step, Tier, Tiers, Workload, WorkloadTask
from orchestra_compiler.rules import check
from orchestra_compiler.rules.context import Context
from orchestra_compiler.rules.prompt_over_budget import RULE as OVER_BUDGET
from orchestra_compiler.rules.prompt_over_budget import check as over_budget


def names(findings) -> list[str]:
    return [each.message.split("`")[1] for each in findings]


@pytest.fixture
def team(agent) -> tuple[Agent, ...]:
    """A lead, two members, and one whom nobody knows."""
    return (
        agent("lead", handoffs=("coder",)),
        agent("coder"),
        agent("tester", coordinator="lead"),
        agent("hermit", capabilities=("herbs",)),
    )


def test_an_agent_that_nobody_gives_work_to(fleet, team, found) -> None:
    assert names(found("ORC119", fleet(agents=team))) == ["hermit"]


@pytest.mark.parametrize(
    "more",
    [
        {"missions": (Mission(name="m", steps=(Step(name="main", task="Go.", agent="hermit"),)),)},
        {"missions": (Mission(name="m", steps=(Step(name="main", task="Go.", capability="herbs"),)),)},
        {"workload": Workload(tasks=(WorkloadTask(name="t", per_month=1, agent="hermit"),))},
        {"workload": Workload(tasks=(WorkloadTask(name="t", per_month=1, capability="herbs"),))},
        {"broken": frozenset({"agent:other"})},
    ],
)
def test_missions_and_the_workload_lead_to_agents(fleet, team, found, more) -> None:
    assert "hermit" not in names(found("ORC119", fleet(agents=team, **more)))


@pytest.mark.parametrize("says", ["Ask @hermit about herbs.", "Ask `hermit` first.", 'subagent_type: "hermit"'])
def test_prose_leads_to_agents(fleet, agent, team, found, says) -> None:
    agents = (*team, agent("cook", coordinator="lead", prompt=f"Cook what is ordered. {says}\n"))
    assert found("ORC119", fleet(agents=agents)) == []


def test_tools_lead_to_agents(fleet, agent, team, found) -> None:
    agents = (*team, agent("cook", coordinator="lead", tools=("Agent(hermit)",)))
    assert found("ORC119", fleet(agents=agents)) == []


def test_with_missions_nobody_begins_by_itself(fleet, agent, found) -> None:
    agents = (agent("lead", handoffs=("coder",)), agent("coder"), agent("tester", coordinator="coder"))
    tested = (Mission(name="m", steps=(Step(name="main", task="Go.", agent="tester"),)),)
    assert found("ORC119", fleet(agents=agents)) == []
    assert names(found("ORC119", fleet(agents=agents, missions=tested))) == ["lead"]


@pytest.mark.parametrize(
    "more",
    [
        {"missions": (Mission(name="m", steps=(Step(name="main", task="Go.", agent="hermitt"),)),)},
        {"missions": (Mission(name="m", steps=(Step(name="main", task="Go.", capability="herb"),)),)},
    ],
)
def test_a_slip_is_told_where_it_is_and_nowhere_else(fleet, team, found, more) -> None:
    assert "hermit" not in names(found("ORC119", fleet(agents=team, **more)))


def test_a_coordinator_that_does_not_exist_is_told_elsewhere(fleet, agent, team, found) -> None:
    assert names(found("ORC119", fleet(agents=(*team, agent("cook", coordinator="leed"))))) == ["hermit"]


def test_fleets_without_structure_are_left_alone(fleet, agent, found) -> None:
    loose = tuple(agent(name) for name in ("a", "b", "c"))
    assert found("ORC119", fleet(agents=loose)) == []
    mostly = (*loose, agent("lead", handoffs=("a",)))
    assert names(found("ORC119", fleet(agents=mostly))) == ["b", "c"]
    assert found("ORC119", fleet(agents=(*mostly, agent("d")))) == []  # then nobody has said who works with whom


def test_agents_that_their_platform_offers_are_reached(fleet, agent, found) -> None:
    guests = [agent(name, source_format="claude-code", span=Span(f"{name}.md")) for name in ("a", "b", "c")]
    lead = agent("lead", source_format="claude-code", handoffs=("a", "b"), span=Span("lead.md"))
    assert found("ORC119", fleet(agents=(lead, *guests))) == []
    own = agent("deputy", source_format="claude-code", coordinator="lead", span=Span("deputy.md"))
    assert names(found("ORC119", fleet(agents=(lead, own, *guests)))) == ["c"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("api-design", "api_design"), ("code-review", "Code Review"), ("test-plan", "test-plans"), ("x.y", "x-y")],
)
def test_a_capability_in_two_spellings(fleet, agent, found, one, other) -> None:
    agents = (agent("a", capabilities=(one,)), agent("b", capabilities=(one, "tea")), agent("c", capabilities=(other,)))
    (finding,) = found("ORC120", fleet(agents=agents))
    assert finding.message == f"`c` offers `{other}`, and `a` offers `{one}`: two spellings of one capability"


def test_the_spelling_that_tasks_ask_for_is_right(fleet, agent, found) -> None:
    agents = (agent("a", capabilities=("api-design",)), agent("b", capabilities=("api_design",)))
    asked = Workload(tasks=(WorkloadTask(name="t", per_month=1, capability="api_design"),))
    assert names(found("ORC120", fleet(agents=agents))) == ["b"]
    assert names(found("ORC120", fleet(agents=agents, workload=asked))) == ["a"]


@pytest.mark.parametrize("pair", [("css", "cs"), ("api-design", "ui-design"), ("analysis", "analytics"), ("os", "o")])
def test_capabilities_that_are_two(fleet, agent, found, pair) -> None:
    agents = tuple(agent(f"a{number}", capabilities=(each,)) for number, each in enumerate(pair))
    assert found("ORC120", fleet(agents=agents)) == []


def test_descriptions_over_the_budget(fleet, agent, found) -> None:
    agents = tuple(agent(f"a{number}", description="word " * 250 + str(number)) for number in range(50))
    (finding,) = found("ORC206", fleet(agents=agents))
    assert "50 agents hold about 15,700 tokens together, more than 15,000; the longest: `a0` (314)" in finding.message
    assert found("ORC206", fleet(agents=agents[:47])) == []


def test_the_budget_of_descriptions_is_an_option(fleet) -> None:
    assert [each.code for each in check(fleet(), {}, {"ORC206": {"tokens": 10}})] == ["ORC206"]


def test_texts_that_are_longer_than_their_platform_takes(fleet, agent, found) -> None:
    skill = agent(
        "pdf",
        description="Reads forms. " * 90,
        extra={"compatibility": f'"{"x" * 501}"', "license": '"MIT"'},
        source_format="agent-skills",
        span=Span("skills/pdf/SKILL.md"),
    )
    copilot = agent("c", prompt="word " * 6001, source_format="copilot", span=Span("c.agent.md"))
    guest = agent("g", prompt="word " * 60_000, source_format="claude-code", span=Span("g.md"))
    own = agent("o", description="Reads forms. " * 900)
    assert [each.message.split(";")[0] for each in found("ORC207", fleet(agents=(skill, copilot, guest, own)))] == [
        "the prompt of `c` has 30,005 characters",
        "the compatibility of `pdf` has 501 characters",
        "the description of `pdf` has 1,170 characters",
    ]


@pytest.mark.parametrize(
    ("name", "path", "says"),
    [
        ("pdf-forms", "skills/pdf/SKILL.md", "stands in the folder `pdf`"),
        ("pdf--forms", "skills/pdf--forms/SKILL.md", "`pdf--forms` is not"),
        ("pdf.forms", "skills/pdf.forms/SKILL.md", "`pdf.forms` is not"),
    ],
)
def test_names_of_skills(fleet, agent, found, name, path, says) -> None:
    (finding,) = found("ORC208", fleet(agents=(agent(name, source_format="agent-skills", span=Span(path)),)))
    assert finding.message.endswith(says)


@pytest.mark.parametrize(("name", "path"), [("pdf", "skills/pdf/SKILL.md"), ("pdf", "SKILL.md")])
def test_sound_names_of_skills(fleet, agent, found, name, path) -> None:
    assert found("ORC208", fleet(agents=(agent(name, source_format="agent-skills", span=Span(path)),))) == []


def budgeted(fleet, agent, prompt: str, budget: int = 1000, tiers: Tiers | None = None) -> Fleet:
    more = {"tiers": tiers} if tiers else {}
    made: Fleet = fleet(
        agents=(agent("a", prompt=prompt),), project=Project(name="p", prompt_budget_tokens=budget), **more
    )
    return made


def test_a_prompt_over_the_budget(fleet, agent, found) -> None:
    (finding,) = found("ORC209", budgeted(fleet, agent, "Ask about the lake. " * 300))
    assert finding.message.startswith("the prompt of `a` holds 1,")
    assert found("ORC209", budgeted(fleet, agent, "Ask about the lake. " * 150)) == []


def test_a_prompt_for_a_model_with_a_range(fleet, agent, found) -> None:
    from orchestra_compiler.prices import catalogue

    model = catalogue()["claude-haiku-4-5"]
    tiers = Tiers(
        tiers=(Tier(name="routine", models=(model,)),), escalation=("routine",), baseline="routine", default="routine"
    )
    text = "Ask about the lake. " * 190
    (finding,) = found("ORC209", budgeted(fleet, agent, text, tiers=tiers))
    assert finding.message.startswith("the prompt of `a` holds 1,0")
    assert " tokens of `claude-haiku-4-5`; " in finding.message
    assert found("ORC209", budgeted(fleet, agent, text)) == []  # of another model it holds fewer


@pytest.mark.parametrize("prompt", ["word " * 3000, "läßt sich öfter üben. " * 500, "## 1. `a` | b | c\n" * 250])
def test_the_tokenizer_is_not_asked_where_no_doubt_is(fleet, agent, monkeypatch, prompt) -> None:
    def loaded() -> None:
        raise AssertionError("the tokenizer was loaded")

    monkeypatch.setattr("orchestra_compiler.tokens.counter", loaded)
    assert list(over_budget(budgeted(fleet, agent, prompt, 8000), Context({}))) == []
    with pytest.raises(AssertionError, match="loaded"):
        list(over_budget(budgeted(fleet, agent, prompt, 1000), Context({})))
    assert OVER_BUDGET.code == "ORC209"


def test_words_longer_than_any_are_counted(fleet, agent, found) -> None:
    blob = "".join(chr(97 + (number * number * 7 + number) % 26) for number in range(18_000))
    assert len(found("ORC209", budgeted(fleet, agent, blob, 6000))) == 1


def test_an_agent_without_a_mission_among_many_with_one(fleet, agent, found) -> None:
    agents = (agent("lead"), *(agent(f"a{number}", coordinator="lead") for number in range(4)))
    missions = tuple(
        Mission(name=f"m{number}", steps=(Step(name="main", task="Go.", agent=f"a{number}"),)) for number in range(3)
    )
    (finding,) = found("ORC609", fleet(agents=agents, missions=missions))
    assert (finding.severity, finding.message) == (
        Severity.INFO,
        "no mission runs `a3`; 4 of 5 agents have one",
    )
    assert found("ORC609", fleet(agents=(*agents, agent("b"), agent("c")), missions=missions)) == []
    assert found("ORC609", fleet(agents=agents)) == []
    slip = Mission(name="m3", steps=(Step(name="main", task="Go.", agent="a33"),))
    assert found("ORC609", fleet(agents=agents, missions=(*missions, slip))) == []
