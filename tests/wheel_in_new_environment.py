"""Install the built wheel with its dependencies into a new environment and run the example there (`make wheel-test`)."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT], check=True)
        (wheel,) = folder.glob("*.whl")
        venv.create(folder / "env", with_pip=True)
        commands = folder / "env" / "bin"
        subprocess.run([commands / "python", "-m", "pip", "install", "-q", wheel], check=True)
        example = folder / "project"
        shutil.copytree(
            ROOT / "examples" / "agent_orchestra", example, ignore=shutil.ignore_patterns("compiled", ".orchestra")
        )
        subprocess.run([commands / "orchestra-compile", "."], cwd=example, check=True)
        subprocess.run([commands / "orchestra-compile", "--check", "."], cwd=example, check=True)
        subprocess.run([commands / "pytest", "-q", "--orchestra", "."], cwd=example, check=True)


if __name__ == "__main__":
    main()
