"""The floor for missions: the least that a YAML collector for pytest can do."""

from __future__ import annotations

import pytest
import yaml


def pytest_collect_file(file_path, parent):
    if file_path.suffix == ".yaml":
        return YamlFile.from_parent(parent, path=file_path)
    return None


class YamlFile(pytest.File):
    def collect(self):
        for case in yaml.load(self.path.read_bytes(), yaml.CSafeLoader):
            yield YamlItem.from_parent(self, name=case["name"], case=case)


class YamlItem(pytest.Item):
    def __init__(self, *, case, **arguments):
        super().__init__(**arguments)
        self.case = case

    def runtest(self):
        assert self.case["contains"] in self.case["reply"]

    def reportinfo(self):
        return self.path, 0, self.name
