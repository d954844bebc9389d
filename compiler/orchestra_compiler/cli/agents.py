"""`orchestra agents`: who offers a capability, may use a tool, exchanges a message, owns a memory or a hook."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from orchestra_compiler.cli.arguments import add_project
from orchestra_compiler.diagnostic import Severity
from orchestra_compiler.discovery import Criterion, Listing, Miss, Query, index, misses, select
from orchestra_compiler.errors import FindingsError, UsageError
from orchestra_compiler.model import Fleet
from orchestra_compiler.project import PROJECT_FILE, find_root
from orchestra_compiler.wording import counted

_OPTIONS = {
    Criterion.CAPABILITY: ("NAME", "agents that offer this capability"),
    Criterion.TOOL: ("TOOL", "agents that may use it: Read, mcp__github__*, 'Bash(git:*)', 'Agent(reviewer)'"),
    Criterion.SENDS: ("TYPE", "agents that send this message"),
    Criterion.ACCEPTS: ("TYPE", "agents that accept this message"),
    Criterion.MEMORY: ("NAMESPACE", "agents that own this memory namespace"),
    Criterion.HOOK: ("EVENT", "agents with a hook for this event"),
    Criterion.TIER: ("NAME", "agents of this tier"),
    Criterion.COORDINATOR: ("AGENT", "agents that escalate to this one"),
    Criterion.HANDOFF: ("AGENT", "agents that may hand work to this one"),
}
_WORDS = {
    Criterion.CAPABILITY: "no agent offers the capability `{}`",
    Criterion.TOOL: "no agent may use the tool `{}`",
    Criterion.SENDS: "no agent sends the message `{}`",
    Criterion.ACCEPTS: "no agent accepts the message `{}`",
    Criterion.MEMORY: "no agent owns the memory namespace `{}`",
    Criterion.HOOK: "no agent has a hook for `{}`",
    Criterion.TIER: "no agent is of the tier `{}`",
    Criterion.COORDINATOR: "no agent escalates to `{}`",
    Criterion.HANDOFF: "no agent hands work to `{}`",
}
_NOUNS = {
    Listing.CAPABILITIES: "capability",
    Listing.TOOLS: "tool",
    Listing.MESSAGES: "message",
    Listing.MEMORY: "memory namespace",
    Listing.HOOKS: "hook",
}


class Reading(NamedTuple):
    """A fleet as far as its files could be read, and how many errors stood in the way."""

    fleet: Fleet
    errors: int


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_project(parser)
    parser.epilog = (
        "Criteria combine: an agent must fit them all. Exit code 1 when no agent does. A project with errors is answered "
        "from what could be read, and standard error says so."
    )
    for criterion, (metavar, text) in _OPTIONS.items():
        parser.add_argument(f"--{criterion.value}", metavar=metavar, help=text)
    parser.add_argument(
        "--list",
        dest="listing",
        choices=[each.value for each in Listing],
        help="list every value of a kind with its agents, in place of agents",
    )
    parser.add_argument("--json", action="store_true", help="answer in JSON, as agents.schema.json says")


def run(arguments: argparse.Namespace) -> int:
    """Write the answer."""
    wanted = {each: value for each in Criterion if (value := getattr(arguments, each.value)) is not None}
    if wanted and arguments.listing:
        raise UsageError("--list answers for the whole fleet", f"leave out --{next(iter(wanted)).value}")
    root = find_root(Path(arguments.project))
    reading = _read(root)
    if reading.errors:
        lack = f"{counted(reading.errors, 'error')}, so some of it may be missing here"
        sys.stderr.write(f"orchestra: the project has {lack}; orchestra lint shows them\n")
    if arguments.listing:
        sys.stdout.write(_listing(reading, Listing(arguments.listing), as_json=arguments.json))
        return 0
    return _agents(reading, wanted, root, as_json=arguments.json)


def _read(root: Path) -> Reading:
    """Read a project as far as it goes; of the link step only what gives an agent its tier, which needs no schema."""
    from orchestra_compiler.link import models
    from orchestra_compiler.project import load

    loaded = load(root)
    if loaded.fleet is None:
        raise FindingsError(f"{root / PROJECT_FILE} cannot be used", "orchestra lint shows why")
    fleet = models.resolve(loaded.fleet, [])
    return Reading(fleet, sum(each.severity is Severity.ERROR for each in loaded.diagnostics))


def _listing(reading: Reading, listing: Listing, *, as_json: bool) -> str:
    from orchestra_compiler.discovery.document import listing_document
    from orchestra_compiler.discovery.table import listing_table

    entries = index(reading.fleet, listing)
    if as_json:
        return _json(listing_document(reading.fleet, listing, entries, complete=not reading.errors))
    if not entries:
        sys.stderr.write(f"orchestra: no agent names any {_NOUNS[listing]}\n")
        return ""
    return listing_table(listing, entries, _width())


def _agents(reading: Reading, query: Query, root: Path, *, as_json: bool) -> int:
    from orchestra_compiler.discovery.document import agents_document
    from orchestra_compiler.discovery.table import agents_table

    found = select(reading.fleet, query)
    missed = list(misses(reading.fleet, query))
    for miss in missed:
        sys.stderr.write(f"orchestra: {_told(miss)}\n")
    if as_json:
        sys.stdout.write(_json(agents_document(reading.fleet, found, complete=not reading.errors)))
    elif found:
        sys.stdout.write(agents_table(reading.fleet, found, root, _width()))
    if not found and not missed:
        sys.stderr.write("orchestra: no agent fits all of these\n" if query else "orchestra: there are no agents\n")
    return int(not found)


def _told(miss: Miss) -> str:
    near = f"; did you mean {' or '.join(f'`{name}`' for name in miss.near)}?" if miss.near else ""
    if miss.told:
        return f"no agent names the tool `{miss.value}`; these may use every tool{near}"
    return _WORDS[miss.criterion].format(miss.value) + near


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _width() -> int | None:
    """Return the columns of the terminal; None where the answer goes to a file or another program."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() or "COLUMNS" in os.environ else None
