"""The house keeps its walls: layers, no import cycles, pytest only where it belongs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = {
    "orchestra_spec": ROOT / "spec",
    "orchestra_templates": ROOT / "templates",
    "orchestra_compiler": ROOT / "compiler",
    "pytest_orchestra": ROOT,
}
ALLOWED = {
    "orchestra_spec": {"orchestra_spec"},
    "orchestra_templates": {"orchestra_templates"},
    "orchestra_compiler": {"orchestra_spec", "orchestra_templates", "orchestra_compiler"},
    "pytest_orchestra": set(PACKAGES),
}
PLUGIN_MODULES = {
    f"pytest_orchestra.{name}" for name in ("plugin", "session", "collection", "settings", "schema_cases")
}


def module_files() -> dict[str, Path]:
    found = {}
    for package, folder in PACKAGES.items():
        for path in sorted((folder / package).rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = module_files()


def imports_of(path: Path) -> Iterator[str]:
    """Yield every imported name, of lazy imports and of those for type checkers too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the layers"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in MODULES else str(node.module)


GRAPH = {name: set(imports_of(path)) for name, path in MODULES.items()}


def test_every_package_is_seen() -> None:
    assert {name.split(".")[0] for name in MODULES} == set(PACKAGES)
    assert len(MODULES) > 40


def test_layers_hold() -> None:
    wrong = [
        f"{name} imports {target}"
        for name, targets in GRAPH.items()
        for target in targets
        if target.split(".")[0] in PACKAGES and target.split(".")[0] not in ALLOWED[name.split(".")[0]]
    ]
    assert wrong == []


def test_no_import_cycles() -> None:
    known = {name: {target for target in targets if target in MODULES} for name, targets in GRAPH.items()}
    try:
        TopologicalSorter(known).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_pytest_is_imported_by_the_plugin_alone() -> None:
    users = {name for name, targets in GRAPH.items() if any(target.split(".")[0] == "pytest" for target in targets)}
    assert users <= PLUGIN_MODULES


def test_no_private_parts_of_pytest() -> None:
    assert not [name for name, targets in GRAPH.items() if any(target.startswith("_pytest") for target in targets)]


def test_nothing_reads_the_clock_or_draws_lots_in_the_compiler() -> None:
    """The compiler's output depends on its input alone; the clock serves the record of the last compile."""
    users = {
        name
        for name, targets in GRAPH.items()
        if name.startswith("orchestra_compiler") and targets & {"time", "random", "datetime", "uuid", "secrets"}
    }
    assert users == {f"orchestra_compiler.cli.{name}" for name in ("compile", "lint", "watch")}


def test_the_project_speaks_of_itself_alone() -> None:
    forbidden = re.compile(r"\.\./shared|/tmp/|/work/|bash_jobs")
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in ("spec", "templates", "compiler", "pytest_orchestra", "docs", "examples")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.is_file() and path.suffix in {".py", ".md", ".yaml", ".json", ".j2", ".xsd"}
        if "compiled" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if forbidden.search(line)
    ]
    assert wrong == []
