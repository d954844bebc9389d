"""GitHub Copilot's custom agents (`*.agent.md`, once `*.chatmode.md`) as VS Code, the CLI and github.com read them.

Keys after the reference of custom agents on docs.github.com and the page on custom agents of VS Code. The name is what
people see, so it may be any text; the file's name stands in for it. `handoffs` and `agents` name whom the agent may give
work to, and so do both become `handoffs`; VS Code's own agents among them are left out. Of several models the first is
the agent's; `tools: ["*"]` is what no `tools` at all means. Keys of our own language count as in any front matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestra_compiler.frontends import names
from orchestra_compiler.frontends.agent import shared_fields
from orchestra_compiler.frontends.candidate import Candidate
from orchestra_compiler.frontends.common import Built, has_errors
from orchestra_compiler.frontends.entries import items
from orchestra_compiler.frontends.front_matter import OUR_KEYS, Dialect, judged, kept, memory_and_hooks, take_texts
from orchestra_compiler.model import Agent
from orchestra_compiler.naming import name_in_path
from orchestra_compiler.source.places import LazyPlaces
from orchestra_compiler.source.tree import Map

NAME = "copilot"
DOCUMENTED_KEYS = frozenset(
    {"agents", "argument-hint", "disable-model-invocation", "github", "infer", "mcp-servers", "metadata", "target"}
    | {"user-invocable", "user-invokable"}
)
"""Keys of Copilot's agents that have no field in the model, or only fill one together with others."""
BUILT_IN = frozenset({"agent", "ask", "edit", "explore", "plan"})
"""Agents that VS Code brings itself."""
_DIALECT = Dialect(
    schema="copilot-front-matter",
    own=OUR_KEYS,
    documented=DOCUMENTED_KEYS,
    texts=("name", "description", "tier", "rationale", "coordinator", "memory", "target", "argument-hint"),
)
_ENDINGS = (".agent.md", ".chatmode.md")
_FOLDERS = ("/.github/agents/", "/.github/chatmodes/")
_ALL_TOOLS = ("*",)


def fits(candidate: Candidate) -> bool:
    """Return whether a Markdown file is a Copilot agent by its ending, or by its folder and a front matter."""
    if candidate.path.lower().endswith(_ENDINGS):
        return True
    path = f"/{candidate.path}"
    in_place = any(folder in path for folder in _FOLDERS)
    return candidate.is_markdown and in_place and bool(candidate.page.front.value)


def build(candidate: Candidate) -> Built[Agent]:
    """Build the agent of a file. Only a known key with a value of the wrong type, or twice, breaks it."""
    page = candidate.page
    if not isinstance(page.front.value.get("model"), str | list | None):
        page.diagnostics.extend(take_texts(page.front, ("model",)))
    found = judged(page, _DIALECT)
    name, _ = names.of_document(page.front, name_in_path(candidate.path), free=True)
    if has_errors(found):
        return Built(None, found, name)
    data = page.front.value
    fields, also_kept = memory_and_hooks(data)
    called = _called(data)
    shared: dict[str, Any] = shared_fields({key: data[key] for key in data if key != "handoffs"})
    if shared["tools"] == _ALL_TOOLS:
        shared["tools"] = None
    shared["handoffs"] = tuple(called)
    more = {"prompt": (page.start, len(page.front.text.content))}
    more |= {f"handoffs.{number}": spot for number, spot in enumerate(called.values())}
    if called and "handoffs" not in data:
        more["handoffs"] = data.spot("agents")
    models = data["model"] if isinstance(data.get("model"), list) else [data.get("model")]
    also_kept += ("handoffs",) if any(isinstance(each, Map) for each in data.get("handoffs", ())) else ()
    also_kept += ("model",) if len(models) > 1 else ()
    also_kept += ("name",) if data.get("name", name) != name else ()
    agent = Agent(
        name=name,
        prompt=page.body,
        source_format=NAME,
        model=models[0] if models else None,
        extra=kept(data, OUR_KEYS, *also_kept),
        span=page.front.span,
        places=LazyPlaces(page.front.text, data, more),
        **fields,
        **shared,
    )
    return Built(agent, found, name)


def _called(data: Map) -> Mapping[str, tuple[int, int]]:
    """Return the agents that an agent names in `handoffs` and in `agents`, with their places."""
    found: dict[str, tuple[int, int]] = {}
    for key in ("handoffs", "agents"):
        written = data.get(key)
        if isinstance(written, str) and written != "*":
            found.update({names.plain(word): data.spot(key) for word in written.split(",")})
        for item, whole in items(written):
            target, spot = (item["agent"], item.spot("agent")) if isinstance(item, Map) else (item, whole)
            found.setdefault(names.plain(target), spot)
    return {name: spot for name, spot in found.items() if name and name not in BUILT_IN}
