"""Sources: the text of a project's files, read with places and without trust.

`text` decodes bytes, `yaml` and `markdown` read documents, `validation` holds them against the language's schemas.
Whatever a file holds, the result is data and findings, never an exception.
"""

from __future__ import annotations
