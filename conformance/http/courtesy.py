"""Headers that only make sense with the right value: a new key, the current version, a trace.

A generator repeats one key and invents version numbers; a correct system then refuses nearly every
write, and little is tested. Headers that are varied or left out on purpose stay as they are.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import schemathesis
from schemathesis.core.parameters import ParameterLocation

if TYPE_CHECKING:
    from schemathesis.core.transport import Response
    from schemathesis.generation.case import Case

    from conformance.http.fence import Fence

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
UNKNOWN = '"0"'
"""The version of a resource nobody has read: well-formed (RFC 9110 §8.8.3), and surely stale."""
REMEMBERED = 5000


class Courtesy:
    """Fills in Idempotency-Key, If-Match and traceparent; the same run after run with one seed."""

    def __init__(self, seed: int, fence: Fence | None = None) -> None:
        self._seed = seed
        self._fence = fence
        self._count = 0
        self._versions: dict[str, str] = {}

    def install(self) -> None:
        """Hook into every request of the process."""
        courtesy = self

        @schemathesis.hook
        def before_call(context: Any, case: Case[Any], kwargs: Any) -> None:  # noqa: ARG001
            courtesy.prepare(case)

        @schemathesis.hook
        def after_call(context: Any, case: Case[Any], response: Response) -> None:  # noqa: ARG001
            courtesy.learn(case, response)

    def prepare(self, case: Case[Any]) -> None:
        """Give meaningful values to headers that are there and not what this request is about."""
        if self._fence is not None:
            self._fence.prepare(case)
        headers = case.headers
        if not headers:
            return
        named = _varied(case)
        if named == {"Authorization"}:
            return  # an edited request would get its credential back
        if "Idempotency-Key" in headers and _spared("Idempotency-Key", named):
            self._count += 1
            name = f"{self._seed}/{self._count}"
            headers["Idempotency-Key"] = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
        if "traceparent" in headers and _spared("traceparent", named):
            headers["traceparent"] = TRACE
        if "If-Match" in headers and _spared("If-Match", named):
            headers["If-Match"] = self._versions.get(case.formatted_path, UNKNOWN)

    def learn(self, case: Case[Any], response: Response) -> None:
        """Remember the version of the resource an answer is about."""
        tag = response.headers.get("etag")
        if not tag or response.status_code >= 300 or len(self._versions) > REMEMBERED:
            return
        path = case.formatted_path
        location = response.headers.get("location")
        if location:
            path = urlsplit(location[0]).path
        self._versions[path] = tag[0]
        if case.method.upper() == "POST" and not location:  # an action below the resource
            self._versions[path.rpartition("/")[0]] = tag[0]


def _varied(case: Case[Any]) -> set[str] | None:
    """The headers whose wrong values the request was made to try; empty: they are wrong all over.

    None where its headers are meant well.
    """
    if case.meta is None or not case.meta.is_negative_at(ParameterLocation.HEADER):
        return None
    data = case.meta.phase.data
    named = {str(data.parameter or "")} | {str(m.parameter or "") for m in data.mutations}
    named.discard("")
    return named


def _spared(header: str, named: set[str] | None) -> bool:
    return named is None or bool(named and header not in named)
