"""The map of a fleet as a picture: SVG with tooltips, for light and dark pages, without scripts and without a library.

The lines are drawn first and the boxes over them, so that no line ever crosses a name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from orchestra_compiler.emitters.agents import Group, agents_of, by_tier, model_name
from orchestra_compiler.emitters.layout import BAND_HEAD, BOX_HEIGHT, HEADER, MARGIN, Band, Box, Picture, arrange
from orchestra_compiler.emitters.plain_text import cut, flat
from orchestra_compiler.emitters.relations import Relation, Tie, relations
from orchestra_compiler.model import Agent, Fleet
from orchestra_compiler.wording import counted

_LONGEST_TOOLTIP = 300
_LONGEST_TITLE = 60
_HUES = 6
_CLASSES = {Tie.ESCALATION: "up", Tie.HANDOFF: "hand", Tie.MESSAGE: "say"}
_STYLE = """
  .page{fill:#fff}.ink{fill:#1b2430}.soft{fill:#5b6675}
  .name{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace}
  .title{font:600 19px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
  .head{font:600 13px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
  .note{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
  .band{fill-opacity:.07}.box{stroke-width:1.4}
  .line{fill:none;stroke-width:1.3;stroke-opacity:.5}.line:hover{stroke-width:3;stroke-opacity:1}
  .up{stroke:#5b6675}.hand{stroke:#0f7b6c;stroke-dasharray:5 4}.say{stroke:#9a5b13;stroke-dasharray:1.5 4}
  .up-end{fill:#5b6675}.hand-end{fill:#0f7b6c}.say-end{fill:#9a5b13}
  .h0{fill:#2f6fde;stroke:#2f6fde}.h1{fill:#1c8a5f;stroke:#1c8a5f}.h2{fill:#a14fc4;stroke:#a14fc4}
  .h3{fill:#c2651a;stroke:#c2651a}.h4{fill:#c23a5b;stroke:#c23a5b}.h5{fill:#2a8c9c;stroke:#2a8c9c}
  .none{fill:#7a8594;stroke:#7a8594}
  rect.box{fill:#fff}rect.band,text.head{stroke:none}
  @media (prefers-color-scheme:dark){
    .page{fill:#12161c}.ink{fill:#e8ecf2}.soft{fill:#9aa5b4}.band{fill-opacity:.16}
    .up{stroke:#9aa5b4}.hand{stroke:#4cc9b0}.say{stroke:#e0a458}
    .up-end{fill:#9aa5b4}.hand-end{fill:#4cc9b0}.say-end{fill:#e0a458}
    .h0{fill:#79a8ff;stroke:#79a8ff}.h1{fill:#58c796;stroke:#58c796}.h2{fill:#cf8ff0;stroke:#cf8ff0}
    .h3{fill:#f0a062;stroke:#f0a062}.h4{fill:#f37f9b;stroke:#f37f9b}.h5{fill:#6cc7d6;stroke:#6cc7d6}
    rect.box{fill:#1a2029}
  }
"""


def render(fleet: Fleet) -> str:
    """Return the picture."""
    picture = arrange(fleet)
    boxes = {box.agent.name: box for band in picture.bands for box in band.boxes}
    drawn = relations(fleet)
    size = f'width="{_n(picture.width)}" height="{_n(picture.height)}"'
    box = f'viewBox="0 0 {_n(picture.width)} {_n(picture.height)}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} {size} role="img">',
        f"<title>{_xml(_title(fleet))}</title>",
        f"<style>{_STYLE}</style>",
        _arrows(),
        f'<rect class="page" {size}/>',
        *_header(fleet),
        *(_band(band, picture.width) for band in picture.bands),
        *(_line(each, boxes) for each in drawn),
        *(_box(box, fleet, band) for band in picture.bands for box in band.boxes),
        *_legend(picture, drawn),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _title(fleet: Fleet) -> str:
    return cut(fleet.project.name, _LONGEST_TITLE) or "fleet"


def _header(fleet: Fleet) -> Iterator[str]:
    used = [group for group in by_tier(fleet) if group.tier is not None]
    counts = f"{counted(len(agents_of(fleet)), 'agent')} in {counted(len(used), 'tier')}"
    yield f'<text class="title ink" x="{MARGIN}" y="38">{_xml(_title(fleet))}</text>'
    yield f'<text class="note soft" x="{MARGIN}" y="{HEADER - 18}">{counts}, the strongest on top</text>'


def _arrows() -> str:
    heads = (
        f'<marker id="{kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path class="{kind}-end" d="M0 .8 7.5 4 0 7.2z"/></marker>'
        for kind in _CLASSES.values()
    )
    back = (
        '<marker id="back" viewBox="0 0 8 8" refX="1" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path class="hand-end" d="M8 .8.5 4 8 7.2z"/></marker>'
    )
    return f"<defs>{''.join(heads)}{back}</defs>"


def _band(band: Band, width: float) -> str:
    tier, model = band.group.tier, model_name(band.group.tier)
    head = cut(f"{band.group.title} · {model}" if model else band.group.title, _LONGEST_TITLE)
    about = f"<title>{_xml(cut(tier.description, _LONGEST_TOOLTIP))}</title>" if tier and tier.description else ""
    hue, inside = _hue(band.group), width - 2 * MARGIN
    rect = f'<rect class="band {hue}" x="{MARGIN}" y="{_n(band.y)}" width="{_n(inside)}" height="{_n(band.height)}" rx="10"/>'
    text = f'<text class="head {hue}" x="{MARGIN + 16}" y="{_n(band.y + BAND_HEAD - 14)}">{_xml(head)}</text>'
    return f"<g>{about}{rect}{text}</g>"


def _hue(group: Group) -> str:
    return f"h{group.number % _HUES}" if group.tier is not None else "none"


def _box(box: Box, fleet: Fleet, band: Band) -> str:
    rect = (
        f'<rect class="box {_hue(band.group)}" x="{_n(box.x)}" y="{_n(box.y)}" '
        f'width="{_n(box.width)}" height="{BOX_HEIGHT}" rx="7"/>'
    )
    text = f'<text class="name ink" x="{_n(box.x + box.width / 2)}" y="{_n(box.y + 19)}" text-anchor="middle">{_xml(box.shown)}</text>'
    return f"<g><title>{_xml(_tooltip(box.agent, fleet))}</title>{rect}{text}</g>"


def _tooltip(agent: Agent, fleet: Fleet) -> str:
    model = model_name(fleet.tiers.get(agent.tier or ""))
    tier = f"{agent.tier}, {model}" if model else agent.tier
    about = f"{flat(agent.name)} ({tier})" if tier else flat(agent.name)
    return f"{about}: {cut(agent.description, _LONGEST_TOOLTIP)}" if agent.description.strip() else about


def _line(relation: Relation, boxes: dict[str, Box]) -> str:
    kind = _CLASSES[relation.tie]
    types = f" ({', '.join(relation.messages)})" if relation.messages else ""
    said = f"{flat(relation.source)} {relation.tie.value} {flat(relation.target)}{flat(types) and f' {flat(types)}'}"
    path = _path(boxes[relation.source], boxes[relation.target], relation.tie)
    back = ' marker-start="url(#back)"' if relation.returns else ""
    said += ", and gets work from there" if relation.returns else ""
    return f'<path class="line {kind}"{back} marker-end="url(#{kind})" d="{path}"><title>{_xml(said)}</title></path>'


def _path(source: Box, target: Box, tie: Tie) -> str:
    """Return a curve from one box to another; the kinds of ties leave a box at places of their own."""
    side = {Tie.ESCALATION: 0.0, Tie.HANDOFF: 0.18, Tie.MESSAGE: -0.18}[tie]
    start, end = source.middle + side * source.width, target.middle + side * target.width
    if source.y == target.y:
        depth = source.y - 22
        return f"M{_n(start)} {_n(source.y)}C{_n(start)} {_n(depth)} {_n(end)} {_n(depth)} {_n(end)} {_n(target.y)}"
    rises = target.y < source.y
    top = source.y if rises else source.y + BOX_HEIGHT
    bottom = target.y + BOX_HEIGHT if rises else target.y
    bend = (bottom - top) / 2
    return f"M{_n(start)} {_n(top)}C{_n(start)} {_n(top + bend)} {_n(end)} {_n(bottom - bend)} {_n(end)} {_n(bottom)}"


def _legend(picture: Picture, drawn: Sequence[Relation]) -> Iterator[str]:
    """Yield a sample of each kind of line that the picture has."""
    kinds = {(each.tie, each.returns) for each in drawn}
    left, y = float(MARGIN), picture.height - 24
    for tie, returns in sorted(kinds, key=lambda kind: ([*Tie].index(kind[0]), kind[1])):
        name, back = _CLASSES[tie], ' marker-start="url(#back)"' if returns else ""
        words = f"{tie.value}, and gets work from" if returns else tie.value
        yield f'<path class="line {name}"{back} marker-end="url(#{name})" d="M{_n(left)} {_n(y - 4)}h34"/>'
        yield f'<text class="note soft" x="{_n(left + 44)}" y="{_n(y)}">{words}</text>'
        left += 66 + 7 * len(words)


def _n(value: float) -> str:
    """Return a coordinate with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")


def _xml(text: str) -> str:
    """Return text for XML, which knows no characters beyond those it lists."""
    legal = "".join(each for each in text if each.isprintable() or each == " ")
    return escape(legal, {'"': "&quot;"})
