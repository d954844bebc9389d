from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from growers import Plot

from orchestra_compiler.xsd.document import Node
from orchestra_compiler.xsd.growing.fitting import fits, places_for

MODELS = {
    "<xs:sequence><xs:element name='a'/><xs:element name='b' minOccurs='0'/><xs:element name='c' maxOccurs='2'/></xs:sequence>": "ab?cc?",
    "<xs:choice minOccurs='0' maxOccurs='unbounded'><xs:element name='a'/><xs:element name='b'/></xs:choice>": "[ab]*",
    "<xs:choice minOccurs='2' maxOccurs='3'><xs:element name='a'/><xs:element name='b'/></xs:choice>": "[ab]{2,3}",
    "<xs:sequence maxOccurs='2'><xs:element name='a' minOccurs='0'/><xs:choice><xs:element name='b'/><xs:element name='c'/></xs:choice></xs:sequence>": "(a?[bc]){1,2}",
    "<xs:sequence minOccurs='0'><xs:element name='a'/><xs:sequence minOccurs='0' maxOccurs='unbounded'><xs:element name='b'/><xs:element name='c'/></xs:sequence></xs:sequence>": "(a(bc)*)?",
    "<xs:all><xs:element name='a'/><xs:element name='b' minOccurs='0'/></xs:all>": "ab?|ba",
    "<xs:sequence minOccurs='3' maxOccurs='3'><xs:element name='a' minOccurs='0'/></xs:sequence>": "a{0,3}",
    "<xs:sequence><xs:element name='a' minOccurs='2' maxOccurs='unbounded'/><xs:any namespace='##local' processContents='skip' minOccurs='0'/></xs:sequence>": "aa+",
}


@pytest.mark.parametrize("model", MODELS)
def test_a_row_fits_like_the_regular_expression_of_its_model(tmp_path: Path, model: str) -> None:
    here = Plot(tmp_path, f'<xs:element name="root"><xs:complexType>{model}</xs:complexType></xs:element>')
    content = here.root().group
    assert content is not None
    for length in range(6):
        for row in product("abc", repeat=length):
            wanted = re.fullmatch(MODELS[model], "".join(row)) is not None
            assert fits(content, [f"{{urn:t}}{name}" for name in row]) == wanted, row


def test_substitutes_fit_where_their_head_does(tmp_path: Path) -> None:
    here = Plot(
        tmp_path,
        """<xs:element name="head"/><xs:element name="other" substitutionGroup="head"/>
        <xs:element name="root"><xs:complexType><xs:sequence><xs:element ref="head"/></xs:sequence></xs:complexType></xs:element>""",
    )
    content = here.root().group
    assert content is not None
    assert fits(content, ["{urn:t}other"])
    assert not fits(content, ["{urn:t}root"])


def test_the_places_for_one_more_element(tmp_path: Path) -> None:
    here = Plot(
        tmp_path,
        """<xs:element name="root"><xs:complexType><xs:sequence><xs:element name="a" maxOccurs="unbounded"/>
        <xs:element name="b" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>""",
    )
    content = here.root().group
    assert content is not None
    children = [Node("{urn:t}a"), Node("{urn:t}a")]
    assert list(places_for(content, children, "{urn:t}a")) == [2, 1, 0]
    assert list(places_for(content, children, "{urn:t}b")) == [2]
    assert list(places_for(content, children, "{urn:t}c")) == []
