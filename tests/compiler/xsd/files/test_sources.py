"""Real schemas are old, odd and spread over files: all of it loads, the same for both engines, without a look-up."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.xsd import xml
from orchestra_compiler.xsd.engines.components import load_components
from orchestra_compiler.xsd.engines.judges import Judge, present_judges
from orchestra_compiler.xsd.files import gathering
from orchestra_compiler.xsd.files.places import Places
from orchestra_compiler.xsd.files.schema_text import harmless
from orchestra_compiler.xsd.files.sources import SchemaBrokenError, SchemaSources, gather, shown
from orchestra_compiler.xsd.loading import load as load_schema

OPEN = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"'
WORD = '<xs:simpleType name="word"><xs:restriction base="xs:string"><xs:enumeration value="é"/></xs:restriction></xs:simpleType>'
LATIN = f'{OPEN}>{WORD}<xs:element name="m" type="word"/></xs:schema>'


def schema(body: str, target: str = "", **prefixes: str) -> str:
    """Return a schema; each prefix stands for a namespace."""
    own = f' targetNamespace="{target}" xmlns="{target}" elementFormDefault="qualified"' if target else ""
    more = "".join(f' xmlns:{prefix}="{space}"' for prefix, space in prefixes.items())
    return f"{OPEN}{own}{more}>{body}</xs:schema>"


def simple(name: str, base: str = "xs:int") -> str:
    """Return a named simple type."""
    return f'<xs:simpleType name="{name}"><xs:restriction base="{base}"/></xs:simpleType>'


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files and return the first of them."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder / next(iter(files))


def load(folder: Path, files: Mapping[str, str | bytes]) -> tuple[SchemaSources, tuple[Judge, ...]]:
    """Return the sources and judges of the first file."""
    sources = gather(write(folder, files), folder)
    return sources, tuple(present_judges(sources, load_components(sources, folder)))


def names(sources: SchemaSources, folder: Path) -> list[str]:
    """Return the files as the project spells them."""
    return [shown(each, folder) for each in sources.files]


def check(judges: tuple[Judge, ...], right: str, wrong: str, count: int = 2) -> None:
    """Hold every judge against a valid and an invalid document."""
    pytest.importorskip("lxml")
    assert len(judges) == count
    for judge in judges:
        assert judge.violations(right.encode()) == (), judge.name
        assert judge.violations(wrong.encode()), judge.name


ENCODED = {
    "utf-8": LATIN.encode(),
    "utf-8-mark": b"\xef\xbb\xbf" + LATIN.encode(),
    "latin-1": f'<?xml version="1.0" encoding="ISO-8859-1"?>{LATIN}'.encode("latin-1"),
    "latin-1-in-single-quotes": f"<?xml version='1.0' encoding='iso-8859-1' standalone='yes' ?>{LATIN}".encode(
        "latin-1"
    ),
    "latin-15": f'<?xml version="1.0" encoding="ISO-8859-15"?>{LATIN}'.encode("iso-8859-15"),
    "windows": f'<?xml version="1.0" encoding="windows-1252"?>{LATIN}'.encode("cp1252"),
    "utf-16": f'<?xml version="1.0" encoding="UTF-16"?>{LATIN}'.encode("utf-16"),
    "utf-16-big": b"\xfe\xff" + f'<?xml version="1.0" encoding="utf-16"?>{LATIN}'.encode("utf-16-be"),
    "utf-16-without-mark": f'<?xml version="1.0" encoding="utf-16"?>{LATIN}'.encode("utf-16-le"),
    "xml-1.1": f'<?xml version="1.1" encoding="UTF-8"?>{LATIN}'.encode(),
    "carriage-returns": LATIN.replace("><", ">\r\n<").encode(),
}


@pytest.mark.parametrize("name", ENCODED)
def test_schemas_in_other_encodings_are_read(name: str, tmp_path: Path) -> None:
    _, judges = load(tmp_path, {"s.xsd": ENCODED[name]})
    check(judges, "<m>é</m>", "<m>e</m>")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'<?xml version="1.0" encoding="UTF-8"?>\n<a>\xe9</a>', "s.xsd:2: a byte is not in the encoding"),
        (b'<?xml version="1.0" encoding="rot13"?><a/>', "encoding 'rot13' is not accepted"),
        (b'<?xml version="1.0" encoding="idna"?><a/>', "not accepted"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', "not accepted"),
        (b"\n<a/>", "s.xsd:2: this is not an XML Schema"),
        (f"{OPEN}>\n<b></a>".encode(), "s.xsd:2: mismatched tag"),
        (LATIN.encode("utf-32"), "encoding 'utf-32' is not accepted"),
        (b"", "no element found"),
        (b"\x89PNG\r\n\x1a\n", "not in the encoding"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(content: bytes, says: str, tmp_path: Path) -> None:
    with pytest.raises(SchemaBrokenError) as caught:
        gather(write(tmp_path, {"s.xsd": content}), tmp_path)
    assert says in str(caught.value)


SIGNED = """<?xml version="1.0"?>
<!DOCTYPE schema
  PUBLIC "-//W3C//DTD XMLSchema 200102//EN" "http://www.w3.org/2001/XMLSchema.dtd"
 [
   <!ATTLIST schema xmlns:own CDATA #FIXED "urn:own">
   <!ENTITY own 'urn:own'>
   <!ENTITY lines 'one
two'>
   <!ENTITY % p ''>
   %p;
 ]>
<schema xmlns="http://www.w3.org/2001/XMLSchema"
        targetNamespace="&own;"
>
  <!-- a
       comment --><element
     name="m" type="own:t"/>
  <annotation><documentation>&own; &lt; <![CDATA[<x>]]> &#233;</documentation></annotation>
  <simpleType name="t">
    <restriction base="int"><maxInclusive value="9"/></restriction></simpleType>
</schema>
"""


def test_a_document_type_is_taken_in_without_opening_anything_and_lines_stay(tmp_path: Path) -> None:
    sources, judges = load(tmp_path, {"s.xsd": SIGNED})
    check(judges, '<m xmlns="urn:own">9</m>', '<m xmlns="urn:own">10</m>')
    components = load_components(sources, tmp_path)
    places = Places(components, tmp_path)
    assert places.of(components.elements["m"].elem) == ("s.xsd", 16)
    assert places.of(components.types["t"].elem) == ("s.xsd", 20)
    assert b"DOCTYPE" not in sources.documents[0].text


@given(
    st.lists(st.sampled_from(["a", "\n", " ", "é", "&lt;", "&#10;", "<b/>", "<b\n/>", "<!--\n-->", "<b c='\n'>\n</b>"]))
)
def test_taking_a_document_type_in_changes_neither_lines_nor_content(parts: list[str]) -> None:
    inner = f"<m>{''.join(parts)}</m>"
    plain = xml.tree_with_lines(inner.encode())
    taken = xml.tree_with_lines(harmless(f"<!DOCTYPE m>{inner}".encode()))
    assert [each.tag for each in plain.root.iter()] == [each.tag for each in taken.root.iter()]
    assert list(plain.lines.values()) == list(taken.lines.values())
    written = ["".join(tree.root.itertext()).replace("\n", "") for tree in (plain, taken)]
    assert written[0] == written[1]


SPREAD: dict[str, tuple[dict[str, str | bytes], list[str], str, str]] = {
    "include": (
        {"s.xsd": schema('<xs:include schemaLocation="t.xsd"/><xs:element name="m" type="t"/>'), "t.xsd": schema(simple("t"))},
        ["s.xsd", "t.xsd"], "<m>1</m>", "<m>x</m>",
    ),
    "include-upwards": (
        {"a/s.xsd": schema('<xs:include schemaLocation="../b/t.xsd"/><xs:element name="m" type="t"/>'), "b/t.xsd": schema(simple("t"))},
        ["a/s.xsd", "b/t.xsd"], "<m>1</m>", "<m>x</m>",
    ),
    "include-encoded": (
        {"s.xsd": schema('<xs:include schemaLocation="a%20b%C3%A9.xsd"/><xs:element name="m" type="t"/>'), "a bé.xsd": schema(simple("t"))},
        ["s.xsd", "a bé.xsd"], "<m>1</m>", "<m>x</m>",
    ),
    "include-with-percent": (
        {"s.xsd": schema('<xs:include schemaLocation="a%20b.xsd"/><xs:element name="m" type="t"/>'), "a%20b.xsd": schema(simple("t"))},
        ["s.xsd", "a%20b.xsd"], "<m>1</m>", "<m>x</m>",
    ),
    "include-with-backslash": (
        {"s.xsd": schema('<xs:include schemaLocation="b\\t.xsd"/><xs:element name="m" type="t"/>'), "b/t.xsd": schema(simple("t"))},
        ["s.xsd", "b/t.xsd"], "<m>1</m>", "<m>x</m>",
    ),
    "include-by-a-relative-url": (
        {"s.xsd": schema('<xs:include schemaLocation="file:t.xsd"/><xs:element name="m" type="t"/>'), "t.xsd": schema(simple("t"))},
        ["s.xsd", "t.xsd"], "<m>1</m>", "<m>x</m>",
    ),
    "include-with-space-and-fragment": (
        {"s.xsd": schema('<xs:include schemaLocation="\n t.xsd#x "/><xs:element name="m" type="t"/>'), "t.xsd": schema(simple("t"))},
        ["s.xsd", "t.xsd"], "<m>1</m>", "<m>x</m>",
    ),
    "chameleon": (
        {"s.xsd": schema('<xs:include schemaLocation="t.xsd"/><xs:element name="m" type="t"/>', "urn:a"), "t.xsd": schema(simple("t"))},
        ["s.xsd", "t.xsd"], '<m xmlns="urn:a">1</m>', '<m xmlns="urn:a">x</m>',
    ),
    "chameleon-of-a-chameleon": (
        {
            "s.xsd": schema('<xs:include schemaLocation="t.xsd"/><xs:element name="m" type="t"/>', "urn:a"),
            "t.xsd": schema('<xs:include schemaLocation="u.xsd"/><xs:simpleType name="t"><xs:restriction base="u"/></xs:simpleType>'),
            "u.xsd": schema(simple("u")),
        },
        ["s.xsd", "t.xsd", "u.xsd"], '<m xmlns="urn:a">1</m>', '<m xmlns="urn:a">x</m>',
    ),
    "includes-in-a-circle": (
        {
            "s.xsd": schema('<xs:include schemaLocation="t.xsd"/><xs:element name="m" type="t"/>'),
            "t.xsd": schema('<xs:include schemaLocation="u.xsd"/><xs:simpleType name="t"><xs:restriction base="u"/></xs:simpleType>'),
            "u.xsd": schema('<xs:include schemaLocation="s.xsd"/>' + simple("u")),
        },
        ["s.xsd", "t.xsd", "u.xsd"], "<m>1</m>", "<m>x</m>",
    ),
    "imports-in-a-circle": (
        {
            "s.xsd": schema(
                '<xs:import namespace="urn:b" schemaLocation="b.xsd"/><xs:element name="m" type="b:t"/>' + simple("back"),
                "urn:a", b="urn:b",
            ),
            "b.xsd": schema(
                '<xs:import namespace="urn:a" schemaLocation="s.xsd"/><xs:simpleType name="t"><xs:restriction base="a:back"/>'
                "</xs:simpleType>", "urn:b", a="urn:a",
            ),
        },
        ["s.xsd", "b.xsd"], '<m xmlns="urn:a">1</m>', '<m xmlns="urn:a">x</m>',
    ),
    "redefine": (
        {
            "s.xsd": schema(
                '<xs:redefine schemaLocation="t.xsd"><xs:simpleType name="t"><xs:restriction base="t"><xs:maxInclusive value="5"/>'
                '</xs:restriction></xs:simpleType></xs:redefine><xs:element name="m" type="t"/>'
            ),
            "t.xsd": schema(simple("t")),
        },
        ["s.xsd", "t.xsd"], "<m>5</m>", "<m>6</m>",
    ),
    "import-without-namespace": (
        {
            "s.xsd": schema(
                '<xs:import schemaLocation="t.xsd"/><xs:element name="m"><xs:complexType><xs:sequence><xs:element ref="n"/>'
                "</xs:sequence></xs:complexType></xs:element>", "urn:a",
            ).replace(' xmlns="urn:a"', ""),
            "t.xsd": schema('<xs:element name="n" type="xs:int"/>'),
        },
        ["s.xsd", "t.xsd"], '<m xmlns="urn:a"><n xmlns="">1</n></m>', '<m xmlns="urn:a"><n xmlns="">x</n></m>',
    ),
    "several-imports-of-one-namespace": (
        {
            "s.xsd": schema(
                '<xs:import namespace="urn:b" schemaLocation="b1.xsd"/><xs:import namespace="urn:b" schemaLocation="b2.xsd"/>'
                '<xs:element name="m"><xs:complexType><xs:sequence><xs:element name="x" type="b:one"/>'
                '<xs:element name="y" type="b:two"/></xs:sequence></xs:complexType></xs:element>', b="urn:b",
            ),
            "b1.xsd": schema(simple("one"), "urn:b"),
            "b2.xsd": schema(simple("two"), "urn:b"),
        },
        ["s.xsd", "b1.xsd", "b2.xsd"], "<m><x>1</x><y>2</y></m>", "<m><x>1</x><y>x</y></m>",
    ),
    "several-imports-in-several-files": (
        {
            "s.xsd": schema(
                '<xs:import namespace="urn:b" schemaLocation="b1.xsd"/><xs:import namespace="urn:c" schemaLocation="c.xsd"/>'
                '<xs:element name="m" type="c:t"/>', b="urn:b", c="urn:c",
            ),
            "b1.xsd": schema(simple("one"), "urn:b"),
            "b2.xsd": schema(simple("two"), "urn:b"),
            "c.xsd": schema(
                '<xs:import namespace="urn:b" schemaLocation="b2.xsd"/><xs:simpleType name="t"><xs:restriction base="b:two"/>'
                "</xs:simpleType>", "urn:c", b="urn:b",
            ),
        },
        ["s.xsd", "b1.xsd", "b2.xsd", "c.xsd"], "<m>1</m>", "<m>x</m>",
    ),
    "an-import-of-ones-own-namespace-elsewhere": (
        {
            "s.xsd": schema(
                '<xs:import namespace="urn:b" schemaLocation="b.xsd"/><xs:element name="m" type="b:t"/>', "urn:a", b="urn:b"
            ),
            "b.xsd": schema(
                '<xs:import namespace="urn:a" schemaLocation="a2.xsd"/><xs:simpleType name="t"><xs:restriction base="a:u"/>'
                "</xs:simpleType>", "urn:b", a="urn:a",
            ),
            "a2.xsd": schema(simple("u"), "urn:a"),
        },
        ["s.xsd", "a2.xsd", "b.xsd"], '<m xmlns="urn:a">1</m>', '<m xmlns="urn:a">x</m>',
    ),
    "two-copies-of-one-import": (
        {
            "s.xsd": schema(
                '<xs:import namespace="urn:b" schemaLocation="b.xsd"/><xs:import namespace="urn:b" schemaLocation="copy/b.xsd"/>'
                '<xs:element name="m" type="b:t"/>', b="urn:b",
            ),
            "b.xsd": schema(simple("t"), "urn:b"),
            "copy/b.xsd": schema(simple("t"), "urn:b"),
        },
        ["s.xsd", "b.xsd"], "<m>1</m>", "<m>x</m>",
    ),
    "a-copy-beside-for-the-network": (
        {
            "s.xsd": schema(
                '<xs:import namespace="urn:b" schemaLocation="http://127.0.0.1:9/v1/b.xsd"/><xs:element name="m" type="b:t"/>',
                b="urn:b",
            ),
            "wrong/b.xsd": schema(simple("t", "xs:date"), "urn:other"),
            "deep/er/b.xsd": schema(simple("t"), "urn:b"),
        },
        ["s.xsd", "deep/er/b.xsd"], "<m>1</m>", "<m>x</m>",
    ),
    "an-included-copy-for-the-network": (
        {
            "s.xsd": schema('<xs:include schemaLocation="https://127.0.0.1:9/t.xsd?v=1"/><xs:element name="m" type="t"/>'),
            "x/t.xsd": schema(simple("t")),
        },
        ["s.xsd", "x/t.xsd"], "<m>1</m>", "<m>x</m>",
    ),
    "an-import-named-in-prose": (
        {
            "s.xsd": schema(
                '<xs:annotation><xs:documentation><xs:include schemaLocation="gone.xsd"/><xs:assert test="x"/></xs:documentation>'
                '</xs:annotation><xs:element name="m" type="xs:int"/>'
            )
        },
        ["s.xsd"], "<m>1</m>", "<m>x</m>",
    ),
    "an-import-never-used": (
        {
            "s.xsd": schema(
                '<xs:import namespace="urn:x" schemaLocation="http://127.0.0.1:9/x.xsd"/><xs:import namespace="urn:y"/>'
                '<xs:import namespace="urn:z" schemaLocation="gone.xsd"/><xs:element name="m" type="xs:int"/>'
            )
        },
        ["s.xsd"], "<m>1</m>", "<m>x</m>",
    ),
    "imports-of-what-is-built-in": (
        {
            "s.xsd": schema(
                '<xs:import namespace="http://www.w3.org/2001/XMLSchema"/><xs:import schemaLocation="http://127.0.0.1:9/i.xsd"'
                ' namespace="http://www.w3.org/2001/XMLSchema-instance"/><xs:element name="m" type="xs:int"/>'
            )
        },
        ["s.xsd"], "<m>1</m>", "<m>x</m>",
    ),
    "a-remark-in-the-reference": (
        {
            "s.xsd": schema(
                '<xs:include\n  id="i"\n  schemaLocation\n=\n"t.xsd"\n><xs:annotation/></xs:include><xs:element name="m" type="t"/>'
            ),
            "t.xsd": schema(simple("t")),
        },
        ["s.xsd", "t.xsd"], "<m>1</m>", "<m>x</m>",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SPREAD)
def test_files_are_found_and_both_engines_read_them(name: str, tmp_path: Path) -> None:
    files, expected, right, wrong = SPREAD[name]
    sources, judges = load(tmp_path, files)
    assert names(sources, tmp_path) == [expected[0], *sorted(expected[1:], key=lambda each: tmp_path / each)]
    check(judges, right, wrong)


@pytest.mark.parametrize("name", [name for name in SPREAD if "network" not in name])
def test_what_xmlschema_loads_by_itself_loads_here(name: str, tmp_path: Path) -> None:
    """Where it does not, as with several imports of one namespace, more is loaded, never less."""
    path = write(tmp_path, SPREAD[name][0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            plain = xmlschema.XMLSchema(str(path), allow="local")
        except (xmlschema.XMLSchemaException, OSError):
            return
    ours = load_components(gather(path, tmp_path), tmp_path)
    assert set(plain.maps.elements) <= set(ours.maps.elements)
    assert set(plain.maps.types) <= set(ours.maps.types)


BROKEN: dict[str, tuple[dict[str, str | bytes], str, str, int]] = {
    "include-gone": ({"s.xsd": schema('\n<xs:include schemaLocation="gone.xsd"/>')}, "'gone.xsd' does not exist", "s.xsd", 2),
    "redefine-gone": ({"s.xsd": schema('\n<xs:redefine schemaLocation="gone.xsd"/>')}, "does not exist", "s.xsd", 2),
    "include-gone-below": (
        {"s.xsd": schema('<xs:include schemaLocation="x/t.xsd"/>'), "x/t.xsd": schema('\n\n<xs:include schemaLocation="gone.xsd"/>')},
        "does not exist", "x/t.xsd", 3,
    ),
    "include-of-a-folder": ({"s.xsd": schema('\n<xs:include schemaLocation="d"/>'), "d/x": ""}, "does not exist", "s.xsd", 2),
    "include-of-no-schema": (
        {"s.xsd": schema('<xs:include schemaLocation="t.xsd"/>'), "t.xsd": "\n<a/>"}, "not an XML Schema", "t.xsd", 2
    ),
    "include-of-another-namespace": (
        {"s.xsd": schema('\n<xs:include schemaLocation="t.xsd"/>', "urn:a"), "t.xsd": schema("", "urn:b")},
        "target namespace 'urn:b', not 'urn:a'", "s.xsd", 2,
    ),
    "import-of-another-namespace": (
        {"s.xsd": schema('\n<xs:import namespace="urn:a" schemaLocation="t.xsd"/>'), "t.xsd": schema("", "urn:b")},
        "target namespace 'urn:b', not 'urn:a'", "s.xsd", 2,
    ),
    "import-outside": (
        {"s.xsd": schema('\n<xs:import namespace="urn:a" schemaLocation="../../t.xsd"/>')}, "outside the project", "s.xsd", 2
    ),
    "import-by-drive": (
        {"s.xsd": schema('\n<xs:import namespace="urn:a" schemaLocation="C:\\t.xsd"/>')}, "outside the project", "s.xsd", 2
    ),
    "import-by-share": (
        {"s.xsd": schema('\n<xs:import namespace="urn:a" schemaLocation="\\\\server\\t.xsd"/>')}, "outside", "s.xsd", 2
    ),
    "import-used-but-unknown": (
        {"s.xsd": schema('\n<xs:import namespace="urn:b" schemaLocation="http://127.0.0.1:9/b.xsd"/>\n<xs:element name="m" type="b:t"/>', b="urn:b")},
        "s.xsd:2 imports 'urn:b', for which there is no file", "s.xsd", 3,
    ),
    "unknown-type": (
        {"s.xsd": schema('<xs:element name="m" type="xs:int"/>\n<xs:element name="n" type="gone"/>')}, "unknown type 'gone'", "s.xsd", 2
    ),
    "unknown-type-below": (
        {"s.xsd": schema('\n<xs:include schemaLocation="t.xsd"/>'), "t.xsd": schema('\n\n\n<xs:element name="n" type="gone"/>')},
        "unknown type 'gone'", "t.xsd", 4,
    ),
    "the-second-of-twins": (
        {"s.xsd": schema('<xs:element name="a"><xs:complexType><xs:attribute name="x"/></xs:complexType></xs:element>\n'
                         '<xs:element name="b"><xs:complexType>\n<xs:attribute name="x"/>\n<xs:attribute name="x"/></xs:complexType></xs:element>')},
        "x", "s.xsd", 2,
    ),
    "not-allowed": ({"s.xsd": schema("\n\n<xs:nonsense/>")}, "nonsense", "s.xsd", 3),
    "bad-facet": (
        {"s.xsd": schema('<xs:simpleType name="t"><xs:restriction base="xs:int">\n<xs:maxLength value="1"/></xs:restriction></xs:simpleType>')},
        "", "s.xsd", 1,
    ),
    "bad-pattern": (
        {"s.xsd": schema('<xs:simpleType name="t"><xs:restriction base="xs:string">\n<xs:pattern value="["/></xs:restriction></xs:simpleType>')},
        "", "s.xsd", 2,
    ),
    "own-namespace-imported": (
        {"s.xsd": schema('\n<xs:import namespace="urn:a" schemaLocation="s.xsd"/>', "urn:a")}, "different", "s.xsd", 1
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_schema_is_told_at_its_line(name: str, tmp_path: Path) -> None:
    files, says, file, line = BROKEN[name]
    path = write(tmp_path, files)
    with pytest.raises(SchemaBrokenError) as caught:
        load_components(gather(path, tmp_path), tmp_path)
    assert says in str(caught.value)
    assert (caught.value.path, caught.value.line) == (file, line)
    assert "{http" not in caught.value.message


def test_without_a_project_relative_paths_may_climb_but_only_to_schemas(tmp_path: Path) -> None:
    files = {
        "a/s.xsd": schema('<xs:include schemaLocation="../b/t.xsd"/><xs:element name="m" type="t"/>'),
        "b/t.xsd": schema(simple("t")),
    }
    path = write(tmp_path, files)
    sources = gather(path, None)
    assert [each.name for each in sources.files] == ["s.xsd", "t.xsd"]
    check(tuple(present_judges(sources, load_components(sources, None))), "<m>1</m>", "<m>x</m>")
    (tmp_path / "b" / "t.xsd").write_text("secret")
    with pytest.raises(SchemaBrokenError) as caught:
        gather(path, None)
    assert "secret" not in str(caught.value)
    for location in (
        "/etc/passwd",
        "file:///etc/passwd",
        "%2Fetc%2Fpasswd",
        "c:/x.xsd",
        "file:%2Fetc%2Fpasswd",
        "file:c:/x",
    ):
        path.write_text(schema(f'<xs:include schemaLocation="{location}"/>'))
        with pytest.raises(SchemaBrokenError):
            gather(path, None)


def test_relative_paths_are_those_of_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "a/s.xsd": schema('<xs:include schemaLocation="../a/t.xsd"/><xs:include schemaLocation="../b/../a/s.xsd"/>')
    }
    write(tmp_path, {**files, "a/t.xsd": schema('<xs:element name="m" type="xs:int"/>'), "b/x": ""})
    monkeypatch.chdir(tmp_path / "b")
    for path, root, first in (
        (Path("../a/s.xsd"), None, "s.xsd"),
        (Path("../a/s.xsd"), Path(".."), "a/s.xsd"),
        (tmp_path / "a" / "s.xsd", tmp_path, "a/s.xsd"),
    ):
        sources = gather(path, root)
        assert [each.name for each in sources.files] == ["s.xsd", "t.xsd"]
        assert shown(sources.files[0], sources.base(root)) == first
        check(tuple(present_judges(sources, load_components(sources, root))), "<m>1</m>", "<m>x</m>")


def test_a_link_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    path = write(tmp_path / "p", {"s.xsd": schema('\n<xs:include schemaLocation="t.xsd"/>')})
    (tmp_path / "t.xsd").write_text(schema(simple("t")))
    (tmp_path / "p" / "t.xsd").symlink_to(tmp_path / "t.xsd")
    with pytest.raises(SchemaBrokenError, match=r"s\.xsd:2: 't\.xsd' lies outside the project"):
        gather(path, tmp_path / "p")


VERSIONS: dict[str, tuple[str, Callable[[bool], bool]]] = {
    "assert": (schema('<xs:element name="m"><xs:complexType><xs:attribute name="a" type="xs:int"/><xs:assert test="@a gt 1"/></xs:complexType></xs:element>'), bool),
    "assertion": (schema('<xs:element name="m"><xs:simpleType><xs:restriction base="xs:int"><xs:assertion test="$value gt 1"/></xs:restriction></xs:simpleType></xs:element>'), bool),
    "only-valid-as-1.1": (schema('<xs:element name="m"><xs:complexType><xs:all><xs:element name="a" maxOccurs="5"/></xs:all></xs:complexType></xs:element>'), lambda _: True),
}  # fmt: skip


@pytest.mark.parametrize("name", VERSIONS)
def test_what_needs_xsd_11_gets_it(name: str, tmp_path: Path) -> None:
    sources, judges = load(tmp_path, {"s.xsd": VERSIONS[name][0]})
    assert load_components(sources, tmp_path).XSD_VERSION == "1.1"
    assert [judge.name for judge in judges] == ["xmlschema"]


def test_a_version_is_asked_for_at_the_root(tmp_path: Path) -> None:
    text = schema('<xs:element name="m" type="xs:dateTimeStamp"/>', vc="http://www.w3.org/2007/XMLSchema-versioning")
    sources, judges = load(tmp_path, {"s.xsd": text.replace("<xs:schema", '<xs:schema vc:minVersion="1.1"', 1)})
    assert sources.xsd11
    check(judges, "<m>2020-01-01T00:00:00Z</m>", "<m>2020-01-01T00:00:00</m>", count=1)


def test_parts_for_another_version_are_left_out_and_the_others_keep_their_lines(tmp_path: Path) -> None:
    text = schema(
        '\n<xs:element name="m" vc:minVersion="1.1" type="xs:date"/>\n<xs:element name="m" vc:maxVersion="1.1" type="xs:int"/>'
        '\n<xs:element name="n" type="xs:int"/>',
        vc="http://www.w3.org/2007/XMLSchema-versioning",
    )
    components = load_components(gather(write(tmp_path, {"s.xsd": text}), tmp_path), tmp_path)
    places = Places(components, tmp_path)
    assert [places.of(components.elements[name].elem).line for name in "mn"] == [3, 4]


def test_every_component_has_its_place(tmp_path: Path) -> None:
    files, *_ = SPREAD["several-imports-in-several-files"]
    sources = gather(write(tmp_path, {name: str(text).replace("><", ">\n<") for name, text in files.items()}), tmp_path)
    components = load_components(sources, tmp_path)
    places = Places(components, tmp_path)
    found = {
        each.local_name: places.of(each.elem)
        for each in components.maps.types.values()
        if each.target_namespace.startswith("urn")
    }
    assert found == {"one": ("b1.xsd", 3), "two": ("b2.xsd", 3), "t": ("c.xsd", 4)}
    assert places.of(None) == places.main == ("s.xsd", 0)


def test_every_schema_of_the_collection_loads_as_xmlschema_loads_it(shared_data: Path) -> None:
    for path in sorted((shared_data / "xsd").rglob("*.xsd")):
        try:
            expected = len(xmlschema.XMLSchema(str(path), allow="local").maps.elements)
        except xmlschema.XMLSchemaException:
            with pytest.raises(SchemaBrokenError) as caught:
                load_components(gather(path, None), None)
            assert caught.value.line > 0
        else:
            assert len(load_components(gather(path, None), None).maps.elements) == expected, path.name


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "MAX_FILES", 3)
    chain: dict[str, str | bytes] = {
        f"s{n}.xsd": schema(f'<xs:include schemaLocation="s{n + 1}.xsd"/>') for n in range(5)
    }
    with pytest.raises(SchemaBrokenError, match="more than 3 files"):
        gather(write(tmp_path, chain), tmp_path)


def test_a_long_chain_of_files_is_refused_and_a_shorter_one_loads(tmp_path: Path) -> None:
    chain: dict[str, str | bytes] = {
        f"s{n}.xsd": schema(f'<xs:include schemaLocation="s{n + 1}.xsd"/>') for n in range(150)
    }
    chain["s150.xsd"] = schema('<xs:element name="m" type="xs:int"/>')
    with pytest.raises(SchemaBrokenError, match="more than 100 files refer"):
        gather(write(tmp_path, chain), tmp_path)
    sources = gather(tmp_path / "s55.xsd", tmp_path)
    assert len(sources.files) == 96
    check(tuple(present_judges(sources, load_components(sources, tmp_path))), "<m>1</m>", "<m>x</m>")


def test_without_a_project_paths_are_shown_from_the_main_files_folder(tmp_path: Path) -> None:
    files = {
        "own/s.xsd": schema(
            '<xs:include schemaLocation="parts/t.xsd"/><xs:include schemaLocation="../common/x.xsd"/>'
            '<xs:import namespace="http://www.w3.org/XML/1998/namespace"/>'
            '<xs:element name="m"><xs:complexType><xs:attribute ref="xml:lang"/></xs:complexType></xs:element>'
        ),
        "own/parts/t.xsd": schema('<xs:element name="t"/>'),
        "common/x.xsd": schema('<xs:element name="x"/>'),
    }
    loaded = load_schema(write(tmp_path, files))
    assert loaded.schema.files == ("s.xsd", "../common/x.xsd", "parts/t.xsd")
    places = {each.name: each.place.file for each in loaded.schema.elements.values()}
    assert places == {"m": "s.xsd", "t": "parts/t.xsd", "x": "../common/x.xsd"}
    shipped = next(each.file.path for each in loaded.sources.documents if each.file.path.name == "xml.xsd")
    assert shown(shipped, tmp_path) == "catalogue:XML/xml.xsd"


def test_without_a_project_errors_are_told_of_paths_from_the_main_files_folder(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        {
            "s.xsd": schema('<xs:include schemaLocation="parts/t.xsd"/>'),
            "parts/t.xsd": schema('<xs:element type="gone"/>'),
        },
    )
    with pytest.raises(SchemaBrokenError) as caught:
        load_schema(main)
    assert (caught.value.path, caught.value.line) == ("parts/t.xsd", 1)


def test_two_types_of_one_element_are_told_at_their_line_without_a_dump_of_the_schema(tmp_path: Path) -> None:
    body = (
        '\n<xs:element name="m"><xs:complexType>\n<xs:sequence><xs:element name="a" type="xs:int"/>'
        '<xs:element name="b"/><xs:element name="a" type="xs:date"/></xs:sequence></xs:complexType></xs:element>'
    )
    with pytest.raises(SchemaBrokenError) as caught:
        load_schema(write(tmp_path, {"s.xsd": schema(body)}))
    assert (caught.value.path, caught.value.line) == ("s.xsd", 3)
    assert "Schema component" not in caught.value.message
