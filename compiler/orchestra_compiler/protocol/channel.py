"""What both ends of a channel know of a message before it comes, so that its compact form need not say it again.

A runtime knows who speaks to whom about which task, and when a message was sent: it made the call and stamped it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What is known; None where it is not.

    Attributes:
        type: The type that is expected where a text does not say another: a task goes down, its completion comes back.
        values: For a schema of the project's own: path below the root, such as `header/sender/name` or `header/@id` ->
            its text.
    """

    type: str | None = None
    sender: str | None = None
    recipient: str | None = None
    task_id: str | None = None
    parent_task: str | None = None
    timestamp: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)


NOTHING = Channel()
"""The channel of which nothing is known: the text stands by itself."""
