"""Validate many messages by our bulk path and by xmlschema's `is_valid`: CPU time of each, in turn, schema loaded before.

Prints the medians of nine rounds, per document and as a ratio: for messages that are all valid, with one in ten broken,
and with all broken. `validate_many` explains what is broken; `is_valid`, ours and theirs, only says no, and theirs stops
at the first fault. All must say the same of every document.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import xmlschema

from orchestra_compiler.model import Protocol
from orchestra_compiler.protocol.schema import MessageSchema, load_schema

EXAMPLE = Path(__file__).parent.parent / "examples" / "agent_orchestra"
RUNS = 9
KINDS = {"all valid": 0, "one in ten broken": 10, "all broken": 1}
"""What is measured: which messages in a row are broken, every one of so many; 0 for none."""


def documents(schema: MessageSchema, count: int, broken: int) -> list[str]:
    """Return messages of every type, all different; every `broken`th is not valid."""
    made = []
    for number in range(count):
        kind = schema.types[number % len(schema.types)]
        fields = {
            "sender": "api-architect",
            "recipient": "backend-coordinator",
            "task_id": f"task-{number}",
            "description": f"What was done in step {number}. " * 8,
            "artifacts": {f"src/part-{each}.py": "What was changed in it." for each in range(number % 5 + 1)},
        }
        text = schema.encode(kind, fields)
        wrong = broken and number % broken == 0
        made.append(text.replace("<priority>normal<", "<priority>urgent<") if wrong else text)
    return made


def measure(loops: dict[str, Callable[[list[str]], list[bool]]], texts: list[str]) -> dict[str, list[float]]:
    """Return the CPU seconds of each loop, round by round."""
    assert len({tuple(loop(texts)) for loop in loops.values()}) == 1, "they disagree"
    spent: dict[str, list[float]] = {name: [] for name in loops}
    for _ in range(RUNS):
        for name, loop in loops.items():
            begun = time.process_time()
            loop(texts)
            spent[name].append(time.process_time() - begun)
    return spent


def main() -> None:
    """Measure all kinds of documents, and print a line for each loop: the ratio is how much longer it takes than ours."""
    count = int(sys.argv[1])
    schema = load_schema(Protocol(), EXAMPLE)
    peer = xmlschema.XMLSchema(str(schema.files[0]))
    engine = "lxml" if find_spec("lxml") else "xmlschema; install the extra [fast]"
    loops: dict[str, Callable[[list[str]], list[bool]]] = {
        f"validate_many ({engine})": lambda texts: [not found for found in schema.validate_many(texts)],
        f"is_valid ({engine})": lambda texts: [schema.is_valid(text) for text in texts],
        "xmlschema, is_valid": lambda texts: [peer.is_valid(text) for text in texts],
    }
    for what, broken in KINDS.items():
        spent = measure(loops, documents(schema, count, broken))
        first = next(iter(spent.values()))
        for name, seconds in spent.items():
            ratio = statistics.median(one / other for one, other in zip(seconds, first, strict=True))
            print(f"  {f'{name}, {what}':<44}{1e6 * statistics.median(seconds) / count:>9.1f}{ratio:>8.2f}", flush=True)


if __name__ == "__main__":
    main()
