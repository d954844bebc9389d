from __future__ import annotations

from pathlib import Path

import pytest
from growers import Plot, names

from orchestra_compiler.xsd.cases import LeftOut
from orchestra_compiler.xsd.growing.grower import Site, UnmakableError

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:vc="http://www.w3.org/2007/XMLSchema-versioning"
    vc:minVersion="1.1" xmlns="urn:t" targetNamespace="urn:t" elementFormDefault="qualified">
<xs:complexType name="Range"><xs:attribute name="min" type="xs:int" use="required"/>
  <xs:attribute name="max" type="xs:int" use="required"/><xs:assert test="@min lt @max"/></xs:complexType>
<xs:complexType name="OneOf"><xs:sequence><xs:element name="a" type="xs:int" minOccurs="0"/>
  <xs:element name="b" type="xs:int" minOccurs="0"/></xs:sequence><xs:attribute name="z" type="xs:int"/>
  <xs:assert test="count(*) = 1"/></xs:complexType>
<xs:complexType name="Base"><xs:attribute name="kind"><xs:simpleType><xs:restriction base="xs:string">
  <xs:enumeration value="x"/><xs:enumeration value="y"/></xs:restriction></xs:simpleType></xs:attribute></xs:complexType>
<xs:complexType name="More"><xs:complexContent><xs:extension base="Base"><xs:sequence>
  <xs:element name="y" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
<xs:element name="root"><xs:complexType><xs:sequence><xs:element name="range" type="Range"/>
  <xs:element name="one" type="OneOf" maxOccurs="2"/><xs:element ref="chosen"/></xs:sequence></xs:complexType></xs:element>
<xs:element name="chosen" type="Base"><xs:alternative test="@kind = 'y'" type="More"/></xs:element>
<xs:element name="demanding" type="Base"><xs:alternative test="not(@kind)" type="xs:error"/></xs:element>
<xs:element name="never"><xs:complexType><xs:sequence/><xs:assert test="false()"/></xs:complexType></xs:element>
</xs:schema>"""


@pytest.fixture
def here(tmp_path: Path) -> Plot:
    return Plot(tmp_path, SCHEMA, engines=1)


def test_content_is_tried_until_the_assertions_hold(here: Plot) -> None:
    small = here.grower.smallest(here.root())
    assert names(small) == ["range", "one", "chosen"]
    assert len(small.children[1].children) == 1
    here.accept([small, here.grower.largest(here.root())])


def test_attributes_are_tried_until_a_type_alternative_fits(here: Plot) -> None:
    small = here.grower.smallest(here.root("demanding"))
    assert small.get("kind") in ("x", "y")
    here.accept([small])


def test_an_assertion_that_never_holds_is_told(here: Plot) -> None:
    with pytest.raises(UnmakableError, match="no content was found for <never>"):
        here.grower.smallest(here.root("never"))


def test_no_document_breaks_an_assertion(here: Plot) -> None:
    sites = list(here.grower.sites(here.roots))
    here.accept(site.root for site in sites if isinstance(site, Site))
    assert {each.component for each in sites if isinstance(each, LeftOut)} == {"never"}
    here.accept(each.document for each in here.grower.variations(here.roots))
