"""Names of fields as the schemas tell them: of members that nobody declares, `*`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from contracts.compatibility.open_members import children_of, items_of, parts_of
from contracts.compatibility.spots import Spot
from contracts.documents import pointer
from contracts.verdict import Json


def name_below(instance: str, witness: Json, sides: Iterable[Spot | None]) -> str:
    """What a pointer into a witness adds to the name of a field: ``[].price``, ``.*.from``.

    A witness names members of maps by example. ``sides``: the schemas of the witness.
    """
    spots = [spot for spot in sides if spot is not None]
    name, value = "", witness
    for token in pointer.split(instance):
        parts = parts_of(spots)
        if isinstance(value, list):
            name += "[]"
            spots = items_of(parts)
        else:
            name += f".{token}" if _is_named(parts, token) else ".*"
            spots = children_of(parts, token)
        try:
            value = pointer.step(value, token)
        except (LookupError, ValueError):
            value = None
    return name


def _is_named(parts: Sequence[Spot], name: str) -> bool:
    """Whether a member is declared, or may be since nothing is known of its object."""
    if not parts or any(name in part.names("properties") for part in parts):
        return True
    others = ("additionalProperties", "patternProperties")
    return not any(isinstance(part.get(keyword), dict) for part in parts for keyword in others)


def tidy(name: str) -> str:
    """The name of a field: `lines[].price`; `*` for an item of a list at the top."""
    return "*" + name[2:] if name.startswith("[]") else name.removeprefix(".")


def joined(path: str, inside: str) -> str:
    """The name of a field below a field."""
    if not path or not inside:
        return path or inside
    return f"{path}[]{inside[1:]}" if inside.startswith("*") else f"{path}.{inside}"
