"""Tests that hand compiled files to the very programs that read them; each skips where its program is not installed.

`pip install pytest-orchestra[consumers]` installs the Python ones.
"""

from __future__ import annotations

import pytest
import target_project

from orchestra_compiler.model import Fleet


@pytest.fixture(scope="session")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    """The fleet of the project that compiles to every target."""
    return target_project.checked(target_project.write(tmp_path_factory.mktemp("consumers")))
