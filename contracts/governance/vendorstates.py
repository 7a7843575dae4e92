"""Vendor states to canonical states: a rule over several fields, not a table of one.

Vendors fold receiving, invoicing and approval into one status, or spread one state over three
fields (DOMAIN: facts from vendors). A mapping says which combination means what, what is lost,
and which combinations nobody has thought of.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from typing import ClassVar

from pydantic import Field, model_validator

from contracts.documents import Document
from contracts.governance.record import Record, read_record
from contracts.governance.statemachine import StateMachine
from contracts.governance.states import machine
from contracts.governance.values import Identifier

MOST_COMBINATIONS = 20_000
"""Combinations of vendor values that are gone through; more are refused."""

Value = str | bool | int


class MappingRule(Record):
    """A combination of vendor values and the state it means; the first that fits counts."""

    when: dict[str, Value | tuple[Value, ...]]
    """Field → its value, or one of several; fields left out may have any."""
    state: str | None = None
    """The canonical state; null: the combination has none, on purpose (say why in ``lost``)."""
    lost: str | None = None
    """What the canonical state does not tell of the vendor's."""

    def fits(self, values: Mapping[str, Value]) -> bool:
        """Whether a record of the vendor falls under the rule."""
        for field, wanted in self.when.items():
            allowed = wanted if isinstance(wanted, tuple) else (wanted,)
            if not any(_same(values.get(field), value) for value in allowed):
                return False
        return True


class StateMapping(Record):
    """How one vendor's fields are read as the states of one canonical machine."""

    kind_name: ClassVar[str] = "state mapping"

    id: Identifier
    title: str
    vendor: str
    product: str
    machine: str
    version: str
    owner: Identifier
    source: str | None = None
    """Where the vendor documents the values."""
    fields: dict[str, tuple[Value, ...]] = Field(min_length=1)
    """The vendor's fields with every value that they may have."""
    rules: tuple[MappingRule, ...] = Field(min_length=1)
    impossible: tuple[dict[str, Value | tuple[Value, ...]], ...] = ()
    """Combinations that the vendor never has."""

    @model_validator(mode="after")
    def _names_exist(self) -> StateMapping:
        if machine(self.machine) is None:
            message = f"there is no state machine {self.machine!r}"
            raise ValueError(message)
        if math.prod(len(values) for values in self.fields.values()) > MOST_COMBINATIONS:
            message = f"more than {MOST_COMBINATIONS} combinations; map fewer fields at once"
            raise ValueError(message)
        for part in (*(rule.when for rule in self.rules), *self.impossible):
            for field, wanted in part.items():
                known = self.fields.get(field)
                if known is None:
                    message = f"{field!r} is no field of the mapping"
                    raise ValueError(message)
                for value in wanted if isinstance(wanted, tuple) else (wanted,):
                    if not any(_same(value, other) for other in known):
                        message = f"{field} never has the value {value!r}"
                        raise ValueError(message)
        return self

    @property
    def canonical(self) -> StateMachine:
        """The machine whose states are meant."""
        found = machine(self.machine)
        assert found is not None
        return found

    def state(self, values: Mapping[str, Value]) -> str | None:
        """The canonical state of a record of the vendor; None where no rule fits."""
        rule = self._rule(values)
        return rule.state if rule is not None else None

    def problems(self) -> tuple[str, ...]:
        """Gaps, rules that never count, states that do not exist."""
        states = self.canonical.states
        found = [
            f"{self.id}: {rule.state!r} is no state of {self.machine}"
            for rule in self.rules
            if rule.state is not None and rule.state not in states
        ]
        found += [
            f"{self.id}: rule {at + 1} leads nowhere and does not say why; add 'lost'"
            for at, rule in enumerate(self.rules)
            if rule.state is None and not rule.lost
        ]
        used: set[int] = set()
        gaps = 0
        for values in self.combinations():
            rule = self._rule(values)
            if rule is not None:
                used.add(id(rule))
            elif (gaps := gaps + 1) <= 5:
                shown = ", ".join(f"{field}={value}" for field, value in values.items())
                found.append(f"{self.id}: no rule for {shown}")
        if gaps > 5:
            found.append(f"{self.id}: no rule for {gaps - 5} more combinations")
        found += [
            f"{self.id}: rule {at + 1} never counts, earlier ones take everything"
            for at, rule in enumerate(self.rules)
            if id(rule) not in used
        ]
        return tuple(found)

    def silent(self) -> tuple[str, ...]:
        """Canonical states that the vendor can never show."""
        shown = {rule.state for rule in self.rules}
        return tuple(state for state in self.canonical.states if state not in shown)

    def lossy(self) -> tuple[MappingRule, ...]:
        """Rules by which something of the vendor's meaning is lost."""
        return tuple(rule for rule in self.rules if rule.lost)

    def combinations(self) -> Iterator[dict[str, Value]]:
        """Every combination of values that the vendor can have."""
        never = [MappingRule(when=part) for part in self.impossible]
        for chosen in itertools.product(*self.fields.values()):
            values = dict(zip(self.fields, chosen, strict=True))
            if not any(rule.fits(values) for rule in never):
                yield values

    def _rule(self, values: Mapping[str, Value]) -> MappingRule | None:
        return next((rule for rule in self.rules if rule.fits(values)), None)


def load_state_mapping(document: Document) -> StateMapping:
    """Read a mapping file.

    Raises:
        InvalidContract: the first thing wrong, with pointer and line.
    """
    return read_record(StateMapping, document)


def _same(one: Value | None, other: Value) -> bool:
    return one == other and isinstance(one, bool) == isinstance(other, bool)
