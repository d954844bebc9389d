"""Pure scanners of text, shared by the compiler's security rules and the runtime's gates.

Each module has one function `scan(text)` that yields what it found with character offsets, in the order of the text. A
scanner knows neither files nor replies: its caller says what a finding means.
"""

from orchestra_compiler.text_checks.found import Found

__all__ = ["Found"]
