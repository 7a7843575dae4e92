"""Keeps the writes of a run inside the sandbox of its environment, and cleans up behind it.

What is refused here was not sent. The rules that need no request are checked before a run starts
(:func:`sandbox_refusals`).
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

from conformance.evidence import RecordedRequest, RecordedResponse
from conformance.http.conformity import path_values
from conformance.http.operations import Operation, at, follow
from conformance.http.patience import Patience
from conformance.plan import Refusal, Suite
from conformance.plan.sandbox import Cleanup, Sandbox
from conformance.plan.suite import SAFE_METHODS
from contracts.verdict import Json

if TYPE_CHECKING:
    import requests
    from schemathesis.generation.case import Case

MOST = 5000
"""Created records that are remembered."""
SWEEP_SECONDS = 45.0
"""Time for cleaning up after a run."""
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
Send = Callable[[RecordedRequest], RecordedResponse | None]


@dataclass(slots=True)
class Created:
    """A record that the run created: by which operation, its members, the request's headers."""

    operation: Operation
    record: Mapping[str, Json]
    location: str
    request: RecordedRequest


@dataclass(slots=True)
class Fence:
    """The sandbox of one run. Safe to use from any thread."""

    sandbox: Sandbox
    suite: Suite
    document: Mapping[str, Json]
    operations: tuple[Operation, ...]
    created: list[Created] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)
    _count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _where: Patience = field(init=False)

    def __post_init__(self) -> None:
        self._where = Patience(self.operations)

    def prepare(self, case: Case[Any]) -> None:
        """Give a generated write the tenant and an identifier of test data."""
        if case.method.upper() in SAFE_METHODS:
            return
        body = case.body if isinstance(case.body, dict) else {}
        places: list[Any] = [body, case.path_parameters, case.query]
        for name in self.suite.identifiers if self.sandbox.prefix or self._known else ():
            schema = None
            for place in places:
                if place and isinstance(place.get(name), str) and not self._ours(place[name]):
                    schema = schema or identifier_schema(self.document, self._of(case), name)
                    place[name] = self._fresh(schema) if place is body else self._any(name, schema)
        tenant = self.sandbox.tenant
        for place in (*places, case.headers):
            if tenant and place and tenant in place:
                place[tenant] = self.sandbox.tenant_value

    def refuses(self, request: requests.PreparedRequest) -> str | None:
        """Why a request may not leave; None if it may."""
        method, url = (request.method or "").upper(), request.url or ""
        if method in SAFE_METHODS or not self.sandbox.asks:
            return None
        operation = self._where.operation_of(method, url)
        if operation is None:
            return f"{method} is no operation of the contract there, and this is no sandbox for it"
        body = _object(request.body)
        given = {**_path(operation, url), **_query(url), **body}
        if self.sandbox.tenant and self._other_tenant(operation, request, given):
            return f"it does not name the test tenant in {self.sandbox.tenant}"
        if not self._inside(operation, url, body):
            prefix = f" (prefix {self.sandbox.prefix})" if self.sandbox.prefix else ""
            return f"it does not name test data{prefix}"
        return None

    def learn(self, request: RecordedRequest, response: RecordedResponse) -> None:
        """Remember what an answer says was created."""
        if not 200 <= response.status < 300 or request.method != "POST":
            return
        operation = self._where.operation_of(request.method, request.url)
        if operation is None or "{" in operation.path or len(self.created) >= MOST:
            return
        record = {**_object(request.body), **_object(response.body)}
        location = response.header("Location") or ""
        with self._lock:
            self.created.append(Created(operation, record, location, request))
            self._known |= {v for v in record.values() if isinstance(v, str)}
            self._known.add(location.rstrip("/").rpartition("/")[2])

    def sweep(self, send: Send) -> tuple[int, list[str]]:
        """Take away what was created: how many are gone, and what is left with its reason."""
        rules = {c.after: c for c in self.suite.cleanup}
        by_name = {name: o for o in self.operations for name in (o.label, o.operation_id) if name}
        end = time.monotonic() + SWEEP_SECONDS
        gone, left = 0, []
        for made in reversed(self.created):
            rule = rules.get(made.operation.operation_id or "") or rules.get(made.operation.label)
            call = by_name.get(rule.call) if rule else None
            if rule is None or call is None:
                continue
            name = made.location or str(made.record.get((*self.suite.identifiers, "id")[0], "?"))
            if time.monotonic() > end:
                left.append(f"{name}: no time left")
                continue
            problem = self._undo(made, rule, call, send)
            if problem:
                left.append(f"{name}: {problem}")
            gone += problem is None
        return gone, left

    def _undo(self, made: Created, rule: Cleanup, call: Operation, send: Send) -> str | None:
        path = call.path
        for parameter in call.parameters:
            if parameter.location != "path":
                continue
            value = made.record.get(rule.parameters.get(parameter.name, parameter.name))
            value = value if value is not None else made.location.rstrip("/").rpartition("/")[2]
            path = path.replace(f"{{{parameter.name}}}", quote(str(value), safe=""))
        base = made.request.url.partition("?")[0]
        base = base[: len(base) - len(made.operation.path)]
        kept = ("idempotency-key", "if-match", "content-type", "content-length")
        headers = [h for h in made.request.headers if h[0].lower() not in kept]
        body = None
        if rule.body is not None:
            body = json.dumps(rule.body)
            headers.append(("Content-Type", _media(self.document, call)))
        if call.parameter("Idempotency-Key"):
            headers.append(("Idempotency-Key", str(uuid.uuid4())))
        if call.parameter("If-Match"):
            seen = send(RecordedRequest("GET", base + path, tuple(headers)))
            headers.append(("If-Match", (seen.header("ETag") if seen else None) or "*"))
        answer = send(RecordedRequest(call.method, base + path, tuple(headers), body))
        if answer is None:
            return f"{call.label} gave no answer"
        gone = answer.status < 300 or answer.status in {404, 410}
        return None if gone else f"{call.label} answered {answer.status}"

    def _ours(self, value: str) -> bool:
        prefix = self.sandbox.prefix
        return value in self._known or (bool(prefix) and value.startswith(prefix))

    def _of(self, case: Case[Any]) -> Operation | None:
        label = case.operation.label
        return next((o for o in self.operations if o.label == label), None)

    def _fresh(self, schema: Json) -> str:
        with self._lock:
            self._count += 1
            return fresh_identifier(self.sandbox.prefix, schema, self._count)

    def _any(self, name: str, schema: Json) -> str:
        """A record of our own, made up if there is none yet."""
        with self._lock:
            known = [str(c.record[name]) for c in self.created[-20:] if name in c.record]
        if not known:
            return self._fresh(schema)
        self._count += 1
        return known[self._count % len(known)]

    def _other_tenant(
        self, operation: Operation, request: requests.PreparedRequest, given: Mapping[str, Json]
    ) -> bool:
        name, value = self.sandbox.tenant, self.sandbox.tenant_value
        stated = given.get(name, request.headers.get(name))
        if stated is None and "{" in operation.path:
            return False  # a record of our own, by its path
        return str(stated) != value

    def _inside(self, operation: Operation, url: str, body: Mapping[str, Json]) -> bool:
        """Whether a write changes a record of our own, or creates one that can be told apart."""
        path = _path(operation, url)
        if path:
            named = [path[n] for n in self.suite.identifiers if n in path]
            return all(self._ours(v) for v in named or [next(iter(path.values()))])
        if not self.sandbox.prefix:
            return True
        names = [body.get(n) for n in self.suite.identifiers]
        return any(isinstance(n, str) and n.startswith(self.sandbox.prefix) for n in names)


def fresh_identifier(prefix: str, schema: Json, number: int) -> str:
    """An identifier that nobody has: the prefix, then the time and a number, as long as allowed."""
    most = schema.get("maxLength", 40) if isinstance(schema, Mapping) else 40
    ticks, tail = int(time.time() * 10), ""
    value = ticks * 1000 + number % 1000
    while value:
        value, digit = divmod(value, 36)
        tail = _DIGITS[digit] + tail
    room = max(0, int(most) - len(prefix))
    return prefix + tail[-room:] if room else prefix


def sandbox_refusals(
    suite: Suite, sandbox: Sandbox, document: Mapping[str, Json], operations: tuple[Operation, ...]
) -> Iterator[Refusal]:
    """Every rule of a sandbox that a suite cannot keep; ``operations`` are those it calls."""
    writes = [o for o in operations if o.method not in SAFE_METHODS]
    if not writes:
        return
    if sandbox.tenant:
        yield from _tenant_refusals(suite, sandbox, document, writes)
    creating = [o for o in writes if o.method in {"POST", "PUT"} and "{" not in o.path]
    if sandbox.prefix:
        yield from _prefix_refusals(suite, sandbox, document, creating)
    if sandbox.cleanup:
        covered = {c.after for c in suite.cleanup}
        for operation in creating:
            if not {operation.label, operation.operation_id} & covered:
                yield Refusal(
                    "sandbox-cleanup",
                    f"nothing says how to take away what {operation.label} creates; name it in the "
                    "sidecar (conformance.cleanup, or policies.compensation) or leave it out",
                )


def _tenant_refusals(
    suite: Suite, sandbox: Sandbox, document: Mapping[str, Json], writes: list[Operation]
) -> Iterator[Refusal]:
    stated = {**suite.headers, **suite.parameters}.get(sandbox.tenant, sandbox.tenant_value)
    if str(stated) != sandbox.tenant_value:
        yield Refusal(
            "sandbox-tenant",
            f"the suite sets {sandbox.tenant} to {stated!r}; test data belong to "
            f"{sandbox.tenant_value!r} there",
        )
    for operation in writes:
        if "{" in operation.path:
            continue  # only records of our own are changed
        places = {p.name for p in operation.parameters}
        if sandbox.tenant not in places and not _property(document, operation, sandbox.tenant):
            yield Refusal(
                "sandbox-tenant",
                f"{operation.label} has no {sandbox.tenant}, so that nothing keeps it to the test "
                "tenant; leave it out (excluded-operations)",
            )


def _prefix_refusals(
    suite: Suite, sandbox: Sandbox, document: Mapping[str, Json], creating: list[Operation]
) -> Iterator[Refusal]:
    import jsonschema_rs

    for operation in creating:
        schemas = [s for s in (_property(document, operation, n) for n in suite.identifiers) if s]
        if not schemas:
            named = ", ".join(suite.identifiers) or "none is named (conformance.identifiers)"
            yield Refusal(
                "sandbox-prefix",
                f"{operation.label} has no identifier that can bear {sandbox.prefix}: {named}",
            )
            continue
        value = fresh_identifier(sandbox.prefix, schemas[0], 1)
        rules = {**document, **schemas[0]} if "$ref" in json.dumps(schemas[0]) else schemas[0]
        if not jsonschema_rs.is_valid(rules, value):
            yield Refusal(
                "sandbox-prefix",
                f"the identifier of {operation.label} cannot be {value!r}; choose another prefix",
            )


def identifier_schema(document: Mapping[str, Json], operation: Operation | None, name: str) -> Json:
    """The schema of an identifier, in the body or as a parameter of an operation."""
    if operation is None:
        return None
    found = _property(document, operation, name)
    if found is None:
        parameter = next((p for p in operation.parameters if p.name == name), None)
        found = parameter.schema if parameter else None
    return found


def _property(document: Mapping[str, Json], operation: Operation, name: str) -> Any:
    if operation.body is None:
        return None
    content, base = follow(document, f"{operation.body}/content")
    for media in content if isinstance(content, Mapping) else ():
        schema, place = follow(document, f"{base}/{str(media).replace('/', '~1')}/schema")
        parts = [place, *(f"{place}/allOf/{n}" for n in range(len(_all_of(schema))))]
        for part in parts:
            where = follow(document, part)[1]
            value, _ = follow(document, f"{where}/properties/{name}")
            if isinstance(value, Mapping):
                return value
    return None


def _all_of(schema: Json) -> list[Json]:
    parts = schema.get("allOf") if isinstance(schema, Mapping) else None
    return parts if isinstance(parts, list) else []


def _media(document: Mapping[str, Json], operation: Operation) -> str:
    body, place = follow(document, operation.body) if operation.body else (None, "")
    content = at(document, f"{place}/content") if body is not None else None
    return next(iter(content), "application/json") if isinstance(content, Mapping) else "*/*"


def _path(operation: Operation, url: str) -> dict[str, str]:
    return path_values(operation.path, urlsplit(url).path) or {}


def _query(url: str) -> dict[str, str]:
    return {n: v[-1] for n, v in parse_qs(urlsplit(url).query).items()}


def _object(body: Any) -> dict[str, Json]:
    try:
        value = json.loads(body or "null")
    except (ValueError, TypeError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
