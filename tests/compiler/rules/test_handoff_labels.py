"""How often the hand-off rules are right, on references in real prompts that a person has labelled.

`handoff_labels.tsv` names places of two public collections and what the reader found there: `agent` (an agent of the
collection), `nobody` (meant as an agent, and there is none), `file-name` (a file is called so, the agent in it
otherwise), `no-agent` (no agent is meant). Every third reference to an agent of the first collection is listed, and all
others; of files that a collection holds several times, one.
"""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from orchestra_compiler.check import check_project
from orchestra_compiler.rules.context import Context
from orchestra_compiler.rules.prose_handoffs import unknown_names

LABELS = Path(__file__).parent / "handoff_labels.tsv"
FOLDERS = {"orchestra": "agents", "wshobson": "plugins"}


class Place(NamedTuple):
    """A reference to an agent; the same name further down in the same prompt is the same finding."""

    collection: str
    path: str
    name: str


def labelled() -> dict[Place, Counter[str]]:
    """Return the labels of each place, with how often."""
    labels: dict[Place, Counter[str]] = {}
    with LABELS.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            place = Place(row["collection"], row["path"], row["name"])
            labels.setdefault(place, Counter())[row["label"]] += 1
    return labels


def told(collection: str, root: Path) -> Iterator[tuple[Place, str]]:
    (root / "orchestra.yaml").write_text(f"orchestra: 1\nagents: '{FOLDERS[collection]}/**/*.md'\n")
    checked = check_project(root)
    assert checked.fleet is not None
    for unknown in unknown_names(checked.fleet, Context(checked.sources)):
        yield (
            Place(collection, unknown.span.path, unknown.name),
            "file-name" if unknown.owners else "nobody",
        )


@pytest.fixture(scope="module")
def findings(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[Place, str]:
    found: dict[Place, str] = {}
    for name in FOLDERS:
        root = tmp_path_factory.mktemp("labelled") / name
        shutil.copytree(shared_data / "agents" / name, root)
        found |= dict(told(name, root))
    return found


def test_the_sample_is_large_enough() -> None:
    counts = sum(labelled().values(), Counter())
    assert counts.keys() == {"agent", "nobody", "file-name", "no-agent"}
    assert counts.total() > 200
    assert min(counts.values()) > 20


def test_what_is_told_is_true(findings: Mapping[Place, str]) -> None:
    labels = labelled()
    judged = {place: kind for place, kind in findings.items() if place in labels}
    right = [place for place, kind in judged.items() if labels[place][kind]]
    assert len(judged) > 40
    assert len(right) / len(judged) >= 0.95
    # what nobody has labelled lies in copies of files that are
    copies = {(Path(place.path).name, place.name) for place in labels}
    assert [place for place in findings if (Path(place.path).name, place.name) not in copies] == []


def test_most_of_what_is_there_is_told(findings: Mapping[Place, str]) -> None:
    missing = {place for place, kinds in labelled().items() if kinds["nobody"]}
    assert len(missing & findings.keys()) / len(missing) >= 0.9
