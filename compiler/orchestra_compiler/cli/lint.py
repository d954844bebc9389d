"""`orchestra lint`: every finding about the fleet."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from orchestra_compiler.check import Findings, check_project
from orchestra_compiler.cli import changed_files, mending
from orchestra_compiler.cli.common import path_from_here, seen_from_here, wants_colour
from orchestra_compiler.cli.mending import say
from orchestra_compiler.cli.pipes import forget_output
from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.errors import ProjectError, UsageError
from orchestra_compiler.lint.outputs import FORMATS
from orchestra_compiler.lint.remembered import findings_of
from orchestra_compiler.wording import counted

if TYPE_CHECKING:
    from orchestra_compiler.lint.baseline import Key
    from orchestra_compiler.lint.hidden import Hidden
    from orchestra_compiler.lint.view import View


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="projects, or files in one: the whole fleet is read; what concerns these files is shown, and every error"
        " (default: .)",
    )
    parser.add_argument("--format", choices=FORMATS, default="text", help="how findings are written (default: text)")
    parser.add_argument("--output-file", metavar="FILE", help="write them there, not to standard output")
    parser.add_argument(
        "--select", metavar="RULES", default="", help="show only these: ORC1,ORC301,descriptions-collide"
    )
    parser.add_argument(
        "--ignore", metavar="RULES", default="", help="leave these out; codes, their beginnings, or names"
    )
    parser.add_argument("--baseline", metavar="FILE", help="leave out the findings that FILE holds")
    parser.add_argument("--write-baseline", metavar="FILE", help="write the findings of now to FILE, and show the rest")
    parser.add_argument("--fix", action="store_true", help="mend what can be mended without changing what it says")
    parser.add_argument("--unsafe-fixes", action="store_true", help="mend the rest of what can be mended, too")
    parser.add_argument(
        "--diff", action="store_true", help="show what --fix would change, and write nothing; exit 1 if it would"
    )
    parser.add_argument(
        "--staged",
        action="store_true",
        help="as pre-commit needs it: files that git is about to delete or rename count as named, and what the commit"
        " brings to other files is shown, too",
    )


def run(arguments: argparse.Namespace) -> int:
    """Lint and return 1 when anything is found, even a warning; 0 for informations alone."""
    if arguments.diff and (arguments.write_baseline or arguments.output_file):
        raise UsageError("--diff writes nothing, neither a baseline nor an output file", "redirect standard output")
    since = time.time_ns()
    views = _views(arguments)
    for name in (arguments.output_file, arguments.write_baseline):
        _spare_sources(name, views)
    if arguments.diff:
        text = mending.diff(views, unsafe=arguments.unsafe_fixes)
        _write(text)
        return int(bool(text))
    if arguments.fix or arguments.unsafe_fixes:
        mending.fix(views, unsafe=arguments.unsafe_fixes)
    if arguments.write_baseline is not None:
        views = _write_baseline(arguments.write_baseline, views)
    # For one project, JSON keeps the paths that its published schema promises: those below the project's folder.
    as_written = arguments.format == "json" and len(views) == 1
    found: list[Diagnostic] = []
    hidden: list[Hidden] = []
    sources: dict[str, bytes] = {}
    for root, view in views.items():
        checked = findings_of(root, since)
        seen = (_with_earlier(view, root, checked) if arguments.staged else view).of(checked)
        base = Path() if as_written else root
        found += seen_from_here(base, seen.shown)
        hidden += _hidden_from_here(base, seen.hidden)
        for path in {each.span.path for each in seen.shown}:
            sources[path_from_here(base, path)] = checked.content(path)
        if seen.gone:
            say(
                f"{counted(seen.gone, 'finding')} of the baseline no longer {'occurs' if seen.gone == 1 else 'occur'} and can go"
            )
    _show(arguments, found, hidden, sources)
    return int(any(each.severity is not Severity.INFO for each in found))


def _views(arguments: argparse.Namespace) -> dict[Path, View]:
    """Return the projects that are asked for, each with what is asked of it."""
    from orchestra_compiler.lint.view import View

    select, ignore = _codes(arguments.select), _codes(arguments.ignore)
    paths = arguments.paths or ([] if arguments.staged else ["."])
    projects = changed_files.by_project(paths, staged=arguments.staged)
    known = None if arguments.baseline is None else _baseline(arguments.baseline)
    if known is not None and len(projects) > 1:
        raise UsageError("--baseline holds for one project, and these paths lie in several", "lint them one by one")
    return {
        root: View(files=files, select=select or None, ignore=ignore, known=known) for root, files in projects.items()
    }


def _with_earlier(view: View, root: Path, checked: Findings) -> View:
    """Return the view with what was found before the change, where that makes a difference."""
    if not view.leaves_out(checked):
        return view
    from dataclasses import replace

    from orchestra_compiler.lint.earlier import earlier_findings

    return replace(view, earlier=earlier_findings(root, changed_files.base_revision()))


def _codes(text: str) -> frozenset[str]:
    """Return the codes that a list names: by codes, their beginnings, or names.

    Raises:
        UsageError: A word names no rule: what selects nothing would pass for a clean project.
    """
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not words:
        return frozenset()
    from orchestra_compiler.lint.rule_names import RuleNames
    from orchestra_compiler.rules import RULES

    names = RuleNames(RULES)
    bad = next((word for word in words if not names.codes(word)), None)
    if bad is not None:
        raise UsageError(f"{bad!r} is neither a rule's code, nor the beginning of one, nor a name", names.hint(bad))
    return names.all_codes(words)


def _baseline(name: str) -> Mapping[Key, int]:
    """Return what a baseline holds.

    Raises:
        UsageError: It cannot be read, or is none.
    """
    from orchestra_compiler.lint.baseline import load

    try:
        return load(Path(name).read_bytes())
    except OSError as error:
        raise UsageError(
            f"{name} cannot be read: {error.strerror}", f"orchestra lint --write-baseline {name}"
        ) from error
    except ProjectError as error:
        raise UsageError(f"{name}: {error.message}", error.hint) from error


def _write_baseline(name: str, views: Mapping[Path, View]) -> dict[Path, View]:
    """Write the findings of a project to a file, and return the view in which they are known.

    Raises:
        UsageError: Not one whole project is asked for: the file would hold less than there is.
    """
    from dataclasses import replace

    from orchestra_compiler.lint import baseline
    from orchestra_compiler.lint.view import recordable

    if len(views) != 1 or any(view.files is not None for view in views.values()):
        raise UsageError("--write-baseline takes one whole project", "name its folder, and no files")
    [(root, view)] = views.items()
    found = [each for each in recordable(check_project(root)) if view.wants(each)]
    content = baseline.dump(found)
    _write_file(name, content)
    say(f"{name}: {counted(len(found), 'finding')}; to use it, name it in orchestra.yaml under lint: baseline:")
    return {root: replace(view, known=baseline.load(content))}


def _hidden_from_here(base: Path, hidden: tuple[Hidden, ...]) -> list[Hidden]:
    findings = seen_from_here(base, [each.finding for each in hidden])
    return [
        each._replace(
            finding=finding, place=each.place and each.place._replace(path=path_from_here(base, each.place.path))
        )
        for each, finding in zip(hidden, findings, strict=True)
    ]


def _show(
    arguments: argparse.Namespace, found: list[Diagnostic], hidden: list[Hidden], sources: Mapping[str, bytes]
) -> None:
    """Write the findings where they are wanted, whole."""
    from orchestra_compiler.lint.outputs import render
    from orchestra_compiler.lint.outputs.summary import summarize

    if arguments.output_file is None:
        _write(render(tuple(found), arguments.format, sources, wants_colour(sys.stdout), tuple(hidden)))
        return
    text = render(tuple(found), arguments.format, sources, colour=False, hidden=tuple(hidden))
    _write_file(arguments.output_file, text.encode(errors="backslashreplace"))
    _write(f"{summarize(found)}; see {arguments.output_file}\n")


def _spare_sources(name: str | None, views: Iterable[Path]) -> None:
    """Refuse to write findings over what was read: after `--output-file agents/*.md` the shell names an agent.

    Raises:
        UsageError: The file is a source of a project that is linted.
    """
    if not name or not Path(name).is_file():
        return
    from orchestra_compiler.project import load

    target = Path(name).resolve()
    for root in views:
        if any((root / path).resolve() == target for path in load(root).sources):
            raise UsageError(f"{name} is a source of the project {root}", "name another file for the findings")


def _write_file(name: str, content: bytes) -> None:
    """Write a file in one step; a link stays, and what it leads to is written.

    Raises:
        UsageError: There is a folder or a device of that name, which a new file must not replace.
    """
    from orchestra_compiler.writing.files import write_file

    path = Path(name).resolve()
    if not name or (path.exists() and not path.is_file()):
        raise UsageError(f"{name or 'an empty text'} names no regular file", "name a file that may be written")
    write_file(path, content)


def _write(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads no further has not made the findings go away
        forget_output()
