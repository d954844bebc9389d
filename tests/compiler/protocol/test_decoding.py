"""Documents of foreign schemas: typed values, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.model import Json, Protocol
from orchestra_compiler.protocol.compact import from_compact, to_compact
from orchestra_compiler.protocol.layout import Declaration, Kind, Shape
from orchestra_compiler.protocol.schema import MessageSchema, SchemaBrokenError, load_schema

BODY = """
<xs:simpleType name="Numbers"><xs:list itemType="xs:int"/></xs:simpleType>
<xs:simpleType name="Code"><xs:restriction base="xs:integer"><xs:pattern value="[0-9]{3}"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Either"><xs:union memberTypes="xs:int xs:long"/></xs:simpleType>
<xs:simpleType name="Mix"><xs:union memberTypes="xs:int xs:boolean"/></xs:simpleType>
<xs:complexType name="Price"><xs:simpleContent><xs:extension base="xs:decimal">
  <xs:attribute name="currency" type="xs:token" use="required"/><xs:attribute name="net" type="xs:boolean"/>
</xs:extension></xs:simpleContent></xs:complexType>
<xs:complexType name="Base"><xs:sequence><xs:element name="id" type="xs:int"/></xs:sequence></xs:complexType>
<xs:complexType name="More"><xs:complexContent><xs:extension base="Base"><xs:sequence>
  <xs:element name="extra" type="xs:boolean"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
<xs:complexType name="Tree"><xs:sequence><xs:element name="leaf" type="xs:int" minOccurs="0"/>
  <xs:element name="tree" type="Tree" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType>
<xs:group name="Pair"><xs:sequence><xs:element name="key" type="xs:token"/><xs:element name="value" type="xs:int"/></xs:sequence></xs:group>
<xs:element name="shape" abstract="true" type="xs:double"/>
<xs:element name="circle" substitutionGroup="shape"/>
<xs:element name="square" substitutionGroup="shape" type="xs:double"/>
<xs:element name="order">
  <xs:complexType><xs:sequence>
    <xs:element name="count" type="xs:positiveInteger"/>
    <xs:element name="ok" type="xs:boolean" nillable="true"/>
    <xs:element name="when" type="xs:dateTime"/>
    <xs:element name="price" type="Price" maxOccurs="unbounded"/>
    <xs:element name="numbers" type="Numbers" minOccurs="0" maxOccurs="3"/>
    <xs:element name="code" type="Code"/>
    <xs:element name="either" type="Either" minOccurs="0"/>
    <xs:element name="mix" type="Mix" minOccurs="0"/>
    <xs:element name="base" type="Base" minOccurs="0"/>
    <xs:group ref="Pair" minOccurs="0" maxOccurs="unbounded"/>
    <xs:choice minOccurs="0"><xs:element name="left" type="xs:int"/><xs:element name="right" type="xs:int"/></xs:choice>
    <xs:element name="tree" type="Tree" minOccurs="0"/>
    <xs:element ref="shape" minOccurs="0"/>
    <xs:element name="note" minOccurs="0"><xs:complexType mixed="true"><xs:sequence>
      <xs:element name="b" type="xs:int" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
  </xs:sequence><xs:attribute name="urgent" type="xs:boolean"/><xs:attribute name="version" fixed="1.0" use="required"/></xs:complexType>
</xs:element>
"""
FIELDS: dict[str, Json] = {
    "@version": "1.0",
    "@urgent": True,
    "count": 12,
    "ok": False,
    "when": "2026-05-04T08:30:00Z",
    "price": [{"@currency": "EUR", "$": 19.99}, {"@currency": "USD", "@net": False, "$": 5}],
    "numbers": [1, 2, 3],
    "code": "007",
    "either": 4,
    "mix": "1",
    "base": {"id": 1},
    "key": ["a", "b"],
    "value": [1, 2],
    "right": 3,
    "tree": {"leaf": 1, "tree": [{"leaf": 2}, ""]},
    "square": 1.5,
    "note": {"$": ["see ", {"b": 1}, " and ", {"b": 2}]},
}


@pytest.fixture
def schema(load: Any) -> MessageSchema:
    made: MessageSchema = load(BODY, root="order")
    return made


def test_every_value_is_what_its_type_is_and_comes_back(schema: MessageSchema) -> None:
    document = schema.encode("order", FIELDS)
    assert schema.validate(document) == ()
    assert schema.decode(document) == {"type": "order", **FIELDS}
    assert schema.encode("order", schema.decode(document)) == document


@pytest.mark.parametrize(
    "change",
    [
        {"numbers": [[1], [2, 3], []]},
        {"numbers": []},
        {"ok": None},
        {"left": 1, "right": None},
        {"note": "plain"},
        {"note": {"b": 1, "$": "text first"}},
        {"base": {"@xsi:type": "More", "id": 1, "extra": True}},
        {"price": {"@currency": "EUR", "$": "12345678901234567890.12"}},
        {"circle": 2, "square": None},
    ],
    ids=str,
)
def test_what_is_written_another_way_comes_back_too(schema: MessageSchema, change: dict[str, Json]) -> None:
    given = {name: value for name, value in {**FIELDS, **change}.items() if value is not None or name == "ok"}
    document = schema.encode("order", given)
    assert schema.decode(document) == {"type": "order", **given}


def test_hyphens_and_underscores_are_alike_in_whole_messages(load: Any) -> None:
    schema = load('<xs:element name="m"><xs:complexType><xs:sequence><xs:element name="task-id" type="xs:int"/></xs:sequence></xs:complexType></xs:element>')  # fmt: skip
    assert schema.decode(schema.encode("m", {"task_id": 1})) == {"type": "m", "task-id": 1}


def test_a_type_of_the_schemas_own_is_kept_apart(load: Any) -> None:
    schema = load('<xs:element name="m"><xs:complexType><xs:sequence><xs:element name="type" type="xs:int"/></xs:sequence></xs:complexType></xs:element>')  # fmt: skip
    assert schema.decode(schema.encode("m", {"type": 4})) == {"type": 4}


_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_DERIVED = (
    '<xs:complexType name="A"><xs:sequence><xs:element name="n" type="xs:int" nillable="true"/></xs:sequence></xs:complexType>'
    '<xs:complexType name="B"><xs:complexContent><xs:extension base="{0}A"><xs:sequence><xs:element name="m" type="xs:int"/>'
    "</xs:sequence></xs:extension></xs:complexContent></xs:complexType>"
    '<xs:element name="a" type="{0}A"/><xs:element name="any" type="xs:anySimpleType"/>'
)


@pytest.mark.parametrize(
    ("document", "decoded"),
    [
        ('<a xmlns="urn:t" i:schemaLocation="urn:t http://t/m.xsd" xmlns:i="{0}"><n>1</n></a>', {"type": "a", "n": 1}),
        ('<a xmlns="urn:t" xmlns:i="{0}"><n i:nil="false">1</n></a>', {"type": "a", "n": 1}),
        ('<a xmlns="urn:t" xmlns:i="{0}"><n i:nil=" 1 "/></a>', {"type": "a", "n": None}),
        (
            '<t:a xmlns:t="urn:t" xmlns:i="{0}" i:type="t:B"><t:n>1</t:n><t:m>2</t:m></t:a>',
            {"type": "a", "@xsi:type": "B", "n": 1, "m": 2},
        ),
        (
            '<any xmlns="urn:t" xmlns:i="{0}" xmlns:x="http://www.w3.org/2001/XMLSchema" i:type="x:long">7</any>',
            {"type": "any", "@xsi:type": "long", "$": 7},
        ),
    ],
)
def test_what_xml_schema_itself_says_comes_back(load: Any, document: str, decoded: dict[str, Json]) -> None:
    schema = load(_DERIVED.format(""))
    whole = document.format(_XSI)
    assert schema.validate(whole) == ()
    assert schema.decode(whole) == decoded
    assert schema.decode(schema.encode(str(decoded["type"]), decoded)) == decoded
    assert schema.decode(from_compact(schema, to_compact(schema, whole))) == decoded


def test_a_type_is_named_with_a_prefix_where_elements_have_no_namespace(tmp_path: Path) -> None:
    head = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t">'
    (tmp_path / "m.xsd").write_text(f"{head}{_DERIVED.format('t:')}</xs:schema>")
    schema = load_schema(Protocol(schema="m.xsd"), tmp_path)
    document = f'<q:a xmlns:q="urn:t" xmlns:i="{_XSI}" i:type="q:B"><n>1</n><m>2</m></q:a>'
    decoded = {"type": "a", "@xsi:type": "B", "n": 1, "m": 2}
    assert schema.decode(document) == decoded
    assert schema.decode(schema.encode("a", decoded)) == decoded
    assert to_compact(schema, document) == "a @xsi:type=B n=1 m=2"


def test_a_type_without_a_namespace_keeps_the_default_one_away(tmp_path: Path) -> None:
    xs = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'
    main = f'<xs:schema {xs} targetNamespace="urn:m" elementFormDefault="qualified"><xs:import schemaLocation="types.xsd"/>'
    main += '<xs:element name="note"><xs:complexType><xs:sequence><xs:element name="part" type="Base"/>'
    (tmp_path / "m.xsd").write_text(main + "</xs:sequence></xs:complexType></xs:element></xs:schema>")
    types = '<xs:complexType name="Base"/><xs:complexType name="More"><xs:complexContent><xs:extension base="Base">'
    types += '<xs:attribute name="b" type="xs:int"/></xs:extension></xs:complexContent></xs:complexType>'
    (tmp_path / "types.xsd").write_text(f"<xs:schema {xs}>{types}</xs:schema>")
    schema = load_schema(Protocol(schema="m.xsd", root="note"), tmp_path)
    decoded = {"type": "note", "part": {"@xsi:type": "More", "@b": 1}}
    document = schema.encode("note", decoded)
    assert schema.decode(document) == decoded
    assert 'xsi:type="More"' in document


def test_attributes_of_one_name_in_two_namespaces_are_both_told(load: Any) -> None:
    schema = load(
        '<xs:element name="m"><xs:complexType><xs:attribute name="k"/><xs:anyAttribute processContents="lax"/></xs:complexType></xs:element>'
    )
    document = '<m xmlns="urn:t" xmlns:o="urn:o" k="1" o:k="2"/>'
    assert schema.decode(document) == {"type": "m", "@k": "1", "@{urn:o}k": "2"}


def test_a_redefined_type_rests_on_the_one_before(tmp_path: Path) -> None:
    head = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
    (tmp_path / "old.xsd").write_text(
        f'{head}<xs:complexType name="T"><xs:sequence><xs:element name="a" type="xs:int"/></xs:sequence></xs:complexType></xs:schema>'
    )
    (tmp_path / "m.xsd").write_text(
        f'{head}<xs:redefine schemaLocation="old.xsd"><xs:complexType name="T"><xs:complexContent><xs:extension base="T">'
        '<xs:sequence><xs:element name="b" type="xs:boolean"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>'
        '</xs:redefine><xs:element name="m" type="T"/></xs:schema>'
    )
    schema = load_schema(Protocol(schema="m.xsd"), tmp_path)
    assert schema.decode("<m><a>1</a><b>0</b></m>") == {"type": "m", "a": 1, "b": False}


@pytest.mark.parametrize(
    "body",
    [
        '<xs:element name="m" type="Gone"/>',
        '<xs:complexType name="A"><xs:complexContent><xs:extension base="A"/></xs:complexContent></xs:complexType><xs:element name="m" type="A"/>',
        '<xs:simpleType name="A"><xs:restriction base="A"/></xs:simpleType><xs:element name="m" type="A"/>',
        '<xs:group name="G"><xs:sequence><xs:group ref="G"/></xs:sequence></xs:group><xs:element name="m"><xs:complexType><xs:group ref="G"/></xs:complexType></xs:element>',
        '<xs:element name="m" type="xs:int" minOccurs="many"/>',
    ],
)
def test_a_schema_that_rests_on_itself_ends(tmp_path: Path, body: str) -> None:
    (tmp_path / "m.xsd").write_text(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{body}</xs:schema>')
    schema = load_schema(Protocol(schema="m.xsd", types=("m",)), tmp_path)
    assert schema.decode("<m>1</m>")["type"] == "m"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*FIELDS, "b", "$"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> MessageSchema:
    root = tmp_path_factory.mktemp("decoding")
    head = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" targetNamespace="urn:t" elementFormDefault="qualified">'
    (root / "m.xsd").write_text(f"{head}{BODY}</xs:schema>", encoding="utf-8")
    return load_schema(Protocol(schema="m.xsd", root="order"), root)


@given(name=st.sampled_from(list(FIELDS)), value=_JSON)
def test_whatever_is_whole_comes_back_and_nothing_else_breaks(shared: MessageSchema, name: str, value: Json) -> None:
    whole = shared._whole("order", {**FIELDS, name: value})
    if whole is not None and not shared.validate(whole):
        decoded = shared.decode(whole)
        assert shared.decode(shared.encode("order", decoded)) == decoded


class TestRealSchemas:
    def test_the_layout_is_what_xmlschema_reads(self, shared_data: Path) -> None:
        paths = [
            *(shared_data / "xsd").rglob("*.xsd"),
            *(shared_data / "agents" / "orchestra" / "protocols").glob("*.xsd"),
        ]
        met = 0
        for path in sorted(paths):
            try:
                schema = load_schema(Protocol(schema=path.name), path.parent)
            except SchemaBrokenError:  # some of the samples are broken on purpose
                continue
            components = schema.loaded.schema.component
            seen: set[int] = set()
            for component in components.elements.values():
                if not component.abstract:
                    _compare(component, schema.layout.elements[component.name], seen)
            met += len(seen)
        assert met > 200

    def test_generated_documents_come_back(self, shared_data: Path) -> None:
        path = shared_data / "agents" / "orchestra" / "protocols"
        protocol = Protocol(schema="agent-message-v1.0.xsd", root="agent-message", discriminator="body/@type")
        schema = load_schema(protocol, path)
        for kind in schema.types:
            for full in (False, True):
                made = schema.instance(kind, full=full)
                assert made.document is not None
                decoded = schema.decode(made.document)
                assert schema.decode(schema.encode(kind, decoded)) == decoded


_NUMBERS = {
    "boolean": {Kind.TRUTH},
    "decimal": {Kind.DECIMAL, Kind.INTEGER},
    "float": {Kind.FLOAT},
    "double": {Kind.FLOAT},
}


def _compare(component: Any, declaration: Declaration, seen: set[int]) -> None:
    """Hold what was read of an element against what xmlschema says of it, and of all below."""
    kind = component.type
    if id(kind) in seen:
        return
    seen.add(id(kind))
    shape = declaration.shape
    if not kind.is_complex():
        _compare_value(kind, shape)
        return
    attributes = {name for name, use in kind.attributes.items() if name and use.use != "prohibited"}
    assert attributes == set(shape.attributes), component.name
    if not hasattr(kind.content, "iter_elements"):
        _compare_value(kind.content, shape)
        return
    for child in kind.content.iter_elements():
        if child.name and not child.abstract:
            assert child.name in shape.children, component.name
            _compare(child, shape.children[child.name], seen)


def _compare_value(kind: Any, shape: Shape) -> None:
    assert shape.value is not None
    assert shape.value.many == kind.is_list()
    if kind.is_atomic() and kind.primitive_type is not None and not kind.patterns:
        name = kind.primitive_type.local_name
        assert name not in _NUMBERS or shape.value.kind in _NUMBERS[name]
