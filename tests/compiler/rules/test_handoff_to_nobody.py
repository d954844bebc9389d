from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from orchestra_compiler.diagnostic import Span

TEAM = ("backend-architect", "database-optimizer", "debugger", "security-auditor")


@pytest.fixture
def named(fleet, agent, found) -> Callable[..., list[str]]:
    """Return the names that a prompt hands work to in vain."""

    def find(prompt: str, **fields: Any) -> list[str]:
        agents = (*(agent(name) for name in TEAM), agent("writer-of-it", prompt=prompt))
        return [each.message.split("`")[3] for each in found("ORC205", fleet(agents=agents, **fields))]

    return find


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("Hand schema changes to @databse-optimizer.", "databse-optimizer"),
        ("Ask @debuger about it.", "debuger"),
        ("- `@docker-expert` - containers", "docker-expert"),
        ("Escalate to: @backend-architect or @performance-wizard", "performance-wizard"),
        ("→ Assign to: @page-wizard", "page-wizard"),
        ("For schemas (defer to database-architect).", "database-architect"),
        ("Delegate deployment to the release-engineer agent.", "release-engineer"),
        ("Use `data-engineer` for pipelines.", "data-engineer"),
        ("It defers system-wide and cross-team tuning to performance-engineer", "performance-engineer"),
        ("Collaborate with frontend-developer on forms", "frontend-developer"),
        ('Task(subagent_type="code-reviewer", prompt="...")', "code-reviewer"),
        ("`@backend-architect`, `@security-auditor`, `@code-profiler`", "code-profiler"),
        ("Anything about licences → delegate to `licence-guardian`.", "licence-guardian"),
        ("It hands over to **report-sanitizer** for a second look.", "report-sanitizer"),
        ("Spawn the `repo-scout` agent and wait.", None),
        ("Spawn the `repo-searcher` agent and wait.", "repo-searcher"),
        ("Call log-sifter subagents, two at a time.", "log-sifter"),
        ("Launch the quota-manager agent before each release.", "quota-manager"),
        ("- **Target Agent**: legacy-mover", "legacy-mover"),
        ("Target agent: `price-analyst`", "price-analyst"),
        ("Hand over to @ledger.", "ledger"),
        ("Stuck? Ask @librarian, or escalate to `tax-advisor` rather than guess.", "librarian"),
        ("- Work with database-optimizer on queries\n- Work with cache-manager on caches", "cache-manager"),
        ("- Sync with debugger\n- Support backend-architect\n- Use release-planner for dates", "release-planner"),
    ],
)
def test_hand_offs_to_nobody(named, prompt, name) -> None:
    assert named(prompt)[:1] == ([name] if name else [])


@pytest.mark.parametrize(
    "prompt",
    [
        "Escalate to @backend-architect, then @debugger; defer to database-optimizer.",
        "Mention it as @agent-debugger.",
        "Write to data-team@web-architect.example or ops@back-engineer.io.",
        "```python\n@shared-engineer\ndef f(): ...\n```\n~~~\nuse data-engineer\n~~~",
        "Install `@scope-architect/pkg` and @angular-architect/core.",
        "Style with @font-face, @media and @counter-style rules; @Override and @param too.",
        "Decorate it with @app.route-engineer or @cached_property.",
        "Work with cross-functional teams and with security-first defaults.",
        "Ask a domain-expert, any back-engineer or your site-engineer.",
        "DELEGATION TO: @specialist-name, then @agent-name-1 and @your-agent.",
        "Notify @security-team.",
        'Task(subagent_type="general-purpose")',
        "Use path/to/my-engineer.py and other-engineer.md files.",
        "See https://example.com/use/the-architect for more.",
        "Pass it on and explain it to non-expert readers; refer to re-architect as a plan.",
        "# @writer-of-it\nYou are @writer-of-it.",
        "A state-of-the-art full-stack platform-engineer mindset.",
        # tools are called as agents are
        "Use the cert-manager, run it using django-admin, ask the query-planner, use gemini-pro and ssh-agent.",
        "Generate clients using openapi-generator; check bundles using size-auditor-cli and use pytest-runner.",
        "Delegates to the super-handler when nothing matches; hand over to parent-loader, defer to `error-handler`.",
        "Support the kafka-operator; work with vue-cli and third-party-systems.",
        # what follows a name says what it is
        "Hand off to the `install-planner` skill, then use the `api-contract-reviewer` command.",
        "Refer to the site-reliability-engineer handbook and use query-builder syntax.",
        "Pass the senior-developer interview; engage business-analyst stakeholders early.",
        "Escalate to the `notes-editor` canvas and work with the `schema-designer` tool.",
        # people
        "Ask the on-call-engineer or refer it to the on-site-specialist; help non-developer readers.",
        "Escalate to @ada-of-devon on GitHub, or tag @grace-hopper1906.",
        "Escalate to human-reviewer, or work with domain-expert and the appropriate-specialist.",
        "Owners of the folder → @admin.",
        # decorators, directives, scopes
        "Never use @ts-ignore; report every @ts-expect-error.",
        "Use @csrf in forms, use @switch to branch, call @kickoff and use @lazy for recursion.",
        "Ask before adding @testing-library, and consult @shareable directives.",
        "Work with the @visibility decorator and report @nonnull attributes.",
        "Use the read-only agent, then the long-running agent.",
        "Spawn a load-balancer agent; use any quota-manager agent.",
        "- **Target Agent**: [agent-name]\n- **Target Agent**: self-service",
        "```\nTarget Agent: legacy-mover\n```",
    ],
)
def test_what_is_no_hand_off(named, prompt) -> None:
    assert named(prompt) == []


def test_names_of_broken_files_are_known(named) -> None:
    assert named("Ask @docker-expert.", broken=frozenset({"agent:docker-expert"})) == []


def test_each_name_once_at_its_first_place(fleet, agent, found) -> None:
    prompt = "Plan.\nAsk @ios-expert.\nThen @ios-expert again, and @aws-expert.\n"
    source = f"---\nname: lead\n---\n{prompt}".encode()
    lead = agent("lead", prompt=prompt, source_format="claude-code", span=Span("lead.md", 1, 1, 3, 4))
    findings = found("ORC205", fleet(agents=(lead,)), {"lead.md": source})
    assert [each.span for each in findings] == [Span("lead.md", 5, 5, 5, 16), Span("lead.md", 6, 29, 6, 40)]
    assert findings[0].message.endswith("no agent of the fleet, 2 times")


def test_hints(fleet, agent, found) -> None:
    prompt = "Ask @databse-optimizer and @nodejs-expert."
    agents = (agent(), agent("vue-expert"), agent("lead", prompt=prompt))
    assert [(each.hint, each.fix and each.fix.edits[0].text) for each in found("ORC205", fleet(agents=agents))] == [
        ("did you mean `database-optimizer`?", "database-optimizer"),
        ("define it, or name another", None),
    ]


def test_the_name_of_a_file_is_another_rules_matter(fleet, agent, found) -> None:
    lead = agent("lead", prompt="Defer the tuning of all queries to old-expert. Use twice-told-expert.")
    agents = (
        agent("new-expert", span=Span("old-expert.md")),
        agent("first-expert", span=Span("a/twice-told-expert.md")),
        agent("second-expert", span=Span("b/twice-told-expert.md")),
        lead,
    )
    assert found("ORC205", fleet(agents=agents)) == []
    findings = found("ORC230", fleet(agents=agents))
    assert [(each.hint, each.fix and each.fix.edits[0].text) for each in findings] == [
        ("a file of that name holds the agent `new-expert`", "new-expert"),
        ("a file of that name holds the agent `first-expert`, another `second-expert`", None),
    ]
