"""The comparison as a whole, over random edits: nothing differs from itself, and backwards is the mirror of forwards."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
import silent_project
import small_project
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestra_compiler.diff import Changes, compare, opened
from orchestra_compiler.diff.words import Kind

EDITS = {
    "retier": ("agents/writer.yaml", "tier: routine", "tier: implementation"),
    "rename": ("agents/reader.md", "name: reader", "name: scribe"),
    "tools": ("agents/reader.md", "Read, Grep", "Read, Bash"),
    "prompt": ("agents/lead.yaml", "what others cannot", "what others cannot, and say why"),
    "capability": ("agents/lead.yaml", "[planning]", "[planning, deciding]"),
    "threshold": ("routing.yaml", "strategic: 60", "strategic: 50"),
    "signal": ("routing.yaml", "1000: 30", "1500: 40"),
    "hard": ("routing.yaml", "[security]", "[audit]"),
    "volume": ("workload.yaml", "per_month: 400", "per_month: 999"),
    "task": ("workload.yaml", "task: plans", "task: designs"),
    "mission": ("missions/hello.yaml", "Greet the reader", "Greet the scribe"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sides")


def written(folder: Path, edits: frozenset[str]) -> Path:
    root = folder / ("-".join(sorted(edits)) or "plain")
    if not root.is_dir():
        files = dict(silent_project.FILES)
        for name in sorted(edits):
            path, old, new = EDITS[name]
            assert old in files[path], name
            files[path] = files[path].replace(old, new)
        small_project.write(root, files)
    return root


def changes_of(folder: Path, old: frozenset[str], new: frozenset[str]) -> Changes:
    with ExitStack() as stack:
        sides = [stack.enter_context(opened(str(written(folder, edits)), folder)) for edits in (old, new)]
        return compare(sides[0], sides[1])


some = st.frozensets(st.sampled_from(sorted(EDITS)), max_size=4)
_MIRROR = {Kind.ADDED: Kind.REMOVED, Kind.REMOVED: Kind.ADDED, Kind.CHANGED: Kind.CHANGED, Kind.RENAMED: Kind.RENAMED}


@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=some, new=some)
def test_backwards_is_the_mirror_of_forwards(folder: Path, old: frozenset[str], new: frozenset[str]) -> None:
    there, back = changes_of(folder, old, new), changes_of(folder, new, old)
    assert there.empty == back.empty == (old == new)
    for name in ("agents", "tiers", "policy", "missions", "workload"):
        forwards = {(each.was or each.name, _MIRROR[each.kind]) for each in getattr(there, name)}
        assert forwards == {(each.name, each.kind) for each in getattr(back, name)}, name
    assert there.cost is not None
    assert back.cost is not None
    assert there.cost.change_usd == -back.cost.change_usd
    assert there.routes.tried == back.routes.tried
    moves = {
        (each.probe, each.name.removesuffix(" (before)"), each.before.tier, each.after.tier)
        for each in there.routes.changed
    }
    assert len(moves) == len(back.routes.changed)
    assert {(each.kind, each.added, each.removed) for each in there.cases} == {
        (each.kind, each.removed, each.added) for each in back.cases
    }
    assert there.prompts.before == back.prompts.after


@pytest.mark.parametrize("name", EDITS)
def test_each_edit_is_seen(folder: Path, name: str) -> None:
    changes = changes_of(folder, frozenset(), frozenset({name}))
    assert not changes.empty
    assert changes.notes == ()


def test_the_same_twice(folder: Path) -> None:
    edits = frozenset(EDITS)
    assert changes_of(folder, frozenset(), edits) == changes_of(folder, frozenset(), edits)
