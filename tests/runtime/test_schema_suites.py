"""The cache of generated suites: made once, never trusted."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from orchestra_compiler.errors import OrchestraError, ProjectError, UsageError
from pytest_orchestra import schema_suites
from pytest_orchestra.schema_suites import Asked, cases_of

SCHEMA = """\
<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:include schemaLocation="kind.xsd"/>
  <xs:element name="thanks" type="Kind"/>
</xs:schema>
"""
KIND = """\
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:simpleType name="Kind"><xs:restriction base="xs:string"><xs:maxLength value="4"/></xs:restriction></xs:simpleType>
</xs:schema>
"""


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    (tmp_path / "thanks.xsd").write_text(SCHEMA)
    (tmp_path / "kind.xsd").write_text(KIND)
    return Asked(schema=tmp_path / "thanks.xsd")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    """What was generated, each time that it was."""
    found: list[Asked] = []
    real = schema_suites._made

    def counted(asked: Asked) -> list[dict[str, object]]:
        found.append(asked)
        return real(asked)

    monkeypatch.setattr(schema_suites, "_made", counted)
    return found


def test_a_case_says_all_about_itself(asked: Asked, cache: Path) -> None:
    cases = {case.id: case for case in cases_of(asked, cache)}
    case = next(each for each in cases.values() if each.rule == "max-length")
    assert (case.expected, case.valid, case.clause) == ("invalid", False, "cvc-maxLength-valid")
    assert (case.schema, case.line) == (asked.schema.parent / "kind.xsd", 2)
    assert case.component == "/thanks"
    assert case.document.startswith("<?xml")
    assert repr(case) == f"<invalid document {case.id}>"
    assert f"{asked.schema.parent / 'kind.xsd'}:2" in case.explained()
    assert any(each.valid for each in cases.values())


def test_files_may_lie_anywhere(asked: Asked, cache: Path, tmp_path: Path) -> None:
    (tmp_path / "main").mkdir()
    main = asked.schema.rename(tmp_path / "main" / "thanks.xsd")
    main.write_text(SCHEMA.replace("kind.xsd", "../kind.xsd"))
    cases = cases_of(replace(asked, schema=main), cache)
    assert {case.schema for case in cases} == {main, tmp_path / "kind.xsd"}


def test_the_file_of_a_case_holds_its_document_whatever_became_of_it(asked: Asked, cache: Path) -> None:
    first, second, *_ = cases_of(asked, cache)
    assert first.path.read_bytes() == first.document.encode()
    assert first.path != second.path
    first.path.write_bytes(b"changed")
    assert first.path.read_bytes() == first.document.encode()


def test_it_is_made_once(asked: Asked, cache: Path, made: list[Asked]) -> None:
    first = cases_of(asked, cache)
    assert cases_of(asked, cache) == first
    assert len(made) == 1


def test_what_is_remembered_needs_no_engine(asked: Asked, cache: Path) -> None:
    cases_of(asked, cache)
    script = (
        "import sys\nfrom pathlib import Path\nfrom pytest_orchestra.schema_suites import Asked, cases_of\n"
        "assert cases_of(Asked(schema=Path(sys.argv[1])), Path(sys.argv[2]))\n"
        "assert not {'xmlschema', 'lxml', 'elementpath', 'hypothesis', 'pytest'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(asked.schema), str(cache)], check=True, timeout=60)


def test_other_wishes_and_other_schemas_are_other_suites(asked: Asked, cache: Path, made: list[Asked]) -> None:
    cases_of(asked, cache)
    assert len(cases_of(replace(asked, most=2), cache)) <= 2
    (asked.schema.parent / "kind.xsd").write_text(KIND.replace('"4"', '"5"'))
    changed = cases_of(asked, cache)
    assert len(made) == 3
    assert any("text" not in case.document for case in changed)
    assert len(list(cache.glob("*.jsonl"))) == 2  # of a schema that has changed the old suite goes


def test_another_version_of_hypothesis_is_another_suite(
    asked: Asked, cache: Path, made: list[Asked], monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = replace(asked, fuzz=2, most=2)
    first = cases_of(wish, cache)
    assert sum("/fuzz-" in case.id for case in first) == 2
    assert cases_of(wish, cache) == first
    monkeypatch.setattr("importlib.metadata.version", lambda _: "0")
    assert cases_of(wish, cache) == first
    assert len(made) == 2


def _changed(content: bytes) -> bytes:
    return content.replace(b'"invalid"', b'"valid"')


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        _changed,
        lambda _: b"",
        lambda _: bytes(range(256)),
        lambda content: b"[]\n" + content.partition(b"\n")[2],
        lambda _: b"[" * 100_000,
    ],
    ids=["cut", "changed", "empty", "noise", "other-head", "deep"],
)
def test_a_damaged_file_is_made_anew(asked: Asked, cache: Path, made: list[Asked], damage) -> None:
    first = cases_of(asked, cache)
    [file] = cache.glob("*.jsonl")
    content = file.read_bytes()
    file.write_bytes(damage(content))
    assert cases_of(asked, cache) == first
    assert file.read_bytes() == content
    assert len(made) == 2


def test_a_cache_that_cannot_be_written_costs_time_alone(asked: Asked, tmp_path: Path, made: list[Asked]) -> None:
    (tmp_path / "file").write_text("")
    assert cases_of(asked, tmp_path / "file") == cases_of(asked, tmp_path / "file")
    assert len(made) == 2


def test_whoever_waits_too_long_makes_it_too(
    asked: Asked, cache: Path, made: list[Asked], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise ProjectError("another process has been writing for more than a minute")

    monkeypatch.setattr("orchestra_compiler.writing.lock.held", never)
    assert cases_of(asked, cache)
    assert len(made) == 1


def test_what_another_process_made_meanwhile_is_taken(
    asked: Asked, cache: Path, made: list[Asked], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = cases_of(asked, cache)
    [file] = cache.glob("*.jsonl")
    content = file.read_bytes()
    file.unlink()

    class Meanwhile:
        def __init__(self, *_: object) -> None:
            pass

        def __enter__(self) -> None:
            file.write_bytes(content)

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr("orchestra_compiler.writing.lock.held", Meanwhile)
    assert cases_of(asked, cache) == wanted
    assert len(made) == 1


def test_the_cache_is_one_json_object_a_line(asked: Asked, cache: Path) -> None:
    cases = cases_of(asked, cache)
    [file] = cache.glob("*.jsonl")
    head, *lines = file.read_text(encoding="utf-8").splitlines()
    assert set(json.loads(head)) == {"version", "key", "sha256"}
    assert [json.loads(line)["id"] for line in lines] == [case.id for case in cases]


def test_what_cannot_be_used_is_told(asked: Asked, cache: Path) -> None:
    with pytest.raises(UsageError, match="did you mean `thanks`"):
        cases_of(replace(asked, roots=("thank",)), cache)
    asked.schema.write_text("<broken")
    with pytest.raises(OrchestraError, match=r"thanks\.xsd:1"):
        cases_of(asked, cache)
    assert not list(cache.glob("*.jsonl"))
