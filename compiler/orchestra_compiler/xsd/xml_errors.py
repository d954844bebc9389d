"""Why a document is not let in."""

from __future__ import annotations

from orchestra_compiler.errors import MessageError


class XmlError(MessageError):
    """A document that is not let in; `line` counts from 1, 0 where unknown, and `reason` is the message without it."""

    rule = "malformed-xml"

    def __init__(self, message: str, line: int = 0, hint: str = "") -> None:
        super().__init__(f"line {line}: {message}" if line else message, hint)
        self.line = line
        self.reason = message


class HostileXmlError(XmlError):
    """The document holds what no message needs and attacks are made of."""

    rule = "hostile-xml"


class MalformedXmlError(XmlError):
    """The document is not well-formed XML in UTF-8."""
