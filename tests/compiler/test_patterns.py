"""Expressions that wait for their first use: they act as compiled ones do, and none of ours is broken."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

import orchestra_compiler
from orchestra_compiler import patterns
from orchestra_compiler.patterns import pattern

_MODULES = sorted(
    each.name
    for each in pkgutil.walk_packages(orchestra_compiler.__path__, "orchestra_compiler.")
    if not each.name.endswith("__main__")
)


def test_acts_as_a_compiled_expression_with_its_flags() -> None:
    word = pattern(r"(?P<first>[a-z])\w*", re.IGNORECASE)
    match = word.search("  Hello")
    assert match is not None
    assert match["first"] == "H"
    assert [each.group() for each in word.finditer("One two")] == ["One", "two"]
    assert word.sub("x", "one two") == "x x"
    assert word.pattern == r"(?P<first>[a-z])\w*"


def test_is_compiled_once_and_not_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    compile_ = re.compile

    def counted(text: str, flags: int = 0) -> re.Pattern[str]:
        compiled.append(text)
        return compile_(text, flags)

    monkeypatch.setattr(patterns.re, "compile", counted)
    word = pattern(r"\w+")
    assert compiled == []
    assert word.match("a")
    assert word.match("b")
    assert compiled == [r"\w+"]


def test_a_mistake_shows_at_the_first_use() -> None:
    broken = pattern("(")
    with pytest.raises(re.error):
        broken.match("a")


@pytest.mark.parametrize("name", _MODULES)
def test_every_expression_of_the_compiler_can_be_compiled(name: str) -> None:
    module = importlib.import_module(name)
    for each in vars(module).values():
        if type(each) is type(pattern("")):
            assert re.compile(each.pattern, each.flags)
