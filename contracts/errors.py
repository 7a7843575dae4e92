"""Everything that can be wrong with a document somebody gave us.

Each error carries a stable ``code`` and one sentence that names the place and the mend;
the edges (CLI, API, web) map them to exit status, HTTP status or a form message once.
A breaking change is a result, never an error.
"""

from __future__ import annotations


class ContractError(Exception):
    """A document cannot be used; ``str(error)`` is the sentence for the user."""

    code = "contract-error"

    def __init__(
        self,
        message: str,
        *,
        source: str | None = None,
        line: int | None = None,
        column: int | None = None,
        pointer: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.source = source
        self.line = line
        self.column = column
        self.pointer = pointer

    def __str__(self) -> str:
        place = self.source or ""
        if self.line is not None:
            place += f":{self.line}" if place else f"line {self.line}"
            if self.column is not None:
                place += f":{self.column}"
        if self.pointer:
            place += f" at {self.pointer}" if place else f"at {self.pointer}"
        return f"{place}: {self.message}" if place else self.message


class DocumentUnreadable(ContractError):
    """The bytes are not a document: missing file, broken YAML or JSON, over a limit."""

    code = "document-unreadable"


class UnsupportedFormat(ContractError):
    """The document is readable but does not say, or says wrongly, what it is."""

    code = "unsupported-format"


class ReferenceUnresolved(ContractError):
    """A ``$ref`` points to nothing, or to somewhere it may not go."""

    code = "reference-unresolved"


class InvalidContract(ContractError):
    """A document or sidecar does not follow its own specification."""

    code = "invalid-contract"
