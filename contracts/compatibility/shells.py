"""Objects without their members: what is left to ask where members are asked about by themselves.

Two plain object schemas may differ in which properties they declare, require or refuse while the
properties they share are compared one by one. What remains is a small question about names; the
shared members stand in it as placeholders that are equal on both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set

from contracts.compatibility.spots import ANNOTATIONS, Spot
from contracts.documents import pointer
from contracts.lean_dataclasses import dataclass, field
from contracts.schema.options import DECLARED_MEMBERS_ONLY
from contracts.verdict import Json

COUNTS = ("minProperties", "maxProperties")

PLAIN = frozenset({"type", "properties", "required", "additionalProperties", "nullable", *COUNTS})
"""Keywords of an object schema that speak of its members one at a time, their names or number."""

MARKS = ("readOnly", "writeOnly")
"""Keywords that say of a whole schema whether it travels."""

COMPOSED = frozenset({"type", "properties", "required", "allOf", "discriminator", *COUNTS})
"""The same in parts of an object; a discriminator without alternatives restricts nothing."""

MARK = "\ufdd0member "
"""Begins the only value of a placeholder (U+FDD0 is no character)."""

_LEAF = frozenset(
    {
        *("type", "enum", "const", "format", "pattern", "minLength", "maxLength", "nullable"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        *("readOnly", "writeOnly"),
    }
)
"""Keywords of a schema that refers to no other."""


@dataclass(frozen=True, slots=True)
class Shells:
    """Two object schemas with placeholders for the members that both declare."""

    old: Mapping[str, Json]
    new: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class ObjectText:
    """An object schema as if it were written in one place: keywords, and where members stand."""

    keywords: dict[str, Json]
    members: dict[str, Spot]
    parts: tuple[Spot, ...]
    again: dict[str, list[Spot]] = field(default_factory=dict)
    """Further descriptions of members, which hold together with the first one."""

    @property
    def counted(self) -> bool:
        """Whether it says how many members there are."""
        return any(word in self.keywords for word in COUNTS)

    def holds(self, names: Set[str]) -> bool:
        """Whether it lets an object have as many members as these."""
        least, most = (self.keywords.get(word) for word in COUNTS)
        return (least or 0) <= len(names) and (most is None or len(names) <= most)

    def stands(self, place: str, missing: Set[str]) -> str:
        """The pointer of what would stand there; ``missing`` are members that it is about."""
        keyword, _, rest = place.removeprefix("/").partition("/")
        name, _, below = rest.partition("/")
        member = self.members.get(pointer.unescape(name)) if keyword == "properties" else None
        if member is not None:
            return member.pointer + (f"/{below}" if below else "")
        named = [part for part in self.parts if missing & set(_texts(part.get("required")))]
        declaring = [part for part in self.parts if missing & part.names("properties").keys()]
        saying = [part for part in self.parts if part.get(keyword) is not None]
        about = (named if keyword == "required" else []) or declaring or saying or list(self.parts)
        return about[0].pointer + (place if about[0].get(keyword) is not None else "")


def object_text(spot: Spot, *, repeated: bool = False, untyped: bool = False) -> ObjectText | None:
    """An object schema that speaks of nothing but its members one at a time; None for others.

    It may be put together by ``allOf``, as long as all its parts leave other members alone and
    each member is described once, unless ``repeated`` allows for more. ``untyped``: it may take
    other values than objects, too.
    """
    parts = spot.conjuncts() if isinstance(spot.value, dict) and "allOf" in spot.value else [spot]
    composed = len(parts) > 1
    if not all(_speaks_of_members(part, composed=composed, untyped=untyped) for part in parts):
        return None
    if not untyped and not any(part.get("type") == "object" for part in parts):
        return None
    members: dict[str, Spot] = {}
    again: dict[str, list[Spot]] = {}
    required: dict[str, None] = {}
    for part in parts:
        for name in part.names("properties"):
            child = part.below("properties", name)
            if child is None or (name in members and not repeated):
                return None
            if name in members:
                again.setdefault(name, []).append(child)
            else:
                members[name] = child
        required.update(dict.fromkeys(_texts(part.get("required"))))
    if len(parts) == 1:
        return ObjectText({k: v for k, v in spot.value.items() if k in PLAIN}, members, (spot,))
    keywords: dict[str, Json] = {"type": "object"}
    if any("properties" in part.value for part in parts):
        keywords["properties"] = {}
    if required:
        keywords["required"] = list(required)
    for word, tightest in zip(COUNTS, (max, min), strict=True):
        said = [part.value[word] for part in parts if word in part.value]
        if said:
            keywords[word] = tightest(said)
    return ObjectText(keywords, members, tuple(parts), again)


def _speaks_of_members(spot: Spot, *, composed: bool, untyped: bool) -> bool:
    raw = spot.value
    if not isinstance(raw, dict):
        return False
    known = COMPOSED if composed else PLAIN.union(MARKS)
    if not all(key in known or key in ANNOTATIONS or key.startswith("x-") for key in raw):
        return False
    if "$ref" in raw and (not composed or spot.target() is None):
        return False
    lists = isinstance(raw.get("required", []), list) and isinstance(raw.get("allOf", []), list)
    kind = raw.get("type", "object" if composed or untyped else None)
    takes_objects = kind == "object" or (untyped and isinstance(kind, list) and "object" in kind)
    if any(type(raw.get(word, 0)) is not int for word in COUNTS):
        return False
    return takes_objects and (lists or not composed)


def _texts(value: Json) -> list[str]:
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []


def shells(
    old: Spot,
    new: Spot,
    *,
    declared_only: bool,
    travels: Callable[[Spot], bool],
    same: Callable[[Spot, Spot], bool],
) -> Shells | None:
    """What is left of a pair without its common members; None if it cannot be told apart so."""
    texts = object_text(old, repeated=True), object_text(new, repeated=True)
    if texts[0] is None or texts[1] is None or any(old.get(m) != new.get(m) for m in MARKS):
        return None
    one, other = texts[0], texts[1]
    if not all(_all_same(one, other, name, same) for name in {**one.again, **other.again}):
        return None
    names = one.members.keys() & other.members.keys()
    for name in names:
        if _travels(one, name, travels) is not _travels(other, name, travels):
            return None
    if not all(_is_leaf(text.keywords.get("additionalProperties")) for text in (one, other)):
        return None
    others = _others(one, declared_only=declared_only), _others(other, declared_only=declared_only)
    asked = [frozenset(_texts(text.keywords.get("required"))) for text in (one, other)]
    before = _shell(one, names, travels, other_looks=others[1], other_asks=asked[1])
    after = _shell(other, names, travels, other_looks=others[0], other_asks=asked[0])
    return Shells(before, after) if before is not None and after is not None else None


def _all_same(
    one: ObjectText, other: ObjectText, name: str, same: Callable[[Spot, Spot], bool]
) -> bool:
    """Whether all descriptions of a member are equal on both sides."""
    before, after = ([*t.again.get(name, ()), *_first(t, name)] for t in (one, other))
    return len(before) == len(after) and all(map(same, before, after))


def _first(text: ObjectText, name: str) -> list[Spot]:
    return [text.members[name]] if name in text.members else []


def _travels(text: ObjectText, name: str, travels: Callable[[Spot], bool]) -> bool:
    return travels(text.members[name]) and all(map(travels, text.again.get(name, ())))


def _others(text: ObjectText, *, declared_only: bool) -> bool:
    """Whether it matters what an undeclared member holds: it may be sent, or must fit a schema."""
    more = text.keywords.get("additionalProperties")
    return more is not False and not (more is None and declared_only)


def _shell(
    text: ObjectText,
    common: Set[str],
    travels: Callable[[Spot], bool],
    *,
    other_looks: bool,
    other_asks: Set[str],
) -> dict[str, Json] | None:
    """One side; ``other_looks``: the other side sends or checks members it does not declare.

    ``other_asks``: those that it requires; it sends them, declared or not.
    """
    shell = dict(text.keywords)
    members: dict[str, Json] = {}
    for name, child in text.members.items():
        if not _travels(text, name, travels):
            members[name] = {"readOnly": True, "writeOnly": True}
        elif name in common:
            members[name] = {"enum": [MARK + name]}
        elif _is_leaf(child.value):
            members[name] = child.value
        elif not other_looks and name not in other_asks:
            members[name] = {"enum": [MARK + name]}
        else:
            return None
    if members:
        shell["properties"] = members
    return shell


def _is_leaf(schema: Json) -> bool:
    if isinstance(schema, bool) or schema is None:
        return True
    return isinstance(schema, dict) and all(
        key in _LEAF or (key in ANNOTATIONS and key != "$ref") or key.startswith("x-")
        for key in schema
    )


_TYPES = frozenset({"string", "number", "integer", "boolean", "array", "object", "null"})


def fitting(
    writer: Mapping[str, Json], reader: Mapping[str, Json], *, declared_only: bool
) -> tuple[str, ...] | None:
    """The policies by which a shell plainly fits another one; None if the engine has to tell."""
    sent, read = _plain_members(writer), _plain_members(reader)
    wanted, given = reader.get("required", []), writer.get("required", [])
    if sent is None or read is None or not (_are_names(wanted) and _are_names(given)):
        return None
    if writer.get("nullable") is not reader.get("nullable") or not set(wanted) <= set(given):
        return None
    if any(writer.get(word) != reader.get(word) for word in COUNTS):
        return None
    if any(sent[name] != read[name] for name in sent.keys() & read.keys()):
        return None
    more, others = writer.get("additionalProperties"), reader.get("additionalProperties")
    if more is False and not set(given) <= sent.keys():
        return None  # nothing can be written, which is told
    if more is False and (others is None or (others is False and sent.keys() <= read.keys())):
        return ()
    if more is None and others is None and declared_only and sent and set(given) <= sent.keys():
        added = [schema for name, schema in read.items() if name not in sent]
        if all(str(one.get("type")) in _TYPES or _is_mark(one) for one in added):
            return (DECLARED_MEMBERS_ONLY,) if added else ()
    return None


def _plain_members(shell: Mapping[str, Json]) -> dict[str, dict[str, Json]] | None:
    """The members that a shell describes, if all of them travel."""
    members = shell.get("properties", {})
    for schema in members.values() if isinstance(members, dict) else [None]:
        if not isinstance(schema, dict) or "readOnly" in schema or "writeOnly" in schema:
            return None
    return members  # type: ignore[no-any-return]


def _are_names(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _is_mark(schema: Mapping[str, Json]) -> bool:
    values = schema.get("enum")
    return isinstance(values, list) and len(values) == 1 and str(values[0]).startswith(MARK)


def filled(value: Json, sample: Callable[[str], Json]) -> Json:
    """A value of a shell with samples in place of its placeholders."""
    if not isinstance(value, dict):
        return value
    return {
        name: sample(name) if isinstance(item, str) and item.startswith(MARK) else item
        for name, item in value.items()
    }
