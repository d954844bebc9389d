"""The compiler: agent specs and message schemas in; routing tables, prompts, message templates and test cases out."""

from __future__ import annotations

from orchestra_compiler._version import __version__

__all__ = ["__version__"]
