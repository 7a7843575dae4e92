"""What a syntax, an edition and ``features`` options mean for each message, enum and field.

Features are inherited from the file through messages and oneofs to fields and enums; what stands
nearer counts. Sources: protobuf.dev, *Feature Settings for Editions*; ``descriptor.proto``,
``FeatureSet``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from contracts.verdict import Json


class Features(NamedTuple):
    """The features that bytes, JSON or readers of a field depend on."""

    field_presence: str
    enum_type: str
    repeated_field_encoding: str
    utf8_validation: str
    message_encoding: str
    json_format: str

    def over(self, stated: Mapping[str, Json]) -> Features:
        """These, but for what is stated; features of languages are nobody else's."""
        known = {name: value for name, value in stated.items() if name in self._fields}
        return self._replace(**known) if known else self


DEFAULTS: Mapping[str, Features] = {
    "proto2": Features(
        *("EXPLICIT", "CLOSED", "EXPANDED", "NONE", "LENGTH_PREFIXED", "LEGACY_BEST_EFFORT")
    ),
    "proto3": Features("IMPLICIT", "OPEN", "PACKED", "VERIFY", "LENGTH_PREFIXED", "ALLOW"),
    "2023": Features("EXPLICIT", "OPEN", "PACKED", "VERIFY", "LENGTH_PREFIXED", "ALLOW"),
    "2024": Features("EXPLICIT", "OPEN", "PACKED", "VERIFY", "LENGTH_PREFIXED", "ALLOW"),
}
"""What holds where a file states nothing, by its syntax or edition."""

REQUIRED = "LEGACY_REQUIRED"
EXPLICIT = "EXPLICIT"
IMPLICIT = "IMPLICIT"


def of_file(data: Mapping[str, Json]) -> Features:
    """What holds in a file; an edition that is not known is read as the latest that is."""
    defaults = DEFAULTS.get(str(data["syntax"]), DEFAULTS["2024"])
    return defaults.over(data.get("features") or {})


def of_message(data: Mapping[str, Json], name: str) -> Features:
    """What holds in a message; the file's features where it is not at hand."""
    return _of_definition(data, data["messages"].get(name), name)


def of_enum(data: Mapping[str, Json], name: str) -> Features:
    """What holds for an enum."""
    return _of_definition(data, data["enums"].get(name), name)


def is_closed(data: Mapping[str, Json], name: str) -> bool:
    """Whether readers take only the listed values of an enum for values."""
    return of_enum(data, name).enum_type == "CLOSED"


def _of_definition(data: Mapping[str, Json], definition: Json, name: str) -> Features:
    if definition is not None and "settled" in definition:
        return Features(*definition["settled"])
    outer = name.rpartition(".")[0]
    known = outer in data["messages"]
    inherited = of_message(data, outer) if known else of_file(data)
    return inherited.over((definition or {}).get("features") or {})


def of_field(owner: Mapping[str, Json], inherited: Features, field: Json) -> Features:
    """What holds for a field of ``owner``, whose features are ``inherited``."""
    found = inherited
    if "oneof" in field:
        found = found.over((owner.get("oneofs") or {}).get(field["oneof"]) or {})
    found = found.over(field.get("features") or {})
    stated: dict[str, Any] = {}
    if field.get("label") == "required":
        stated["field_presence"] = REQUIRED
    elif field.get("label") == "optional" or "oneof" in field:
        # a oneof tells which of its fields is set; `optional` in proto3 asks for the same
        stated["field_presence"] = EXPLICIT
    if field.get("group"):
        stated["message_encoding"] = "DELIMITED"
    if "packed" in field:
        stated["repeated_field_encoding"] = "PACKED" if field["packed"] is True else "EXPANDED"
    return found._replace(**stated) if stated else found
