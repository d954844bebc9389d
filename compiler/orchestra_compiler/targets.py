"""The names of what a project may compile to: data that the link step checks without loading the emitters."""

from __future__ import annotations

TARGETS = ("cases", "messages", "prompts", "routing-table")
"""Each is the name of an emitter."""
