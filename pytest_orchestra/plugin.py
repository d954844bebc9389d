"""The entry point that pytest loads in every run, with or without `--orchestra`.

It only declares options and a marker; everything else is imported when the flag is given, or the marker used.
`-p no:orchestra` leaves even that out.
"""

from __future__ import annotations

import pytest

_MARKER = (
    "orchestra_cases(schema, *, expected=None, root=None, fuzz=0, most=None): give the argument `orchestra_case` each valid"
    " and invalid document that is generated from an XML Schema."
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options and ini names."""
    group = parser.getgroup("orchestra", "missions and generated cases of agent fleets (pytest-orchestra)")
    group.addoption(
        "--orchestra",
        action="store_true",
        help="collect orchestra.yaml projects below the given paths: compile them when stale, then run their generated "
        "cases and missions.",
    )
    group.addoption(
        "--orchestra-provider",
        metavar="NAME",
        help="who answers the missions' calls: scripted, from the replies in the mission files (default: scripted).",
    )
    group.addoption(
        "--orchestra-budget",
        metavar="USD",
        help="stop the run, with exit code 7, before it is priced at more than this; a call starts only if its worst "
        "case still fits (default: no limit).",
    )
    group.addoption(
        "--orchestra-concurrency",
        metavar="N",
        type=int,
        help="calls in flight at once (default: 64).",
    )
    group.addoption(
        "--orchestra-report",
        metavar="DIR",
        help="write orchestra-report.json and orchestra-report.md here (default: .orchestra/report in the project).",
    )
    parser.addini("orchestra_provider", "default of --orchestra-provider", default="scripted")
    parser.addini("orchestra_budget", "default of --orchestra-budget, in US dollars", default="")
    parser.addini("orchestra_concurrency", "default of --orchestra-concurrency", default="64")
    parser.addini("orchestra_report", "default of --orchestra-report", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker, and register the working part of the plugin when it is asked for."""
    config.addinivalue_line("markers", _MARKER)
    if config.getoption("orchestra"):
        from pytest_orchestra.session import start

        start(config)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give the cases of schemas to the functions that are marked for it."""
    marks = list(metafunc.definition.iter_markers("orchestra_cases"))
    if marks:
        from pytest_orchestra.schema_cases import parametrize

        parametrize(metafunc, marks)
