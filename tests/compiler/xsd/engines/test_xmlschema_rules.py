"""Which rule is broken hangs on what failed, never on words that stand in names or values."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orchestra_compiler.xsd.engines.components import load_components
from orchestra_compiler.xsd.engines.judges import Judge, present_judges
from orchestra_compiler.xsd.engines.wording import plain
from orchestra_compiler.xsd.engines.xmlschema_rules import attribute_of
from orchestra_compiler.xsd.files.sources import gather

TRAPS = (
    "IsAbstract", "fixed", "missing", "nil", "not-nillable", "child", "unexpected", "xsi_nil", "usage", "is.abstract",
    "IDREF", "character-data", "duplicated", "attribute", "unique", "keyref", "key", "datatype", "pattern", "root",
    "abstract", "XsdKey", "must-be-empty", "blocked",
)  # fmt: skip
NASTY = (
    "is abstract", "XsdType(name='x') is abstract", "can't use an abstract element in an instance", "fixed value",
    "must have the fixed value 'x'", "missing required attribute 'a'", "xsi:nil='true' but", "element is not nillable",
    "value (1) not found for XsdKey(name='k')", "duplicated value (1,) for XsdUnique(name='u')", "attribute a='b': is abstract",
    "duplicated xs:ID value 'x'", "IDREF 'x' not found in XML document", "character data between child elements",
    "is not an element of the schema", "Unexpected child with tag 'x'", "usage of x is blocked", "it's", 'a"b', "a'b\"c",
    "' attribute not allowed for element", "keyref 'x'", "unique identity-constraint 'u'",
    "'b' is not a valid value of the atomic type 'xs:ID'.", "XMLSchema-instance}type': The QName value", "a=b: c", "{urn:x}y", "\\", "\\'", "é\u2028\u00a0x",
)  # fmt: skip
names = st.sampled_from(TRAPS) | st.from_regex(r"[A-Za-z_][A-Za-z0-9_.\-]{0,12}", fullmatch=True)
values = st.sampled_from(NASTY) | st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=30
)


@cache
def judges_of(element: str, attribute: str) -> tuple[Judge, ...]:
    """Return the judges of a schema whose every name is one of two."""
    text = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
      <xs:simpleType name="{element}"><xs:restriction base="xs:string"><xs:enumeration value="&#9731;"/></xs:restriction>
      </xs:simpleType>
      <xs:element name="{element}"><xs:complexType><xs:sequence>
        <xs:element name="{attribute}" minOccurs="0" maxOccurs="9"><xs:complexType><xs:simpleContent>
          <xs:extension base="xs:string"><xs:attribute name="{attribute}" type="xs:boolean"/>
          <xs:attribute name="{attribute}.word" type="{element}"/><xs:attribute name="{attribute}.key"/><xs:attribute name="{attribute}.fixed" fixed="&#9731;"/></xs:extension>
        </xs:simpleContent></xs:complexType></xs:element>
        <xs:element name="{element}.e" type="xs:boolean" minOccurs="0"/>
      </xs:sequence></xs:complexType>
      <xs:unique name="{attribute}"><xs:selector xpath="{attribute}"/><xs:field xpath="@{attribute}.key"/></xs:unique>
      </xs:element></xs:schema>"""
    with TemporaryDirectory() as folder:
        path = Path(folder, "s.xsd")
        path.write_text(text, encoding="utf-8")
        sources = gather(path, None)
        return tuple(present_judges(sources, load_components(sources, None)))


def rules(element: str, attribute: str, inner: str) -> list[list[str]]:
    """Return what every judge says of a root with this inside."""
    raw = f"<{element}>{inner}</{element}>".encode()
    return [[each.rule for each in judge.violations(raw)] for judge in judges_of(element, attribute)]


@settings(deadline=None, max_examples=60)
@given(names, names, values.filter(lambda value: value.strip() not in ("0", "1", "true", "false")))
@example("abstract", "IsAbstract", "is abstract")
@example("UAObjectType", "IsAbstract", "XsdType(name='x') is abstract")
def test_no_word_of_a_name_or_value_is_taken_for_one_of_the_engines(element: str, attribute: str, value: str) -> None:
    quoted, text = quoteattr(value), escape(value)
    a, e = attribute, element
    expected = {
        f"<{a} {a}={quoted}/>": "datatype",
        f"<{a} {a}.word={quoted}/>": "enumeration",
        f"<{a} {a}.fixed={quoted}/>": "fixed",
        f"<{a} {a}.key={quoted}/><{a} {a}.key={quoted}/>": "unique",
        f"<{a} {a}.gone={quoted}/>": "unknown-attribute",
        f"<{a}><{e}>{text}</{e}></{a}>": "content",
        f"<{e}.e>{text}</{e}.e>": "datatype",
        f"<{e}.e>true</{e}.e><{a}/>": "content",
    }
    for inner, rule in expected.items():
        for found in rules(e, a, inner):
            assert found == [rule], inner


@pytest.mark.parametrize(
    ("reason", "attribute"),
    [
        ("attribute a='b': is no value", "a"),
        ('attribute {http://x?a=b}c="it\'s": is no value', "{http://x?a=b}c"),
        ("attribute a='attribute b=1: x': is no value", "a"),
        ("missing required attribute 'need'", "need"),
        ("'odd' attribute not allowed for element", "odd"),
        ("attribute 'always' has a fixed value '1'", "always"),
        ("use of attribute 'never' is prohibited", "never"),
        ("must have the fixed value \"attribute 'x'\"", ""),
        ("", ""),
    ],
)
def test_the_attribute_of_a_reason_is_the_one_that_it_is_about(reason: str, attribute: str) -> None:
    assert attribute_of(reason) == attribute


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Element '{urn:a}b': not expected.", "Element 'b': not expected"),
        ("one of ( {urn:a}b, {urn:a}c, ##other{urn:a}* )", "one of ( b, c, ##other* )"),
        ("value doesn't match any pattern of ['[a-z]{2}x(\\\\p{Lu}y){1,3}z']", "value doesn't match any pattern of ['[a-z]{2}x(\\\\p{Lu}y){1,3}z']"),
        ("'{2}x'", "'{2}x'"),
        ("a \n\t b..", "a b"),
        ("for <some.module.Thing object at 0x7f6aa4746140>", "for Thing"),
    ],
)  # fmt: skip
def test_namespaces_are_left_out_of_messages_and_braces_of_patterns_stay(said: str, told: str) -> None:
    assert plain(said) == told
