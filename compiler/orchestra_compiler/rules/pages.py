"""The index of the rules' documentation pages, made from the registry so that it cannot go stale."""

from __future__ import annotations

from orchestra_compiler.rules import RULES

_FAMILIES = (
    ("ORC0", "Reading files"),
    ("ORC1", "Names and references"),
    ("ORC2", "Descriptions and prompts"),
    ("ORC3", "Models, tiers and prices"),
    ("ORC4", "Messages"),
    ("ORC5", "Routing"),
    ("ORC6", "Missions"),
    ("ORC7", "Security"),
)

_HEAD = """\
# Rules

What `orchestra lint` and `orchestra-compile` find, one page per code. An error fails the compile; a warning fails a lint
only; an info fails nothing. A page says when a single finding is milder or worse than its rule. Codes never change their
meaning. This index is generated from the registry; a test keeps it current.
"""


def index() -> str:
    """Return `docs/rules/README.md`."""
    parts = [_HEAD]
    for prefix, title in _FAMILIES:
        rows = [
            f"| [{rule.code}]({rule.page}) | {rule.name} | {rule.severity.value} | {rule.summary} |"
            for rule in RULES.values()
            if rule.code.startswith(prefix)
        ]
        parts.append(
            "\n".join([f"## {title}\n", "| code | rule | severity | what it finds |", "|---|---|---|---|", *rows])
        )
    return "\n".join(part if part.endswith("\n") else f"{part}\n" for part in parts)
