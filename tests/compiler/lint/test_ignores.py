from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import small_project
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.check import Checked, check_project
from orchestra_compiler.diagnostic import Safety
from orchestra_compiler.lint.comments import read
from orchestra_compiler.lint.ignores import Ignores, find
from orchestra_compiler.lint.rule_names import RuleNames
from orchestra_compiler.rules import RULES
from orchestra_compiler.source.text import Text

NAMES = RuleNames(RULES)
SPEC = small_project.FILES["agents/writer.yaml"]
PAGE = small_project.FILES["agents/reader.md"]


def comments(path: str, content: str) -> list[str]:
    return [content[each.start : each.end] for each in read(Text(path, content)).comments]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("# a\nx: 1 # b\n", ["# a", "# b"]),
        ("x: a#b\ny: 'c # d' # e\nz: \"f # g\"\n", ["# e"]),
        ("x: |\n  a # b\n  # c\n# d\ny: >-\n  e # f\n\n# g\n", ["# d", "# g"]),
        ("x: 'one\n  # two\n  three'   # four\n", ["# four"]),
        ("x: {a: 1, # b\n  c: 2}\n", ["# b"]),
        ("x: a\r\n# b\r\ny: c # d\r\n", ["# b", "# d"]),
        ("x: é # ü\n", ["# ü"]),
        ("\U0001f600: a # b\n", ["# b"]),
        ("x: [1\ny: # after the error\n", []),
        ("", []),
        ("#", ["#"]),
        ("--- # a\nx: 1\n--- # b\ny: 2\n", ["# a", "# b"]),
    ],
)
def test_comments_of_yaml(content: str, expected: list[str]) -> None:
    assert comments("a.yaml", content) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("---\nname: a # one\n---\n# Heading\n<!-- two -->\ntext <!-- three\nmore --> x\n", ["# one", "<!-- two -->", "<!-- three\nmore -->"]),
        ("no front matter <!-- a -->", ["<!-- a -->"]),
        ("---\nname: a\n---\n```\n<!-- b -->\n```\n<!-- c -->\n~~~~\n<!-- d -->\n~~~\n<!-- e -->\n", ["<!-- c -->"]),
        ("---\nname: a\n---\nWrite `<!-- b -->` so.\n<!-- open\n", []),
        ("---\nname: a\n---\n# no comment\n", []),
    ],
)  # fmt: skip
def test_comments_of_markdown(content: str, expected: list[str]) -> None:
    assert comments("a.md", content) == expected


def test_comments_of_a_schema() -> None:
    assert comments("a.xsd", "<a><!-- b --><c/><!--d--></a>") == ["<!-- b -->", "<!--d-->"]


@given(st.text(alphabet="#'\"|>\n :-a[]{}&*!`<\r\t"))
def test_any_text_has_comments_that_stand_in_it(content: str) -> None:
    for path in ("a.yaml", "a.md", "a.xsd"):
        for each in read(Text(path, content)).comments:
            assert content[each.inside :].startswith(each.inner)
            assert each.start < each.inside <= each.end


def ignores(content: str, path: str = "a.yaml") -> Ignores:
    return find({path: content.encode()}, NAMES)


@pytest.mark.parametrize(
    ("comment", "words", "reason"),
    [
        ("# orchestra: ignore[ORC205] why", ["ORC205"], "why"),
        ("#orchestra:ignore[ORC205,price-stale]:  why  not ", ["ORC205", "price-stale"], "why not"),
        ("## orchestra: ignore [ ORC2 orc301 ] – it is so", ["ORC2", "orc301"], "it is so"),
        ("# other words # orchestra: ignore[ORC205] why", ["ORC205"], "why"),
    ],
)
def test_ignores_are_read(comment: str, words: list[str], reason: str) -> None:
    found = ignores(f"x: 1 {comment}\n")
    assert found.diagnostics == []
    [each] = found.ignores
    assert [word.text for word, _ in each.words] == words
    assert each.reason == reason
    assert each.lines == (1, 1)


@pytest.mark.parametrize(
    ("comment", "code", "column"),
    [
        ("# orchestra: ignore why", "ORC035", 1),
        ("# orchestra: ignore[] why", "ORC035", 1),
        ("# orchestra: ignore[ORC205 why", "ORC035", 1),
        ("# orchestra: ignore-next[ORC205] why", "ORC035", 1),
        ("# orchestra: ignore[ORC205]", "ORC033", 1),
        ("# orchestra: ignore[ORC205] --", "ORC033", 1),
        ("# orchestra: ignore-file[ORC205]", "ORC033", 1),
        ("# orchestra: ignore[ORC205, ORC999] why", "ORC030", 29),
        ("# orchestra: ignore[hand-off] why", "ORC030", 21),
    ],
)
def test_what_is_wrong_with_an_ignore(comment: str, code: str, column: int) -> None:
    found = ignores(f"{comment}\nx: 1\n")
    assert [(each.code, each.span.line, each.span.column) for each in found.diagnostics] == [(code, 1, column)]
    assert {each.severity.value for each in found.diagnostics} == {"warning"}


@pytest.mark.parametrize(
    "text", ["# ignore[ORC205] x", "# the orchestra: ignored", "x: 'orchestra: ignore[ORC205]'", "# orchestra: ignores"]
)
def test_other_words_are_no_ignore(text: str) -> None:
    assert ignores(f"{text}\n") == ([], [])


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("# orchestra: ignore[ORC2] w\nx: 1\ny: 2\n", (1, 2)),
        ("# orchestra: ignore[ORC2] w\n\n# more\n   # and more\nx: 1\n", (1, 5)),
        ("# orchestra: ignore[ORC2] w", (1, 1)),
        ("x: 1 # orchestra: ignore[ORC2] w\ny: 2\n", (1, 1)),
        ("# orchestra: ignore[ORC2] w\nx: |\n  a\n  b\ny: 2\n", (1, 4)),
        ("x: | # orchestra: ignore[ORC2] w\n  a\n  b\n", (1, 3)),
        ("x: 'a # orchestra: ignore[ORC2] no'\n# orchestra: ignore[ORC2] w\ny: 'a\n  b'\n", (2, 4)),
        ("# orchestra: ignore-file[ORC2] w\nx: 1\n", None),
    ],
)
def test_lines_that_an_ignore_speaks_of(content: str, lines: tuple[int, int] | None) -> None:
    assert [each.lines for each in ignores(content).ignores] == [lines]


def test_headings_of_markdown_are_content() -> None:
    content = "---\nname: a\n---\n<!-- orchestra: ignore[ORC2] w -->\n\n# Heading\ntext\n"
    assert [each.lines for each in ignores(content, "a.md").ignores] == [(4, 6)]


def checked(root: Path, changes: Mapping[str, str]) -> Checked:
    return check_project(small_project.write(root, changes))


def codes(result: Checked) -> list[str]:
    return [each.code for each in result.diagnostics]


def short(comment_above: str = "", comment_behind: str = "") -> str:
    line = "description: Writes short texts about anything on request.\n"
    return SPEC.replace(line, f"{comment_above}description: Writer.{comment_behind}\n")


@pytest.mark.parametrize(
    "spec",
    [
        short("# orchestra: ignore[ORC201] it is enough\n"),
        short("", " # orchestra: ignore[description-short] it is enough"),
        short() + "# orchestra: ignore-file[ORC2] old\n",
        short("# orchestra: ignore[ORC203, ORC201] a\n# orchestra: ignore[ORC203] b\n").replace("ORC203, ", "").replace(
            "# orchestra: ignore[ORC203] b\n", ""
        ),
    ],
)  # fmt: skip
def test_ignored_findings_are_hidden_with_their_reason(tmp_path: Path, spec: str) -> None:
    result = checked(tmp_path, {"agents/writer.yaml": spec})
    assert codes(result) == []
    [hidden] = result.hidden
    assert (hidden.finding.code, bool(hidden.reason)) == ("ORC201", True)
    assert hidden.place is not None
    assert "orchestra: ignore" in spec.splitlines()[hidden.place.line - 1]


def test_ignores_in_front_matter_and_body(tmp_path: Path) -> None:
    page = PAGE.replace("tier:", "# orchestra: ignore[ORC011] another tool's\nbackground-x: red\ntier:")
    page = page.replace(
        "Read the text",
        "<!-- orchestra: ignore[ORC205] not ours -->\nHand tables to @tabel-reader-agent. Read the text",
    )
    result = checked(tmp_path, {"agents/reader.md": page})
    assert codes(result) == []
    assert min(each.finding.code for each in result.hidden) == "ORC011"


def test_errors_that_stop_the_compile_stay(tmp_path: Path) -> None:
    spec = SPEC.replace("coordinator: lead", "coordinator: laed # orchestra: ignore[ORC105] later")
    result = checked(tmp_path, {"agents/writer.yaml": spec})
    assert codes(result) == ["ORC105", "ORC032"]
    assert result.hidden == ()


@pytest.mark.parametrize(
    ("above", "behind", "fixed", "safety"),
    [
        ("# orchestra: ignore[ORC203] why\n", "", short(), Safety.SAFE),
        ("", " # orchestra: ignore[ORC203] why", short(), Safety.SAFE),
        ("# orchestra: ignore[ORC203, ORC201] why\n", "", short("# orchestra: ignore[ORC201] why\n"), Safety.SAFE),
    ],
)
def test_unused_ignores_can_be_removed(tmp_path: Path, above: str, behind: str, fixed: str, safety: Safety) -> None:
    spec = short(above, behind)
    result = checked(tmp_path, {"agents/writer.yaml": spec})
    [told] = [each for each in result.diagnostics if each.code == "ORC034"]
    assert told.fix is not None
    assert told.fix.safety is safety
    assert "`ORC203`" in told.message
    assert "ORC201" not in told.message
    [edit] = told.fix.edits
    text = Text("", spec)
    start, end = text.index(*edit.span[1:3]), text.index(*edit.span[3:5])
    assert spec[:start] + edit.text + spec[end:] == fixed


def test_removing_a_comment_that_a_model_reads_is_no_safe_mend(tmp_path: Path) -> None:
    page = PAGE.replace("Read the text", "<!-- orchestra: ignore[ORC205] why -->\nRead the text")
    [told] = checked(tmp_path, {"agents/reader.md": page}).diagnostics
    assert (told.code, told.fix and told.fix.safety) == ("ORC034", Safety.UNSAFE)


def test_removing_a_comment_that_ends_a_block_is_no_safe_mend(tmp_path: Path) -> None:
    spec = SPEC.replace(
        "prompt: Write what you are asked for, briefly and clearly.\n",
        "prompt: |+\n  Write what you are asked for, briefly and clearly.\n\n# orchestra: ignore[ORC205] why\n\n",
    )
    [told] = checked(tmp_path, {"agents/writer.yaml": spec}).diagnostics
    assert (told.code, told.fix and told.fix.safety) == ("ORC034", Safety.UNSAFE)


def test_an_ignore_for_what_only_the_compile_finds_is_not_called_unused(tmp_path: Path) -> None:
    assert codes(checked(tmp_path, {"agents/writer.yaml": f"# orchestra: ignore[ORC118] odd type\n{SPEC}"})) == []


def test_findings_about_ignores_can_be_switched_off(tmp_path: Path) -> None:
    project = small_project.FILES["orchestra.yaml"]
    changes = {"agents/writer.yaml": short("", " # orchestra: ignore[ORC201]")}
    assert codes(checked(tmp_path / "a", changes)) == ["ORC033"]
    changes["orchestra.yaml"] = f'{project}lint: {{rules: {{ignore-without-reason: "off"}}}}\n'
    assert codes(checked(tmp_path / "b", changes)) == []


@pytest.mark.parametrize(
    "content",
    [b"# orchestra: ignore[ORC2] \xff\n", b"\xff\xfe# orchestra: ignore[ORC2]", b"# orchestra: ignore[ORC2] \x00\n"],
)
def test_files_that_are_no_text_have_no_ignores(content: bytes) -> None:
    assert find({"a.yaml": content}, NAMES) == ([], [])


@pytest.mark.parametrize(
    ("path", "content", "count"),
    [
        ("a.yaml", "k: 1 # orchestra: ignore[ORC205] why\n" * 4_000, 4_000),
        ("a.yaml", "# orchestra: ignore[ORC205] why\n" * 4_000, 4_000),
        ("a.yaml", "x: " + "[" * 50_000 + "# orchestra: ignore[ORC205] why", 0),
        ("a.yaml", "# orchestra: ignore" + "#" * 200_000, 0),
        ("a.yaml", "# orchestra: ignore[ORC205]" + " " * 200_000, 1),
        ("a.md", "<!-- orchestra: ignore[ORC205] w -->\n" * 4_000, 4_000),
        ("a.md", "orchestra: ignore" + "<!--" * 100_000, 0),
        ("a.md", "orchestra: ignore\n" + "```\n<!-- -->\n" * 30_000, 0),
        ("a.xsd", "<!-- orchestra: ignore[ORC205] w -->" + "-->" * 100_000, 1),
    ],
)
def test_hostile_files_take_no_long_time(path: str, content: str, count: int) -> None:
    assert len(ignores(content, path).ignores) == count


def test_many_unused_ignores_take_no_long_time(tmp_path: Path) -> None:
    spec = SPEC + "# orchestra: ignore[ORC203] why\n" * 2_000
    result = checked(tmp_path, {"agents/writer.yaml": spec})
    assert codes(result) == ["ORC034"] * 2_000
    assert {each.fix.safety for each in result.diagnostics if each.fix} == {Safety.SAFE}


@given(st.text(alphabet="#[]orchestra: ignore[ORC205]-\n<!->"))
def test_any_comment_can_be_read(text: str) -> None:
    for path in ("a.yaml", "a.md", "a.xsd"):
        found = ignores(f"# orchestra: ignore{text}\n<!-- orchestra: ignore{text} -->", path)
        assert all(each.span.path == path for each in found.diagnostics)
