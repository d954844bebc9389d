from __future__ import annotations

import json
from pathlib import Path

import jsonschema
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

import orchestra_spec

KINDS = {path.name.removesuffix(".schema.json") for path in (orchestra_spec.ROOT / "schemas").iterdir()}


def test_the_list_names_every_kind_and_its_file(orchestra) -> None:
    answer = orchestra("schemas")
    rows = dict(line.split(maxsplit=1) for line in answer.out.splitlines())
    assert answer.code == 0
    assert set(rows) == KINDS
    assert {"project", "agent", "agents", "tiers"} <= set(rows)
    assert all(json.loads(Path(path).read_bytes()) for path in rows.values())


def test_they_are_written_once(orchestra, tmp_path) -> None:
    folder = tmp_path / "a" / "b"
    assert orchestra("schemas", "--out", folder).out == f"{folder}: {len(KINDS)} written, 0 unchanged\n"
    (folder / "tiers.schema.json").write_text("{}")
    times = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert orchestra("schemas", "--out", folder).out == f"{folder}: 1 written, {len(KINDS) - 1} unchanged\n"
    changed = {path.name for path in folder.iterdir() if path.stat().st_mtime_ns != times.get(path.name)}
    assert changed == {"tiers.schema.json"}


def test_each_can_be_used_from_its_file_alone(orchestra, tmp_path) -> None:
    orchestra("schemas", "--out", tmp_path)
    for path in sorted(tmp_path.glob("*.json")):
        schema = json.loads(path.read_bytes())
        neighbours = {
            each.as_uri(): Resource(json.loads(each.read_bytes()), DRAFT202012) for each in tmp_path.glob("*")
        }
        validator = jsonschema.Draft202012Validator(schema, registry=Registry().with_resources(neighbours.items()))
        for example in schema.get("examples", ()):
            validator.validate(example)


def test_a_projects_own_copy_is_not_committed(orchestra, tmp_path) -> None:
    orchestra("schemas", "--out", tmp_path / ".orchestra" / "schemas")
    assert (tmp_path / ".orchestra" / ".gitignore").read_text() == "*\n"


def test_a_folder_that_cannot_be_written(orchestra, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    answer = orchestra("schemas", "--out", tmp_path / "file")
    assert answer.code == 2
    assert "cannot write" in answer.err
    assert orchestra("schemas", "--out", "").code == 2
