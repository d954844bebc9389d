"""Small message schemas of imaginary projects."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestra_compiler.model import Protocol
from orchestra_compiler.protocol.schema import MessageSchema, load_schema

HEAD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" targetNamespace="urn:t" elementFormDefault="qualified">'

Write = Callable[..., MessageSchema]


@pytest.fixture
def load(tmp_path: Path) -> Write:
    """Write a schema's body to a project and load it."""

    def write(body: str, *, root: str = "", discriminator: str = "") -> MessageSchema:
        (tmp_path / "m.xsd").write_text(f"{HEAD}{body}</xs:schema>", encoding="utf-8")
        return load_schema(Protocol(schema="m.xsd", root=root, discriminator=discriminator), tmp_path)

    return write
