"""Lists come in pages."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Operation, Subject, mapping
from contracts.verdict import Level

SIZES = {"limit", "pageSize", "page_size", "$top", "top", "size"}
PLACES = {"cursor", "page", "offset", "after", "pageToken", "$skip", "skip", "$skiptoken"}


@policy(
    "pagination",
    level=Level.ERROR,
    mend="Give the operation the parameters limit and cursor, and the answer nextCursor.",
)
def pagination(subject: Subject) -> Iterator[Complaint]:
    """A list without pages works until the day it has to."""
    for operation in subject.operations:
        if operation.method != "get" or not _is_list(subject, operation):
            continue
        names = {str(node.data.get("name")) for node in operation.parameters}
        missing = [
            word for word, known in (("size", SIZES), ("place", PLACES)) if not names & known
        ]
        if missing:
            message = f"GET {operation.path} is a list without a page {' and '.join(missing)}"
            yield Complaint(operation.pointer, message)


def _is_list(subject: Subject, operation: Operation) -> bool:
    for response in operation.responses:
        if not response.name.startswith("2"):
            continue
        for media in subject.media(response):
            schema = subject.follow(f"{media.pointer}/schema", media.data.get("schema"))
            if schema.data.get("type") == "array":
                return True
            properties = mapping(schema.data.get("properties"))
            for name in ("items", "value", "results", "data"):
                inner = subject.follow("", properties.get(name))
                if inner.data.get("type") == "array":
                    return True
    return False
