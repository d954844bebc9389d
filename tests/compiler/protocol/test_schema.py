from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.errors import MessageError
from orchestra_compiler.model import Protocol
from orchestra_compiler.protocol.schema import DEFAULT_SCHEMA, MISSING, MessageSchema, SchemaBrokenError, load_schema

OURS = load_schema(Protocol(), Path())
ORCHESTRA = Protocol(schema="agent-message-v1.0.xsd", root="agent-message", discriminator="body/@type")


def _example(kind: str = "task-completion") -> str:
    return OURS.encode(kind, {"sender": "a", "recipient": "b"})


def test_our_own_types_need_no_library() -> None:
    assert OURS.types == ("escalation", "question", "status", "task-assignment", "task-completion")
    assert OURS.files == (DEFAULT_SCHEMA,)
    assert OURS.ours
    assert OURS.types == tuple(
        sorted(str(word) for word in OURS.loaded.schema.component.types["MessageType"].enumeration)
    )


@pytest.mark.parametrize("types", [(), ("a", "b")], ids=["unknown", "known"])
def test_validating_with_lxml_never_imports_xmlschema(types: tuple[str, ...], tmp_path: Path) -> None:
    pytest.importorskip("lxml")
    (tmp_path / "m.xsd").write_bytes(DEFAULT_SCHEMA.read_bytes())
    (tmp_path / "m.xml").write_text(_example(), encoding="utf-8")
    program = f"""
import sys
from pathlib import Path
from orchestra_compiler.model import Protocol
from orchestra_compiler.protocol.schema import load_schema
types = {types!r}
protocol = Protocol(schema="m.xsd", root="agent-message", discriminator="type", types=types) if types else Protocol()
schema = load_schema(protocol, Path({str(tmp_path)!r}))
text = Path({str(tmp_path / "m.xml")!r}).read_text(encoding="utf-8")
assert not schema.validate(text) and schema.type_of(text) == "task-completion" and schema.decode(text)
assert schema.validate(text.replace("normal", "urgent"))
assert "xmlschema" not in sys.modules, "imported"
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


CHANGES = {
    "enumeration": ("<priority>normal<", "<priority>urgent<", "/agent-message/priority", 6),
    "content": ("  <sender>a</sender>\n", "", "/agent-message/recipient", 3),
    "pattern": ("<sender>a<", "<sender>@a<", "/agent-message/sender", 3),
    "datatype": ("<success>true<", "<success>yes<", "/agent-message/payload/result/success", 14),
    "keyref": ("<type>task-completion<", "<type>status<", "/agent-message", 2),
    "text": ("<payload>", "<payload>Look:", "/agent-message/payload", 11),
    "unknown-attribute": ("<payload>", "<payload mood='good'>", "/agent-message/payload", 11),
}


@pytest.mark.parametrize("rule", CHANGES)
def test_violations_say_rule_path_and_line_whichever_engine_judges(rule: str) -> None:
    old, new, path, line = CHANGES[rule]
    document = _example()
    assert old in document
    verdicts = OURS.verdicts(document.replace(old, new))
    assert len(verdicts) >= 1
    for engine, found in verdicts.items():
        assert rule in {each.rule for each in found}, engine
        first = next(each for each in found if each.rule == rule)
        assert (first.path, first.line) == (path, line), engine
        assert first.message
        assert "urn:" not in first.message
    assert not any(OURS.verdicts(document).values())


def test_a_violation_reads_as_one_line() -> None:
    (found,) = OURS.validate(_example().replace("<priority>normal<", "<priority>urgent<"))
    assert str(found).startswith("line 6: /agent-message/priority: ")
    assert str(found).endswith("[enumeration]")


def test_namesakes_are_numbered_in_paths() -> None:
    text = OURS.encode("status", {"sender": "a", "recipient": "b", "artifacts": {"x": "1", "y": "2"}})
    broken = text.replace('<file path="y">', '<file path="">')
    for found in OURS.verdicts(broken).values():
        assert found[0].path == "/agent-message/payload/progress/artifacts/file[2]"


@pytest.mark.parametrize(
    ("document", "rule"),
    [
        ('<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><m>&x;</m>', "hostile-xml"),
        ("Done.", "malformed-xml"),
        ("", "malformed-xml"),
        (b"\xff\xfe<\x00", "hostile-xml"),
        ("<m/>", "root"),
        ("<m>" * 10_000, "hostile-xml"),
    ],
)
def test_what_is_not_let_in_is_one_violation(document: str | bytes, rule: str) -> None:
    (found,) = OURS.validate(document)
    assert found.rule == rule


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_validating_anything_gives_violations(document: str | bytes) -> None:
    assert OURS.validate(document)
    with pytest.raises(MessageError):
        OURS.decode(document)


def test_the_type_decides_the_payload() -> None:
    for kind in OURS.types:
        for other in OURS.types:
            text = _example(kind).replace(f"<type>{kind}<", f"<type>{other}<")
            verdicts = OURS.verdicts(text)
            assert all(bool(found) == (kind != other) for found in verdicts.values()), (kind, other)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", "task-completion"),
        ("recipient", "b"),
        ("success", True),
        ("result.success", "true"),
        ("payload/result/success", "true"),
        ("task_id", "task-1"),
        ("context.task-id", "task-1"),
        ("error.level", 3),
        ("error-details/level", "3"),
        ("quality_gates.input", "not-run"),
        ("artifacts", {"x.py": "new"}),
        ("file/@path", "x.py"),
        ("artifacts.x.py", "new"),
        ("no-such-thing", MISSING),
        ("ccess", MISSING),
    ],
)
def test_fields_are_found_by_natural_name_or_path(name: str, value: object) -> None:
    text = OURS.encode(
        "task-completion",
        {"sender": "a", "recipient": "b", "success": True, "error": {"level": 3}, "artifacts": {"x.py": "new"}},
    )
    assert OURS.field(text, name) == value


class TestProjectSchemas:
    def test_without_discriminator_types_are_global_elements(self, load) -> None:
        schema = load('<xs:element name="ping" type="xs:string"/><xs:element name="pong" type="xs:int"/>')
        assert schema.types == ("ping", "pong")
        assert schema.type_of('<pong xmlns="urn:t">1</pong>') == "pong"
        assert schema.validate('<ping xmlns="urn:t">x</ping>') == ()
        assert schema.validate('<pong xmlns="urn:t">x</pong>')[0].rule == "datatype"

    def test_a_global_element_that_is_not_the_root_is_no_message(self, load) -> None:
        schema = load('<xs:element name="ping" type="xs:string"/><xs:element name="pong" type="xs:int"/>', root="ping")
        assert schema.types == ("ping",)
        assert schema.validate('<pong xmlns="urn:t">1</pong>')[0].rule == "root"

    def test_the_discriminator_may_lie_deep(self, load) -> None:
        schema = load(_NESTED, root="m", discriminator="header/kind")
        assert schema.types == ("ask", "tell")
        text = schema.encode("tell", {"body": "x < y"})
        assert schema.type_of(text) == "tell"
        assert schema.decode(text) == {"type": "tell", "header": {"kind": "tell"}, "body": "x < y"}

    @pytest.mark.parametrize(
        ("discriminator", "root", "says"),
        [
            ("header/sort", "m", "leads nowhere.*'sort'"),
            ("body", "m", "no enumeration"),
            ("@kind", "m", "leads nowhere"),
            ("kind", "n", "no root element 'n'.*: m"),
        ],
    )
    def test_a_discriminator_that_does_not_fit_says_why(self, load, discriminator: str, root: str, says: str) -> None:
        with pytest.raises(SchemaBrokenError, match=says):
            load(_NESTED, root=root, discriminator=discriminator)

    def test_a_document_without_discriminator_has_no_type(self, load) -> None:
        schema = load(_NESTED, root="m", discriminator="header/kind")
        with pytest.raises(MessageError, match="names no type"):
            schema.type_of("<m/>")

    def test_includes_are_among_the_files(self, load, tmp_path: Path) -> None:
        (tmp_path / "parts").mkdir()
        part = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:simpleType name="T"><xs:restriction base="xs:int"/></xs:simpleType></xs:schema>'
        (tmp_path / "parts" / "t.xsd").write_text(part)
        schema = load('<xs:include schemaLocation="parts/t.xsd"/><xs:element name="n" type="T"/>')
        assert [path.relative_to(tmp_path).as_posix() for path in schema.files] == ["m.xsd", "parts/t.xsd"]
        assert schema.validate('<n xmlns="urn:t">1</n>') == ()
        assert len(schema.loaded.judges) >= 1

    @pytest.mark.parametrize(
        ("body", "says", "line"),
        [
            ("\n<xs:element name='n' type='xs:nonsense'/>", "nonsense", 2),
            ("\n\n<xs:include schemaLocation='gone.xsd'/>", "'gone.xsd' does not exist", 3),
            ("\n<xs:include schemaLocation='../../out.xsd'/>", "lies outside the project", 2),
            ("\n<xs:include schemaLocation='/etc/passwd'/>", "lies outside the project", 2),
            ("\n<xs:include schemaLocation='http://example.org/x.xsd'/>", "is not a file of the project", 2),
            ("\n<xs:include schemaLocation='file:///etc/passwd'/>", "is not a file of the project", 2),
            ("\n<xs:element", "not well-formed|unclosed", 0),
            ("<xs:complexType name='unused'/>", "declares no element", 0),
        ],
    )
    def test_a_broken_schema_says_where(self, load, body: str, says: str, line: int) -> None:
        with pytest.raises(SchemaBrokenError, match=says) as caught:
            load(body)
        assert caught.value.path == "m.xsd"
        assert caught.value.line == line or not line

    @pytest.mark.parametrize("content", ["<m/>", "", "<!DOCTYPE x><x/>", "no xml", b"\xff\xff"])
    def test_what_is_no_schema_is_refused(self, tmp_path: Path, content: str | bytes) -> None:
        (tmp_path / "m.xsd").write_bytes(content.encode() if isinstance(content, str) else content)
        with pytest.raises(SchemaBrokenError, match=r"m\.xsd"):
            load_schema(Protocol(schema="m.xsd"), tmp_path)

    @pytest.mark.parametrize("path", ["gone.xsd", "."])
    def test_a_schema_that_cannot_be_read_is_refused(self, tmp_path: Path, path: str) -> None:
        with pytest.raises(SchemaBrokenError, match="cannot be read"):
            load_schema(Protocol(schema=path), tmp_path)

    def test_a_schema_outside_the_project_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "m.xsd").write_bytes(DEFAULT_SCHEMA.read_bytes())
        (tmp_path / "project").mkdir()
        (tmp_path / "project" / "link.xsd").symlink_to(tmp_path / "m.xsd")
        for path in ("../m.xsd", str(tmp_path / "m.xsd"), "link.xsd"):
            with pytest.raises(SchemaBrokenError, match="outside the project"):
                load_schema(Protocol(schema=path), tmp_path / "project")

    def test_odd_folder_names_and_relative_roots_do_no_harm(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = tmp_path / "a b#c%20d é"
        (folder / "x y").mkdir(parents=True)
        part = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="n" type="xs:int"/></xs:schema>'
        (folder / "x y" / "t.xsd").write_text(part)
        (folder / "m.xsd").write_text(
            '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:include schemaLocation="x%20y/t.xsd"/></xs:schema>'
        )
        monkeypatch.chdir(folder)
        for root in (folder, Path()):
            schema = load_schema(Protocol(schema="m.xsd"), root)
            assert schema.types == ("n",)
            assert schema.validate("<n>1</n>") == ()

    def test_an_import_from_the_network_is_never_followed(self, tmp_path: Path) -> None:
        (tmp_path / "m.xsd").write_text(
            '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:import namespace="http://www.w3.org/XML/1998/namespace"'
            ' schemaLocation="http://www.w3.org/2001/xml.xsd"/><xs:element name="n"><xs:complexType>'
            '<xs:attribute ref="xml:lang"/></xs:complexType></xs:element></xs:schema>'
        )
        schema = load_schema(Protocol(schema="m.xsd"), tmp_path)
        for name, found in schema.verdicts('<n xml:lang="en"/>').items():
            assert found == (), name
        assert schema.validate('<n xml:lang="?"/>')

    def test_xsd_11_is_judged_by_xmlschema_alone(self, tmp_path: Path) -> None:
        (tmp_path / "m.xsd").write_text(_ASSERTED)
        schema = load_schema(Protocol(schema="m.xsd"), tmp_path)
        assert [judge.name for judge in schema.loaded.judges] == ["xmlschema"]
        assert schema.validate('<r low="1" high="2"/>') == ()
        assert schema.validate('<r low="3" high="2"/>')

    def test_fields_are_laid_over_the_smallest_document(self, load) -> None:
        schema = load(_RICH, root="m", discriminator="@kind")
        text = schema.encode(
            "b", {"sender": "not here", "item": [{"@n": 1, "$": "one"}, {"@n": 2, "$": "two"}], "ok": True}
        )
        assert schema.decode(text) == {
            "type": "b",
            "@kind": "b",
            "item": [{"@n": 1, "$": "one"}, {"@n": 2, "$": "two"}],
            "ok": True,
        }
        assert schema.field(text, "item/1/n") == 2

    @pytest.mark.parametrize(
        ("fields", "says"),
        [
            ({"itm": "x"}, "did you mean `item`"),
            ({"ok": None}, "must be text, a number or a truth"),
            ({"ok": "perhaps"}, "do not make a valid b.*datatype"),
            ({"item": "a\x00"}, r"U\+0000"),
            ({"item": []}, "do not make a valid b"),
        ],
    )
    def test_fields_that_do_not_fit_say_why(self, load, fields: dict, says: str) -> None:
        with pytest.raises(MessageError, match=says):
            load(_RICH, root="m", discriminator="@kind").encode("b", fields)

    def test_an_unknown_type_lists_the_known(self, load) -> None:
        with pytest.raises(MessageError, match="one of a, b"):
            load(_RICH, root="m", discriminator="@kind").encode("c", {})


class TestRealWorld:
    def test_both_engines_agree_on_the_samples(self, shared_data: Path) -> None:
        folder = shared_data / "agents" / "orchestra" / "protocols"
        if not folder.is_dir():
            pytest.skip("the sample protocol is not there")
        schema = load_schema(ORCHESTRA, folder)
        assert schema.types == ("error", "query", "status-update", "task-completion", "task-delegation")
        samples = sorted((folder / "templates").glob("*.xml"))
        assert len(samples) == 5
        for sample in samples:
            document = sample.read_text(encoding="utf-8")
            verdicts = schema.verdicts(document)
            assert len({bool(found) for found in verdicts.values()}) == 1, sample.name
            assert len({found[0].rule for found in verdicts.values() if found}) <= 1, sample.name
            assert schema.type_of(document) == sample.stem

    @pytest.mark.parametrize("name", ["vehicles/vehicles", "collection/collection"])
    def test_both_engines_agree_on_the_examples(self, shared_data: Path, name: str) -> None:
        folder = shared_data / "xsd" / "xmlschema-examples"
        if not folder.is_dir():
            pytest.skip("the example schemas are not there")
        schema = load_schema(Protocol(schema=f"{name}.xsd"), folder)
        samples = sorted((folder / name).parent.glob("*.xml"))
        assert samples
        for sample in samples:
            verdicts = schema.verdicts(sample.read_text(encoding="utf-8"))
            assert len({bool(found) for found in verdicts.values()}) == 1, sample.name

    @pytest.mark.parametrize("name", ["phpunit/phpunit-13.0", "opcua/UANodeSet", "maven/maven-4.0.0", "junit/junit-10"])
    def test_published_schemas_load_and_have_valid_instances(self, shared_data: Path, name: str) -> None:
        path = shared_data / "xsd" / f"{name}.xsd"
        if not path.is_file():
            pytest.skip("the schema is not there")
        schema: MessageSchema = load_schema(Protocol(schema=path.name), path.parent)
        for kind in schema.types:
            assert schema.instance(kind).document, schema.instance(kind).reason


_NESTED = """
<xs:element name="m"><xs:complexType><xs:sequence>
  <xs:element name="header"><xs:complexType><xs:sequence>
    <xs:element name="kind"><xs:simpleType><xs:restriction base="xs:token">
      <xs:enumeration value="tell"/><xs:enumeration value="ask"/>
    </xs:restriction></xs:simpleType></xs:element>
  </xs:sequence></xs:complexType></xs:element>
  <xs:element name="body" type="xs:string"/>
</xs:sequence></xs:complexType></xs:element>
"""

_RICH = """
<xs:element name="m"><xs:complexType><xs:sequence>
  <xs:element name="item" maxOccurs="3"><xs:complexType><xs:simpleContent><xs:extension base="xs:string">
    <xs:attribute name="n" type="xs:int" use="required"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>
  <xs:element name="ok" type="xs:boolean" minOccurs="0"/>
</xs:sequence><xs:attribute name="kind" use="required"><xs:simpleType><xs:restriction base="xs:token">
  <xs:enumeration value="a"/><xs:enumeration value="b"/></xs:restriction></xs:simpleType></xs:attribute>
</xs:complexType></xs:element>
"""

_ASSERTED = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
  xmlns:vc="http://www.w3.org/2007/XMLSchema-versioning" vc:minVersion="1.1">
<xs:element name="r"><xs:complexType>
  <xs:attribute name="low" type="xs:int"/><xs:attribute name="high" type="xs:int"/>
  <xs:assert test="@low le @high"/>
</xs:complexType></xs:element></xs:schema>"""
