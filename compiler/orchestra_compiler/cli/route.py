"""`orchestra route`: tasks in, one JSON object a line; decisions out."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from orchestra_compiler.build import check_project
from orchestra_compiler.cli.common import add_project, show_findings
from orchestra_compiler.errors import OrchestraError, ProjectError, UsageError
from orchestra_compiler.model import Fleet
from orchestra_compiler.project import find_root
from orchestra_compiler.routing import Decision, Router, decision_to_json, features_from_json


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_project(parser)
    parser.add_argument("--json", action="store_true", help="answer with one JSON object a line")
    parser.epilog = (
        'Tasks are read from standard input, one JSON object of features a line: {"text": "...", "agent": "..."}'
    )


def run(arguments: argparse.Namespace) -> int:
    """Answer each task; return 1 when a line could not be answered."""
    fleet = fleet_of(arguments.project)
    router = Router(fleet)
    bad = 0
    for number, line in tasks(sys.stdin):
        try:
            decision = _decide(line, fleet, router)
        except OrchestraError as error:
            bad += 1
            sys.stderr.write(f"line {number}: {error}\n")
            continue
        sys.stdout.write(_json(decision) if arguments.json else _text(decision))
    return int(bad > 0)


def fleet_of(project: str) -> Fleet:
    """Return a project's linked fleet.

    Raises:
        ProjectError: The project has errors; they are written to standard error.
    """
    checked = check_project(find_root(Path(project)))
    if checked.failed or checked.fleet is None:
        show_findings(checked, sys.stderr)
        raise ProjectError("the project has errors", "mend them first; orchestra lint shows them again")
    return checked.fleet


def tasks(lines: Iterator[str]) -> Iterator[tuple[int, str]]:
    """Yield the numbered lines that are not blank."""
    return ((number, line) for number, line in enumerate(lines, 1) if line.strip())


def _decide(line: str, fleet: Fleet, router: Router) -> Decision:
    try:
        data: Any = json.loads(line)
    except ValueError as error:
        raise UsageError(f"not JSON: {error}") from error
    if not isinstance(data, Mapping):
        raise UsageError("not a JSON object of features")
    features = features_from_json(fleet.routing, data)
    agent = fleet.agent_by_name.get(str(data["agent"])) if "agent" in data else None
    if "agent" in data and agent is None:
        raise UsageError(f"there is no agent {data['agent']!r}")
    return router.decide(features, agent)


def _json(decision: Decision) -> str:
    return json.dumps(decision_to_json(decision), ensure_ascii=False, sort_keys=True) + "\n"


def _text(decision: Decision) -> str:
    reasons = "".join(f"  {reason.points!s:>8}  {reason.text}\n" for reason in decision.reasons)
    return f"{decision.tier} ({decision.model}), score {decision.score}, by {decision.rule}\n{reasons}"
