"""Random documents: the labels are true, the bytes are the same each time, and the damage is of every kind."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from orchestra_compiler.errors import UsageError
from orchestra_compiler.xsd.cases import Case, Suite
from orchestra_compiler.xsd.document import Node, to_text
from orchestra_compiler.xsd.engines.violation import Violation
from orchestra_compiler.xsd.fuzz import run
from orchestra_compiler.xsd.fuzz.edits import damaged
from orchestra_compiler.xsd.fuzz.lots import Lots
from orchestra_compiler.xsd.fuzz.run import fuzzed
from orchestra_compiler.xsd.fuzz.texts import Texts
from orchestra_compiler.xsd.fuzz.trees import Trees
from orchestra_compiler.xsd.generate import load_alone, roots_named
from orchestra_compiler.xsd.growing.grower import Grower
from orchestra_compiler.xsd.loading import LoadedSchema
from orchestra_compiler.xsd.output.generated import FuzzCount
from orchestra_compiler.xsd.simple.values import Values

HEAD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
RICH = (
    HEAD
    + """
  <xs:element name="shop"><xs:complexType>
    <xs:sequence>
      <xs:element name="day" type="xs:date"/>
      <xs:choice maxOccurs="unbounded">
        <xs:element ref="item"/>
        <xs:element name="remark" nillable="true"><xs:complexType mixed="true">
          <xs:sequence><xs:element name="b" type="xs:token" minOccurs="0" maxOccurs="2"/></xs:sequence>
        </xs:complexType></xs:element>
        <xs:element name="shop" type="Shelf"/>
      </xs:choice>
      <xs:any namespace="##other" processContents="skip" minOccurs="0"/>
    </xs:sequence>
    <xs:attribute name="code" use="required"><xs:simpleType><xs:restriction base="xs:string">
      <xs:pattern value="[A-Z]{2}[0-9]+(-x)?"/></xs:restriction></xs:simpleType></xs:attribute>
    <xs:attribute name="sizes"><xs:simpleType><xs:list itemType="xs:positiveInteger"/></xs:simpleType></xs:attribute>
    <xs:attribute name="kind" fixed="small"/>
  </xs:complexType></xs:element>
  <xs:element name="item" abstract="true" type="Item"/>
  <xs:element name="bread" substitutionGroup="item" type="Item"/>
  <xs:element name="cake" substitutionGroup="item" type="Cake"/>
  <xs:complexType name="Item"><xs:sequence>
    <xs:element name="price"><xs:simpleType><xs:restriction base="xs:decimal">
      <xs:minInclusive value="1"/><xs:maxExclusive value="100"/></xs:restriction></xs:simpleType></xs:element>
    <xs:element name="state" minOccurs="0"><xs:simpleType><xs:restriction base="xs:string">
      <xs:enumeration value="fresh"/><xs:enumeration value="old"/></xs:restriction></xs:simpleType></xs:element>
  </xs:sequence><xs:attribute name="id" type="xs:ID"/></xs:complexType>
  <xs:complexType name="Cake"><xs:complexContent><xs:extension base="Item">
    <xs:attribute name="layers" type="xs:byte"/></xs:extension></xs:complexContent></xs:complexType>
  <xs:complexType name="Shelf"><xs:all>
    <xs:element name="shelf" type="Shelf" minOccurs="0"/><xs:element name="size" type="xs:float"/>
  </xs:all></xs:complexType>
</xs:schema>"""
)
LOCAL = "import sys\nA, B, C = 31337, 'zebra', 77\n"
SCRIPT = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[2:]
if sys.argv[2:]:
    import full_of_constants
from orchestra_compiler.xsd.cases import Suite
from orchestra_compiler.xsd.fuzz.run import fuzzed
from orchestra_compiler.xsd.generate import load_alone, roots_named
loaded = load_alone(Path(sys.argv[1]))
suite, count = fuzzed(loaded, Suite(cases=()), roots_named(loaded.schema, ()), 30)
sys.stdout.buffer.write(repr([(case.id, case.rule, case.document) for case in suite.cases]).encode())
"""


@pytest.fixture
def rich(tmp_path: Path) -> Path:
    path = tmp_path / "rich.xsd"
    path.write_text(RICH)
    return path


def fuzz(path: Path, count: int, suite: Suite | None = None) -> tuple[Suite, FuzzCount]:
    loaded = load_alone(path)
    return fuzzed(loaded, suite or Suite(cases=()), roots_named(loaded.schema, ()), count)


def test_labels_are_true_and_halves_are_halves(rich: Path) -> None:
    suite, count = fuzz(rich, 41)
    assert (count.asked, count.valid, count.invalid) == (41, 20, 21)
    judge = etree.XMLSchema(etree.parse(str(rich)))
    for case in suite.cases:
        assert judge.validate(etree.fromstring(case.document.encode())) == (case.expected == "valid"), case.id
        assert case.expected == "invalid" or not case.rule
    assert len({case.document for case in suite.cases}) == 41
    assert [case.id for case in suite.cases] == sorted(case.id for case in suite.cases)


def test_rules_are_those_that_every_engine_names(rich: Path) -> None:
    suite, _ = fuzz(rich, 40)
    loaded = load_alone(rich)
    rules = set()
    for case in suite.cases:
        first = {found[0].rule if found else "" for found in loaded.verdicts(case.document).values()}
        assert case.rule == (first.pop() if len(first) == 1 else "")
        rules.add(case.rule)
    assert len(rules - {""}) >= 4


def test_documents_show_what_the_schema_has(rich: Path) -> None:
    suite, _ = fuzz(rich, 100)
    text = "\n".join(case.document for case in suite.cases if case.expected == "valid")
    for part in (
        "<bread",
        "<cake",
        "<remark",
        "nil=",
        "layers=",
        "sizes=",
        'kind="small"',
        "<shelf",
        "fresh",
        "old",
        "type=",
    ):
        assert part in text, part


def test_known_documents_do_not_come_again(rich: Path) -> None:
    first, _ = fuzz(rich, 10)
    second, count = fuzz(rich, 10, Suite(cases=tuple(rename(each, f"{each.id}-known") for each in first.cases)))
    assert count.valid + count.invalid == 10
    assert len({case.document for case in second.cases}) == 20


def rename(case: Case, identity: str) -> Case:
    from dataclasses import replace

    return replace(case, id=identity)


def test_the_same_in_every_process_whatever_is_loaded(rich: Path, tmp_path: Path) -> None:
    """hypothesis draws constants from the modules that are loaded; ours must not."""
    (tmp_path / "full_of_constants.py").write_text(LOCAL)
    outputs = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT, str(rich), *more],
            cwd=tmp_path,
            capture_output=True,
            check=True,
            timeout=100,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed, more in (("0", []), ("99", [str(tmp_path)]))
    ]
    assert outputs[0] == outputs[1]
    assert b"fuzz-0015" in outputs[0]
    assert not (tmp_path / ".hypothesis").exists()


def test_a_small_schema_ends_early(tmp_path: Path) -> None:
    path = tmp_path / "one.xsd"
    path.write_text(f'{HEAD}<xs:element name="a"><xs:complexType/></xs:element></xs:schema>')
    suite, count = fuzz(path, 50)
    assert count.valid < 5
    assert count.invalid == 25
    assert len(suite.cases) == count.valid + count.invalid


def test_a_schema_of_which_nothing_can_be_made(tmp_path: Path) -> None:
    path = tmp_path / "endless.xsd"
    path.write_text(
        f'{HEAD}<xs:element name="a" type="A"/><xs:complexType name="A"><xs:sequence><xs:element name="b" type="A"/>'
        "</xs:sequence></xs:complexType></xs:schema>"
    )
    assert fuzz(path, 10)[1] == FuzzCount(asked=10, valid=0, invalid=0, quarantined=0)


def test_engines_that_differ_put_a_document_into_quarantine(rich: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = LoadedSchema.verdicts

    def two(self: LoadedSchema, document: str) -> dict[str, tuple[Violation, ...]]:
        said = dict(real(self, document))
        if "cake" in document:
            said["other"] = () if any(said.values()) else (Violation("content", "/shop", 1, "no cake"),)
        if "remark" in document:
            said["third"] = (Violation("engine-failure", "", 0, "gave up"),)
        return said

    monkeypatch.setattr(LoadedSchema, "verdicts", two)
    suite, count = fuzz(rich, 20)
    assert count.quarantined == len(suite.quarantined) > 0
    assert not any("cake" in case.document or "remark" in case.document for case in suite.cases)
    doubtful = "".join(each.case.document for each in suite.quarantined)
    assert "cake" in doubtful
    assert "remark" in doubtful
    assert len({each.case.id for each in suite.quarantined}) == count.quarantined


def test_without_hypothesis_there_is_a_hint(rich: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"pip install 'pytest-orchestra\[fuzz\]'"):
        fuzz(rich, 1)


def test_hypothesis_without_the_backend_still_works(rich: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_backend", lambda: "hypothesis")
    assert fuzz(rich, 6)[1].valid == 3


def chance(seed: int) -> Lots:
    return Lots(random.Random(seed).randint)


def documents(path: Path, count: int) -> Iterator[Node]:
    loaded = load_alone(path)
    values = Values()
    trees = Trees(Grower(loaded.schema, values), Texts(values))
    (shop,) = roots_named(loaded.schema, ["shop"])
    return (trees.document(shop, chance(seed)) for seed in range(count))


def test_documents_within_the_schema_are_valid_without_any_help(rich: Path) -> None:
    loaded = load_alone(rich)
    for document in documents(rich, 60):
        found = loaded.verdicts(to_text(document))["xmlschema"]  # lxml knows fewer letters in names
        assert not found, to_text(document)


def test_documents_stay_small(rich: Path) -> None:
    assert max(document.size() for document in documents(rich, 60)) < 150


def test_damage_is_of_every_kind_and_always_xml(rich: Path) -> None:
    scenarios = set()
    for seed, document in enumerate(documents(rich, 300)):
        made = damaged(document, chance(seed))
        text = to_text(made.root)
        etree.fromstring(text.encode())
        scenarios.add(made.scenario)
        assert made.component.startswith("/shop")
        assert made.place.line > 0
    assert scenarios == {
        "added-attribute", "changed-attribute", "changed-text", "copied-element", "deleted-attribute", "deleted-element",
        "emptied-element", "moved-element", "other-namespace", "renamed-element", "repeated-element", "several-edits",
        "swapped-elements", "text-after-element",
    }  # fmt: skip
