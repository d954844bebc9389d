from __future__ import annotations

from pathlib import Path

import yaml
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.model import Protocol
from orchestra_compiler.project import load
from orchestra_compiler.scaffold.documents import comment, documents, scalar
from orchestra_compiler.scaffold.plan import Found, Offer, Plan
from orchestra_compiler.scaffold.summary import summary
from orchestra_compiler.scaffold.survey import LeftOut
from orchestra_compiler.scaffold.tiers import GuessedTier, GuessedTiers, Named, Unknown
from orchestra_compiler.source import yaml as places
from orchestra_compiler.source.text import Text

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@given(TEXT)
def test_a_scalar_is_read_as_it_was(text) -> None:
    assert yaml.load(f"key: {scalar(text)}  # {comment(text)}\n", Loader=yaml.CSafeLoader) == {"key": text}


@given(TEXT)
def test_the_compilers_own_reader_reads_it_too(text) -> None:
    reading = places.read(Text("x.yaml", f"key: {scalar(text)}  # {comment(text)}\n"))
    assert reading.diagnostics == []
    assert reading.documents[0].value == {"key": text}


def plan(root: Path, word: str) -> Plan:
    tier = GuessedTier(
        name="routine",
        description=word,
        aliases=(Named(word, word),),
        models=(Named("claude-haiku-4-5", word),),
        agents=1,
    )
    return Plan(
        root=root,
        name=word,
        found=(Found("agents/*.md", word, 1, 1),),
        besides=((f"agents/{word}", word),),
        left_out=(LeftOut(word, word),),
        offers=(Offer(word, (word,), 1),),
        agents=1,
        tiers=GuessedTiers(
            tiers=(tier,), default=Named("routine", word), baseline="routine", unknown=(Unknown(word, (word,) * 9),)
        ),
        tiers_file="tiers.yaml",
        keeps_tiers=False,
        protocol=Protocol(schema=word, root=word, discriminator=word),
    )


@given(TEXT)
def test_whatever_names_hold_the_files_are_yaml_of_the_right_shape(word) -> None:
    files = documents(plan(Path(), word))
    project, tiers = (yaml.load(files[name], Loader=yaml.CSafeLoader) for name in ("orchestra.yaml", "tiers.yaml"))
    assert project["agents"] == ["agents/*.md", f"!agents/{word}"]
    assert project["messages"] == {"schema": word, "root": word, "discriminator": word}
    assert project["name"] == word
    assert tiers["tiers"]["routine"]["aliases"] == [word]
    assert tiers["default"] == "routine"


@given(TEXT)
def test_the_closing_message_steers_no_terminal(word) -> None:
    text = summary(plan(Path(), word), ("orchestra.yaml",), (), word)
    assert all(each.isprintable() or each == "\n" for each in text.replace(word, ""))


def test_the_files_begin_with_where_their_schema_is(tmp_path) -> None:
    files = documents(plan(tmp_path, "w"))
    for name, kind in (("orchestra.yaml", "project"), ("tiers.yaml", "tiers")):
        first = files[name].decode().splitlines()[0]
        assert first == f"# yaml-language-server: $schema=.orchestra/schemas/{kind}.schema.json"


def test_each_guess_is_marked_and_unknown_models_get_no_price(tmp_path) -> None:
    text = documents(plan(tmp_path, "house-large"))["tiers.yaml"].decode()
    lines = [line for line in text.splitlines() if "  # guessed: house-large" in line]
    assert len(lines) == 3
    assert "#   house-large: 9 agents: house-large, house-large, house-large, house-large, house-large, ..." in text
    loaded = load(tmp_path, {"orchestra.yaml": b"orchestra: 1\ntiers: tiers.yaml\n", "tiers.yaml": text.encode()})
    assert loaded.fleet is not None
    assert loaded.fleet.tiers.names() == ("routine",)
