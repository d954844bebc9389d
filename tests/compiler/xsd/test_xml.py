from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.errors import MessageError
from orchestra_compiler.xsd import xml

_BOMB = "<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY a{n} '{'&a' + str(n - 1) + ';' if n > 1 else '&a;'}'>" for n in range(1, 9)
)

HOSTILE = {
    "doctype": "<!DOCTYPE m><m/>",
    "doctype-internal": "<!DOCTYPE m [<!ELEMENT m ANY>]><m/>",
    "doctype-system": '<!DOCTYPE m SYSTEM "file:///etc/passwd"><m/>',
    "doctype-public": '<!DOCTYPE m PUBLIC "-//X" "http://example.org/m.dtd"><m/>',
    "doctype-after-comment": "<?xml version='1.0'?><!-- harmless --><!DOCTYPE m><m/>",
    "entity-laughs": f"<!DOCTYPE m [{_BOMB}]><m>&a8;</m>",
    "entity-external": '<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><m>&x;</m>',
    "entity-network": '<!DOCTYPE m [<!ENTITY x SYSTEM "http://example.org/">]><m>&x;</m>',
    "entity-parameter": '<!DOCTYPE m [<!ENTITY % x SYSTEM "http://example.org/x"> %x;]><m/>',
    "entity-quadratic": f"<!DOCTYPE m [<!ENTITY x '{'x' * 50_000}'>]><m>{'&x;' * 5_000}</m>",
    "attribute-default": "<!DOCTYPE m [<!ATTLIST m a CDATA 'x'>]><m/>",
    "notation": "<!DOCTYPE m [<!NOTATION n SYSTEM 'calc.exe'>]><m/>",
    "deep": "<m>" * 5_000 + "</m>" * 5_000,
    "very-deep-unclosed": "<m>" * 100_000,
    "one-too-deep": "<m>" * (xml.MAX_DEPTH + 1) + "</m>" * (xml.MAX_DEPTH + 1),
    "many-elements": "<m>" + "<a/>" * (xml.MAX_ELEMENTS + 1) + "</m>",
    "many-attributes": "<m " + " ".join(f'a{n}=""' for n in range(xml.MAX_ATTRIBUTES + 1)) + "/>",
    "many-namespaces": "<m " + " ".join(f'xmlns:a{n}="urn:{n}"' for n in range(xml.MAX_NAMESPACES + 1)) + "/>",
    "nested-namespaces": "<m>" + "".join(f'<a xmlns:n{n}="urn:{n}"/>' for n in range(xml.MAX_NAMESPACES + 1)) + "</m>",
    "xinclude": '<m xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd"/></m>',
    "stylesheet": '<?xml-stylesheet href="http://example.org/x.xsl"?><m/>',
    "model": '<?xml-model href="http://example.org/x.rng"?><m/>',
    "declared-utf-16": '<?xml version="1.0" encoding="UTF-16"?><m/>',
    "declared-utf-7": '<?xml version="1.0" encoding="UTF-7"?><m/>',
    "declared-latin-1": '<?xml version="1.0" encoding="ISO-8859-1"?><m/>',
    "utf-16-le": "<m/>".encode("utf-16-le"),
    "utf-16-be": "<m/>".encode("utf-16-be"),
    "utf-16-bom": '<?xml version="1.0" encoding="UTF-16"?><m/>'.encode("utf-16"),
    "utf-32": "<m/>".encode("utf-32"),
    "too-big": b"<m>" + b"x" * xml.MAX_BYTES + b"</m>",
}

MALFORMED = {
    "empty": "",
    "blank": "  ",
    "text": "I am done.",
    "unclosed": "<m>",
    "crossed": "<a><b></a></b>",
    "two-roots": "<a/><b/>",
    "undefined-entity": "<m>&nbsp;</m>",
    "control-character": "<m>\x00</m>",
    "control-reference": "<m>&#0;</m>",
    "half-a-surrogate": "<m>\ud800</m>",
    "not-utf-8": b"<m>\xff\xfe\xfa</m>",
    "unbound-prefix": "<a:m/>",
    "attribute-twice": '<m a="1" a="2"/>',
    "cut": '<m a="1',
    "utf-7": b"+ADw-m/+AD4-",
    "xml-1.1": '<?xml version="1.1"?><m/>',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_are_refused(name: str) -> None:
    with pytest.raises(xml.HostileXmlError):
        xml.screen(HOSTILE[name])


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_documents_are_refused(name: str) -> None:
    with pytest.raises(xml.MalformedXmlError):
        xml.read(MALFORMED[name])


def test_a_refusal_names_the_line() -> None:
    with pytest.raises(xml.HostileXmlError, match="line 3: a document type declaration") as caught:
        xml.screen('<?xml version="1.0"?>\n\n<!DOCTYPE m>\n<m/>')
    assert caught.value.line == 3
    with pytest.raises(xml.MalformedXmlError, match="line 2: mismatched tag"):
        xml.screen("<m>\n</n>")


@pytest.mark.parametrize(
    "document",
    [
        "<m/>",
        b"\xef\xbb\xbf<m/>",
        '\ufeff<?xml version="1.0" encoding="utf-8"?><m/>',
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<m/>\n<!-- end -->',
        "<m><![CDATA[<!DOCTYPE m>]]>&lt;!ENTITY&gt;<!-- <!DOCTYPE m> --></m>",
        "<m>" * xml.MAX_DEPTH + "</m>" * xml.MAX_DEPTH,
        "<m>" + "a = b; " * 1_000 + "</m>",
        "<m>" + "<a/>" * 1_000 + "</m>",
        "<?php-like hint?><m/>",
    ],
)
def test_harmless_documents_pass_unchanged(document: str | bytes) -> None:
    raw = document.encode() if isinstance(document, str) else document
    assert xml.screen(document) == raw.removeprefix(b"\xef\xbb\xbf")


def test_lines_of_elements_are_known() -> None:
    tree = xml.read_with_lines('<m xmlns="urn:x">\n<a/>\n\n<b c="1">t</b></m>')
    assert [(element.tag, tree.lines[element]) for element in tree.root] == [("{urn:x}a", 2), ("{urn:x}b", 4)]
    assert tree.root[1].text == "t"
    assert tree.root[1].attrib == {"c": "1"}


@given(st.binary(max_size=300) | st.text(max_size=200))
def test_anything_else_is_a_message_error(document: str | bytes) -> None:
    for read in (xml.screen, xml.read, xml.read_with_lines):
        with contextlib.suppress(MessageError):
            assert read(document) is not None


_PIECES = st.sampled_from(
    [
        "<m>",
        "</m>",
        "<a b='c'/>",
        "<!DOCTYPE m>",
        "<?xml version='1.0'?>",
        "&lt;",
        "&x;",
        "<![CDATA[",
        "]]>",
        "\n",
        "é",
        "<n:a/>",
        "<",
    ]
)


@given(st.lists(_PIECES, max_size=12).map("".join))
def test_pieces_of_markup_are_read_or_refused(document: str) -> None:
    try:
        tree = xml.read_with_lines(document)
    except MessageError:
        return
    assert "<!DOCTYPE" not in document or "<![CDATA[" in document
    assert tree.lines[tree.root] >= 1
    assert xml.read(document).tag == tree.root.tag


@given(st.recursive(st.text("a<>&=!?'\"/ \n", max_size=5), lambda inner: st.builds("<a>{}</a>".format, inner)))
def test_what_passes_by_its_bytes_is_never_hostile(text: str) -> None:
    raw = xml.plain_bytes(text)
    if raw is not None:
        with contextlib.suppress(xml.MalformedXmlError):
            assert xml.screen(text) == raw


@pytest.mark.parametrize(
    "document",
    [
        "<m/>",
        '<?xml version="1.0"?>\n<m a="1">x ! ? y</m>',
        "<?xml version='1.0' encoding='utf-8' ?><m/>",
        "\ufeff<m/>",
    ],
)
def test_plain_messages_pass_by_their_bytes(document: str) -> None:
    assert xml.plain_bytes(document) == document.removeprefix("\ufeff").encode()


@pytest.mark.parametrize(
    "document", ["<m><!-- x --></m>", "<m><?x?></m>", "m", "", "<m>" * 401, '<?xml version="1.1"?><m/>', "<?xml?><m/>"]
)
def test_what_needs_a_closer_look_does_not_pass_by_its_bytes(document: str) -> None:
    assert xml.plain_bytes(document) is None
