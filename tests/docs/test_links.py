"""Links between pages lead somewhere, and every page is on the map."""

from __future__ import annotations

import re
from pathlib import Path

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_CODE = re.compile(r"^```.*?^```[ \t]*$|`[^`\n]+`\(", re.MULTILINE | re.DOTALL)


def _anchors(path: Path) -> set[str]:
    headings = _HEADING.findall(_CODE.sub("", path.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8"))):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        assert path.exists(), f"{page.name}: {target}"
        assert not anchor or anchor in _anchors(path), f"{page.name}: {target}"


def test_every_page_is_on_the_map(page: Path, docs: Path) -> None:
    named = {(docs / target).resolve() for target in _LINK.findall((docs / "README.md").read_text(encoding="utf-8"))}
    assert page == docs / "README.md" or page in named
