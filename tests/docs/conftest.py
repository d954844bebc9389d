"""Reading the documentation as tests need it: its fenced blocks by what their info strings say.

The convention, for whoever writes a page:

- ```` ```yaml KIND ```` with a KIND of the language (`project`, `agent`, `agent-front-matter`, `tiers`, `routing`, `gates`,
  `mission`, `workload`) is read as the compiler reads it and held against the schema of its kind.
- ```` ```yaml mission run ```` is also run, in the bakery below, and must be green as it stands.
- ```` ```yaml expect ```` is a list of expectations, held against the schema as part of a mission.
- ```` ```yaml other ```` is some other tool's YAML and need only be YAML.
- ```` ```markdown agent ```` is a Markdown agent and must give no finding.
- ```` ```xml message ```` is valid by the message schema that ships with us.
- `file=PATH` in any info string: the block is that file, whole. Pages with such blocks are walkthroughs: in an empty
  folder, or beside the bakery where the page says `<!-- starts with: bakery -->`, their blocks are done from top to bottom.
- ```` ```console ```` in a walkthrough: each line behind `$ ` is run by bash. The lines below it are what it writes, on
  either stream: `...` alone on a line stands for any lines, within a line for any text. Without such lines anything may
  be written. The command exits 0, or with what `exit=N` in the info string says; of several commands that is the last.
- `norun` in the info string: shown only.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

REPOSITORY = Path(__file__).parents[2]
DOCS = REPOSITORY / "docs"
_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)

BAKERY = {
    "orchestra.yaml": "orchestra: 1\nname: bakery\nagents: agents/*.yaml\nmissions: missions/*.yaml\n",
    "agents/clerk.yaml": (
        "agent: clerk\ndescription: Answers customers' questions about orders and opening hours.\ntier: routine\n"
        "rationale: The answers stand in the handbook.\ncoordinator: head-baker\ncapabilities: [answering]\n"
        "tools: [Read]\nsends: [task-completion, question, escalation]\naccepts: [task-assignment]\n"
        "prompt: You answer customers of a bakery in one or two friendly sentences.\n"
    ),
    "agents/head-baker.yaml": (
        "agent: head-baker\ndescription: Decides about recipes and large orders, and helps the clerk out.\n"
        "tier: implementation\nrationale: Works along the recipe book.\ncoordinator: owner\ncapabilities: [planning]\n"
        "sends: [task-assignment, task-completion]\naccepts: [task-completion, question, escalation]\n"
        "prompt: You run the bakehouse. Decide what the clerk cannot, and give your reason.\n"
    ),
    "agents/owner.yaml": (
        "agent: owner\ndescription: Takes the few decisions that bind the whole business.\ntier: strategic\n"
        "rationale: A wrong contract is dear.\naccepts: [task-completion, escalation]\n"
        "prompt: You own the bakery. Decide what binds the business, and say why.\n"
    ),
}
"""The fleet that the examples speak of: a clerk, who escalates to the head baker, who escalates to the owner."""


@dataclass(frozen=True, slots=True)
class Fence:
    """One fenced block.

    Attributes:
        line: Of its first line of text, from 1.
        words: Its info string, split at white space.
    """

    path: Path
    line: int
    words: tuple[str, ...]
    text: str

    @property
    def place(self) -> str:
        return f"{self.path.relative_to(REPOSITORY).as_posix()}:{self.line}"

    @property
    def language(self) -> str:
        return self.words[0] if self.words else ""

    def option(self, name: str) -> str | None:
        return next((word.partition("=")[2] for word in self.words if word.startswith(f"{name}=")), None)


def pages() -> list[Path]:
    """All pages but those of the rules, which have tests of their own."""
    return sorted(path for path in DOCS.rglob("*.md") if path.parent.name != "rules")


def fences(path: Path) -> Iterator[Fence]:
    text = path.read_text(encoding="utf-8")
    for match in _FENCE.finditer(text):
        line = text.count("\n", 0, match.start("text")) + 1
        yield Fence(path, line, tuple(match["info"].split()), match["text"])


def walkthroughs() -> list[Path]:
    return [path for path in pages() if any(fence.option("file") for fence in fences(path))]


def write_bakery(folder: Path, *, speaks: bool) -> None:
    """Write the bakery; one that does not speak has no message cases, and so compiles in no time."""
    for name, text in BAKERY.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [line for line in text.splitlines() if speaks or not line.startswith(("sends:", "accepts:"))]
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    (folder / "missions").mkdir(exist_ok=True)


_KINDS_OF_FENCES: Mapping[str, Callable[[Fence], bool]] = {
    "json_fence": lambda fence: fence.language in ("json", "jsonl"),
    "markdown_fence": lambda fence: fence.words[:2] == ("markdown", "agent"),
    "message_fence": lambda fence: fence.words[:2] == ("xml", "message"),
    "yaml_fence": lambda fence: fence.language in ("yaml", "yml"),
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give fences by their kind, `page` and `walkthrough` to the tests that ask for them, one by one."""
    for name, is_one in _KINDS_OF_FENCES.items():
        if name in metafunc.fixturenames:
            found = [fence for path in pages() for fence in fences(path) if is_one(fence)]
            metafunc.parametrize(name, found, ids=[fence.place for fence in found])
    if "page" in metafunc.fixturenames:
        metafunc.parametrize("page", pages(), ids=lambda path: path.relative_to(DOCS).as_posix())
    if "walkthrough" in metafunc.fixturenames:
        metafunc.parametrize("walkthrough", walkthroughs(), ids=lambda path: path.relative_to(DOCS).as_posix())


@pytest.fixture(scope="session")
def docs() -> Path:
    return DOCS


@pytest.fixture(scope="session")
def runnable() -> list[Fence]:
    """The missions that the documentation says are green."""
    return [
        fence for path in pages() for fence in fences(path) if {"yaml", "mission", "run"} <= set(fence.words)
    ]  # fmt: skip


@pytest.fixture
def bakery(tmp_path: Path) -> Path:
    """Return a folder with the bakery and no missions."""
    write_bakery(tmp_path, speaks=True)
    return tmp_path


@pytest.fixture
def workshop(walkthrough: Path, tmp_path: Path) -> Path:
    """Return the folder that a walkthrough begins in."""
    if "<!-- starts with: bakery -->" in walkthrough.read_text(encoding="utf-8"):
        write_bakery(tmp_path, speaks=False)
    return tmp_path


@pytest.fixture
def blocks(walkthrough: Path) -> list[Fence]:
    """Return the blocks of a walkthrough that are to be done, in order."""
    return [fence for fence in fences(walkthrough) if "norun" not in fence.words]


@pytest.fixture(scope="session")
def reference() -> ModuleType:
    """The generator of the reference pages."""
    spec = importlib.util.spec_from_file_location("generate_reference", DOCS / "generate_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
