"""The language as data: a JSON Schema per document kind, the default message schema, tiers, and dated prices."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parent
"""The folder of the data files. Wheels are always installed unpacked, so paths are as good as resources."""
