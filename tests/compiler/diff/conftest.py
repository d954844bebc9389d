from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack

import pytest
import silent_project
import small_project

from orchestra_compiler.diff import Changes, compare, opened
from orchestra_compiler.diff.sides import SideBrokenError

Compared = Callable[..., Changes]


@pytest.fixture(scope="session")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Compared:
    """Compare the small project with some files replaced on either side."""

    def compare_two(new: Mapping[str, str], old: Mapping[str, str] | None = None, *, speaks: bool = False) -> Changes:
        base = silent_project.FREE if speaks else silent_project.FILES
        folders = [
            small_project.write(tmp_path_factory.mktemp("side"), {**base, **(changes or {})}) for changes in (old, new)
        ]
        with ExitStack() as stack:
            try:
                sides = [stack.enter_context(opened(str(folder), folder)) for folder in folders]
            except SideBrokenError as error:
                pytest.fail("\n".join(f"{each.span}: {each.message}" for each in error.checked.diagnostics))
            return compare(sides[0], sides[1])

    return compare_two


def edited(name: str, *swaps: tuple[str, str]) -> dict[str, str]:
    """Return one file of the silent small project with some words replaced."""
    text = silent_project.FILES[name]
    for old, new in swaps:
        assert old in text, (name, old)
        text = text.replace(old, new)
    return {name: text}


@pytest.fixture(scope="session", name="edited")
def give_edited() -> Callable[..., dict[str, str]]:
    return edited
