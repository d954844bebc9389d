"""The floor of a linter of agent files: read each below a folder, and compose its front matter with libyaml."""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

for path in Path(sys.argv[1]).rglob("*.md"):
    text = path.read_bytes().decode()
    end = text.find("\n---", 3)
    yaml.compose(text[4:end], Loader=yaml.CSafeLoader)
