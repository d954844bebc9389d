"""Random schemas that are right by construction: nested groups, types of all kinds, substitutes, keys and references.

Every element of a content model has a name of its own, so that no model is ambiguous; a type needs only types that come
after it, so that each can be made, and may optionally hold any type, itself too.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from hypothesis import strategies as st

SIMPLE = ("xs:string", "xs:int", "xs:boolean", "xs:date", "xs:decimal", "xs:token", "Word", "Code", "Share", "Either")
_OCCURS = (
    "",
    "",
    ' minOccurs="0"',
    ' maxOccurs="3"',
    ' minOccurs="0" maxOccurs="unbounded"',
    ' minOccurs="2" maxOccurs="4"',
)
_GROUP_OCCURS = ("", "", ' minOccurs="0"', ' maxOccurs="unbounded"', ' minOccurs="0" maxOccurs="2"')
_SIMPLE_TYPES = """
  <xs:simpleType name="Word"><xs:restriction base="xs:string">
    <xs:enumeration value="red"/><xs:enumeration value="green"/><xs:enumeration value="blue"/>
  </xs:restriction></xs:simpleType>
  <xs:simpleType name="Code"><xs:restriction base="xs:string"><xs:pattern value="[A-Z]{2}-[0-9]{1,3}"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="Share"><xs:restriction base="xs:decimal">
    <xs:minInclusive value="0"/><xs:maxExclusive value="100"/><xs:fractionDigits value="2"/>
  </xs:restriction></xs:simpleType>
  <xs:simpleType name="Either"><xs:union memberTypes="xs:int Word"/></xs:simpleType>"""
_HEAD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:random" xmlns:r="urn:random"
    targetNamespace="urn:random" elementFormDefault="qualified">"""
_SHAPES = """
  <xs:complexType name="Shape"{abstract}><xs:sequence><xs:element name="label" type="xs:string"/></xs:sequence></xs:complexType>
  <xs:complexType name="Circle"><xs:complexContent><xs:extension base="Shape">
    <xs:attribute name="radius" type="xs:decimal" use="required"/></xs:extension></xs:complexContent></xs:complexType>
  <xs:element name="shape" type="Shape"{head}/>
  <xs:element name="circle" type="Circle" substitutionGroup="shape"/>"""
_KEYS = """
    <xs:key name="numbers"><xs:selector xpath="r:items/r:item"/><xs:field xpath="@number"/></xs:key>
    <xs:unique name="names"><xs:selector xpath=".//r:item"/><xs:field xpath="r:name"/></xs:unique>
    <xs:keyref name="links" refer="numbers"><xs:selector xpath="r:link"/><xs:field xpath="@to"/></xs:keyref>"""
_KEYED = """
      <xs:element name="items" minOccurs="0"><xs:complexType><xs:sequence>
        <xs:element name="item" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
          <xs:sequence><xs:element name="name" type="Word"/></xs:sequence>
          <xs:attribute name="number" type="{key}"{use}/>
          <xs:attribute name="id" type="xs:ID"/>
        </xs:complexType></xs:element>
      </xs:sequence></xs:complexType></xs:element>
      <xs:element name="link"{links}><xs:complexType>
        <xs:attribute name="to" type="{key}" use="required"/>
        <xs:attribute name="also" type="xs:IDREF"/>
      </xs:complexType></xs:element>"""


@st.composite
def schemas(draw: Callable[..., object]) -> str:
    """Draw the text of a schema whose root elements are `root` and some more."""
    return _Schema(draw).text()


class _Schema:
    def __init__(self, draw: Callable[..., object]) -> None:
        self._draw = draw
        self._numbers = count(1)
        self._types = self._pick(range(1, 4))
        self._shapes = self._pick((True, False))

    def text(self) -> str:
        keyed = self._pick((True, False))
        parts = [_HEAD, _SIMPLE_TYPES]
        if self._shapes:
            abstract = self._pick(("", ' abstract="true"'))
            parts.append(_SHAPES.format(abstract=abstract, head=abstract or self._pick(("", ' abstract="true"'))))
        parts += [self._type(number) for number in range(self._types)]
        content = self._group(0, 0)
        if keyed:
            key = self._pick(("xs:int", "xs:string", "Code"))
            use = self._pick(("", ' use="required"'))
            links = self._pick(("", ' minOccurs="0"', ' minOccurs="2" maxOccurs="3"'))
            content = f"<xs:sequence>{_KEYED.format(key=key, use=use, links=links)}{content}</xs:sequence>"
        keys = _KEYS if keyed else ""
        parts.append(f'<xs:element name="root"><xs:complexType>{content}</xs:complexType>{keys}</xs:element>')
        return "\n".join([*parts, "</xs:schema>"])

    def _pick(self, choices: object) -> object:
        return self._draw(st.sampled_from(choices))

    def _type(self, number: int) -> str:
        kind = self._pick(("group", "group", "all", "simple", "mixed"))
        attributes = "".join(self._attribute() for _ in range(self._pick(range(3))))
        if kind == "simple":
            base = self._pick(SIMPLE)
            inside = f'<xs:simpleContent><xs:extension base="{base}">{attributes}</xs:extension></xs:simpleContent>'
            return f'<xs:complexType name="T{number}">{inside}</xs:complexType>'
        if kind == "all":
            elements = "".join(
                self._element(number + 1, self._pick(_OCCURS[:3])) for _ in range(self._pick(range(1, 4)))
            )
            content = f"<xs:all>{elements}</xs:all>"
        else:
            content = self._group(number + 1, 0)
        mixed = ' mixed="true"' * (kind == "mixed")
        return f'<xs:complexType name="T{number}"{mixed}>{content}{attributes}</xs:complexType>'

    def _attribute(self) -> str:
        use = self._pick(("", ' use="required"', ' default="1"', ' fixed="1"'))
        kind = "xs:int" if '"1"' in use else self._pick(SIMPLE)
        return f'<xs:attribute name="a{next(self._numbers)}" type="{kind}"{use}/>'

    def _group(self, first: int, depth: int) -> str:
        """Return a sequence or choice; what must be there is of the types from `first` on."""
        kind = self._pick(("sequence", "choice"))
        occurs = self._pick(_GROUP_OCCURS)
        parts = [self._part(first, depth) for _ in range(self._pick(range(1, 4)))]
        if kind == "sequence" and not depth and self._pick((True, False, False)):
            parts.append('<xs:any namespace="##other" processContents="lax" minOccurs="0"/>')
        if kind == "sequence" and occurs:  # an occurrence that may hold nothing is more than validators agree on
            parts.insert(0, f'<xs:element name="e{next(self._numbers)}" type="xs:int"/>')
        return f"<xs:{kind}{occurs}>{''.join(parts)}</xs:{kind}>"

    def _part(self, first: int, depth: int) -> str:
        if depth < 2 and self._pick((True, False, False)):
            return self._group(first, depth + 1)
        if self._shapes and self._pick((True, *[False] * 5)):
            self._shapes = False  # twice in one model would be ambiguous
            return f'<xs:element ref="shape"{self._pick(_OCCURS)}/>'
        return self._element(first, self._pick(_OCCURS))

    def _element(self, first: int, occurs: object) -> str:
        optional = 'minOccurs="0"' in str(occurs)
        complex_types = [f"T{number}" for number in range(0 if optional else first, self._types)]
        kind = self._pick((*SIMPLE, *complex_types, *complex_types))
        more = self._pick(("", "", ' nillable="true"'))
        if kind == "xs:int" and not more:
            more = self._pick(("", ' default="7"', ' fixed="7"'))
        return f'<xs:element name="e{next(self._numbers)}" type="{kind}"{occurs}{more}/>'
