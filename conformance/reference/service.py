"""A reference service: contracts in front, a system with state behind, real HTTP between."""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from conformance.http.operations import operations
from conformance.reference.calls import Call, Rejected, Reply
from conformance.reference.capture import Capture
from conformance.reference.faults import Fault, Faults
from conformance.reference.idempotency import KeyStore
from conformance.reference.validation import OperationRules
from contracts.verdict import Json

CORRELATION = re.compile(r"[A-Za-z0-9._:-]{1,64}")
RACE = 0.03
"""Seconds between looking for a key and noting it, where that is the fault."""
Handler = Callable[[Call], Reply]
Backstage = Callable[[Mapping[str, Json]], Json]
"""A deed of people in the business, such as counting goods; no part of any contract."""


class System(Protocol):
    """The inside of a service: which operation is answered by what."""

    def handlers(self) -> Mapping[str, Handler]: ...
    def backstage(self) -> Mapping[str, Backstage]: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What a system is built from: its switched-on faults, its events, its release."""

    faults: Faults
    capture: Capture
    release: str


@dataclass(frozen=True, slots=True)
class Blueprint:
    """How to build one system: its contracts' ids, its faults, its inside."""

    name: str
    contracts: tuple[str, ...]
    faults: tuple[Fault, ...]
    build: Callable[[Parts], System]


class Service:
    """Answers calls for every operation of a system's contracts."""

    def __init__(
        self,
        system: System,
        documents: Mapping[str, Mapping[str, Json]],
        parts: Parts,
        token: str,
    ) -> None:
        handlers = system.handlers()
        self.backstage = system.backstage()
        self.faults = parts.faults
        self.release = parts.release
        self.token = token
        self.routes: list[tuple[str, str, OperationRules, Handler]] = []
        self._keys = KeyStore()
        self._lock = threading.RLock()
        for contract, document in documents.items():
            for operation in operations(document):
                name = operation.operation_id or operation.label
                if name not in handlers:
                    raise LookupError(f"{contract} declares {name} and the service has no answer")
                rules = OperationRules(operation, document)
                self.routes.append((operation.path, operation.method, rules, handlers[name]))

    def answer(self, call: Call, rules: OperationRules, handler: Handler) -> Reply:
        """The answer to a request that has been read."""
        if self.faults.crashes(call):
            raise RuntimeError("switched-on fault")
        key = call.headers.get("idempotency-key")
        keyed = rules.operation.parameter("Idempotency-Key") is not None
        if key is None or not keyed or "idempotency-key-ignored" in self.faults:
            return self.faults.reply(call, self._work(call, handler))
        compare = "idempotency-payload-ignored" not in self.faults
        late = RACE if "idempotency-key-raced" in self.faults else 0.0
        reply = self._keys.once(
            key, call, lambda: self._work(call, handler), compare=compare, late=late
        )
        return self.faults.reply(call, reply)

    def behind(self, deed: str, what: Mapping[str, Json]) -> Json:
        """Let people in the business do something.

        Raises:
            Rejected: there is no such deed, or the state forbids it.
        """
        if deed not in self.backstage:
            raise Rejected(404, f"There is no {deed}; known are {', '.join(self.backstage)}")
        with self._lock:
            try:
                return self.backstage[deed](what)
            except KeyError as error:
                raise Rejected(400, f"{error} is missing") from None

    def _work(self, call: Call, handler: Handler) -> Reply:
        with self._lock:
            return handler(call)


def correlation_of(value: str | None) -> str:
    """The caller's correlation id where it is well-formed, else a new one."""
    return value if value and CORRELATION.fullmatch(value) else str(uuid.uuid4())


def wsgi(service: Service, name: str) -> Any:
    """The Flask application in front of a service."""
    from conformance.reference.edge import build

    return build(service, name)


def dump(reply: Reply) -> bytes:
    """The body on the wire."""
    return b"" if reply.body is None else json.dumps(reply.body).encode()


def rejected(status: int, correlation_id: str, detail: str = "", **headers: str) -> Reply:
    """A refusal as an answer."""
    return Rejected(status, detail, headers=headers).reply(correlation_id)


def library(root: Path, contract: str, release: str) -> Path:
    """The document of a contract that a release serves: its version, or the newest below it."""
    system, _, short = contract.partition(".")
    found = {
        path.name.split(".openapi")[0]: path for path in (root / system / short).glob("*.openapi.*")
    }
    if not found:
        raise LookupError(f"the library has no OpenAPI document of {contract}")
    wanted = _number(release)
    fitting = [v for v in found if _number(v) <= wanted] or list(found)
    return found[max(fitting, key=_number)]


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version.split("-", maxsplit=1)[0])[:3])
