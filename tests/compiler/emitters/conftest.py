"""The sample project's fleet, for every test of an emitter."""

from __future__ import annotations

import pytest
import target_project

from orchestra_compiler.model import Fleet


@pytest.fixture(scope="session")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    """The fleet of the project that compiles to every target."""
    return target_project.checked(target_project.write(tmp_path_factory.mktemp("targets")))
