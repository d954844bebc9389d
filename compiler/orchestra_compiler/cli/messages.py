"""`orchestra messages`: look at messages, check many of them, write them short and back, and count what they cost."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from orchestra_compiler.cli.arguments import add_project
from orchestra_compiler.cli.message_schema import add_schema, schema_of
from orchestra_compiler.errors import FindingsError, MessageError, UsageError

if TYPE_CHECKING:
    from orchestra_compiler.cli.message_files import Given
    from orchestra_compiler.protocol.channel import Channel
    from orchestra_compiler.protocol.schema import MessageSchema
    from orchestra_compiler.xsd.engines.violation import Violation

_KNOWN = ("type", "sender", "recipient", "task-id", "parent-task", "timestamp")
_OURS_KNOWS = "--known is for a schema of your own"
_CHANNEL_HELP = "what both ends know of the message already, and its compact form need not say:"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's actions."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, help="what to do")
    check = _action(actions, "check", "say which documents are no valid messages, and why", _check)
    check.add_argument(
        "paths", nargs="+", metavar="PATH", help='XML files, folders of them, or - for lines of JSON: {"id", "xml"}'
    )
    add_schema(check)
    check.add_argument("--json", action="store_true", help="a JSON object a line for each document that is not valid")
    show = _action(actions, "show", "decode a message, XML or compact, to JSON with typed values", _show)
    compact = _action(actions, "compact", "write a message in its compact form", _compact)
    expand = _action(actions, "expand", "turn a compact form back into XML", _expand)
    for each in (show, compact, expand):
        each.add_argument("file", nargs="?", default="-", metavar="FILE", help="default: standard input")
        add_schema(each)
        _add_channel(each)
    cost = _action(actions, "cost", "count the tokens of the envelope, type by type, in XML and compact form", _cost)
    add_project(cost)
    cost.add_argument("--json", action="store_true", help="answer in JSON")
    cost.add_argument(
        "--known",
        action="append",
        default=[],
        metavar="PATH",
        help="for a schema of your own: a value that both ends of a channel know, such as header/sender; may be repeated",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the action."""
    return int(arguments.action(arguments))


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    summary: str,
    do: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
    parser.set_defaults(action=do)
    return parser


def _add_channel(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("channel", _CHANNEL_HELP)
    for name in _KNOWN:
        group.add_argument(f"--{name}", metavar="TEXT")
    group.add_argument(
        "--known",
        action="append",
        default=[],
        metavar="PATH=TEXT",
        help="for a schema of your own: a value by its path; may be repeated",
    )


def _channel(arguments: argparse.Namespace, schema: MessageSchema) -> Channel:
    from orchestra_compiler.protocol.channel import Channel

    if schema.ours and arguments.known:
        raise UsageError(_OURS_KNOWS, f"say it by {', '.join(f'--{name}' for name in _KNOWN)}")
    values: dict[str, str] = {}
    for known in arguments.known:
        path, equals, text = known.partition("=")
        if not path or not equals:
            raise UsageError(f"{known!r} is no PATH=TEXT", "such as header/sender=clerk")
        values[path] = text
    given = {name.replace("-", "_"): getattr(arguments, name.replace("-", "_")) for name in _KNOWN}
    said = next((name for name in _KNOWN if given[name.replace("-", "_")] is not None), None)
    if said is not None and not schema.ours:
        raise UsageError(f"--{said} is for messages of the shipped protocol", "say it by --known PATH=TEXT")
    return Channel(values=values, **given)


def _input(arguments: argparse.Namespace) -> str:
    from orchestra_compiler.cli.message_files import content_of
    from orchestra_compiler.xsd.xml import MAX_BYTES

    if arguments.file == "-":
        raw = sys.stdin.buffer.read(MAX_BYTES + 1)
    else:
        given = content_of(arguments.file)
        if given.unreadable:
            raise UsageError(f"{arguments.file} {given.unreadable}", "name a file")
        raw = bytes(given.document) if isinstance(given.document, bytes) else given.document.encode()
    if len(raw) > MAX_BYTES:
        raise UsageError(f"the message has more than {MAX_BYTES} bytes")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"the message is not UTF-8 at byte {error.start + 1}", "save it as UTF-8") from error


def _converted(arguments: argparse.Namespace, convert: Callable[[str], str], end: str = "\n") -> int:
    text = _input(arguments)
    try:
        made = convert(text)
    except MessageError as error:
        raise FindingsError(error.message, error.hint) from error
    if isinstance(
        sys.stdout, io.TextIOWrapper
    ):  # data, as it was read: not in a locale's encoding, nor in its line ends
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    sys.stdout.write(made + end)
    return 0


def _compact(arguments: argparse.Namespace) -> int:
    from orchestra_compiler.protocol.compact import to_compact

    schema = schema_of(arguments)
    channel = _channel(arguments, schema)
    return _converted(arguments, lambda text: to_compact(schema, text, channel))


def _expand(arguments: argparse.Namespace) -> int:
    from orchestra_compiler.protocol.compact import from_compact

    schema = schema_of(arguments)
    channel = _channel(arguments, schema)
    return _converted(arguments, lambda text: from_compact(schema, text.removesuffix("\n"), channel), end="")


def _show(arguments: argparse.Namespace) -> int:
    from orchestra_compiler.protocol.compact import from_compact

    schema = schema_of(arguments)
    channel = _channel(arguments, schema)

    def shown(text: str) -> str:
        xml = text if text.lstrip().startswith("<") else from_compact(schema, text.removesuffix("\n"), channel)
        wrong = schema.validate(xml)
        if wrong:
            raise MessageError(f"the document is not a valid message: {wrong[0]}")
        return json.dumps(schema.decode(xml), indent=2, ensure_ascii=False)

    return _converted(arguments, shown)


def _check(arguments: argparse.Namespace) -> int:
    from orchestra_compiler.cli.message_files import documents

    schema = schema_of(arguments)
    count = bad = 0
    for given in documents(arguments.paths):
        found = (_unreadable(given),) if given.unreadable else schema.validate(given.document)
        count += 1
        if found:
            bad += 1
            sys.stdout.write(_as_json(given.name, found) if arguments.json else _as_line(given.name, found))
    if not arguments.json:
        what = "document" if count == 1 else "documents"
        sys.stdout.write(f"{count} {what}, {bad} not valid\n" if bad else f"{count} {what}, all valid\n")
    return int(bad > 0)


def _unreadable(given: Given) -> Violation:
    from orchestra_compiler.xsd.engines.violation import Violation

    return Violation("unreadable", "", 0, given.unreadable)


def _as_line(name: str, found: tuple[Violation, ...]) -> str:
    from orchestra_compiler.lint.outputs.terminal import visible

    first = found[0]
    place = f"{name}:{first.line}" if first.line else name
    where = f" {first.path}:" if first.path else ""
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return visible(f"{place}:{where} {first.message} [{first.rule}]{more}") + "\n"


def _as_json(name: str, found: tuple[Violation, ...]) -> str:
    each = [{"rule": one.rule, "path": one.path, "line": one.line, "message": one.message} for one in found]
    return json.dumps({"document": name, "violations": each}, sort_keys=True) + "\n"


def _cost(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from orchestra_compiler.cli.common import fleet_of
    from orchestra_compiler.cli.message_cost import as_json, as_text
    from orchestra_compiler.project import find_root
    from orchestra_compiler.protocol.overhead import overhead
    from orchestra_compiler.protocol.schema import load_schema
    from orchestra_compiler.tokens import counter

    fleet = fleet_of(arguments.project)
    schema = load_schema(fleet.protocol, find_root(Path(arguments.project)))
    if schema.ours and arguments.known:
        raise UsageError(_OURS_KNOWS, "what a channel of ours knows is fixed")
    measured = overhead(fleet, schema, counter(), arguments.known)
    sys.stdout.write(as_json(measured) if arguments.json else as_text(measured))
    return 0
