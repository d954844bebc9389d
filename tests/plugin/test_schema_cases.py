"""`@pytest.mark.orchestra_cases("schema.xsd")` on plain test functions: few runs of pytest, with many tests each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SCHEMA = """\
<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="order">
    <xs:complexType>
      <xs:sequence><xs:element name="piece" type="xs:token" maxOccurs="2"/></xs:sequence>
      <xs:attribute name="count" type="xs:positiveInteger" use="required"/>
    </xs:complexType>
  </xs:element>
  <xs:element name="thanks" type="xs:string"/>
</xs:schema>
"""
FILES = {
    "order.xsd": SCHEMA,
    "pytest.ini": "[pytest]\n",
    "test_labels.py": """\
import pytest
import xmlschema

SCHEMA = xmlschema.XMLSchema10("order.xsd")

@pytest.mark.orchestra_cases("order.xsd", fuzz=6)
def test_label(orchestra_case):
    assert SCHEMA.is_valid(orchestra_case.document) == orchestra_case.valid
    assert SCHEMA.is_valid(str(orchestra_case.path)) == orchestra_case.valid
    assert orchestra_case.expected == ("valid" if orchestra_case.valid else "invalid")
    assert orchestra_case.schema.name == "order.xsd"

@pytest.mark.orchestra_cases("order.xsd", expected="invalid", fuzz=6)
def test_invalid(orchestra_case):
    assert not orchestra_case.valid and orchestra_case.rule

@pytest.mark.parametrize("engine", ["a", "b"])
@pytest.mark.orchestra_cases(schema="order.xsd", root="thanks", expected="valid", most=6)
class TestThanks:
    def test_valid(self, engine, orchestra_case):
        assert "<thanks" in orchestra_case.document
""",
    "beside/order.xsd": SCHEMA.replace('"order"', '"bill"'),
    "beside/test_beside.py": """\
import pytest

@pytest.mark.orchestra_cases("order.xsd", root="bill", most=4)
def test_beside(orchestra_case):
    assert orchestra_case.id
""",
    "deeper/test_root.py": """\
import pytest

@pytest.mark.orchestra_cases("order.xsd", expected="valid", fuzz=6)
def test_root(orchestra_case):
    assert orchestra_case.id
""",
}
PINNED = """\
import orchestra_compiler.incremental.environment as environment

environment.tool_digest = lambda: "the same in all runs of a test"
"""
POISON = f"""\
{PINNED}
import pytest_orchestra.schema_suites as suites

def stop(*_):
    raise AssertionError("made again")

suites._made = stop
"""
WRONG = {
    "'none.xsd'": "there is no none.xsd in ",
    "'broken.xsd'": "broken.xsd:2: ",
    "'order.xsd', root='oder'": "did you mean `order`?",
    "'order.xsd', expected='right'": "expected='right' is neither 'valid' nor 'invalid'",
    "'order.xsd', fuzz=-1": "fuzz=-1 is no whole number",
    "'order.xsd', most='5'": "most='5' is no whole number",
    "'order.xsd', root=5": "root=5 is neither an element's name nor a list",
    "'order.xsd', root=['order', 5]": "root=['order', 5] is neither an element's name nor a list",
    "'order.xsd', seed=4": "there is no argument 'seed'",
    "": "it takes one schema",
    "'order.xsd', 'other.xsd'": "it takes one schema",
    "7": "it takes one schema",
    "'.'": "there is no . in ",
}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def run(pytester: pytest.Pytester, *words: str) -> pytest.RunResult:
    return pytester.runpytest_subprocess("--strict-markers", "-p", "no:hypothesispytest", *words)


def suites(folder: Path) -> list[Path]:
    return sorted((folder / ".pytest_cache").rglob("orchestra-cases/*.jsonl"))


def passed(result: pytest.RunResult) -> list[str]:
    assert result.ret == pytest.ExitCode.OK, result.stdout.str()
    return sorted(found[1] for line in result.outlines if (found := re.search(r"PASSED .*?(\S+::\S+)$", line)))


def test_every_case_is_a_test_and_workers_and_later_runs_share_what_was_made(pytester: pytest.Pytester) -> None:
    write(pytester.path, FILES | {"conftest.py": PINNED})
    names = passed(run(pytester, "-n", "2", "-rp"))
    assert "test_labels.py::test_label[valid/minimal-order]" in names
    assert "test_labels.py::test_label[valid/fuzz-0003]" in names
    assert all("[invalid/" in name for name in names if "test_invalid" in name)
    assert {"beside/test_beside.py", "deeper/test_root.py"} <= {name.partition("::")[0] for name in names}
    assert any("bill" in name for name in names if "beside" in name)
    assert {
        engine
        for name in names
        if "TestThanks" in name
        for engine in "ab"
        if f"{engine}-" in name or f"-{engine}]" in name
    } == {"a", "b"}
    assert len(suites(pytester.path)) == 3  # whatever is wanted of one, and from wherever
    write(pytester.path, {"conftest.py": POISON})
    assert passed(run(pytester, "-rp")) == names


def test_a_failure_says_what_the_case_was(pytester: pytest.Pytester) -> None:
    parser = (
        "import pytest\n"
        "@pytest.mark.orchestra_cases('order.xsd', expected='invalid', root='order')\n"
        "def test_parser(orchestra_case):\n"
        "    assert 'count=' in orchestra_case.document\n"
    )
    write(pytester.path, {"order.xsd": SCHEMA, "test_parser.py": parser})
    result = run(pytester, "-p", "no:cacheprovider")
    result.stdout.fnmatch_lines(
        [
            "*orchestra case*",
            "case       invalid/*",
            "expected   invalid (missing-attribute, cvc-complex-type.4)",
            "component  /order*",
            f"schema     {pytester.path}/order.xsd:6",
        ]
    )
    assert not (pytester.path / ".pytest_cache").exists()


def test_wrong_markers_are_errors_of_their_files_alone(pytester: pytest.Pytester) -> None:
    write(pytester.path, {"order.xsd": SCHEMA, "broken.xsd": '<?xml version="1.0"?>\n<order>'})
    for number, marker in enumerate(WRONG):
        test = f"import pytest\n@pytest.mark.orchestra_cases({marker})\ndef test_it(orchestra_case): pass\n"
        write(pytester.path, {f"test_wrong_{number}.py": test})
    without = "import pytest\n@pytest.mark.orchestra_cases('order.xsd')\ndef test_it(): pass\n"
    write(pytester.path, {"test_without.py": without, "test_other.py": "def test_other(): pass\n"})
    result = run(pytester, "--continue-on-collection-errors")
    result.assert_outcomes(errors=len(WRONG) + 1, passed=1)
    text = result.stdout.str()
    assert "Traceback" not in text
    assert "test_without.py::test_it: orchestra_cases: the function takes no argument orchestra_case" in text
    for number, said in enumerate(WRONG.values()):
        told = text.partition(f"test_wrong_{number}.py::test_it: orchestra_cases: ")[2].partition("\n")[0]
        assert said in told


def test_a_marker_of_a_class_or_module_means_the_functions_that_take_a_case(pytester: pytest.Pytester) -> None:
    marked = """\
import pytest

pytestmark = pytest.mark.orchestra_cases("order.xsd", most=2)

def test_plain():
    pass

def test_case(orchestra_case):
    assert orchestra_case.id

class TestMethods:
    def test_plain(self):
        pass

    def test_case(self, orchestra_case):
        assert orchestra_case.id
"""
    write(pytester.path, {"order.xsd": SCHEMA, "test_marked.py": marked})
    assert len(passed(run(pytester, "-rp"))) == 2 * (1 + 2)


def test_where_it_is_not_used_nothing_is_imported(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys
        import pytest

        def test_modules(pytestconfig):
            ours = {name for name in sys.modules if name.startswith(("pytest_orchestra", "orchestra_"))}
            assert ours == {"pytest_orchestra", "pytest_orchestra.plugin"}
            assert not {"xmlschema", "lxml", "elementpath", "hypothesis"} & set(sys.modules)
            assert any(line.startswith("orchestra_cases(schema, *, ") for line in pytestconfig.getini("markers"))
        """
    )
    run(pytester).assert_outcomes(passed=1)
