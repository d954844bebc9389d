"""The characters that must be escaped in what is written, for `str.translate`.

Also those that a parser would change: it reads other line ends as a new line, and white space in attributes as blanks.
"""

from __future__ import annotations

IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
IN_ATTRIBUTE = IN_TEXT | str.maketrans({"\n": "&#10;", "\t": "&#9;", '"': "&quot;"})
