"""What a change of a project means: who is routed elsewhere, what breaks, what a month will cost."""

from orchestra_compiler.diff.changes import Changes
from orchestra_compiler.diff.compare import compare
from orchestra_compiler.diff.sides import Side, opened

__all__ = ["Changes", "Side", "compare", "opened"]
