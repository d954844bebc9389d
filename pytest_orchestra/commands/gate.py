"""`orchestra gate`: judge texts by one layer of the quality gates."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from orchestra_compiler.cli.common import json_of, lines_of_input
from orchestra_compiler.errors import OrchestraError, UsageError
from orchestra_compiler.frontends.loader import default_gates
from orchestra_compiler.lint.outputs.terminal import visible
from orchestra_compiler.model import Layer
from orchestra_compiler.project import PROJECT_FILE, find_root
from pytest_orchestra.compiled import open_project
from pytest_orchestra.gates import Gates
from pytest_orchestra.gates.command import TEXT_LAYERS, Judgement, judge_text, to_json
from pytest_orchestra.values import VerdictKind

_FORM = 'write {"text": "..."}'


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "layer", choices=[layer.value for layer in TEXT_LAYERS], metavar="LAYER", help="input, grounding or output"
    )
    parser.add_argument(
        "--project",
        metavar="PROJECT",
        help="whose gates judge (default: this folder's project, else the default gates)",
    )
    parser.add_argument("--json", action="store_true", help="answer with one JSON object a line")
    parser.epilog = (
        'Texts are read from standard input, one a line: {"text": "..."}, or a JSON string. Exit 1 when any is blocked.'
    )


def run(arguments: argparse.Namespace) -> int:
    """Judge each text; return 1 when one is blocked or escalated, or a line could not be read."""
    layer, bad = Layer(arguments.layer), 0
    gates = _gates(arguments.project, layer)
    for number, line in lines_of_input():
        try:
            judgement = judge_text(layer, _text(line), gates)
        except OrchestraError as error:
            bad += 1
            sys.stderr.write(f"line {number}: {visible(str(error))}\n")
            continue
        bad += judgement.verdict in (VerdictKind.BLOCK, VerdictKind.ESCALATE)
        sys.stdout.write(_json(judgement) if arguments.json else _plain(judgement))
    return int(bad > 0)


def _gates(project: str | None, layer: Layer) -> Gates:
    if project is None and layer is Layer.INPUT and not Path(PROJECT_FILE).is_file():
        return Gates(None, default_gates())
    return Gates(open_project(find_root(Path(project or "."))))


def _text(line: bytes) -> str:
    data = json_of(line, _FORM)
    text = data.get("text") if isinstance(data, dict) else data
    if not isinstance(text, str):
        raise UsageError("holds no text", _FORM)
    return text


def _json(judgement: Judgement) -> str:
    return json.dumps(to_json(judgement), sort_keys=True) + "\n"  # ASCII: safe for whatever reads the pipe


def _plain(judgement: Judgement) -> str:
    findings = "".join(f"  {each.kind.value} {each.check}: {visible(each.message)}\n" for each in judgement.findings)
    return f"{judgement.verdict.value} ({judgement.score:g})\n{findings}"
