"""Writes the pages that are made from the code: the language, the report's fields, the command line, the rules' index.

What a page says of a key stands in the JSON Schemas, what it says of an option in the parsers; written a second time by
hand it would drift. `python docs/generate_reference.py` rewrites the pages, and so does the test that compares them when
`ORCHESTRA_UPDATE_DOCS=1` is set.
"""  # noqa: INP001 - a script beside the pages it writes, no package

from __future__ import annotations

import io
import json
import os
import re
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import yaml

import orchestra_spec
from orchestra_compiler.cli.main import main
from orchestra_compiler.lint.policy import BINDING
from orchestra_compiler.model import EscalationPolicy, Mission, Project, RoutingPolicy, Signal, SignalKind
from orchestra_compiler.rules import RULES
from pytest_orchestra.cli import ALL_COMMANDS

REFERENCE = Path(__file__).parent / "reference"
RULE_PAGES = Path(__file__).parent / "rules"
_WIDTH = "100"
_LONGEST_EXAMPLE = 60
_KINDS = ("project", "agent", "agent-front-matter", "tiers", "routing", "gates", "mission", "workload")
_ELSEWHERE = {
    "mission": {
        "expect[]": "one expectation, see [expectations](expectations.md)",
        "reply": "as `replies.NAME`",
        "replies.NAME[]": "as `replies.NAME`, but no list",
    },
    "tiers": {"tiers.NAME[]": "as `tiers.NAME.models[]`"},
    "gates": {
        f"layers.{layer}": "checks by name, see [gates](gates.md)" for layer in ("input", "grounding", "boundary", "output")
    },
}  # fmt: skip
"""Keys whose children stand on another page, or a few lines further: kind -> path -> what their type is called."""

_DEFAULTS: Mapping[str, Mapping[str, object]] = {
    "project": {
        "build.out": Project(name="").out,
        "build.prompt_budget_tokens": Project(name="").prompt_budget_tokens,
        "tiers": "the shipped tiers",
        "gates": "the shipped gates",
    },
    "routing": {
        "agent_tier": RoutingPolicy().agent_tier.value,
        "signals.NAME.default": Signal(name="", feature="", kind=SignalKind.TABLE).default,
    },
    "gates": {
        "escalation.self": EscalationPolicy().self_attempts,
        "escalation.coordinator": EscalationPolicy().coordinator_attempts,
        "escalation.lead": EscalationPolicy().lead_attempts,
        "escalation.raise_tier": str(EscalationPolicy().raise_tier).lower(),
    },
    "mission": {
        "category": Mission(name="", steps=()).category.value,
        "risk": Mission(name="", steps=()).risk.value,
        "steps.NAME.optional": "false",
    },
}
"""Defaults that the model states and the schemas do not: kind -> path -> default."""

_MARK = re.compile(r"(?P<begin><!-- generated: (?P<name>[a-z]+) -->\n).*?(?P<end><!-- end of generated -->)", re.DOTALL)
_DEFAULT = re.compile(r"[;,] (?:by default (?P<default>[^.;]+)|(?P<absent>[^.;,]+) if (?:absent|nothing is said))\.?")
_NO_EXAMPLE = object()


class Row(NamedTuple):
    """One key of a document.

    Attributes:
        path: Its dotted path; `NAME` stands for a key that the author chooses, `[]` for each item of a list.
        text: What the schema says of it.
    """

    path: str
    type: str
    required: bool
    text: str
    example: object


class _Schema:
    """One JSON Schema, read key by key."""

    def __init__(self, data: Mapping[str, Any], elsewhere: Mapping[str, str]) -> None:
        self._definitions = data.get("$defs", {})
        self._elsewhere = elsewhere
        self.data = data

    def rows(self, part: Mapping[str, Any], path: str, examples: list[Any]) -> Iterator[Row]:
        """Yield the rows of everything below a part of the schema."""
        whole = self.resolved(part)
        required = whole.get("required", ())
        for name, value in whole.get("properties", {}).items():
            if value.get("not") != {}:
                yield from self._row(value, f"{path}.{name}".lstrip("."), name in required, _below(examples, name))
        if isinstance(whole.get("additionalProperties"), dict) and "properties" not in whole:
            inner = whole["additionalProperties"]
            yield from self._row(inner, f"{path}.NAME".lstrip("."), False, _below(examples, None), inner=True)
        if isinstance(whole.get("items"), dict) and self._holds_keys(whole["items"]):
            items = [item for example in examples if isinstance(example, list) for item in example]
            yield from self._inside(whole["items"], f"{path}[]", items)
        for choice in whole.get("anyOf", ()):
            if self._holds_keys(choice):
                yield from self.rows(choice, path, examples)

    def _row(
        self, part: Mapping[str, Any], path: str, required: bool, examples: list[Any], *, inner: bool = False  # noqa: FBT001
    ) -> Iterator[Row]:  # fmt: skip
        whole = self.resolved(part)
        told = self._elsewhere.get(path)
        if not inner or not self._holds_keys(part) or whole.get("description"):
            example = min(examples, key=lambda each: len(_flow(each)), default=_NO_EXAMPLE)
            yield Row(path, told or self.type(part), required, whole.get("description", ""), example)
        if told is None:
            yield from self.rows(part, path, examples)

    def _inside(self, part: Mapping[str, Any], path: str, examples: list[Any]) -> Iterator[Row]:
        told = self._elsewhere.get(path)
        if told is not None:
            yield Row(path, told, False, self.resolved(part).get("description", ""), _NO_EXAMPLE)
        else:
            yield from self.rows(part, path, examples)

    def _holds_keys(self, part: Mapping[str, Any]) -> bool:
        whole = self.resolved(part)
        inner = whole.get("additionalProperties")
        if "properties" in whole or isinstance(inner, dict):
            return True
        nested = [*whole.get("anyOf", ()), *([whole["items"]] if isinstance(whole.get("items"), dict) else [])]
        return any(self._holds_keys(each) for each in nested if each.get("$ref") != part.get("$ref", object()))

    def resolved(self, part: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a part with its reference replaced by what it names."""
        if "$ref" not in part:
            return part
        named = self.resolved(self._definitions[part["$ref"].removeprefix("#/$defs/")])
        return {**named, **{key: value for key, value in part.items() if key != "$ref"}}

    def type(self, part: Mapping[str, Any]) -> str:
        """Return a part's type in words."""
        whole = self.resolved(part)
        if "const" in whole:
            return f"`{json.dumps(whole['const'])}`"
        if "enum" in whole:
            return ", ".join("null" if word is None else f"`{word}`" for word in whole["enum"])
        if "anyOf" in whole:
            return " or ".join(dict.fromkeys(self.type(each) for each in whole["anyOf"]))
        words = whole.get("type", "any value")
        return " or ".join(self._plain(word, whole) for word in (words if isinstance(words, list) else [words]))

    def _plain(self, word: str, whole: Mapping[str, Any]) -> str:
        if word == "array":
            item = self.type(whole["items"]) if "items" in whole else "value"
            return f"list, each item {item}" if " or " in item or "`" in item else f"list of {item}s"
        if word in ("integer", "number"):
            return {"integer": "whole number", "number": "number"}[word] + _range(whole)
        if word == "string" and "pattern" in whole:
            return _PATTERNS.get(whole["pattern"], "text")
        return {"string": "text", "object": "mapping", "boolean": "true or false"}.get(word, word)


_PATTERNS = {
    "^[a-z0-9][a-z0-9._-]*$": "name",
    "^[0-9]{1,9}([.][0-9]{1,12})?$": "decimal in quotes",
    "^-?[0-9]+(\\.[0-9]{1,12})?$": "decimal as text",
    "^[0-9]+(\\.[0-9]+)?$": "decimal as text",
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "date in quotes",
}


def _range(whole: Mapping[str, Any]) -> str:
    if "exclusiveMinimum" in whole:
        return f" above {_number(whole['exclusiveMinimum'])}"
    low, high = whole.get("minimum"), whole.get("maximum")
    far = 1_000_000
    if low is not None and high is not None and high < far:
        return f", {_number(low)} to {_number(high)}"
    return f", at least {_number(low)}" if low is not None and low > -far else ""


def _number(value: float) -> str:
    return format(value, "g")


def _below(examples: list[Any], name: str | None) -> list[Any]:
    """Return what the examples hold under a name, or under every name."""
    maps = [example for example in examples if isinstance(example, dict)]
    if name is None:
        return [value for each in maps for value in each.values()]
    return [each[name] for each in maps if name in each]


def _flow(value: object) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000)
    return str(text).removesuffix("...\n").strip()


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, as people do."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _table(rows: Iterator[Row], defaults: Mapping[str, object]) -> Iterator[str]:
    yield "| key | type | what it says | default | example |"
    yield "|---|---|---|---|---|"
    for row in rows:
        stated = _DEFAULT.search(row.text)
        default = "required" if row.required else (stated["default"] or stated["absent"] if stated else "")
        default = default or str(defaults.get(row.path, ""))
        text = _DEFAULT.sub(".", row.text).removesuffix(".") + "." if row.text else ""
        example = "" if row.example is _NO_EXAMPLE else _flow(row.example)
        shown = f"`{example}`" if 0 < len(example) <= _LONGEST_EXAMPLE and "`" not in example else ""
        yield f"| `{row.path}` | {_cell(row.type)} | {_cell(text)} | {_cell(default)} | {_cell(shown)} |"


def language() -> str:
    """Return the page about every kind of document."""
    return "\n".join((*_LANGUAGE_HEAD, *(line for kind in _KINDS for line in _kind(kind)))).rstrip() + "\n"


_LANGUAGE_HEAD = (
    "# The language",
    "",
    "<!-- generated from spec/orchestra_spec/schemas by docs/generate_reference.py: do not edit -->",
    "",
    "One section per kind of document, made from its JSON Schema. Every document is YAML 1.2 in UTF-8, without tags,",
    "merge keys and duplicate keys; paths and patterns are relative to the folder of `orchestra.yaml` and may not leave it.",
    "A key that is not listed here is a finding ([ORC011](../rules/ORC011-unknown-key.md)), except in the front matter of",
    "Markdown agents, where it is kept.",
    "",
    "In the tables `NAME` stands for a key that you choose, `[]` for each item of a list. A *name* has lower-case letters,",
    "digits, `.`, `_` and `-`, and starts with a letter or digit. Examples of money are in US dollars.",
    "",
)  # fmt: skip


def _kind(kind: str) -> Iterator[str]:
    data = json.loads((orchestra_spec.ROOT / "schemas" / f"{kind}.schema.json").read_bytes())
    schema = _Schema(data, _ELSEWHERE.get(kind, {}))
    yield f"## {data['title']}"
    yield ""
    yield data["description"]
    yield ""
    yield from _table(schema.rows(data, "", list(data["examples"])), _DEFAULTS.get(kind, {}))
    yield ""
    for example in data["examples"]:
        text = yaml.dump(example, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100).rstrip()
        yield from (f"```yaml {kind}", text, "```", "")


def report() -> str:
    """Return the generated part of the page about the report."""
    data = json.loads((orchestra_spec.ROOT / "schemas" / "report.schema.json").read_bytes())
    schema = _Schema(data, {})
    parts = {"The whole": data, **{f"`{name}`": part for name, part in data["$defs"].items() if "properties" in part}}
    lines: list[str] = []
    for title, part in parts.items():
        lines += [f"### {title}", "", part["description"], "", "| field | type | what it says |", "|---|---|---|"]
        shared = set(data["$defs"]["sums"]["properties"]) if title != "`sums`" else set()
        repeated = shared <= part["properties"].keys() and bool(shared)
        for name, value in part["properties"].items():
            if repeated and name in shared:
                continue
            text = schema.resolved(value).get("description", "")
            lines.append(f"| `{name}` | {_cell(_named(value) or schema.type(value))} | {_cell(text)} |")
        lines += ["", *(["And every field of `sums`.", ""] if repeated else [])]
    return "\n".join(lines)


def _named(part: Mapping[str, Any]) -> str:
    """Return the name of the object that a field of the report holds, or the list of such."""
    if part.get("type") == "array" and "$ref" in part["items"]:
        return f"list of `{part['items']['$ref'].removeprefix('#/$defs/')}`"
    name = part.get("$ref", "").removeprefix("#/$defs/")
    return f"`{name}`" if name and name != "money" else ""


def command_line() -> str:
    """Return the page about the commands: what each says of itself under `--help`."""
    lines = list(_CLI_HEAD)
    for name in ("", *(command.name for command in ALL_COMMANDS)):
        title = f"orchestra {name}".strip()
        lines += [f"## {title}", "", "```text", help_of(name), "```", ""]
        for action in _CLI_ACTIONS.get(name, ()):
            lines += [f"### {title} {action}", "", "```text", help_of(f"{name} {action}"), "```", ""]
        lines += _CLI_NOTES.get(name, [])
    return "\n".join(lines).rstrip() + "\n"


_CLI_HEAD = (
    "# The command line",
    "",
    "<!-- generated from the parsers by docs/generate_reference.py: do not edit -->",
    "",
    "What each command says of itself under `--help`. `orchestra-compile` is `orchestra compile` under a name of its own;",
    "missions run under [pytest](pytest-options.md).",
    "",
    "| exit code | means |",
    "|---|---|",
    "| 0 | clean |",
    "| 1 | findings: errors or warnings of `lint`, errors or a stale file of `compile`, a refused text, an unreadable line |",
    "| 2 | the command cannot be done as it was asked for |",
    "| 3 | a bug of ours; the message names a file with a report to send |",
    "| 130 | interrupted |",
    "",
)
_CLI_ACTIONS = {"messages": ("check", "show", "compact", "expand", "cost")}
_CLI_NOTES = {
    "messages": [
        "Forms, channels, typed values: [compact messages](compact.md). The figures of `cost`:",
        "[what the envelope costs](../explanation/message-overhead.md).",
        "",
    ],
    "lint": [
        "What is shown, settings, ignores, baselines and formats: [lint](lint.md). Codes: [rules](../rules/README.md).",
        "",
    ],
    "compile": [
        "Warnings do not fail a compile; they fail a lint.",
        "What is made again, and when: [what a compile does again](../explanation/incremental.md).",
        "",
    ],
    "report": ["The ledger of the project's `.orchestra/` folder is read; nothing is run.", ""],
}


def help_of(command: str) -> str:
    """Return what a command, or `orchestra` itself, writes under `--help`."""
    written = io.StringIO()
    environment = {key: value for key, value in os.environ.items() if key != "FORCE_COLOR"}
    environment |= {"COLUMNS": _WIDTH, "NO_COLOR": "1", "PYTHON_COLORS": "0"}
    with patch.dict(os.environ, environment, clear=True), redirect_stdout(written):
        main([*command.split(), "--help"], ALL_COMMANDS)
    return written.getvalue().strip()


_FAMILIES = (
    ("ORC0", "Reading files, settings and ignores"),
    ("ORC1", "Names and references"),
    ("ORC2", "Descriptions and prompts"),
    ("ORC3", "Models, tiers and prices"),
    ("ORC4", "Messages"),
    ("ORC5", "Routing"),
    ("ORC6", "Missions"),
    ("ORC7", "Security"),
)

_RULES_HEAD = """\
# Rules

What `orchestra lint` and `orchestra-compile` find, one page per code. An error fails the compile; a warning fails a lint
only; an info fails nothing. A page says when a single finding is milder or worse than its rule. Codes never change their
meaning. This index is generated from the registry; a test keeps it current.
"""


def rules() -> str:
    """Return the index of the rules' pages, made from the registry."""
    parts = [_RULES_HEAD]
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


def rule_options() -> str:
    """Return the generated part of the page about the lint: the numbers that rules take."""
    rows = [
        f"| [{rule.name}](../rules/{rule.page}) | `{name}` | {option.summary[0].upper()}{option.summary[1:]}. |"
        f" {option.default:.12g} | {option.minimum:.12g} to {option.maximum:.12g} |"
        for rule in RULES.values()
        for name, option in rule.options.items()
    ]
    return "\n".join(["| rule | key | what it says | default | range |", "|---|---|---|---|---|", *rows, ""])


def binding_rules() -> str:
    """Return the generated part of the page about the lint: the rules whose errors nothing silences."""
    named = (f"[{rule.code}](../rules/{rule.page})" for rule in RULES.values() if rule.code in BINDING)
    return "\n".join(textwrap.wrap(", ".join(named) + ".", 130, break_on_hyphens=False, break_long_words=False)) + "\n"


_LINT_PARTS = {"options": rule_options, "binding": binding_rules}


def pages() -> Mapping[Path, str]:
    """Return every page that is generated, whole or in part, with what it must hold."""
    report_page = REFERENCE / "report.md"
    lint_page = REFERENCE / "lint.md"
    return {
        REFERENCE / "language.md": language(),
        REFERENCE / "cli.md": command_line(),
        RULE_PAGES / "README.md": rules(),
        report_page: _MARK.sub(
            lambda match: match["begin"] + report() + match["end"], report_page.read_text(encoding="utf-8")
        ),
        lint_page: _MARK.sub(
            lambda match: match["begin"] + _LINT_PARTS[match["name"]]() + match["end"],
            lint_page.read_text(encoding="utf-8"),
        ),
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
