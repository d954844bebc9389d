"""`@pytest.mark.orchestra_cases("schema.xsd")`: a test function gets the generated cases of a schema, one by one."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from orchestra_compiler.errors import OrchestraError
from pytest_orchestra.schema_suites import Asked, SchemaCase, cases_of

ARGUMENT = "orchestra_case"
MARKER = "orchestra_cases"
_LABELS = ("valid", "invalid")
OPTIONS = ("expected", "root", "fuzz", "most")
_PLUGIN = "orchestra-schema-cases"
_USE = 'write @pytest.mark.orchestra_cases("schema.xsd")'
_TEMPORARY = pytest.StashKey[tempfile.TemporaryDirectory[str]]()


def parametrize(metafunc: pytest.Metafunc, marks: Iterable[pytest.Mark]) -> None:
    """Give a test function the cases that its markers ask for.

    A marker of a class or a module means the functions of it that take a case.

    Raises:
        pytest.Collector.CollectError: A marker is wrong, or its schema cannot be used.
    """
    if ARGUMENT not in metafunc.fixturenames and not any(
        mark.name == MARKER for mark in metafunc.definition.own_markers
    ):
        return
    try:
        cases = [case for mark in marks for case in _cases(metafunc, mark)]
    except (_MarkerError, OrchestraError, OSError) as error:
        where = metafunc.definition.nodeid
        raise pytest.Collector.CollectError(f"{where}: orchestra_cases: {error}") from error
    manager = metafunc.config.pluginmanager
    if not manager.has_plugin(_PLUGIN):
        manager.register(_Explanations(), _PLUGIN)
    metafunc.parametrize(ARGUMENT, cases, ids=[case.id for case in cases])


class _MarkerError(Exception):
    """A marker that makes no sense."""


class _Explanations:
    """Says of a failed test what its case was about."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        case = getattr(item, "funcargs", {}).get(ARGUMENT)
        if report.failed and isinstance(case, SchemaCase):
            report.sections.append(("orchestra case", case.explained()))
        return report


def _cases(metafunc: pytest.Metafunc, mark: pytest.Mark) -> Iterator[SchemaCase]:
    if ARGUMENT not in metafunc.fixturenames:
        raise _MarkerError(f"the function takes no argument {ARGUMENT}")
    expected, asked = _asked(metafunc, mark)
    found = cases_of(asked, _cache(metafunc.config))
    kept = [case for case in found if expected in (None, case.expected)]
    if not kept:
        raise _MarkerError(f"{asked.schema} has no {f'{expected} ' if expected else ''}cases")
    yield from kept


def _asked(metafunc: pytest.Metafunc, mark: pytest.Mark) -> tuple[str | None, Asked]:
    """Return the label and the suite that a marker asks for."""
    options: dict[str, Any] = dict(mark.kwargs)
    named = [options.pop("schema")] if "schema" in options else []
    names = [*mark.args, *named]
    if len(names) != 1 or not isinstance(names[0], (str, Path)):
        raise _MarkerError(f"it takes one schema; {_USE}")
    unknown = sorted(options.keys() - set(OPTIONS))
    if unknown:
        raise _MarkerError(f"there is no argument {unknown[0]!r}; there are {', '.join(OPTIONS)}")
    expected = options.get("expected")
    if expected not in (None, *_LABELS):
        raise _MarkerError(f"expected={expected!r} is neither 'valid' nor 'invalid'")
    return expected, Asked(
        schema=_found(metafunc, Path(names[0])),
        roots=_roots(options.get("root") or ()),
        fuzz=_number(options, "fuzz", 0) or 0,
        most=_number(options, "most", 1),
    )


def _roots(named: object) -> tuple[str, ...]:
    if isinstance(named, str):
        return (named,)
    if not isinstance(named, (list, tuple)) or not all(isinstance(name, str) for name in named):
        raise _MarkerError(f"root={named!r} is neither an element's name nor a list of such names")
    return tuple(named)


def _number(options: dict[str, Any], name: str, least: int) -> int | None:
    value = options.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise _MarkerError(f"{name}={value!r} is no whole number of at least {least}")
    return value


def _found(metafunc: pytest.Metafunc, name: Path) -> Path:
    """Return the file that a marker names: from the folder of the test file, or else from pytest's root."""
    folders = [metafunc.definition.path.parent, metafunc.config.rootpath]
    path = next((folder / name for folder in folders if (folder / name).is_file()), None)
    if path is None:
        looked = " or ".join(str(folder) for folder in dict.fromkeys(folders))
        raise _MarkerError(f"there is no {name} in {looked}")
    return path


def _cache(config: pytest.Config) -> Path:
    """Return a folder for suites: pytest's cache, or where that is turned off or cannot be written, one for this run."""
    cache = getattr(config, "cache", None)
    if cache is not None:
        try:
            folder: Path = cache.mkdir("orchestra-cases")
        except OSError:
            pass
        else:
            return folder
    if _TEMPORARY not in config.stash:
        config.stash[_TEMPORARY] = tempfile.TemporaryDirectory(prefix="orchestra-cases-")
        config.add_cleanup(config.stash[_TEMPORARY].cleanup)
    return Path(config.stash[_TEMPORARY].name)
