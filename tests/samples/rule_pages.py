"""The examples on the pages of the rules, made whole: what a page leaves out is filled in without looking at the rule."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

PAGES = Path(__file__).parents[2] / "docs/rules"
FENCES = re.compile(r"^## (Example|Use instead)\n```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MISSION_KEYS = frozenset({"mission", "steps", "expect", "reply", "replies", "budget_usd", "risk"})
ROUTING_KEYS = frozenset({"hard", "signals", "agent_tier", "features"})
POLICY_KEYS = {"layers": "gates.yaml", "tasks": "workload.yaml", "tiers": "tiers.yaml"}
PROJECT_KEYS = frozenset({"orchestra", "lint", "targets", "messages", "build", "agents"})
FRONT_KEYS = frozenset({"name", "disallowedTools", "permissionMode", "hooks", "mcpServers", "color"})
AGENT = """agent: {name}
description: Does what has to do with {name}, as far as the plans of this week and of the next one say so.
tier: routine
prompt: Do what you are asked for, and say at the end in one sentence what you did and what is left.
"""


class Page(NamedTuple):
    """The two examples of a page: text by section."""

    code: str
    name: str
    language: str
    example: str
    instead: str

    def __str__(self) -> str:
        return self.code


def pages() -> Iterator[Page]:
    """Yield the pages of all rules."""
    for path in sorted(PAGES.glob("ORC*.md")):
        found = {section: (language, text) for section, language, text in FENCES.findall(path.read_text("utf-8"))}
        language, example = found["Example"]
        yield Page(path.stem[:6], path.stem, language, example, found["Use instead"][1])


def project(page: Page, text: str) -> dict[str, str]:
    """Return the files of a project around one of a page's examples.

    The agents and capabilities that the good example speaks of are there in both.
    """
    made = _Project(page.language, frozenset(re.findall(r"^([a-z]+):", page.instead, re.MULTILINE)))
    for part in re.split(r"^---\n", text, flags=re.MULTILINE) if page.language == "yaml" else [text]:
        made.add(part)
    if page.language == "yaml":
        for part in re.split(r"^---\n", page.instead, flags=re.MULTILINE):
            made.surround(part)
    return made.files()


class _Project:
    def __init__(self, language: str, shown: frozenset[str]) -> None:
        self._is_markdown = language == "markdown"
        self._shown = shown  # keys that the page is about: they are not filled in
        self._files: dict[str, str] = {}
        self._project: dict[str, Any] = {"orchestra": 1, "name": "shop", "agents": ["agents/*"]}

    def files(self) -> dict[str, str]:
        """Return the project's files by path, `orchestra.yaml` first."""
        if any(path.startswith("missions/") for path in self._files):
            self._project["missions"] = "missions/*"
        for kind in ("tiers", "routing", "gates", "workload"):
            if f"{kind}.yaml" in self._files:
                self._project[kind] = f"{kind}.yaml"
        if not any(path.startswith("agents/") for path in self._files):
            fields, _, prompt = AGENT.format(name="somebody").replace("agent:", "name:").partition("prompt: ")
            self._files["agents/somebody.md"] = f"---\n{fields}---\n{prompt}"
        lines = "".join(f"{key}: {value}\n" for key, value in self._project.items() if not isinstance(value, _Raw))
        raw = "".join(str(value) for value in self._project.values() if isinstance(value, _Raw))
        return {"orchestra.yaml": lines + raw, **self._files}

    def add(self, text: str) -> None:
        """Put one document of an example where it belongs."""
        keys = re.findall(r"^([A-Za-z_]+):", text, re.MULTILINE)
        if self._is_markdown:
            name = re.search(r"^name: (.+)$", text, re.MULTILINE)
            body = "\nDo what you are asked for, and say at the end what you did.\n"
            self._files[f"agents/{name[1] if name else 'example'}.md"] = text + body
        elif re.search(r"^agents:\n", text, re.MULTILINE):
            path = re.match(r"# (\S+\.yaml)(?: and (\S+\.yaml))?\n", text)
            for file in filter(None, path.groups() if path else ["team.yaml"]):
                self._files[f"agents/{file}"] = text
        elif not PROJECT_KEYS.isdisjoint(keys):
            self._project = {key: value for key, value in self._project.items() if key not in keys} | {"": _Raw(text)}
        elif not MISSION_KEYS.isdisjoint(keys):
            self._files["missions/example.yaml"] = _mission(keys, text)
            self._files["agents/someone.yaml"] = AGENT.format(name="someone")
        elif keys in (["models"], ["price"]):
            self._files["tiers.yaml"] = _tiers(keys[0], text)
        elif keys:
            self._document(keys, text)

    def _document(self, keys: list[str], text: str) -> None:
        """Put a policy or an agent where it belongs."""
        if not ROUTING_KEYS.isdisjoint(keys) or re.search(r"^tiers: \{.*\d", text, re.MULTILINE):
            self._files["routing.yaml"] = text
        elif not POLICY_KEYS.keys().isdisjoint(keys):
            self._files[next(path for key, path in POLICY_KEYS.items() if key in keys)] = text
        elif "agent" not in keys and not FRONT_KEYS.isdisjoint(keys):
            self._markdown(text, keys)
        else:
            self._agent(text, keys)

    def _agent(self, text: str, keys: list[str]) -> None:
        if "agent" not in keys:
            text = f"agent: example\n{text}"
        name = re.search(r"^agent: (.+)$", text, re.MULTILINE)
        stub = AGENT.format(name="example" if name is None else name[1]).splitlines(keepends=True)
        text += "".join(line for line in stub if line.partition(":")[0] not in {*keys, *self._shown, "agent"})
        self._files[f"agents/{name[1] if name else 'example'}.yaml".replace(" ", "-")] = text

    def _markdown(self, text: str, keys: list[str]) -> None:
        front = text if "name" in keys else f"name: example\n{text}"
        if "description" not in keys:
            front += "description: Does what has to be done, as far as the plans of this week say so.\n"
        body = "Do what you are asked for, and say at the end in one sentence what you did.\n"
        name = re.search(r"^name: (.+)$", front, re.MULTILINE)
        path = re.match(r"# (\S+\.md)\n", text)
        self._files[path[1] if path else f"agents/{name[1] if name else 'example'}.md"] = f"---\n{front}---\n{body}"

    def surround(self, text: str) -> None:
        """Add the agents that an example speaks of, with the capabilities that it asks for."""
        try:
            value = yaml.safe_load(text)
        except yaml.YAMLError:
            return
        for kind, name in _named(value):
            if kind == "capability":
                self._files["agents/someone.yaml"] = AGENT.format(name="someone") + f"capabilities: [{name}]\n"
            elif not any(
                f"agent: {name}\n" in file for path, file in self._files.items() if path.startswith("agents/")
            ):
                self._files[f"agents/{name}.yaml"] = AGENT.format(name=name)
        for name in re.findall(r"@([a-z-]+)|to ([a-z]+-[a-z-]+)\.", text):
            self._files.setdefault(f"agents/{''.join(name)}.yaml", AGENT.format(name="".join(name)))


class _Raw(str):
    """Text that stands in the project's file as it is."""

    __slots__ = ()


def _tiers(key: str, text: str) -> str:
    if key == "price":
        text = f"models:\n  - model: own\n    context_window: 1000\n    max_output_tokens: 100\n    {text}"
    return "tiers:\n  routine:\n" + "".join(f"    {line}\n" for line in text.splitlines())


def _mission(keys: list[str], text: str) -> str:
    more = "" if "mission" in keys else "mission: example\n"
    if "steps" not in keys and "agent" not in keys:
        more += "agent: someone\n"
    if "steps" not in keys and "task" not in keys:
        more += "task: Do what is planned for today.\n"
    return more + text


def _named(value: Any) -> Iterator[tuple[str, str]]:
    """Yield what kind of thing is named, and its name, anywhere in a document."""
    if isinstance(value, list):
        for each in value:
            yield from _named(each)
    elif isinstance(value, Mapping):
        for key, each in value.items():
            if key in ("agent", "capability", "coordinator") and isinstance(each, str):
                yield ("capability" if key == "capability" else "agent"), each
            elif key == "handoffs":
                yield from (("agent", name) for name in each)
            else:
                yield from _named(each)
