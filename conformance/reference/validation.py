"""Requests held against the contract, refused in the contract's own words."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.http.conformity import Fault, NotJson, RequestRules, parse_json
from conformance.http.operations import Operation
from conformance.reference.calls import Rejected
from contracts.verdict import Json

MAX_BODY = 1 << 20
"""Bytes; more is 413."""


class OperationRules:
    """What one operation asks of a request, as refusals."""

    def __init__(self, operation: Operation, document: Mapping[str, Json]) -> None:
        self.operation = operation
        self._rules = RequestRules(operation, document)

    def read_parameters(
        self,
        path: Mapping[str, str],
        query: Mapping[str, list[str]],
        headers: Mapping[str, str],
        forgiven: frozenset[str] = frozenset(),
    ) -> dict[str, Json]:
        """The query parameters as values; unknown ones are left alone.

        Raises:
            Rejected: 400 with every parameter that is wrong; 428 if only If-Match is missing.
        """
        values, faults = self._rules.parameters(path, query, headers, forgiven)
        if faults == [("If-Match", "is missing")]:
            raise Rejected(428, "Read the record first and send its ETag in If-Match")
        _refuse(faults)
        return values

    def read_body(self, raw: bytes, media_type: str, *, lax: bool = False) -> Json:
        """The body as a value; ``lax`` leaves its schema out.

        Raises:
            Rejected: 400, 413 or 415.
        """
        known = self._rules.media_types
        if not known:
            return None
        if len(raw) > MAX_BODY:
            raise Rejected(413, f"The body has {len(raw)} bytes; {MAX_BODY} are allowed")
        if not raw and not media_type:
            if self._rules.body_required:
                _refuse([("", "the body is missing")])
            return None
        if media_type not in known:
            raise Rejected(415, f"{media_type or 'No media type'} is not {', '.join(known)}")
        try:
            value = parse_json(raw)
        except NotJson as error:
            raise Rejected(400, str(error), (("", str(error)),)) from None
        if not lax:
            _refuse(self._rules.body(value, media_type))
        return value


def parse_body(raw: bytes) -> Mapping[str, Json]:
    """A JSON object.

    Raises:
        Rejected: 400.
    """
    try:
        value = parse_json(raw or b"{}")
    except NotJson as error:
        raise Rejected(400, str(error)) from None
    if not isinstance(value, dict):
        raise Rejected(400, "A JSON object is wanted")
    return value


def _refuse(faults: list[Fault]) -> None:
    if faults:
        sentence = "; ".join(f"{place or 'body'}: {message}" for place, message in faults[:5])
        raise Rejected(400, sentence, tuple(faults))
