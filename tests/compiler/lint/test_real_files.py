"""Ignores, baseline and SARIF on real collections of agents."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import jsonschema
import pytest

from orchestra_compiler.check import Checked, check_project
from orchestra_compiler.lint.baseline import dump, key_of, load
from orchestra_compiler.lint.outputs import render
from orchestra_compiler.lint.policy import binds
from orchestra_compiler.lint.view import View, recordable

SUBSET = json.loads((Path(__file__).parent / "sarif-subset.schema.json").read_bytes())
PROJECT = 'orchestra: 1\nagents: ["{}/**/*.md"]\n'


@pytest.fixture(params=["orchestra", "wshobson"])
def fleet(request: pytest.FixtureRequest, shared_data: Path, tmp_path: Path) -> Path:
    shutil.copytree(shared_data / "agents" / request.param, tmp_path / "agents")
    (tmp_path / "orchestra.yaml").write_text(PROJECT.format("agents"))
    return tmp_path


def silenceable(checked: Checked) -> Counter[object]:
    return Counter(key_of(each) for each in checked.diagnostics if not binds(each) and each.span.path.endswith(".md"))


def test_an_ignore_at_the_top_of_each_file_silences_just_what_it_names(fleet: Path) -> None:
    before = check_project(fleet)
    codes: dict[str, set[str]] = {}
    for each in before.diagnostics:
        if not binds(each) and each.span.path.endswith(".md") and before.sources[each.span.path].startswith(b"---"):
            codes.setdefault(each.span.path, set()).add(each.code)
    assert codes
    for path, named in codes.items():
        fence, _, rest = (fleet / path).read_bytes().partition(b"\n")
        ignore = f"# orchestra: ignore-file[{', '.join(sorted(named))}] as it was written".encode()
        (fleet / path).write_bytes(b"\n".join((fence, ignore, rest)))
    after = check_project(fleet)
    hidden = Counter(key_of(each.finding) for each in after.hidden)
    assert hidden == silenceable(before) - silenceable(after)
    assert not [each for each in after.diagnostics if each.span.path in codes and not binds(each)]


def test_a_baseline_leaves_nothing_but_what_binds(fleet: Path) -> None:
    checked = check_project(fleet)
    seen = View(known=load(dump(recordable(checked)))).of(checked)
    assert all(binds(each) for each in seen.shown)
    assert len(seen.shown) + len(seen.hidden) == len(checked.diagnostics)
    assert seen.gone == 0


def test_sarif_holds_every_finding(fleet: Path) -> None:
    checked = check_project(fleet)
    seen = View(known=load(dump(recordable(checked)))).of(checked)
    log = json.loads(render(seen.shown, "sarif", {}, colour=False, hidden=seen.hidden))
    jsonschema.Draft202012Validator(SUBSET).validate(log)
    results = log["runs"][0]["results"]
    assert len(results) == len(checked.diagnostics)
    prints = [each["partialFingerprints"]["orchestraFinding/v1"] for each in results]
    assert len(set(prints)) == len(prints)
