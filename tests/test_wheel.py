"""The wheel, installed into an empty environment, answers `--help` and finds its data, without a network."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

LOADS = """
import json, orchestra_spec, orchestra_templates
schemas = sorted((orchestra_spec.ROOT / "schemas").glob("*.json"))
print(json.dumps({
    "schemas": [json.loads(path.read_text(encoding="utf-8"))["$schema"] for path in schemas],
    "xsd": (orchestra_spec.ROOT / "messages" / "agent-message.xsd").is_file(),
    "prices": bool(json.loads((orchestra_spec.ROOT / "models.json").read_text(encoding="utf-8"))),
    "templates": [path.name for path in orchestra_templates.ROOT.glob("*.j2")],
    "at": str(orchestra_spec.ROOT),
}))
"""


def run(*words: str | Path) -> str:
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with nothing but our wheel in it."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", with_pip=False)
    python = folder / "env" / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", "--no-index", wheel)
    return folder / "env"


def test_help_needs_no_dependency(environment: Path) -> None:
    text = run(environment / "bin" / "orchestra", "--help")
    for command in ("compile", "lint", "route", "gate", "cost", "report"):
        assert command in text


def test_schemas_and_templates_are_in_the_wheel(environment: Path) -> None:
    found = json.loads(run(environment / "bin" / "python", "-c", LOADS))
    assert Path(found["at"]).is_relative_to(environment)
    assert len(found["schemas"]) >= 9
    assert set(found["schemas"]) == {"https://json-schema.org/draft/2020-12/schema"}
    assert found["xsd"]
    assert found["prices"]
    assert "prompt.md.j2" in found["templates"]


def test_nothing_called_spec_or_compiler_lands_in_site_packages(environment: Path) -> None:
    (site,) = environment.glob("lib/*/site-packages")
    ours = {path.name for path in site.iterdir() if path.is_dir() and not path.name.endswith(".dist-info")}
    assert ours == {"orchestra_spec", "orchestra_templates", "orchestra_compiler", "pytest_orchestra"}
