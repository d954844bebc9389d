"""Files of other tools that define agents, as a bakery would keep them: path -> content."""

from __future__ import annotations

CLAUDE = """---
name: head-baker
description: Plans the baking of a day. Use before the ovens are lit.
tools: Read, Agent(oven-watcher, shop:till-clerk, Explore), mcp__stock__list, Task(flour-buyer)
disallowedTools: [Write]
model: sonnet
permissionMode: plan
maxTurns: 12
skills: [recipes]
mcpServers:
  - stock
hooks:
  PreToolUse: []
memory: project
background: false
effort: high
isolation: worktree
color: orange
initialPrompt: Read the orders.
---

You plan the day.
"""
COPILOT = """---
name: Menu Planner
description: 'Plans the menu of a week'
tools: ['read', 'edit/editFiles', "stock/*"]
model: ['Claude Sonnet 4.5 (copilot)', 'GPT-5']
target: vscode
agents: ['Till Clerk', 'plan']
handoffs:
  - label: Print it
    agent: menu-printer
    prompt: Print the menu.
    send: true
argument-hint: Which week?
infer: true
user-invocable: true
disable-model-invocation: false
mcp-servers:
  stock: {type: local, command: stock}
---
You plan menus.
"""
SKILL = """---
name: bread-costs
description: Works out what a loaf costs. Use for prices.
license: MIT
compatibility: Needs a scale
metadata:
  version: "1.0"
allowed-tools: Read Bash(units convert:*) Bash(jq:*)
---
Weigh first.
"""
DOCKER = """#!/usr/bin/env docker agent run
version: "5"
models:
  clever:
    provider: anthropic
    model: claude-opus-4-5
agents:
  root:
    model: clever
    description: Leads the bakery and hands out the work
    instruction: |
      You lead the bakery.

      Ask the baker first.
    sub_agents: [baker, catalog/pirate]
    handoffs:
      - till
    toolsets:
      - type: filesystem
      - type: mcp
        ref: docker:stock
      - type: mcp
        command: scales
        tools: [weigh, tare]
  baker:
    model: openai/gpt-5-mini
    description: Bakes what is ordered
    instruction: You bake.
  till:
    model: auto
    description: Takes the money
    instruction_file: prompts/till.md
"""
CREW = """_shared: &shared
  verbose: true
flour_researcher:
  <<: *shared
  role: >
    Researcher of {grain}
  goal: >
    Find the best {grain} of the year
  backstory: >
    You have milled for forty years.
  llm: openai/gpt-4o
  tools: [mill_search]
  allow_delegation: false
Price Writer:
  role: Writer of price lists
  goal: Write a list that people can read
"""
SPEC = """{"component_type": "ManagerWorkers", "id": "team", "name": "Team",
 "group_manager": {"component_type": "Agent", "id": "front", "name": "Front Desk", "description": "Greets whoever comes in",
   "system_prompt": "You greet \\ud83d\\ude00 people.", "llm_config": {"$component_ref": "llm"}, "tools": []},
 "workers": [{"$component_ref": "refunds"}],
 "$referenced_components": {
   "refunds": {"component_type": "Agent", "id": "refunds", "name": "Refunds", "description": "Pays money back",
     "system_prompt": "You pay back.", "llm_config": {"$component_ref": "llm"},
     "tools": [{"component_type": "ServerTool", "name": "pay back"}, {"$component_ref": "elsewhere"}],
     "toolboxes": [{"component_type": "MCPToolBox", "name": "till"}]},
   "llm": {"component_type": "OpenAiConfig", "id": "llm", "name": "small", "model_id": "gpt-4.1"}},
 "agentspec_version": "26.1.0"}
"""
SWARM = """component_type: Swarm
id: swarm
name: Counter
first_agent: {$component_ref: a}
relationships:
- - $component_ref: a
  - $component_ref: b
$referenced_components:
  a:
    component_type: Agent
    id: a
    name: Asker
    description: Asks what you want
    system_prompt: Ask.
    llm_config:
      component_type: VllmConfig
      name: small-model
      url: http://localhost
  b:
    component_type: SpecializedAgent
    id: b
    name: Baker of cakes
    description: Bakes cakes
    agent:
      component_type: Agent
      id: c
      name: Baker
      description: null
      system_prompt: Bake.
    agent_specialization_parameters:
      additional_instructions: Only cakes.
agentspec_version: 26.1.0
"""
OURS = "agent: own\ndescription: Sweeps the floor at night\ntier: routine\nprompt: You sweep.\n"

FILES = {
    ".claude/agents/head-baker.md": CLAUDE,
    ".github/agents/menu.agent.md": COPILOT,
    "skills/bread-costs/SKILL.md": SKILL,
    "docker/bakery.yaml": DOCKER,
    "src/crew/config/agents.yaml": CREW,
    "spec/team.json": SPEC,
    "spec/swarm.yaml": SWARM,
    "agents/own.yaml": OURS,
}
FORMATS = dict(
    zip(
        FILES,
        ("claude-code", "copilot", "agent-skills", "docker-agent", "crewai", "agent-spec", "agent-spec", "orchestra"),
        strict=True,
    )
)
"""Path -> the format that it is in."""
