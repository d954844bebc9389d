"""Small schemas for tests, and what a family of mutations makes of one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import xmlschema
from lxml import etree

from orchestra_compiler.xsd.cases import Suite
from orchestra_compiler.xsd.demands.constraints import demands_of
from orchestra_compiler.xsd.document import to_text
from orchestra_compiler.xsd.growing.grower import Grower
from orchestra_compiler.xsd.loading import LoadedSchema, load
from orchestra_compiler.xsd.mutations.families import family_of
from orchestra_compiler.xsd.mutations.mutation import Context, Mutation
from orchestra_compiler.xsd.simple.values import Values
from orchestra_compiler.xsd.suites.jury import Jury
from orchestra_compiler.xsd.suites.sites import Sites
from orchestra_compiler.xsd.suites.suite import suite_of

XS = "http://www.w3.org/2001/XMLSchema"


def text_of(body: str, *, target: str = "", qualified: bool = True, more: str = "") -> str:
    """Return a schema around some declarations; those of a target namespace have the prefix `t`."""
    space = f' targetNamespace="{target}" xmlns:t="{target}"' if target else ""
    form = ' elementFormDefault="qualified"' if qualified else ""
    return f'<xs:schema xmlns:xs="{XS}"{space}{form}{more}>\n{body}\n</xs:schema>\n'


def schema_of(folder: Path, body: str, **settings: object) -> LoadedSchema:
    """Write a schema to a folder and load it."""
    path = folder / "schema.xsd"
    path.write_text(text_of(body, **settings))  # type: ignore[arg-type]
    return load(path, folder)


def suite(folder: Path, body: str, **settings: object) -> Suite:
    """Return the suite of a schema."""
    return suite_of(schema_of(folder, body, **settings))


class Made(NamedTuple):
    """A mutation with its document's text."""

    scenario: str
    component: str
    rule: str
    document: str


def mutations(loaded: LoadedSchema, kind: str, component: str = "", most: int = 50) -> list[Made]:
    """Return what the family of a kind makes of each constraint of that kind, or of those of one component."""
    return [
        Made(each.scenario, each.component, each.rule, to_text(each.document))
        for each in islice(_mutations(loaded, kind, component), most)
    ]


def _mutations(loaded: LoadedSchema, kind: str, component: str) -> Iterator[Mutation]:
    roots = [each for each in loaded.schema.elements.values() if not each.abstract]
    grower = Grower(loaded.schema, Values())
    sites = Sites(grower, roots, Jury(loaded.judges).accepts)
    context = Context(schema=loaded.schema, grower=grower, sites=sites.all)
    for demands in demands_of(loaded.schema, roots):
        constraint = demands[0].constraint
        if constraint.kind == kind and component in ("", constraint.component):
            for demand in demands:
                for site in sites.of(demand):
                    yield from family_of(demand)(demand, site, context)


def refusals(path: Path, suite_to_check: Suite) -> list[str]:
    """Return the ids of cases that one of the engines judges otherwise than they say, asked without our judges."""
    engines = [xmlschema.XMLSchema(str(path)).is_valid]
    try:
        fast = etree.XMLSchema(etree.parse(str(path)))
    except etree.XMLSchemaParseError:
        pass
    else:
        engines.append(lambda text: fast.validate(etree.fromstring(text.encode())))
    return [
        case.id
        for case in suite_to_check.cases
        for accepts in engines
        if bool(accepts(case.document)) is not (case.expected == "valid")
    ]
