from __future__ import annotations

from pathlib import Path

import pytest
from gate_samples import FLEET, agent, evidence, policy, project, tool

from pytest_orchestra.gates import Gates

MESSAGE = {"sender": "python-expert", "recipient": "tech-lead", "task_id": "t-1"}


@pytest.fixture
def world(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.py").write_text("")
    return tmp_path


def message(gates: Gates, kind: str, **fields: object) -> str:
    assert gates.project is not None
    return gates.project.messages.encode(kind, MESSAGE | fields)  # type: ignore[arg-type]


def test_unknown_agents_are_found_in_text_and_message(world: Path) -> None:
    gates = Gates(project(world, policy(known_agents={})))
    assert evidence(gates, "Ask @tech-lead, @agent-code-reviewer; mail me@host.org; use @media.") == []
    assert evidence(gates, "Ask @data-wizard.") == ["the fleet has no agent 'data-wizard'"]
    assert evidence(gates, message(gates, "status", recipient="user")) == []
    assert evidence(gates, message(gates, "status", recipient="ghost")) == [
        "the message's recipient 'ghost' is no agent of the fleet"
    ]
    fenced = f"Here:\n```xml\n{message(gates, 'status', sender='ghost')}```\n"
    assert evidence(gates, fenced) == ["the message's sender 'ghost' is no agent of the fleet"]


@pytest.mark.parametrize(
    "text",
    [
        "See `src/main.py:12`, `./src/main.py`, `main.py` and `src/`.",
        "`client/server`, `application/json`, `/api/users`, `Node.js`, `os.path`, `self.x`, `a and b.py`, `*.py`, `v1.2`",
        "src/unknown.py without backticks",
        "```\n`src/unknown.py`\n```",
        "`docs/plan.md` of the task, `lib/a.ts` of the context, `conf/app.yaml` of the features",
    ],
)
def test_known_files_and_other_words_pass(world: Path, text: str) -> None:
    gates = Gates(project(world, policy(known_files={})))
    context = {"scout": "It is in lib/a.ts."}
    assert evidence(gates, text, task="Read docs/plan.md", context=context, files=("conf/app.yaml",)) == []


@pytest.mark.parametrize("path", ["src/other.py", "other.py", "src/ghost", "./ghost", "../main.py", "/etc/hosts.conf"])
def test_unknown_files_are_found(world: Path, path: str) -> None:
    gates = Gates(project(world, policy(known_files={})))
    assert evidence(gates, f"See `{path}`.") == [f"nothing is known of the file {path!r}"]


def test_files_the_reply_writes_are_known_and_files_it_reads_are_not(world: Path) -> None:
    gates = Gates(project(world, policy(known_files={})))
    assert evidence(gates, "Made `new/a.py`.", tools=[tool("Write", file_path=f"{world.as_posix()}/new/a.py")]) == []
    assert evidence(gates, "Read `new/a.py`.", tools=[tool("Read", file_path="new/a.py")]) != []


def test_artifacts_of_messages_must_be_known(world: Path) -> None:
    gates = Gates(project(world, policy(known_files={})))
    text = message(gates, "task-completion", artifacts={"src/main.py": "mended", "src/ghost.py": "made"})
    assert evidence(gates, text) == ["nothing is known of the file 'src/ghost.py'"]
    broken = text.replace("task-completion", "nonsense")
    assert evidence(gates, broken) == ["nothing is known of the file 'src/ghost.py'"]


@pytest.mark.parametrize(
    ("tools", "name", "data", "allowed"),
    [
        (None, "Anything", {}, True),
        ((), "Read", {}, False),
        (("Read",), "Read", {"file_path": "x"}, True),
        (("Read",), "Write", {}, False),
        (("*",), "Write", {}, True),
        (("mcp__github__*",), "mcp__github__search", {}, True),
        (("mcp__github",), "mcp__github__search", {}, True),
        (("mcp__github",), "mcp__githubbed__search", {}, False),
        (("mcp__github__search",), "mcp__github__delete", {}, False),
        (("Bash",), "Bash", {"command": "rm -rf /"}, True),
        (("Bash(git:*)",), "Bash", {"command": "git status"}, True),
        (("Bash(git:*)",), "Bash", {"command": "git"}, True),
        (("Bash(git:*)",), "Bash", {"command": "gitk"}, False),
        (("Bash(git:*)",), "Bash", {"command": "git status && rm -rf /"}, False),
        (("Bash(git:*)",), "Bash", {"command": "git log\nrm -rf /"}, False),
        (("Bash(git:*)", "Bash(npm run *)"), "Bash", {"command": "git pull && npm run test; git push"}, True),
        (("Bash(git:*)",), "Bash", {"command": "git log $(rm -rf /)"}, False),
        (("Bash(git:*)",), "Bash", {"command": 'git commit -m "$(rm x)"'}, False),
        (("Bash(git:*)",), "Bash", {"command": 'git commit -m "a; b && c"'}, True),
        (("Bash(git:*)",), "Bash", {"command": "git commit -m 'a $(b)'"}, True),
        (("Bash(git:*)",), "Bash", {"command": 'git a"b "; rm -rf /; "'}, False),
        (("Bash(git:*)",), "Bash", {"command": "git log > /etc/passwd"}, False),
        (("Bash(git:*)",), "Bash", {"command": "git log 2>&1 | git x 2>/dev/null"}, True),
        (("Bash(git:*)",), "Bash", {"command": "git log 'open"}, False),
        (("Bash(git:*)",), "Bash", {}, False),
        (("Bash(git status)",), "Bash", {"command": "git status -s"}, False),
        (("Agent(code-reviewer)",), "Task", {"subagent_type": "code-reviewer"}, True),
        (("Task(code-reviewer)",), "Agent", {"subagent_type": "tech-lead"}, False),
        (("Task",), "Agent", {"subagent_type": "tech-lead"}, True),
        (("Read(src/**)",), "Read", {"file_path": "./src/a/b.py"}, True),
        (("Read(src/**)",), "Read", {"file_path": "src/../x.py"}, False),
        (("WebFetch(domain:example.org)",), "WebFetch", {"url": "https://example.org/x"}, True),
        (("WebFetch(domain:example.org)",), "WebFetch", {"url": "https://example.org.evil.test"}, False),
        (("Odd(thing)",), "Odd", {"x": 1}, False),
    ],
)
def test_tools_must_fit_the_agents_list(
    world: Path, tools: tuple[str, ...] | None, name: str, data: dict[str, str], allowed: bool
) -> None:
    gates = Gates(project(world, policy(tool_policy={})))
    found = evidence(gates, tools=[tool(name, **data)], answers=agent(tools=tools))
    assert (found == []) is allowed
    assert all(name in each for each in found)


def test_tools_can_be_denied_and_limited_for_all(world: Path) -> None:
    gates = Gates(project(world, policy(tool_policy={"deny": ["Bash(rm:*)"], "allow": ["Bash", "Read"]})))
    assert evidence(gates, tools=[tool("Bash", command="ls")]) == []
    assert evidence(gates, tools=[tool("Bash", command="ls && rm -rf x")]) == [
        "Bash(ls && rm -rf x) is denied to every agent"
    ]
    assert evidence(gates, tools=[tool("Write")]) == ["Write is not among the tools the gate allows: Bash, Read"]
    broken = tool("Read").__class__(name="Read", input="[1]")
    assert evidence(gates, tools=[broken]) == ["the input of Read is no JSON object"]


@pytest.mark.parametrize(
    ("path", "options", "fault"),
    [
        ("src/a.py", {}, ""),
        ("src/../docs/a.md", {}, ""),
        ("../x", {}, "leads out of the project"),
        ("src/../../x", {}, "leads out of the project"),
        ("..\\x", {}, "leads out of the project"),
        ("/etc/passwd", {}, "outside the project"),
        ("file:///etc/passwd", {}, "outside the project"),
        ("~/.ssh/id_rsa", {}, "outside the project"),
        ("C:\\Windows\\x", {}, "outside the project"),
        ("/scratch/x", {"allow": ["/scratch/**"]}, ""),
        ("src/a.py", {"allow": ["/scratch/**"]}, ""),
        ("/scratch/../etc/x", {"allow": ["/scratch/**"]}, "outside the project"),
        ("src/a.py", {"allow": ["src/**"]}, ""),
        ("docs/a.md", {"allow": ["src/**"]}, "not among the allowed paths"),
        ("src/.env", {"deny": [".env"]}, "is denied"),
        ("src/.env.sample", {"deny": [".env"]}, ""),
        ("infra/prod/x.tf", {"deny": "infra/"}, "is denied"),
        (7, {}, "is no path"),
        (["src/a.py", "../b"], {}, "leads out of the project"),
    ],
)
def test_paths_must_stay_within_their_bounds(world: Path, path: object, options: dict[str, object], fault: str) -> None:
    gates = Gates(project(world, policy(path_policy=options)))  # type: ignore[arg-type]
    for key in ("file_path", "path", "notebook_path"):
        found = evidence(gates, tools=[tool("Read", **{key: path})])  # type: ignore[arg-type]
        assert [fault in each for each in found] == ([True] if fault else [])


def test_absolute_paths_below_the_root_are_inside(world: Path) -> None:
    gates = Gates(project(world, policy(path_policy={})))
    assert evidence(gates, tools=[tool("Read", file_path=f"{world.as_posix()}/src/main.py")]) == []
    assert evidence(gates, tools=[tool("Read", file_path=f"{world.as_posix()}-other/x")]) != []
    assert evidence(gates, tools=[tool("Grep", pattern="../x")]) == []


def test_work_goes_in_no_circles(world: Path) -> None:
    gates = Gates(project(world, policy(handoff_loop={})))
    handed = [tool("Task", subagent_type="tech-lead", prompt="x")]
    assert evidence(gates, tools=handed, chain=["python-expert"]) == []
    assert evidence(gates, tools=handed, chain=["tech-lead", "python-expert"]) == [
        "python-expert hands the work to tech-lead, who had it already: tech-lead -> python-expert"
    ]
    assignment = message(gates, "task-assignment", recipient="tech-lead")
    assert evidence(gates, assignment, chain=["tech-lead"]) != []
    assert evidence(gates, message(gates, "status"), chain=["tech-lead"]) == []
    assert evidence(gates, message(gates, "task-assignment", recipient="python-expert")) != []


def test_work_goes_to_declared_agents_only(world: Path) -> None:
    gates = Gates(project(world, policy(handoff_loop={})))
    bound = agent(handoffs=("code-reviewer",))
    handed = [tool("Agent", subagent_type="tech-lead")]
    assert evidence(gates, tools=handed, answers=bound) == [
        "python-expert hands the work to tech-lead, but may hand it to code-reviewer only"
    ]
    assert evidence(gates, tools=[tool("Agent", subagent_type="code-reviewer")], answers=bound) == []


def test_messages_must_fit_the_schema_their_agent_and_its_declaration(world: Path) -> None:
    gates = Gates(project(world, policy(message_schema={})))
    whole = message(gates, "status")
    assert evidence(gates, whole) == []
    assert evidence(gates, "plain text", answers=agent(sends=("status",))) == []
    assert evidence(gates, "<b>HTML</b>") == []
    assert evidence(gates, whole.replace("in-progress", "dreaming")) != []
    assert evidence(gates, "<agent-message>") != []
    assert evidence(gates, f"So:\n```xml\n{whole.replace('status', 'gossip')}\n```") != []
    assert evidence(gates, f'<!DOCTYPE x [<!ENTITY a "b">]>{whole[whole.index("<agent") :]}') != []
    assert evidence(gates, whole, answers=FLEET[1]) == [
        "the message says it comes from 'python-expert', but tech-lead answered"
    ]
    assert evidence(gates, whole, answers=agent(sends=("question",))) == ["python-expert sends question, not 'status'"]


def test_a_message_can_be_required(world: Path) -> None:
    gates = Gates(project(world, policy(message_schema={"required": True})))
    assert evidence(gates, "plain text", answers=agent(sends=("status",))) == [
        "the reply is no message, though python-expert sends status"
    ]
    assert evidence(gates, "plain text") == []
    assert evidence(gates, message(gates, "status"), answers=agent(sends=("status",))) == []


def test_empty_replies(world: Path) -> None:
    gates = Gates(project(world, policy(empty_reply={})))
    assert evidence(gates, " \n\t") == ["the reply holds neither text nor a tool call"]
    assert evidence(gates, "", tools=[tool("Read")]) == []
