"""One answered request, as the checks see it."""

from __future__ import annotations

from dataclasses import dataclass, field

from conformance.evidence import RecordedRequest, RecordedResponse
from conformance.http.operations import Operation
from contracts.verdict import Json


@dataclass(slots=True)
class Answer:
    """A request, its response, and the operation whose contract both are under."""

    operation: Operation
    request: RecordedRequest
    response: RecordedResponse
    ordinary: bool = True
    """False for a request made wrong on purpose, such as an undeclared method."""
    _json: list[Json] = field(default_factory=list)

    @property
    def status(self) -> int:
        """The status code."""
        return self.response.status

    @property
    def media_type(self) -> str:
        """The media type of the answer, lower case, without parameters."""
        value = self.response.header("content-type") or ""
        return value.partition(";")[0].strip().lower()

    def json(self) -> Json:
        """The parsed body; None when it is not JSON. Parsed once."""
        if not self._json:
            import json

            try:
                self._json.append(json.loads(self.response.body or ""))
            except ValueError:
                self._json.append(None)
        return self._json[0]
