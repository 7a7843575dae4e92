"""Test data in a system that others use as well: told apart, kept apart, and taken away again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from contracts.verdict import Json


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What an environment asks of test data.

    Every write names the tenant, what is created bears the prefix in its identifier, changes touch
    nothing else, and with ``cleanup`` what was created is taken away through the API.
    """

    tenant: str = ""
    """Name of the parameter, header or body member that says whose data it is."""
    tenant_value: str = ""
    prefix: str = ""
    cleanup: bool = False

    @property
    def asks(self) -> bool:
        """Whether it asks for anything."""
        return bool(self.tenant or self.prefix or self.cleanup)

    def to_json(self) -> dict[str, Json]:
        """A plain JSON object."""
        return asdict(self)

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any] | None) -> Sandbox:
        """The inverse of :meth:`to_json`; nothing asks for nothing."""
        return cls(**data) if data else cls()


@dataclass(frozen=True, slots=True)
class Cleanup:
    """How what one operation creates is taken away: ``call`` with ``body``.

    ``parameters`` say from which member of the created record a parameter is taken; left out, from
    the member of the same name, or from the end of the answer's Location.
    """

    after: str
    call: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    body: Json = None

    def to_json(self) -> dict[str, Json]:
        """A plain JSON object."""
        return asdict(self)
