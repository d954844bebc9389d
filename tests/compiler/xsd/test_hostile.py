"""Documents and schemas made to do harm: each is refused early, or judged without opening anything."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchestra_compiler.xsd import xml
from orchestra_compiler.xsd.engines.components import load_components
from orchestra_compiler.xsd.engines.judges import Judge, fast_judge, present_judges
from orchestra_compiler.xsd.files.sources import SchemaBrokenError, gather

XS = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
MEGABYTE = 1024 * 1024

LAUGHS = "<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
QUADRATIC = f"<!ENTITY x '{'x' * 50_000}'>"
LOOP = "<!ENTITY a '&b;'><!ENTITY b '&a;'>"
PARAMETERS = "<!ENTITY % a 'x'><!ENTITY % b '%a;%a;'>%b;"


def attributes(count: int, name: str = "a{}") -> str:
    """Return that many attributes."""
    return " ".join(f'{name.format(n)}=""' for n in range(count))


# What is refused before expat sees it.
AT_ONCE: dict[str, Callable[[], str | bytes]] = {
    "laughs": lambda: f"<!DOCTYPE m [{LAUGHS}]><m>&a9;</m>",
    "laughs-in-attribute": lambda: f"<!DOCTYPE m [{LAUGHS}]><m a='&a9;'/>",
    "quadratic-entity": lambda: f"<!DOCTYPE m [{QUADRATIC}]><m>{'&x;' * 20_000}</m>",
    "entity-loop": lambda: f"<!DOCTYPE m [{LOOP}]><m>&a;</m>",
    "parameter-entities": lambda: f"<!DOCTYPE m [{PARAMETERS}]><m/>",
    "parameter-entity-from-network": lambda: '<!DOCTYPE m [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]><m/>',
    "external-entity-file": lambda: '<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><m>&x;</m>',
    "external-entity-http": lambda: '<!DOCTYPE m [<!ENTITY x SYSTEM "http://127.0.0.1:9/">]><m>&x;</m>',
    "external-entity-endless": lambda: '<!DOCTYPE m [<!ENTITY x SYSTEM "file:///dev/zero">]><m>&x;</m>',
    "dtd-file": lambda: '<!DOCTYPE m SYSTEM "file:///etc/passwd"><m/>',
    "dtd-http": lambda: '<!DOCTYPE m SYSTEM "http://127.0.0.1:9/m.dtd"><m/>',
    "dtd-public": lambda: '<!DOCTYPE m PUBLIC "-//X//EN" "https://127.0.0.1:9/m.dtd"><m/>',
    "dtd-after-long-comment": lambda: f"<!--{'x' * MEGABYTE}--><!DOCTYPE m><m/>",
    "dtd-after-many-comments": lambda: "<!---->" * 50_000 + "<!DOCTYPE m><m/>",
    "dtd-after-instructions": lambda: "<?xml version='1.0'?><?a <!DOCTYPE?><!DOCTYPE m><m/>",
    "unparsed-entity": lambda: "<!DOCTYPE m [<!NOTATION n SYSTEM 'x'><!ENTITY e SYSTEM 'y' NDATA n>]><m/>",
    "default-attributes": lambda: "<!DOCTYPE m [<!ATTLIST m a CDATA 'x'>]><m/>",
    "text-of-100-mb": lambda: b"<m>" + b"x" * (100 * MEGABYTE) + b"</m>",
    "characters-of-100-mb": lambda: "x" * (100 * MEGABYTE),
    "attribute-of-20-mb": lambda: b'<m a="' + b"x" * (20 * MEGABYTE) + b'"/>',
    "element-flood": lambda: b"<m>" + b"<a/>" * (xml.MAX_ELEMENTS + 1) + b"</m>",
    "comment-flood": lambda: b"<m>" + b"<!---->" * 200_000 + b"</m>",
    "instruction-flood": lambda: b"<m>" + b"<?a?>" * 200_000 + b"</m>",
    "cdata-flood": lambda: b"<m>" + b"<![CDATA[]]>" * 200_000 + b"</m>",
    "reference-flood": lambda: b"<m>" + b"&#65;" * 500_000 + b"</m>",
    "named-reference-flood": lambda: b"<m>" + b"&amp;" * 500_000 + b"</m>",
    "attributes-100000": lambda: f"<m {attributes(100_000)}/>",
    "attributes-with-long-names": lambda: f"<m {attributes(1_000, 'a' * 2_000 + '{}')}/>",
    "attributes-in-single-quotes": lambda: f"<m {attributes(1_000)}/>".replace('"', "'"),
    "attributes-on-lines": lambda: f"<m {attributes(1_000)}/>".replace(" ", "\n\t "),
    "attributes-below": lambda: f"<m>{'x' * 10_000}<a {attributes(1_000)}/></m>",
    "element-name-of-1-mb": lambda: "<" + "n" * MEGABYTE + "/>",
    "attribute-name-of-1-mb": lambda: "<m " + "n" * MEGABYTE + '=""/>',
    "namespaces-100000": lambda: "<m " + " ".join(f'xmlns:a{n}="urn:{n}"' for n in range(100_000)) + "/>",
    "utf-16-marked": lambda: '<?xml version="1.0" encoding="UTF-16"?><m/>'.encode("utf-16"),
    "utf-16-little": lambda: "<m/>".encode("utf-16-le"),
    "utf-16-big": lambda: "<m/>".encode("utf-16-be"),
    "utf-16-says-utf-8": lambda: '<?xml version="1.0" encoding="UTF-8"?><m/>'.encode("utf-16"),
    "utf-16-after-utf-8-mark": lambda: b"\xef\xbb\xbf" + "<m/>".encode("utf-16"),
    "utf-32-marked": lambda: "<m/>".encode("utf-32"),
    "utf-32-big": lambda: "<m/>".encode("utf-32-be"),
    "utf-7-marked": lambda: b"+/v8-<m/>",
    "ebcdic": lambda: "<?xml version='1.0' encoding='cp037'?><m/>".encode("cp037"),
    "scsu-of-nul": lambda: b"\x00\x00<m/>",
}  # fmt: skip

# What expat's handlers refuse, soon.
SOON: dict[str, Callable[[], str | bytes]] = {
    "levels-100000": lambda: "<m>" * 100_000 + "</m>" * 100_000,
    "levels-unclosed": lambda: "<m>" * 100_000,
    "levels-with-namespaces": lambda: "".join(f'<m xmlns="urn:{n}">' for n in range(20_000)),
    "namespaces-nested": lambda: "<m>" + "".join(f'<a xmlns:n{n}="urn:{n}"/>' for n in range(20_000)) + "</m>",
    "namespace-of-70-kb": lambda: f'<m xmlns="{"u" * 70_000}">{"<a/>" * 1_000}</m>',
    "namespace-of-2-kb": lambda: f'<m xmlns:p="{"u" * 2_000}">{"<a/>" * 1_000}</m>',
    "long-name-among-others": lambda: f'<m a="" {"n" * 2_500}=""><a/>{"<a/>" * 300}</m>',
    "xinclude": lambda: '<m xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd"/></m>',
    "xinclude-text": lambda: '<include xmlns="http://www.w3.org/2001/XInclude" parse="text" href="/etc/passwd"/>',
    "stylesheet": lambda: '<?xml-stylesheet type="text/xsl" href="http://127.0.0.1:9/x.xsl"?><m/>',
    "model": lambda: '<m/><?xml-model href="http://127.0.0.1:9/x.rng"?>',
    "says-utf-7": lambda: '<?xml version="1.0" encoding="UTF-7"?><m/>',
    "says-utf-16": lambda: '<?xml version="1.0" encoding="UTF-16"?><m/>',
    "says-latin-1": lambda: '<?xml version="1.0" encoding="ISO-8859-1"?><m/>',
    "says-ebcdic": lambda: '<?xml version="1.0" encoding="IBM037"?><m/>',
    "says-nonsense": lambda: f'<?xml version="1.0" encoding="{"x" * 10_000}"?><m/>',
}  # fmt: skip

MALFORMED: dict[str, Callable[[], str | bytes]] = {
    "overlong-slash": lambda: b"<m>\xc0\xaf</m>",
    "overlong-less-than": lambda: b"\xc0\xbcm/>",
    "overlong-nul": lambda: b"<m>\xc0\x80</m>",
    "five-bytes": lambda: b"<m>\xf8\x88\x80\x80\x80</m>",
    "beyond-unicode": lambda: b"<m>\xf4\x90\x80\x80</m>",
    "surrogate": lambda: b"<m>\xed\xa0\x80</m>",
    "surrogate-pair": lambda: b"<m>\xed\xa0\xbd\xed\xb8\x80</m>",
    "half-a-surrogate": lambda: "<m>\udc00</m>",
    "surrogate-reference": lambda: "<m>&#xD800;</m>",
    "huge-reference": lambda: f"<m>&#{'9' * 100_000};</m>",
    "nul": lambda: b"<m>\x00</m>",
    "nul-at-the-end": lambda: b"<m/>\x00",
    "control": lambda: b"<m>\x1b[2J</m>",
    "utf-7": lambda: b"+ADwAbQAvAD4-",
    "attribute-twice": lambda: '<m a="1" a="2"/>',
    "attribute-twice-by-namespace": lambda: '<m xmlns:a="urn:x" xmlns:b="urn:x" a:c="1" b:c="2"/>',
    "xml-1.1": lambda: '<?xml version="1.1"?><m>&#1;</m>',
    "unknown-entity": lambda: "<m>&nbsp;</m>",
    "xml-prefix-stolen": lambda: '<m xmlns:xml="urn:mine"/>',
    "two-documents": lambda: "<m/><m/>",
    "declaration-late": lambda: " <?xml version='1.0'?><m/>",
    "cut-off": lambda: "<m><a",
    "names-of-nothing": lambda: "<m>< /></m>",
    "comment-with-dashes": lambda: "<m><!-- -- --></m>",
}  # fmt: skip

HARMLESS: dict[str, Callable[[], str]] = {
    "schema-location-file": lambda: f'<m {XSI} xsi:noNamespaceSchemaLocation="file:///etc/passwd">1</m>',
    "schema-location-http": lambda: f'<m {XSI} xsi:noNamespaceSchemaLocation="http://127.0.0.1:9/m.xsd">1</m>',
    "schema-locations": lambda: f'<m {XSI} xsi:schemaLocation="urn:x http://127.0.0.1:9/x.xsd urn:y /etc/passwd">1</m>',
    "base": lambda: '<m xml:base="http://127.0.0.1:9/">1</m>',
    "doctype-in-a-comment": lambda: "<m><!-- <!DOCTYPE m> -->1</m>",
    "doctype-in-cdata": lambda: "<m>1<!-- --><![CDATA[]]></m><!--<!DOCTYPE m>-->",
    "long-comment": lambda: f"<m><!--{'x' * MEGABYTE}-->1</m>",
    "long-space": lambda: f"<m>{' ' * MEGABYTE}1</m>",
    "long-attribute": lambda: f'<m xml:base="{"x" * MEGABYTE}">1</m>',
}  # fmt: skip
BASE = f'<xs:schema {XS}><xs:import namespace="http://www.w3.org/XML/1998/namespace"/><xs:element name="m">\
<xs:complexType><xs:simpleContent><xs:extension base="xs:int"><xs:attribute ref="xml:base"/></xs:extension>\
</xs:simpleContent></xs:complexType></xs:element></xs:schema>'

OPENED: list[str] = []
WATCHING = [False]


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if WATCHING[0] and event in ("open", "socket.connect", "socket.getaddrinfo", "urllib.Request", "subprocess.Popen"):
        OPENED.append(f"{event} {arguments[:1]}")


sys.addaudithook(_watch)


@pytest.fixture
def opened() -> Iterator[list[str]]:
    """Everything that Python opens meanwhile."""
    OPENED.clear()
    WATCHING[0] = True
    yield OPENED
    WATCHING[0] = False


def judges_of(folder: Path, schema: str) -> tuple[Judge, ...]:
    """Return the judges of a schema."""
    (folder / "s.xsd").write_text(schema, encoding="utf-8")
    sources = gather(folder / "s.xsd", folder)
    return tuple(present_judges(sources, load_components(sources, folder)))


def test_there_are_many_samples() -> None:
    assert len(AT_ONCE) + len(SOON) + len(MALFORMED) + len(HARMLESS) + len(HOSTILE_SCHEMAS) >= 100


@pytest.mark.parametrize("name", AT_ONCE)
def test_hostile_documents_are_refused_before_they_are_parsed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "_parse", lambda *_: pytest.fail("parsed"))
    with pytest.raises(xml.HostileXmlError):
        xml.screen(AT_ONCE[name]())


@pytest.mark.parametrize("name", SOON)
def test_hostile_documents_are_refused_soon(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    class Counting(xml._Guard):
        def refuse(self, message: str, hint: str = "") -> xml.HostileXmlError:
            seen.append(self.parser.CurrentByteIndex)
            return super().refuse(message, hint)

    monkeypatch.setattr(xml, "_Guard", Counting)
    with pytest.raises(xml.HostileXmlError):
        xml.screen(SOON[name]())
    assert seen[0] < 10_000


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_documents_are_refused(name: str) -> None:
    with pytest.raises(xml.MalformedXmlError):
        xml.screen(MALFORMED[name]())


@pytest.mark.parametrize("name", [name for name in (*AT_ONCE, *SOON) if not name.endswith(("100-mb", "20-mb"))])
def test_what_is_hostile_never_passes_by_its_bytes(name: str) -> None:
    sample = (AT_ONCE.get(name) or SOON[name])()
    if name == "utf-7-marked" or len(sample) > xml.MAX_BYTES or name.startswith(("utf", "ebcdic", "scsu")):
        with pytest.raises(xml.HostileXmlError):
            xml.plain_bytes(sample)
    else:
        assert xml.plain_bytes(sample) is None


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_documents_that_pass_by_their_bytes_are_refused_by_the_judges(name: str, tmp_path: Path) -> None:
    try:
        raw = xml.plain_bytes(MALFORMED[name]())
    except xml.MalformedXmlError:
        return
    for judge in judges_of(tmp_path, f'<xs:schema {XS}><xs:element name="m" type="xs:anyType"/></xs:schema>'):
        assert raw is None or not judge.accepts(raw), judge.name


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_documents_are_judged_without_opening_anything(
    name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    judges = judges_of(tmp_path, BASE)
    sample = HARMLESS[name]()
    for judge in judges:
        judge.accepts(b"<m>1</m>")  # whatever an engine loads at its first document
    opened = request.getfixturevalue("opened")
    raw = xml.screen(sample)
    for judge in judges:
        assert judge.violations(raw) == ()
        assert judge.accepts(raw)
    assert opened == []


def test_a_schema_named_by_a_document_is_never_read(tmp_path: Path) -> None:
    """Were it read, by Python or by libxml2, the document would be valid."""
    (tmp_path / "o.xsd").write_text(
        f'<xs:schema {XS} targetNamespace="urn:o"><xs:element name="o" type="xs:int"/></xs:schema>', encoding="utf-8"
    )
    strict = (
        f'<xs:schema {XS}><xs:element name="m"><xs:complexType><xs:sequence><xs:any namespace="##other"/></xs:sequence>'
        "</xs:complexType></xs:element></xs:schema>"
    )
    place = (tmp_path / "o.xsd").as_uri()
    document = f'<m {XSI} xsi:schemaLocation="urn:o {place}"><o xmlns="urn:o">1</o></m>'
    for judge in judges_of(tmp_path, strict):
        assert [each.rule for each in judge.violations(document.encode())] == ["content"], judge.name
        assert not judge.accepts(document.encode())


def element(content: str) -> str:
    """Return a schema with one element of a complex type."""
    return f'<xs:schema {XS}><xs:element name="m"><xs:complexType>{content}</xs:complexType></xs:element></xs:schema>'


def patterned(pattern: str, more: str = "") -> str:
    """Return a schema with one element of a pattern."""
    return (
        f'<xs:schema {XS}><xs:element name="m" {more}><xs:simpleType><xs:restriction base="xs:string">'
        f'<xs:pattern value="{pattern}"/></xs:restriction></xs:simpleType></xs:element></xs:schema>'
    )


def groups(levels: int) -> str:
    """Return a schema whose groups double with every level."""
    inner = "".join(
        f'<xs:group name="g{n}"><xs:sequence><xs:group ref="g{n - 1}"/><xs:group ref="g{n - 1}"/></xs:sequence></xs:group>'
        for n in range(1, levels)
    )
    first = '<xs:group name="g0"><xs:sequence><xs:element name="a"/></xs:sequence></xs:group>'
    return f"<xs:schema {XS}>{first}{inner}</xs:schema>"


def schema_with(doctype: str, text: str) -> str:
    """Return a schema with a document type."""
    return f"<!DOCTYPE schema [{doctype}]><schema xmlns='http://www.w3.org/2001/XMLSchema'>{text}</schema>"


NOTE = "<annotation><documentation>{}</documentation></annotation>"
HOSTILE_SCHEMAS: dict[str, tuple[Callable[[], str | bytes], str]] = {
    "laughs": (lambda: schema_with(LAUGHS, NOTE.format("&a9;")), "expands"),
    "laughs-unused": (lambda: schema_with(LAUGHS, ""), "expands"),
    "quadratic": (lambda: schema_with(QUADRATIC, NOTE.format("&x;" * 20_000)), "its entities add"),
    "loop": (lambda: schema_with(LOOP, NOTE.format("&a;")), "expands"),
    "external-file": (
        lambda: schema_with("<!ENTITY x SYSTEM 'file:///etc/passwd'>", NOTE.format("&x;")), "external entity"
    ),
    "external-http": (
        lambda: schema_with("<!ENTITY x SYSTEM 'http://127.0.0.1:9/'>", NOTE.format("&x;")), "external entity"
    ),
    "undeclared": (lambda: schema_with("<!ENTITY % x SYSTEM 'x'>%x;", NOTE.format("&y;")), "not declared"),
    "include-absolute": (lambda: f'<xs:schema {XS}><xs:include schemaLocation="/etc/passwd"/></xs:schema>', "outside"),
    "include-url": (
        lambda: f'<xs:schema {XS}><xs:include schemaLocation="file:///etc/passwd"/></xs:schema>', "not a file"
    ),
    "include-encoded": (
        lambda: f'<xs:schema {XS}><xs:include schemaLocation="%2Fetc%2Fpasswd"/></xs:schema>', "outside"
    ),
    "include-climbing": (
        lambda: f'<xs:schema {XS}><xs:include schemaLocation="{"../" * 30}etc/passwd"/></xs:schema>', "outside"
    ),
    "include-http": (
        lambda: f'<xs:schema {XS}><xs:include schemaLocation="http://127.0.0.1:9/x.xsd"/></xs:schema>', "not a file"
    ),
    "include-nul": (lambda: f'<xs:schema {XS}><xs:include schemaLocation="a%00b"/></xs:schema>', "does not exist"),
    "deep": (lambda: f"<xs:schema {XS}>" + "<xs:annotation>" * 100_000, "deeper"),
    "types-100000": (
        lambda: f"<xs:schema {XS}>"
        + "".join(f'<xs:complexType name="t{n}"/>' for n in range(100_000))
        + "</xs:schema>",
        "declarations",
    ),
    "elements-500000": (lambda: f"<xs:schema {XS}>" + "<a/>" * 500_000 + "</xs:schema>", "elements"),
    "groups-double": (lambda: groups(40), "content model"),
    "many-attributes": (lambda: f"<xs:schema {XS} {attributes(1_000)}/>", "attributes"),
    "utf-7": (lambda: b"<?xml version='1.0' encoding='utf-7'?><xs:schema/>", "encoding"),
    "lying-utf-8": (lambda: f"<xs:schema {XS}/>".encode("utf-32-le"), "not|NUL|token|encoding"),
    "pattern-too-deep": (lambda: patterned("(" * 5_000 + "a" + ")" * 5_000), "deep"),
    "too-large": (lambda: b" " * (40 * MEGABYTE), "the most is"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE_SCHEMAS)
def test_hostile_schemas_are_refused(name: str, tmp_path: Path) -> None:
    make, says = HOSTILE_SCHEMAS[name]
    content = make()
    path = tmp_path / "s.xsd"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(SchemaBrokenError, match=says) as caught:
        load_components(gather(path, tmp_path), tmp_path)
    assert caught.value.path == "s.xsd"


@pytest.mark.parametrize(
    ("pattern", "wrong", "right"),
    [
        ("(a+)+b", "a" * 5_000, "a" * 5_000 + "b"),
        ("(a|a)*b", "a" * 5_000, "a" * 5_000 + "b"),
        ("(a|aa)+b", "a" * 5_000, "a" * 5_000 + "b"),
        (".*.*.*.*.*b", "a" * 5_000, "a" * 5_000 + "b"),
        ("(a?){20}a{20}", "a" * 19, "a" * 20),
        (r"(\p{L}+\s?)+!", "word " * 1_000, "word " * 1_000 + "!"),
        ("(((a{1,100}){1,100}){1,100}){1,100}", "a" * 5_000 + "b", "a"),
    ],
)
def test_patterns_that_could_be_tried_for_ever_are_matched_at_once(
    pattern: str, wrong: str, right: str, tmp_path: Path
) -> None:
    judge = judges_of(tmp_path, patterned(pattern))[0]
    assert judge.name == "xmlschema"
    assert [each.rule for each in judge.violations(f"<m>{wrong}</m>".encode())] == ["pattern"]
    assert judge.accepts(f"<m>{right}</m>".encode())


def test_a_default_is_matched_at_once_too(tmp_path: Path) -> None:
    with pytest.raises(SchemaBrokenError, match="default"):
        judges_of(tmp_path, patterned("(a+)+b", f'default="{"a" * 100}"'))


@pytest.mark.parametrize(
    "content",
    [
        f'<xs:sequence><xs:element name="a" minOccurs="0" maxOccurs="{10**9}"/></xs:sequence>',
        f'<xs:sequence maxOccurs="{10**9}"><xs:element name="a" maxOccurs="{10**9}"/></xs:sequence>',
        '<xs:sequence maxOccurs="1000">' * 3 + '<xs:element name="a" maxOccurs="1000"/>' + "</xs:sequence>" * 3,
    ],
)
def test_huge_occurrence_bounds_cost_nothing(content: str, tmp_path: Path) -> None:
    for judge in judges_of(tmp_path, element(content)):
        assert judge.accepts(b"<m>" + b"<a/>" * 100 + b"</m>"), judge.name
        assert not judge.accepts(b"<m><b/></m>"), judge.name


def test_a_model_that_libxml2_would_compare_for_ever_is_judged_by_xmlschema_alone(tmp_path: Path) -> None:
    parts = "".join(f'<xs:element name="a{n}" minOccurs="0" maxOccurs="500"/>' for n in range(260))
    judges = judges_of(tmp_path, element(f'<xs:choice maxOccurs="500">{parts}</xs:choice>'))
    assert [judge.name for judge in judges] == ["xmlschema"]
    assert judges[0].accepts(b"<m><a7/></m>")


def test_schemas_that_include_themselves_are_read_once(tmp_path: Path) -> None:
    (tmp_path / "s.xsd").write_text(
        f'<xs:schema {XS}><xs:include schemaLocation="s.xsd"/><xs:include schemaLocation="./x/../t.xsd"/>'
        '<xs:element name="m" type="t"/></xs:schema>',
        encoding="utf-8",
    )
    (tmp_path / "t.xsd").write_text(
        f'<xs:schema {XS}><xs:include schemaLocation="s.xsd"/><xs:simpleType name="t"><xs:restriction base="xs:int"/>'
        "</xs:simpleType></xs:schema>",
        encoding="utf-8",
    )
    sources = gather(tmp_path / "s.xsd", tmp_path)
    assert [each.name for each in sources.files] == ["s.xsd", "t.xsd"]
    for judge in present_judges(sources, load_components(sources, tmp_path)):
        assert judge.accepts(b"<m>1</m>")


def test_a_pipe_is_no_schema(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes here")
    os.mkfifo(tmp_path / "s.xsd")
    with pytest.raises(SchemaBrokenError, match="cannot be read"):
        gather(tmp_path / "s.xsd", tmp_path)


def test_loading_a_schema_asks_nobody_on_the_network(tmp_path: Path) -> None:
    """A listener stands where the schema's references lead; nobody calls."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        place = f"http://127.0.0.1:{listener.getsockname()[1]}"
        (tmp_path / "s.xsd").write_text(
            f'<!DOCTYPE xs:schema PUBLIC "-//W3C//DTD XMLSCHEMA 200102//EN" "{place}/XMLSchema.dtd">'
            f'<xs:schema {XS} {XSI} xsi:schemaLocation="urn:x {place}/x.xsd"><xs:import namespace="urn:y"'
            f' schemaLocation="{place}/y.xsd"/><xs:element name="m"><xs:complexType><xs:sequence>'
            '<xs:any namespace="##other" processContents="lax"/></xs:sequence></xs:complexType></xs:element></xs:schema>',
            encoding="utf-8",
        )
        sources = gather(tmp_path / "s.xsd", tmp_path)
        for judge in present_judges(sources, load_components(sources, tmp_path)):
            document = f'<m {XSI} xsi:schemaLocation="urn:z {place}/z.xsd"><z xmlns="urn:z"/></m>'
            assert judge.accepts(document.encode()), judge.name
        assert fast_judge(sources) is None or len(sources.files) == 1
        with pytest.raises(BlockingIOError):
            listener.accept()
