"""The tiers document."""

from __future__ import annotations

from typing import Any

from orchestra_compiler.frontends.common import Built, decimal, entry, faults, places, whole, words
from orchestra_compiler.model import Model, Price, Tier, Tiers
from orchestra_compiler.source.places import LazyPlaces
from orchestra_compiler.source.tree import Document, Map

_OF_THREE = 3


def build(document: Document) -> Built[Tiers]:
    """Build the tiers of a document. Names of tiers that it does not define are left to the link step."""
    found = faults(document, "tiers")
    if found:
        return Built(None, found)
    data = document.value
    tiers = tuple(_tier(document, name) for name in data["tiers"])
    names = tuple(tier.name for tier in tiers)
    middle = names[1] if len(names) == _OF_THREE else names[-1]
    built = Tiers(
        tiers=tiers,
        escalation=tuple(data.get("escalation", names)),
        baseline=data.get("baseline", middle),
        default=data.get("default", names[0]),
        span=document.span,
        places=places(document),
    )
    return Built(built, [])


def _tier(document: Document, name: str) -> Tier:
    parent = document.value["tiers"]
    written = parent[name]
    long = written if isinstance(written, Map) else None
    models = written["models"] if long is not None else written
    more = {"name": parent.key_spot(name)} | ({"models": parent.spot(name)} if long is None else {})
    return Tier(
        name=name,
        models=tuple(_model(document, models, number) for number in range(len(models))),
        description=long.get("description", "") if long is not None else "",
        aliases=words(long.get("aliases")) if long is not None else (),
        span=entry(document, parent, name),
        places=LazyPlaces(document.text, Map() if long is None else long, more),
    )


def _model(document: Document, models: Any, number: int) -> Model:
    written = models[number]
    if isinstance(written, str):
        span = document.text.span(*models.spot(number))
        return Model(name=written, span=span, places={"model": span})
    return Model(
        name=written["model"],
        provider=written.get("provider", ""),
        context_window=int(written.get("context_window", 0)),
        max_output_tokens=int(written.get("max_output_tokens", 0)),
        price=_price(written["price"]) if "price" in written else None,
        span=whole(document, written),
        places=places(document, written),
    )


def _price(written: Map) -> Price:
    amounts: dict[str, Any] = {
        key: decimal(written[key]) for key in ("input", "output", "cache_read", "cache_write") if key in written
    }
    return Price(source=written["source"], date=written["date"], **amounts)
