"""ORC706: a URL with a user and a password in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity, Span
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Fleet
from orchestra_compiler.patterns import pattern
from orchestra_compiler.rules.context import Context, texts

RULE = Rule("ORC706", "url-with-credentials", Family.SECURITY, Severity.ERROR, "A URL holds a user's password")

_URL = (
    r"(?i)\b(?P<scheme>https?|wss?|ftps?|sftp|ssh|git|postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?)://"
    r"(?P<user>[\w.%+~-]{1,64}):(?P<password>[^\s/@:\"'<>{}()\[\]$*`\\]{6,128})@(?P<host>[a-z0-9.-]{1,253})"
)
_QUICK = pattern(r"://[^\s/@:]+:[^\s/@]{6,}@")  # by a literal, which a search leaps to
_PLACEHOLDER = (
    r"(?i)pass|pwd|secret|token|key|user|name|example|your|changeme|change-me|admin|root|postgres|test|demo|dummy|sample|xxx"
    r"|123|abc|foo|bar|\.\.\.|%s|redacted|credential|guest|minio"
)
_OWN_MACHINE = frozenset(
    {"localhost", "127.0.0.1", "db", "database", "host", "hostname", "server", "redis", "postgres", "mysql"}
)
_RESERVED = (".example", ".test", ".invalid", ".localhost", "example.com", "example.org", "example.net")
_ALL_EXTRAS = ("hooks", "mcpServers", "mcp-servers", "env")


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:
    """Yield passwords in URLs of prompts, descriptions, tasks, hooks and servers; the finding shows none of them.

    Passwords as examples have them, and hosts that are nobody's, are passed over.
    """
    for text in texts(fleet, context):
        if "@" in text.value and "://" in text.value and "secrets" not in text.expected_gates:
            for match in _real(text.value):
                yield _finding(text.owner, match, context.locate(text, match.start("password"), match.end("password")))
    for agent in fleet.agents:
        for key in _ALL_EXTRAS:
            if "://" in agent.extra.get(key, ""):
                place = place_of(agent.span, agent.places, key)
                for match in _real(agent.extra[key]):
                    yield _finding(f"`{key}` of `{agent.name}`", match, _in_source(context, place, match))


def _real(text: str) -> Iterator[re.Match[str]]:
    if _QUICK.search(text) is None:
        return
    for match in re.finditer(_URL, text):
        host = match["host"].casefold().rstrip(".")
        if host in _OWN_MACHINE or host.endswith(_RESERVED) or re.search(_PLACEHOLDER, match["password"]):
            continue
        yield match


def _in_source(context: Context, place: Span, match: re.Match[str]) -> Span:
    """Return where a password of a front matter's value stands: in the first line of the value with its URL."""
    for line in range(place.line, place.end_line + 1):
        lines = context.lines(place.path)
        start = lines[line - 1].find(match[0]) if line <= len(lines) else -1
        if start >= 0:
            start += match.start("password") - match.start()
            return Span(place.path, line, start + 1, line, start + 1 + len(match["password"]))
    return place


def _finding(owner: str, match: re.Match[str], place: Span) -> Diagnostic:
    return RULE.at(
        place,
        f"{owner} holds the password of `{match['user']}` at `{match['host']}`",
        "change the password, then read it from the environment",
    )
