"""What is known of agents' tools by name: data that the compiler checks and the runtime obeys."""

from __future__ import annotations

DELEGATION_TOOLS: frozenset[str] = frozenset({"Agent", "Task"})
"""Tools that do no work themselves but hand it to another agent; both names mean the same."""
