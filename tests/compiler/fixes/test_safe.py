"""Safe fixes: what a file says stays, whatever was wrong with it, and what is mended is strict YAML."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml as pyyaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from orchestra_compiler.check import check_project
from orchestra_compiler.diagnostic import Diagnostic, Edit, Safety
from orchestra_compiler.fixes import Fixed, fix_project
from orchestra_compiler.fixes.edits import Taken
from orchestra_compiler.fixes.fleets import fleets_agree
from orchestra_compiler.source import fences, markdown
from orchestra_compiler.source.meaning import meaning_of, same
from orchestra_compiler.source.patches import Patched, patch
from orchestra_compiler.source.text import decode

PROJECT = "orchestra: 1\nname: wild\nagents: ['*.md', '*.yaml']\n"


def mended(root: Path, content: str, name: str = "a.md") -> tuple[Fixed, str]:
    """Fix one file of a project, look that a second run has nothing to do, and return what it became."""
    (root / "orchestra.yaml").write_text(PROJECT)
    (root / name).write_bytes(content.encode())
    done = fix_project(root, tuple, unsafe=False)
    data = done.contents.get(name, content.encode())
    (root / name).write_bytes(data)
    again = fix_project(root, tuple, unsafe=False)
    assert (again.contents, again.applied) == ({}, ())
    return done, data.decode()


FRONT = "name: a\ndescription: Reads whatever there is.\n"


@pytest.mark.parametrize(
    ("damaged", "sound"),
    [
        (f"---\n{FRONT}color: a: b\n---\nB", f'---\n{FRONT}color: "a: b"\n---\nB'),
        (f'---\n{FRONT}color: **bold** "x" \\n é 😀\n---\nB', f'---\n{FRONT}color: "**bold** \\"x\\" \\\\n é 😀"\n---\nB'),
        (f"---\n{FRONT}color: 'it's'\n---\nB", f'---\n{FRONT}color: "it\'s"\n---\nB'),
        (f"---\n{FRONT}color: one: two\n  three\n\n    - four\n---\nB", f'---\n{FRONT}color: "one: two three - four"\n---\nB'),
        (f"---\n{FRONT}color:\n  @x y\n---\nB", f'---\n{FRONT}color: "@x y"\n---\nB'),
        (f"---\n{FRONT}color: a\u2028b: c\n---\nB", f'---\n{FRONT}color: "a\\Lb: c"\n---\nB'),
        (f"---\n{FRONT}model: 3.5\n---\nB", f'---\n{FRONT}model: "3.5"\n---\nB'),
        (f"---\n{FRONT}color: [a template]\n---\nB", f'---\n{FRONT}color: "[a template]"\n---\nB'),
        (f"---\n{FRONT}color: [a: b: c]\n---\nB", f'---\n{FRONT}color: "[a: b: c]"\n---\nB'),
        (f"---\n{FRONT}tools: [Read, `Grep`, Bash(git:*), a: b: c, yes]\n---\nB", f'---\n{FRONT}tools: [Read, "`Grep`", "Bash(git:*)", "a: b: c", "yes"]\n---\nB'),
        (f"---\n{FRONT}tools:\n\t- Read\n\t- `Grep`\n---\nB", f'---\n{FRONT}tools:\n  - Read\n  - "`Grep`"\n---\nB'),
        (f"---\n{FRONT}skills: [x, no]\n---\nB", f'---\n{FRONT}skills: [x, "no"]\n---\nB'),
        (f"---\n{FRONT}color: 2024-01-02 # day\n---\nB", f'---\n{FRONT}color: "2024-01-02" # day\n---\nB'),
        (f"---\n{FRONT}name: a\n---\nB", f"---\n{FRONT}---\nB"),
        (f"---\n{FRONT}tools: [Read]\ntools:   [ 'Read' ]  \ncolor: b\n---\nB", f"---\n{FRONT}tools: [Read]\ncolor: b\n---\nB"),
        (f"{FRONT}---\nB", f"---\n{FRONT}---\nB"),
        (f"---\n{FRONT}\n# Title\n\n---\nB", f"---\n{FRONT}---\n\n# Title\n\n---\nB"),
        (f"---\n{FRONT}".rstrip(), f"---\n{FRONT}---\n"),
        (f"-----\n{FRONT}...\nB", f"---\n{FRONT}---\nB"),
        (f"—\n{FRONT}+++  \nB", f"---\n{FRONT}---\nB"),
        (f"\n \n---\n{FRONT}---\nB", f"---\n{FRONT}---\nB"),
        (f"```yaml\n---\n{FRONT}---\n```\nB", f"---\n{FRONT}---\nB"),
        (f"```yaml\n{FRONT}---\n```\n\nB", f"---\n{FRONT}---\n\nB"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("ends", "mark"), [("\n", ""), ("\r\n", "\ufeff"), ("\r", "")])
def test_front_matter_is_mended_in_place(tmp_path, damaged, sound, ends, mark) -> None:
    done, after = mended(tmp_path, mark + damaged.replace("\n", ends))
    assert after == mark + sound.replace("\n", ends)
    assert {each.code for each in done.applied} <= {"ORC002", "ORC005", "ORC007"}
    assert not [each for each in done.left if each.code in ("ORC002", "ORC005", "ORC007")]


@pytest.mark.parametrize(
    "content",
    [
        f"---\n{FRONT}hooks:\n  a: b: c\n---\nB",  # nesting was meant: quotes would make the misreading last
        f"---\n{FRONT}hooks: {{a: b: c}}\n---\nB",
        f"---\n{FRONT}color: a: b # orchestra: ignore[ORC201] it is short\n---\nB",
        f"---\n{FRONT}color: |\nnot indented: at all\n  x: y: z\n---\nB",
        f"<!-- kept -->\n---\n{FRONT}---\nB",
        f"---\n{FRONT}name: b\n---\nB",
        "# Title\n\nNo front matter.\n",
        "",
    ],
)
def test_what_only_a_writer_can_mend_is_left(tmp_path, content) -> None:
    done, after = mended(tmp_path, content)
    assert after == content
    assert done.left


def test_yaml_of_ours_keeps_its_data(tmp_path) -> None:
    spec = "agent: a\ndescription: Reads whatever there is.\nprompt: x\n"
    done, after = mended(tmp_path, f"{spec}rationale: yes\ntools: [on, &x off, 'no']\nprompt: x\n", "a.yaml")
    assert after == f'{spec}rationale: "yes"\ntools: ["on", &x off, \'no\']\n'
    assert sorted(each.code for each in done.applied) == ["ORC002", "ORC005", "ORC005"]


def test_a_key_twice_within_brackets_or_beside_others_is_left(tmp_path) -> None:
    content = (
        "agent: a\ndescription: Reads whatever there is.\nknowledge: {boundaries: [x], boundaries: [x]}\nprompt: x\n"
    )
    assert mended(tmp_path, content, "a.yaml")[1] == content


OLD_BREAKS = re.compile("[\x85\u2028\u2029]")
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\ufffe\uffff"), max_size=12)
TEXTS = st.lists(
    WORDS
    | st.sampled_from(
        [": ", "**", "'", '"', "\\", "\\n", " #", "- ", "@", "`", "[", "]", "{", "}", "&a", "*a", "!", "|"]
    )
    | st.sampled_from(
        [">", "%", "😀", "yes", "2024-01-02", "3.5", "\t", "~", "null", "---", "...", ",", "?", "\u2028"]
    ),
    max_size=6,
).map("".join)
LINES = st.one_of(
    st.builds("{}: {}\n".format, st.sampled_from(["name", "description", "color", "x-y", "Z_1"]), TEXTS),
    st.builds("{}:\n\t- {}\n\t- {}\n".format, st.sampled_from(["tools", "skills"]), TEXTS, TEXTS),
    st.builds("{}: [{}, {}]\n".format, st.sampled_from(["tools", "skills"]), TEXTS, TEXTS),
    st.builds("  {}\n".format, TEXTS),
    st.sampled_from(["\n", "# note\n", "color: |\n  a: b\n\n  c\n", "name: a\n", "deep:\n  a: {b: [1, 2.50]}\n"]),
)
PAGES = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["", "\ufeff", "\n\n", "```yaml\n"]),
    st.sampled_from(["---\n", "", "-----\n", "—\n", "--- \n"]),
    st.lists(LINES, max_size=6).map("".join),
    st.sampled_from(["---\n", "", "...\n", "----\n", "+++\n", "\n", "---\n```\n"]),
    st.sampled_from(["", "B", "# T\n\ntext  \n", "\n\nx: y\n---\n", "```\ncode\n```\n"]) | st.text(max_size=8),
)


def one_round(path: str, data: bytes) -> tuple[Sequence[Diagnostic], Patched | None]:
    """Apply the fixes of a page's findings that do not meet, without any proof.

    Repetitions stay: where the closing fence is missing, or values are guessed, a line less moves what follows.
    """
    text, _ = decode(path, data)
    taken = Taken()
    found = [each for each in markdown.read(text).diagnostics if each.fix is not None and each.code != "ORC002"]
    fixes = [each for each in found if taken.claim(each)]
    edits = [edit for each in fixes if each.fix for edit in each.fix.edits]
    return fixes, patch(path, data, edits)


def outside(data: bytes, edits: Sequence[Edit]) -> list[str]:
    """Return what stands between the edits."""
    text, _ = decode("a.md", data)
    spots = sorted((text.index(*edit.span[1:3]), text.index(*edit.span[3:5])) for edit in edits)
    ends = [0, *(end for _, end in spots)]
    starts = [*(start for start, _ in spots), len(text.content)]
    return [text.content[end:start] for end, start in zip(ends, starts, strict=True)]


def strict(data: bytes) -> None:
    """Look that front matter without findings can be read by another YAML reader, which raises where it cannot."""
    text, _ = decode("a.md", data)
    page = markdown.read(text)
    if page.front.value and not any(each.code in ("ORC002", "ORC007") for each in page.diagnostics):
        block, _ = fences.find(text)
        assert block is not None
        front = text.content[block.start : block.stop]
        if not OLD_BREAKS.search(front):  # which the other reader takes for ends of lines
            list(pyyaml.parse(front, Loader=pyyaml.CSafeLoader))


@settings(max_examples=150, deadline=None, report_multiple_bugs=False)
@example("---\nname: \n  \t\n---\n", "\n")
@example("---\n  \t\nname: \n---\n", "\n")
@example("---\nname: a: b\n \t\n\n\t\nmodel: x\n---\n", "\r\n")
@given(PAGES.map(lambda page: re.sub(r"""["'{}\[\]]""", "", page)), st.sampled_from(["\n", "\r\n"]))
def test_every_safe_fix_of_a_page_keeps_what_it_says(content, ends) -> None:
    """Alone and with the others, before any proof; but for open quotes and brackets, which may meet their closing ones."""
    data = content.replace("\n", ends).encode()
    text, wrong = decode("a.md", data)
    if wrong:
        return
    start = meaning_of("a.md", data)
    for each in markdown.read(text).diagnostics:
        if each.fix is not None and each.code != "ORC002":
            assert each.fix.safety is Safety.SAFE
            alone = patch("a.md", data, each.fix.edits)
            assert alone is not None
            assert same(start, meaning_of("a.md", alone.data)), each
    for _ in range(20):
        fixes, done = one_round("a.md", data)
        assert done is not None
        if not fixes:
            break
        assert same(start, meaning_of("a.md", done.data))
        kept = outside(data, [edit for each in fixes if each.fix for edit in each.fix.edits])
        spots = [0, *itertools.chain.from_iterable(change[2:] for change in done.changes), len(done.text.content)]
        assert [done.text.content[start:end] for start, end in zip(spots[::2], spots[1::2], strict=True)] == kept
        assert done.data.startswith(b"\xef\xbb\xbf") == data.startswith(b"\xef\xbb\xbf")
        data = done.data
    else:
        pytest.fail(f"no end of mending: {data!r}")
    strict(data)


@settings(
    max_examples=40,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(PAGES, st.sampled_from(["\n", "\r\n"]))
def test_a_fixed_page_says_what_it_said_whatever_is_in_it(tmp_path, content, ends) -> None:
    content = content.replace("\n", ends)
    before = meaning_of("a.md", content.encode())
    _, after = mended(tmp_path, content)
    if after != content:
        assert same(before, meaning_of("a.md", after.encode()))
    if before is not None:
        strict(after.encode())


ENTRIES = st.one_of(
    st.builds(
        "{}{}: {}\n".format, st.sampled_from(["", "  ", "\t", "- "]), st.sampled_from(["a", "b", "'c'", "on"]), TEXTS
    ),
    st.builds("{}- {}\n".format, st.sampled_from(["", "  "]), TEXTS),
    st.builds("{}: [{}, {}]\n".format, st.sampled_from(["a", "b"]), TEXTS, TEXTS),
    st.sampled_from(["a: yes\n", "a:\n", "b: |\n", "# note\n", "\n", "  b: 1\n  b: 1\n"]),
)


@settings(
    max_examples=40,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(ENTRIES, max_size=7).map("".join),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "a:\n  role: b: c\n"]),
)
def test_fixed_yaml_holds_the_data_that_it_held(tmp_path, content, ends, start) -> None:
    """What a fix alone does to it depends on brackets, quotes and anchors elsewhere; the proof looks after that."""
    content = f"{start}{content}".replace("\n", ends)
    before = meaning_of("a.yaml", content.encode())
    _, after = mended(tmp_path, content, "a.yaml")
    assert after == content or same(before, meaning_of("a.yaml", after.encode()))


def test_a_file_of_another_tool_is_mended(tmp_path) -> None:
    damaged = 'scout:\n\trole: Scout: of sources\n\tgoal: Find it\n\tbackstory: "A" and "B"\nwriter:\n  role: Writer\n  goal: @all: write\n  backstory: Long.\n'
    (tmp_path / "orchestra.yaml").write_text("orchestra: 1\nname: crew\nagents: config/agents.yaml\n")
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "agents.yaml").write_text(damaged)
    before = check_project(tmp_path)
    done = fix_project(tmp_path, tuple, unsafe=False)
    assert {each.code for each in done.applied} == {"ORC009"}
    assert fleets_agree(before.fleet, check_project(tmp_path, done.contents).fleet)
    data = pyyaml.safe_load(done.contents["config/agents.yaml"])
    assert data["scout"] == {"role": "Scout: of sources", "goal": "Find it", "backstory": '"A" and "B"'}
    assert data["writer"]["goal"] == "@all: write"


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00", b"\xff\xfe", b"---", b"---\n" * 3000, b"---\na: " + b"[" * 5000, b"---\n" + b"x" * 300_000, b"---\nname: " + b"a: " * 50_000,
     b"\r" * 5000, b"---\n" + b"a: b: c\n" * 1500, b"---\nname: *a\nx: &a [*a]\n---\n", "---\nname: \ud7ff\u2028\x85: x: \U0010ffff\n---\n".encode()],
)  # fmt: skip
@pytest.mark.parametrize("name", ["a.md", "a.yaml"])
def test_hostile_files_are_mended_or_left(tmp_path, data, name) -> None:
    (tmp_path / "orchestra.yaml").write_text(PROJECT)
    (tmp_path / name).write_bytes(data)
    done = fix_project(tmp_path, tuple, unsafe=True)
    after = done.contents.get(name, data)
    assert same(meaning_of(name, data), meaning_of(name, after)) or any(
        each.fix and each.fix.safety is Safety.UNSAFE for each in done.applied
    ) or after == data  # fmt: skip
