"""The Jinja2 template that prompts are rendered with where a project brings none of its own, as data."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parent
"""The folder of the template."""
