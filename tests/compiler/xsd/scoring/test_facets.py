"""A facet is idle only where the others of its type forbid whatever it forbids."""

from __future__ import annotations

from itertools import product

import pytest
from small_schemas import schema_of

from orchestra_compiler.xsd.loading import LoadedSchema
from orchestra_compiler.xsd.model import SimpleType
from orchestra_compiler.xsd.scoring.equivalence import simple_types
from orchestra_compiler.xsd.scoring.facets import is_implied


def typed(tmp_path, facets: str, base: str = "string") -> LoadedSchema:
    body = f"""<xs:element name="r"><xs:simpleType><xs:restriction base="xs:{base}">
    {facets}</xs:restriction></xs:simpleType></xs:element>"""
    return schema_of(tmp_path, body)


def implied(loaded: LoadedSchema, kind: str) -> bool:
    (found,) = [each for each in simple_types(loaded.schema) if each.facets]
    facet = next(each for each in found.facets if each.kind == kind)
    return is_implied(kind, facet.place, [found])


@pytest.mark.parametrize(
    ("pattern", "facet", "expected"),
    [
        ("[ab]{2,4}", '<xs:minLength value="2"/>', True),
        ("[ab]{2,4}", '<xs:minLength value="3"/>', False),
        ("[ab]{2,4}|a", '<xs:minLength value="2"/>', False),
        ("[ab]{2,4}", '<xs:maxLength value="4"/>', True),
        ("[ab]{2,4}b?", '<xs:maxLength value="4"/>', False),
        ("a*", '<xs:maxLength value="4"/>', False),
        ("(ab|a){0,2}", '<xs:maxLength value="4"/>', True),
        ("(ab){2}", '<xs:length value="4"/>', True),
        ("(ab){1,2}", '<xs:length value="4"/>', False),
    ],
)
def test_a_pattern_implies_a_length_where_no_match_is_another(tmp_path, pattern, facet, expected) -> None:
    loaded = typed(tmp_path, f'<xs:pattern value="{pattern}"/>\n{facet}')
    kind = facet[4 : facet.index(" ")].replace("L", "-l")
    assert implied(loaded, kind) is expected
    without = typed(tmp_path, f'<xs:pattern value="{pattern}"/>')
    same = all(type_of(loaded).accepts(text) == type_of(without).accepts(text) for text in texts())
    assert same is expected


def type_of(loaded: LoadedSchema) -> SimpleType:
    found = loaded.schema.elements["r"].simple_type
    assert found is not None
    return found


def texts() -> list[str]:
    return ["".join(each) for length in range(7) for each in product("ab", repeat=length)]


def test_words_imply_what_all_of_them_satisfy(tmp_path) -> None:
    words = '<xs:enumeration value="a"/><xs:enumeration value="bcd"/>'
    assert implied(typed(tmp_path, f'{words}\n<xs:maxLength value="3"/>'), "max-length")
    assert implied(typed(tmp_path, f'{words}\n<xs:pattern value="[a-z]+"/>'), "pattern")
    assert not implied(typed(tmp_path, f'{words}\n<xs:maxLength value="3"/>'), "enumeration")


def test_nothing_is_said_of_numbers_and_lists(tmp_path) -> None:
    assert not implied(
        typed(tmp_path, '<xs:pattern value="[0-9]"/>\n<xs:maxInclusive value="9"/>', "int"), "max-inclusive"
    )
    assert not implied(typed(tmp_path, '<xs:pattern value="a a"/>\n<xs:length value="2"/>', "NMTOKENS"), "length")
    assert not is_implied("length", typed(tmp_path, '<xs:length value="1"/>').schema.elements["r"].place, [])
