from __future__ import annotations

import os

import pytest

from orchestra_compiler.scaffold.scan import MAX_BYTES, scan

CLAUDE = "---\nname: {0}\ndescription: Does {0}.\nmodel: sonnet\n---\nDo {0}.\n"


def written(root, files) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text if isinstance(text, bytes) else text.encode())


def found(root) -> dict[str, str]:
    return {each.path: each.format.name for each in scan(str(root)).agents}


AGENTS = {
    ".claude/agents/a.md": (CLAUDE.format("a"), "claude-code"),
    "plugins/p/agents/b.md": (CLAUDE.format("b"), "claude-code"),
    "flat.md": (CLAUDE.format("flat"), "claude-code"),
    "agents/only-description.md": ("---\ndescription: Does it.\n---\nDo.\n", "claude-code"),
    "agents/build/c.md": (CLAUDE.format("c"), "claude-code"),
    "agents/colon.md": ("---\nname: colon\ndescription: Use it: always\n---\nDo.\n", "claude-code"),
    "agents/fenced.md": ("```markdown\n---\nname: fenced\ndescription: Does it.\n---\nDo.\n```\n", "claude-code"),
    "security.md": (CLAUDE.format("security"), "claude-code"),
    ".github/agents/d.agent.md": ("---\ndescription: Does it.\ntools: ['read']\n---\nDo.\n", "copilot"),
    "x/e.chatmode.md": ("---\ndescription: Does it.\n---\nDo.\n", "copilot"),
    "skills/s/SKILL.md": ("---\nname: s\ndescription: Does s.\n---\nDo.\n", "agent-skills"),
    "src/crew/config/agents.yaml": ("f:\n  role: Writer\n  goal: Write.\n  backstory: Long.\n", "crewai"),
    "team.yaml": ("agents:\n  root:\n    model: openai/gpt-4o\n    instruction: Help.\n", "docker-agent"),
    "agents/g.yaml": ("agent: g\ndescription: Does g.\nprompt: Do g.\n", "orchestra"),
}
OTHERS = {
    "README.md": "# No agent\n",
    "agents/README.md": "# The agents\n\n---\n\nname: not a key\n",
    "AGENTS.md": CLAUDE.format("agents"),
    ".claude/commands/c.md": "---\nname: c\ndescription: Does it.\nallowed-tools: Bash\n---\nDo.\n",
    "agents/migrate/router.prompt.md": "---\ndescription: Routes.\nmodel: x\ntools: [read]\n---\nDo.\n",
    "agents/python.instructions.md": "---\ndescription: Rules.\napplyTo: '**/*.py'\n---\nDo.\n",
    "docs/page.md": "---\ntitle: Page\nname: page\ndescription: About it.\n---\nText.\n",
    ".github/ISSUE_TEMPLATE/bug.md": "---\nname: Bug\ndescription: Report one.\n---\n",
    ".github/workflows/w.md": "---\nname: w\ndescription: Does it.\non: push\ntools: {github: {}}\n---\nDo.\n",
    "missions/m.yaml": "mission: m\nagent: a\ntask: Do.\n",
    "orchestra.yaml": "orchestra: 1\nagents: a/*.md\n",
    "config.yaml": "agents: 3\nname: x\ndescription: y\n",
    "data.json": '{"agents": 3}',
    "agent.schema.json": '{"$schema": "https://json-schema.org/draft/2020-12/schema", "agent": "x"}',
    "empty.md": "",
    "agents/binary.md": b"\x00\xff\xfe---\nname: x\n---\n",
    "agents/huge.md": CLAUDE.format("huge").encode() + b" " * MAX_BYTES,
    "agents/deep.yaml": "agent: " + "[" * 5000,
}
NEVER = (
    ".git/agents/a.md",
    "node_modules/p/agents/a.md",
    ".venv/agents/a.md",
    "env/agents/a.md",
    "build/agents/a.md",
    "web/node_modules/.x/agents/a.md",
)


def test_agents_are_found_by_what_they_hold(tmp_path) -> None:
    written(tmp_path, {path: text for path, (text, _) in AGENTS.items()} | OTHERS)
    assert found(tmp_path) == {path: format_ for path, (_, format_) in AGENTS.items()}
    seen = scan(str(tmp_path))
    assert set(seen.others) == set(OTHERS)
    assert seen.looked_at == len(AGENTS) + len(OTHERS)


def test_folders_of_tools_are_not_entered(tmp_path) -> None:
    written(tmp_path, dict.fromkeys(NEVER, CLAUDE.format("a")) | {"env/pyvenv.cfg": ""})
    seen = scan(str(tmp_path))
    assert (seen.agents, seen.others, seen.looked_at) == ((), (), 0)


def test_links_are_not_followed_but_known(tmp_path) -> None:
    written(tmp_path, {"agents/a.md": CLAUDE.format("a")})
    (tmp_path / "agents" / "link.md").symlink_to("a.md")
    (tmp_path / "agents" / "nowhere.md").symlink_to("gone.md")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "agents" / "folder.md").mkdir()
    seen = scan(str(tmp_path))
    assert [each.path for each in seen.agents] == ["agents/a.md"]
    assert seen.others == ("agents/folder.md", "agents/link.md", "agents/nowhere.md")


def test_names_that_are_no_unicode_are_passed_over(tmp_path) -> None:
    (tmp_path / "agents").mkdir()
    try:
        (tmp_path / "agents" / os.fsdecode(b"\xff.md")).write_text(CLAUDE.format("x"))
    except OSError:
        pytest.skip("this file system takes no such name")
    assert scan(str(tmp_path)).agents == ()


def test_what_cannot_be_listed_or_read_is_passed_over(tmp_path) -> None:
    assert scan(str(tmp_path / "nowhere")).looked_at == 0
    written(tmp_path, {"agents/a.md": CLAUDE.format("a")})
    (tmp_path / "agents" / "a.md").chmod(0)
    if os.access(tmp_path / "agents" / "a.md", os.R_OK):
        pytest.skip("rights do not bind this user")
    assert scan(str(tmp_path)).agents == ()
