"""The pages about compact messages: examples are messages, and the table of costs is what the example project measures."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from orchestra_compiler.check import check_project
from orchestra_compiler.cli.message_cost import as_markdown
from orchestra_compiler.model import Protocol
from orchestra_compiler.protocol.compact import from_compact, to_compact
from orchestra_compiler.protocol.overhead import overhead
from orchestra_compiler.protocol.schema import load_schema
from orchestra_compiler.tokens import ESTIMATE, counter

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = DOCS.parent / "examples" / "agent_orchestra"
PAGE = DOCS / "explanation" / "message-overhead.md"
_TABLE = re.compile(r"(<!-- generated: overhead -->\n).*?(<!-- end of generated -->)", re.DOTALL)


def test_the_table_is_what_the_example_measures() -> None:
    count = counter()
    if count.name == ESTIMATE:
        pytest.skip("the page's figures are counts, and no vocabulary is installed")
    fleet = check_project(EXAMPLE).fleet
    assert fleet is not None
    measured = overhead(fleet, load_schema(fleet.protocol, EXAMPLE), count)
    page = PAGE.read_text(encoding="utf-8")
    wanted = _TABLE.sub(lambda found: found[1] + as_markdown(measured) + found[2], page)
    if os.environ.get("ORCHESTRA_UPDATE_DOCS") == "1":
        PAGE.write_text(wanted, encoding="utf-8")
        return
    assert page == wanted, "ORCHESTRA_UPDATE_DOCS=1 rewrites it"


def test_the_example_of_a_short_form_is_one() -> None:
    text = (DOCS / "reference" / "compact.md").read_text(encoding="utf-8")
    found = re.search(r"## Of the shipped protocol\n\n```text\n(.*?)\n```", text, re.DOTALL)
    assert found is not None
    schema = load_schema(Protocol(), Path())
    assert to_compact(schema, from_compact(schema, found[1])) == found[1]
