"""The closed sets of words that a comparison is told in."""

from __future__ import annotations

import enum


class Kind(enum.StrEnum):
    """What became of a named thing."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"  # a guess: one is gone, one is new, and they say the same
    CHANGED = "changed"


class Turn(enum.StrEnum):
    """Which way a permission or a demand turned."""

    WIDENED = "widened"
    NARROWED = "narrowed"
    EXCHANGED = "exchanged"  # wider here, narrower there
    RAISED = "raised"
    LOWERED = "lowered"


class Severity(enum.StrEnum):
    """How bad a finding is."""

    BREAKING = "breaking"  # what worked before fails now
    NOTICE = "notice"  # who knows the old side only may meet what he does not know
    SAFE = "safe"


class Category(enum.StrEnum):
    """Who is hit."""

    SENDER = "SENDER"  # a document that was valid is refused
    RECEIVER = "RECEIVER"  # a document that was refused is valid
    FLEET = "FLEET"  # whoever counts on an agent, a capability, a tier


class Probe(enum.StrEnum):
    """Where a task that was tried on both routers comes from."""

    WORKLOAD = "workload"
    MISSION = "mission"
    CASE = "case"


class LeverName(enum.StrEnum):
    """What moves the cost of a month, in the order in which the old side is turned into the new one."""

    PRICES = "prices"
    MODELS = "models"
    AGENTS = "agents"
    ROUTING = "routing"
    WORKLOAD = "workload"
