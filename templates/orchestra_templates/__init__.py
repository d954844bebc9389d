"""The Jinja2 templates of prompts, messages and reports, as data."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parent
"""The folder of the templates."""
