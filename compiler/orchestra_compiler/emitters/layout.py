"""Where the boxes of a fleet's picture stand: a band per tier, the strongest on top, those who lead above their teams.

There is no layout library behind it, and nothing is measured: names are set in a font whose letters are all of one
width, so that a width follows from a count of letters and is the same on every machine.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from orchestra_compiler.emitters.agents import Group, agents_of, by_tier
from orchestra_compiler.emitters.plain_text import flat
from orchestra_compiler.model import Agent, Fleet

LETTER = 7.3
"""The width of one letter of a name, in pixels, at 12 pixels and a little more than any common monospaced font has."""
BOX_HEIGHT = 30
MARGIN = 28
HEADER = 78
BAND_HEAD = 40
_BAND_GAP = 40
_GAP = 18
_ROW_GAP = 16
_LEVEL_GAP = 40
_FOOTER = 54
_LONGEST = 30
_LEAST_WIDTH = 760
_PADDING = 22
_LANE = 7
_LEAST_ROW = 7
_ASPECT = 0.4  # boxes are wide and low: a picture of many agents is about twice as wide as high


class Box(NamedTuple):
    """One agent's box: its upper left corner, its width, the name as it is shown, and the lane of its lines.

    Boxes that stand below each other in one column have lanes of their own, in pixels from the middle, so that their
    lines can be told apart where they pass behind the boxes above.
    """

    agent: Agent
    x: float
    y: float
    width: float
    shown: str
    lane: float

    @property
    def middle(self) -> float:
        """Where the box's lines start, horizontally."""
        return self.x + self.width / 2 + self.lane


class Band(NamedTuple):
    """One tier's band: the tier with its agents, where it starts and how high it is."""

    group: Group
    y: float
    height: float
    boxes: tuple[Box, ...]


class Picture(NamedTuple):
    """The whole picture, in pixels."""

    width: float
    height: float
    bands: tuple[Band, ...]


def arrange(fleet: Fleet) -> Picture:
    """Return where everything stands: a picture of more agents grows in both directions."""
    placing = _Placing(fleet)
    top = float(HEADER)
    bands: list[Band] = []
    for group in by_tier(fleet):
        boxes, bottom = placing.place(group.agents, top + BAND_HEAD)
        bands.append(Band(group, top, bottom + _GAP - top, boxes))
        top = bottom + _GAP + _BAND_GAP
    return Picture(placing.width, top + _FOOTER - (_BAND_GAP if bands else 0), tuple(bands))


def shown(name: str) -> str:
    """Return a name as its box shows it: whole, or cut in the middle, since long names differ at their ends."""
    line = flat(name) or "?"
    if columns(line) <= _LONGEST:
        return line
    head, tail = line[: _LONGEST // 2], line[-(_LONGEST // 2) :]
    while columns(head) + columns(tail) >= _LONGEST:
        head, tail = (head[:-1], tail) if columns(head) >= columns(tail) else (head, tail[1:])
    return f"{head}…{tail}"


def columns(text: str) -> int:
    """Return how many letters wide a text is: characters of East Asia take two, marks on others none."""
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text
    )


class _Placing:
    """One picture in the making: it knows where the boxes above stand."""

    def __init__(self, fleet: Fleet) -> None:
        agents = agents_of(fleet)
        letters = max((columns(shown(agent.name)) for agent in agents), default=8)
        self._box = round(letters * LETTER + _PADDING)
        self._per_row = max(_LEAST_ROW, math.ceil(math.sqrt(len(agents) * _ASPECT)))
        widest = max((len(group.agents) for group in by_tier(fleet)), default=1)
        boxes = min(self._per_row, widest)
        self.width = float(max(_LEAST_WIDTH, 2 * (MARGIN + _GAP) + boxes * (self._box + _GAP) - _GAP))
        self._givers: dict[str, list[str]] = {}
        for agent in agents:
            for name in agent.handoffs:
                self._givers.setdefault(name, []).append(agent.name)
        self._middles: dict[str, float] = {}

    def place(self, members: Sequence[Agent], top: float) -> tuple[tuple[Box, ...], float]:
        """Return the boxes of one band and where they end: a level below another for those who answer to it."""
        boxes: list[Box] = []
        levels = _levels(members)
        for number, level in enumerate(levels):
            placed, top = self._level(sorted(level, key=self._wish), top + (_LEVEL_GAP if number else 0))
            self._middles |= {box.agent.name: box.x + box.width / 2 for box in placed}
            boxes += placed
        return tuple(boxes), top

    def _wish(self, agent: Agent) -> tuple[float, str]:
        """Return where an agent would best stand: below its coordinator, or below those who give it work."""
        near = [agent.coordinator or ""] if agent.coordinator in self._middles else self._givers.get(agent.name, [])
        known = [self._middles[name] for name in near if name in self._middles]
        return (round(sum(known) / len(known), 3) if known else self.width / 2), agent.name

    def _level(self, agents: list[Agent], top: float) -> tuple[list[Box], float]:
        """Return the boxes of a level, column by column, so that a team stays together where it needs several rows."""
        rows = math.ceil(len(agents) / self._per_row)
        wide = math.ceil(len(agents) / rows)
        left = (self.width - wide * (self._box + _GAP) + _GAP) / 2
        boxes = []
        for number, agent in enumerate(agents):
            column, row = divmod(number, rows)
            x, y = left + column * (self._box + _GAP), top + row * (BOX_HEIGHT + _ROW_GAP)
            lane = (row - (rows - 1) / 2) * min(_LANE, self._box * 0.6 / rows)
            boxes.append(Box(agent, x, y, self._box, shown(agent.name), lane))
        return boxes, top + rows * (BOX_HEIGHT + _ROW_GAP) - _ROW_GAP


def _levels(members: Sequence[Agent]) -> list[list[Agent]]:
    """Return the agents of a band by how many coordinators of the same band stand above them."""
    above = {agent.name: agent.coordinator for agent in members}
    levels: dict[int, list[Agent]] = {}
    for agent in members:
        chain = [agent.name]
        while (head := above.get(chain[-1])) in above and head is not None and head not in chain:
            chain.append(head)
        levels.setdefault(len(chain) - 1, []).append(agent)
    return [levels[depth] for depth in sorted(levels)]
