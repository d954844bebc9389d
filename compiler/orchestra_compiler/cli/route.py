"""`orchestra route`: tasks in, one JSON object a line; decisions out."""

from __future__ import annotations

import argparse
import json
import sys

from orchestra_compiler.cli.arguments import add_project
from orchestra_compiler.cli.common import fleet_of, json_of, lines_of_input
from orchestra_compiler.errors import OrchestraError, UsageError
from orchestra_compiler.lint.outputs.terminal import visible
from orchestra_compiler.model import Fleet
from orchestra_compiler.routing import Decision, Router, decision_to_json, features_from_json
from orchestra_compiler.routing.features import shown
from orchestra_compiler.suggestions import Names


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
    for number, line in lines_of_input():
        try:
            decision = _decide(line, fleet, router)
        except OrchestraError as error:
            bad += 1
            sys.stderr.write(f"line {number}: {visible(str(error))}\n")
            continue
        sys.stdout.write(_json(decision) if arguments.json else _text(decision))
    return int(bad > 0)


def _decide(line: bytes, fleet: Fleet, router: Router) -> Decision:
    data = json_of(line)
    if not isinstance(data, dict):
        raise UsageError("not a JSON object of features", 'write one, such as {"text": "..."}')
    features = features_from_json(fleet.routing, data)
    name = features.get("agent")
    agent = fleet.agent_by_name.get(str(name))
    if name is not None and agent is None:
        raise UsageError(f"there is no agent {shown(name)}", Names(fleet.agent_by_name).hint(str(name), ""))
    return router.decide(features, agent)


def _json(decision: Decision) -> str:
    return json.dumps(decision_to_json(decision), sort_keys=True) + "\n"  # ASCII: safe for whatever reads the pipe


def _text(decision: Decision) -> str:
    reasons = "".join(f"  {reason.points!s:>8}  {visible(reason.text)}\n" for reason in decision.reasons)
    return f"{decision.tier} ({decision.model}), score {decision.score}, by {decision.rule}\n{reasons}"
