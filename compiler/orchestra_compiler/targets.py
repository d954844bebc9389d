"""The names of what a project may compile to: data that the link step checks without loading the emitters."""

from __future__ import annotations

USUAL = ("cases", "messages", "prompts", "routing-table")
"""What a project compiles to that names no targets."""
TARGETS = USUAL
"""Each is the name of an emitter."""
