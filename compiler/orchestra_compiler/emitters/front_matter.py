"""YAML that other programs read: strict, one line a value, quoted wherever a plain word could mean something else."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import yaml

_UNPLAIN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


_NUMBER = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z|0o[0-7]+\Z|0x[0-9a-fA-F]+\Z|[-+]?\.(?:inf|nan)\Z",
    re.IGNORECASE,
)
"""What YAML 1.2 takes for a number; YAML 1.1, which the library quotes for, takes some of it for text, such as `0E0`."""


class _Dumper(yaml.SafeDumper):
    """Writes text with line breaks in double quotes, and amounts as decimals instead of powers of ten."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - as the base class calls it
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - likewise
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, data: str) -> yaml.Node:
    style = '"' if _UNPLAIN.search(data) or _NUMBER.match(data) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", data, style=style)


def _amount(dumper: yaml.SafeDumper, data: Decimal) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:float", decimal_text(data))


_Dumper.add_representer(str, _text)
_Dumper.add_representer(Decimal, _amount)


def decimal_text(amount: Decimal) -> str:
    """Return an amount as plain decimals with a point in them, so that YAML and JSON take it for a number: `0.000003`."""
    text = format(amount.normalize(), "f") if amount else "0"
    return text if "." in text else f"{text}.0"


def dump(data: Any) -> str:
    """Return data as block YAML in the order that it has, ending with a line break."""
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=float("inf"))


def page(front: dict[str, Any], body: str) -> bytes:
    """Return a Markdown file with front matter; the body follows the closing fence character by character."""
    return f"---\n{dump(front)}---\n{body}".encode()
