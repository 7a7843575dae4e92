"""A consumer's team says what it uses of a contract, in its own words or by its Pact."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from contracts.documents import load
from contracts.governance.pact import read_pact
from contracts.governance.sidecar import Consumer
from registry.domain import Expectation, Principal
from registry.errors import Invalid, NotFound
from registry.services.authorization import Action, authorize
from registry.services.ports import Store, UnitOfWork
from registry.services.recording import record

DECLARED, PACT, INFERRED = "declared", "pact", "inferred"


@dataclass(frozen=True, slots=True)
class DeclareUse:
    """``uses`` in the words of ``contract.yaml`` ``consumers[]``, or the bytes of a ``pact``.

    Either takes the place of what the same consumer said in the same way before; a Pact counts
    before its own words, and these before what the provider's sidecar says of it.
    """

    contract: str
    consumer: str
    uses: Mapping[str, Any] | None = None
    pact: bytes | None = None
    filename: str = "pact.json"
    reason: str = ""
    proposed: bool = False
    """Only proposed, by whoever: it counts when the consumer's team has confirmed it."""


@dataclass(frozen=True, slots=True)
class ConfirmUse:
    """The consumer's team makes a proposed use its own words, or declines it."""

    contract: str
    consumer: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawUse:
    """Take back what the consumer declared itself, its Pact too; the sidecar stands again."""

    contract: str
    consumer: str
    reason: str = ""


def declare_use(command: DeclareUse, uow: UnitOfWork, caller: Principal) -> Expectation:
    """Remember it; the same again changes nothing.

    Raises:
        NotFound: no such contract or consuming system.
        Forbidden, Unauthenticated: the caller does not act for the consumer's team.
        Invalid: neither or both are given, the words do not say a use, or a Pact is proposed.
        contracts.errors.ContractError: the Pact cannot be read.
    """
    if (command.uses is None) == (command.pact is None):
        raise Invalid("uses", "give either uses, in your own words, or a pact")
    with uow.write() as store:
        contract = store.contracts.get(command.contract)
        system = store.estate.get_system(command.consumer)
        if command.proposed:
            authorize(caller, Action.PROPOSE)
            if command.uses is None:
                raise Invalid("pact", "is what the consumer was tested with; declare it")
        else:
            authorize(caller, Action.DECLARE_USE, system.team)
        own = DECLARED if command.pact is None else PACT
        source = INFERRED if command.proposed else own
        body = _words(command) if command.pact is None else _pact(command)
        expectation = Expectation(contract.name, system.id, source, not command.proposed, body)
        _put(store, expectation, None, uow, caller, command.reason)
        return expectation


def confirm_use(command: ConfirmUse, uow: UnitOfWork, caller: Principal) -> Expectation:
    """The proposed use counts from now on as what the consumer says itself.

    Raises:
        NotFound: no such contract or system, or nothing is proposed for it.
        Forbidden, Unauthenticated: the caller does not act for the consumer's team.
    """
    with uow.write() as store:
        proposed = _proposal(command, store, caller)
        confirmed = replace(proposed, source=DECLARED, confirmed=True)
        _put(store, None, proposed, uow, caller, command.reason)
        _put(store, confirmed, None, uow, caller, command.reason)
        return confirmed


def decline_use(command: ConfirmUse, uow: UnitOfWork, caller: Principal) -> Expectation:
    """Strike out a proposed use; gives what was proposed.

    Raises:
        NotFound, Forbidden, Unauthenticated: as :func:`confirm_use`.
    """
    with uow.write() as store:
        proposed = _proposal(command, store, caller)
        _put(store, None, proposed, uow, caller, command.reason)
        return proposed


def _proposal(command: ConfirmUse, store: Store, caller: Principal) -> Expectation:
    contract = store.contracts.get(command.contract)
    system = store.estate.get_system(command.consumer)
    authorize(caller, Action.DECLARE_USE, system.team)
    standing = store.expectations.of_contracts([contract.name]).get(contract.name, ())
    for one in standing:
        if one.consumer == system.id and one.source == INFERRED and not one.confirmed:
            return one
    raise NotFound(f"nothing is proposed of what {system.id} uses of {contract.name}")


def withdraw_use(
    command: WithdrawUse, uow: UnitOfWork, caller: Principal
) -> tuple[Expectation, ...]:
    """End what the consumer declared itself; gives what is ended.

    Raises:
        NotFound: no such contract or system, or it declared nothing itself.
    """
    with uow.write() as store:
        contract = store.contracts.get(command.contract)
        system = store.estate.get_system(command.consumer)
        authorize(caller, Action.DECLARE_USE, system.team)
        standing = store.expectations.of_contracts([contract.name]).get(contract.name, ())
        own = [e for e in standing if e.consumer == system.id and e.source in {DECLARED, PACT}]
        if not own:
            raise NotFound(f"{system.id} declared no use of {contract.name} itself")
        for expectation in own:
            _put(store, None, expectation, uow, caller, command.reason)
        return tuple(own)


def _put(
    store: Store,
    new: Expectation | None,
    old: Expectation | None,
    uow: UnitOfWork,
    caller: Principal,
    reason: str,
) -> None:
    """Replace one consumer's declaration of one source; the others of that source stay."""
    one = new or old
    assert one is not None
    store.contracts.lock(one.contract)
    standing = [
        e
        for e in store.expectations.of_contracts([one.contract]).get(one.contract, ())
        if e.source == one.source
    ]
    before = next((e for e in standing if e.consumer == one.consumer), None)
    others = [e for e in standing if e.consumer != one.consumer]
    now = uow.now()
    kept = [*others, new] if new is not None else others
    if not store.expectations.replace(one.contract, one.source, kept, now):
        return
    done = "withdrawn" if new is None else "declared" if new.confirmed else "proposed"
    record(
        store,
        caller,
        now,
        f"expectation.{done}",
        f"contract:{one.contract}",
        before=before,
        after=new,
        reason=reason,
        details={"contract": one.contract, "consumer": one.consumer, "source": one.source},
    )


def _words(command: DeclareUse) -> dict[str, Any]:
    given = dict(command.uses or {}) | {"system": command.consumer}
    try:
        stated = Consumer.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = "/".join(map(str, first["loc"]))
        raise Invalid(f"uses/{place}" if place else "uses", str(first["msg"])) from None
    if stated.uses is None:
        raise Invalid("uses/uses", "name what you use: operations, channels, messages or tables")
    found: dict[str, Any] = stated.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return found


def _pact(command: DeclareUse) -> dict[str, Any]:
    document = load(command.pact or b"", name=command.filename)
    read_pact(document)
    try:
        plain = json.loads(json.dumps(document.data, allow_nan=False))
    except (TypeError, ValueError):
        raise Invalid("pact", "holds numbers that JSON cannot carry exactly") from None
    return {"system": command.consumer, "pact": plain}
