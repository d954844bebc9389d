"""What others import from the network is here: each file, for both engines, by namespace and by address."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from orchestra_compiler.xsd.engines.components import load_components
from orchestra_compiler.xsd.engines.judges import present_judges
from orchestra_compiler.xsd.files import catalogue
from orchestra_compiler.xsd.files.sources import SchemaBrokenError, gather

XML = "http://www.w3.org/XML/1998/namespace"
XLINK = "http://www.w3.org/1999/xlink"
DSIG = "http://www.w3.org/2000/09/xmldsig#"


def schema(namespace: str, location: str | None, body: str) -> str:
    """Return a schema that imports a namespace under the prefix `o`."""
    place = "" if location is None else f' schemaLocation="{location}"'
    prefix = "" if namespace == XML else f' xmlns:o="{namespace}"'
    return (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"{prefix}><xs:import namespace="{namespace}"{place}/>'
        f"{body}</xs:schema>"
    )


USED = {
    "xml": (XML, '<xs:attribute ref="xml:lang" use="required"/>', 'xml:lang="en"', 'xml:lang="?"'),
    "xlink": (XLINK, '<xs:attribute ref="o:type"/>', f'xmlns:o="{XLINK}" o:type="simple"', f'xmlns:o="{XLINK}" o:type="x"'),
}  # fmt: skip


@pytest.mark.parametrize("name", USED)
@pytest.mark.parametrize("location", [None, "http://127.0.0.1:9/somewhere.xsd", "gone.xsd", "urn:x"])
def test_attributes_of_known_namespaces_are_judged(name: str, location: str | None, tmp_path: Path) -> None:
    namespace, attribute, right, wrong = USED[name]
    body = f'<xs:element name="m"><xs:complexType>{attribute}</xs:complexType></xs:element>'
    (tmp_path / "s.xsd").write_text(schema(namespace, location, body))
    sources = gather(tmp_path / "s.xsd", tmp_path)
    assert sources.files == (tmp_path / "s.xsd",)
    assert len(sources.documents) > 1
    assert sources.unresolved == ()
    for judge in present_judges(sources, load_components(sources, tmp_path)):
        assert judge.violations(f"<m {right}/>".encode()) == (), judge.name
        assert judge.violations(f"<m {wrong}/>".encode()), judge.name


def test_signatures_are_judged_by_both(tmp_path: Path) -> None:
    body = '<xs:element name="m"><xs:complexType><xs:sequence><xs:element ref="o:DigestValue"/></xs:sequence></xs:complexType></xs:element>'
    location = "http://www.w3.org/TR/2002/REC-xmldsig-core-20020212/xmldsig-core-schema.xsd"
    (tmp_path / "s.xsd").write_text(schema(DSIG, location, body))
    sources = gather(tmp_path / "s.xsd", tmp_path)
    judges = tuple(present_judges(sources, load_components(sources, tmp_path)))
    for judge in judges:
        assert judge.accepts(f'<m><DigestValue xmlns="{DSIG}">AAAA</DigestValue></m>'.encode()), judge.name
        assert not judge.accepts(f'<m><DigestValue xmlns="{DSIG}">A</DigestValue></m>'.encode()), judge.name


@pytest.mark.parametrize("namespace", sorted(catalogue._FILES))
def test_every_file_is_there_and_loads(namespace: str, tmp_path: Path) -> None:
    path = catalogue.by_namespace(namespace)
    assert path is not None
    assert catalogue.holds(path)
    (tmp_path / "s.xsd").write_text(schema(namespace, None, '<xs:element name="m" type="xs:int"/>'))
    sources = gather(tmp_path / "s.xsd", tmp_path)
    judges = tuple(present_judges(sources, load_components(sources, tmp_path)))
    assert [judge.accepts(b"<m>1</m>") for judge in judges] == [True] * len(judges)


@pytest.mark.parametrize("address", sorted(catalogue._ADDRESSES))
def test_addresses_lead_to_files_by_http_and_https(address: str) -> None:
    assert catalogue.by_address(f"http://{address}") == catalogue.by_address(f"https://{address}#x") is not None


@pytest.mark.parametrize("address", ["http://www.w3.org/2001/xml.xsd.evil", "http://127.0.0.1/", "urn:x", "", "//x"])
def test_other_addresses_lead_nowhere(address: str) -> None:
    assert catalogue.by_address(address) is None


def test_an_include_of_a_known_address_is_of_the_wrong_namespace(tmp_path: Path) -> None:
    (tmp_path / "s.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:include schemaLocation="http://www.w3.org/2001/xml.xsd"/>'
        "</xs:schema>"
    )
    with pytest.raises(SchemaBrokenError, match="import it"):
        gather(tmp_path / "s.xsd", tmp_path)


def test_a_copy_of_the_users_own_is_taken_where_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "xml.xsd").write_text(
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{XML}">'
        '<xs:attribute name="lang" type="xs:int"/></xs:schema>'
    )
    body = '<xs:element name="m"><xs:complexType><xs:attribute ref="xml:lang"/></xs:complexType></xs:element>'
    (tmp_path / "s.xsd").write_text(schema(XML, "xml.xsd", body))
    sources = gather(tmp_path / "s.xsd", tmp_path)
    assert [each.name for each in sources.files] == ["s.xsd", "xml.xsd"]
    for judge in present_judges(sources, load_components(sources, tmp_path)):
        assert judge.accepts(b'<m xml:lang="1"/>'), judge.name
        assert not judge.accepts(b'<m xml:lang="en"/>'), judge.name


def test_a_copy_beside_the_schema_stands_in_for_an_address_that_the_catalogue_does_not_know(tmp_path: Path) -> None:
    """There are several XLinks of one namespace: that of the Library of Congress has other groups than the W3C's."""
    (tmp_path / "xlink.xsd").write_text(
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{XLINK}">'
        '<xs:attributeGroup name="simpleLink"><xs:attribute name="type" fixed="simple" form="qualified"/></xs:attributeGroup>'
        "</xs:schema>"
    )
    body = '<xs:element name="m"><xs:complexType><xs:attributeGroup ref="o:simpleLink"/></xs:complexType></xs:element>'
    (tmp_path / "s.xsd").write_text(schema(XLINK, "http://www.loc.gov/standards/xlink/xlink.xsd", body))
    sources = gather(tmp_path / "s.xsd", tmp_path)
    assert [each.name for each in sources.files] == ["s.xsd", "xlink.xsd"]
    for judge in present_judges(sources, load_components(sources, tmp_path)):
        assert judge.accepts(f'<m xmlns:o="{XLINK}" o:type="simple"/>'.encode()), judge.name


def test_a_published_address_means_the_published_file_even_beside_a_namesake(tmp_path: Path) -> None:
    (tmp_path / "xml.xsd").write_text(
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{XML}"/>'
    )
    body = '<xs:element name="m"><xs:complexType><xs:attribute ref="xml:lang"/></xs:complexType></xs:element>'
    (tmp_path / "s.xsd").write_text(schema(XML, "http://www.w3.org/2001/xml.xsd", body))
    sources = gather(tmp_path / "s.xsd", tmp_path)
    assert [each.name for each in sources.files] == ["s.xsd"]
    assert load_components(sources, tmp_path).elements


def test_an_address_of_another_namespace_than_the_imported_one_is_no_hint(tmp_path: Path) -> None:
    body = '<xs:element name="m"><xs:complexType><xs:attribute ref="o:type"/></xs:complexType></xs:element>'
    (tmp_path / "s.xsd").write_text(schema(XLINK, "http://www.w3.org/2001/xml.xsd", body))
    assert load_components(gather(tmp_path / "s.xsd", tmp_path), tmp_path).elements


def test_the_catalogue_is_found_without_importing_xmlschema() -> None:
    code = "from orchestra_compiler.xsd.files import catalogue as c; import sys; assert c.folder(); assert 'xmlschema' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
