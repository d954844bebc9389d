"""The types of the messages that the protocol which ships with us has, for whoever needs no more than their names.

`agent-message.xsd` is the law; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

BODIES: Mapping[str, str] = MappingProxyType(
    {
        "escalation": "request",
        "question": "question",
        "status": "progress",
        "task-assignment": "task",
        "task-completion": "result",
    }
)
"""Message type -> the payload element that it demands; the types are sorted."""

TYPES = tuple(BODIES)
