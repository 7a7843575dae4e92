"""What a discriminator says about alternatives, read from its text (OpenAPI 3.1.1 §4.8.25)."""

from __future__ import annotations

from contracts.verdict import Json


class Discriminator:
    """The property that tells alternatives apart, and the values that name each of them.

    A value names an alternative by the mapping or by the component's own name; who writes one
    that the mapping names uses a name of the mapping.
    """

    def __init__(
        self, name: str, values: list[frozenset[str]], mapped: list[frozenset[str]]
    ) -> None:
        self.name = name
        self.values = values
        self.written = [some or all_ for all_, some in zip(values, mapped, strict=True)]
        self.known = frozenset[str]().union(*values)
        """The values that name any alternative."""

    @property
    def others(self) -> list[frozenset[str]]:
        """Per alternative, the values that name another one; it comes with none of these."""
        return [self.known - own for own in self.values]


def discriminator_of(raw: dict[str, Json], keyword: str) -> Discriminator | None:
    """What is said beside a list of alternatives; None if nothing is."""
    said = raw.get("discriminator")
    name = said.get("propertyName") if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(name, str):
        return None
    mapping = said.get("mapping")
    stated = mapping if isinstance(mapping, dict) else {}
    refs = [part.get("$ref") if isinstance(part, dict) else None for part in raw[keyword]]
    mapped = [_mapped(ref, stated) for ref in refs]
    values = [own | _component(ref) for own, ref in zip(mapped, refs, strict=True)]
    return Discriminator(name, values, mapped)


def _component(ref: Json) -> frozenset[str]:
    return frozenset({ref.rpartition("/")[2]} if isinstance(ref, str) else ())


def _mapped(ref: Json, mapping: dict[str, Json]) -> frozenset[str]:
    if not isinstance(ref, str):
        return frozenset()
    component = ref.rpartition("/")[2]
    return frozenset(key for key, target in mapping.items() if _leads_to(target, ref, component))


def _leads_to(target: Json, ref: str, component: str) -> bool:
    return isinstance(target, str) and target in (ref, component)
