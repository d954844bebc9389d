"""The one family of exceptions this project raises on purpose.

Findings about a user's files are never raised: they are `Diagnostic` values. An `OrchestraError` is for what stops a
command altogether: a project that cannot be found, a folder that cannot be written, a schema that does not load.
"""

from __future__ import annotations


class OrchestraError(Exception):
    """Say what stopped the work and how to mend it.

    Attributes:
        message: One sentence, without the mend.
        hint: The mend, or an empty string where none is known.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class UsageError(OrchestraError):
    """The command line asks for something that cannot be done; exit code 2."""


class ProjectError(OrchestraError):
    """The project cannot be read or written at all."""


class FindingsError(OrchestraError):
    """A project has errors, so that what was asked cannot be answered; exit code 1, as for the findings themselves."""


class MessageError(OrchestraError):
    """A document is not a message of the protocol, or is hostile XML."""


class ManifestError(OrchestraError):
    """The compiled manifest is missing, damaged or of another version."""
