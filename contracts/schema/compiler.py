"""Schemas of every dialect → formulas of :mod:`contracts.schema.nodes`, keyword by keyword.

Each keyword becomes a :class:`Part`: a formula, the place it stands at, and the subschemas
through which a failure can be traced further. A schema is the conjunction of its parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from contracts.lean_dataclasses import dataclass, field
from contracts.schema.dialects import names_unknown_dialect
from contracts.schema.formats import EXAMPLES
from contracts.schema.locations import Location
from contracts.schema.marks import Marks
from contracts.schema.nodes import NameClass, Node, Op, Universe
from contracts.schema.options import Options, Side
from contracts.schema.references import Elsewhere, Sources, Unresolved, follow, follow_dynamic
from contracts.schema.results import BudgetSpent
from contracts.schema.values import key
from contracts.verdict import Json

Wrap = Callable[[Node], Node]


@dataclass(frozen=True, slots=True)
class Child:
    """A subschema of a part: ``wrap`` of its formula is what the part says through it."""

    at: Location
    wrap: Wrap
    step: str = ""
    """How the instance is entered: ``.name``, ``.*``, ``[3]``, ``[*]``, ``.~`` (its name)."""
    in_place: bool = True
    unless: tuple[Node, ...] = ()
    """For a schema in place: it need not hold where one of these does."""
    names: NameClass | None = None
    """The members that ``.*`` stands for, where they are one class."""
    start: int | None = None
    """The first item that ``[*]`` stands for, where it stands for all from there."""

    @classmethod
    def placed(cls, at: Location, universe: Universe, *unless: Node) -> Child:
        """A schema for the same value."""
        return cls(at, lambda node: universe.any_of((*unless, node)), unless=unless)

    def meant(self, universe: Universe, marks: Node, others: Iterable[Node]) -> Child:
        """As one of several alternatives: it must hold for marked values no other one takes."""
        unless = (*self.unless, universe.negation(marks))
        spared = (*unless, *others)
        return Child(self.at, lambda node: universe.any_of((*spared, node)), unless=unless)


@dataclass(frozen=True, slots=True)
class Part:
    """What one keyword of a schema says."""

    keyword: str
    tokens: tuple[str | int, ...]
    node: Node
    children: tuple[Child, ...] = ()
    kind: str = "leaf"
    """``all``: the part is the conjunction of its children; ``any``/``one``/``chosen``: the
    alternatives."""
    several: Node | None = None
    """What fits more than one alternative where the part refuses that."""


@dataclass(slots=True)
class Compiled:
    """A schema's parts and their conjunction."""

    at: Location
    parts: list[Part] = field(default_factory=list)
    node: Node | None = None


_SCALAR = frozenset(
    {
        "type", "format", "enum", "const", "nullable", "pattern", "minLength", "maxLength",
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
        "title", "description", "default", "example", "examples", "deprecated",
    }
)  # fmt: skip
"""Schemas of only these are read alike by both sides, however they treat members."""


def _is_scalar(raw: dict[str, Json]) -> bool:
    kinds = raw.get("type", "")
    named = isinstance(kinds, (str, list)) and "object" not in kinds
    return _SCALAR.issuperset(raw) and named


Handler = Callable[["Compiler", Location, Json], "Part | None"]


_AS_IT_STANDS = Side.of_reader(Options()).profile
"""How a schema is read that no policy concerns."""


class Malformed(ValueError):
    """A keyword has a value its dialect does not allow; the message says what is wrong.

    ``elsewhere``: what a reference names that leads to a document nobody can look into.
    """

    def __init__(self, reason: str, elsewhere: tuple[str, str] | None = None) -> None:
        super().__init__(reason)
        self.elsewhere = elsewhere


class Compiler:
    """Compiles the schemas of one side, each once."""

    def __init__(self, universe: Universe, sources: Sources, options: Options, side: Side) -> None:
        self.universe = universe
        self.sources = sources
        self.options = options
        self.side = side
        self.twin: Compiler | None = None
        """The other side, where every value this side may send is readable for equal schemas."""
        self.lexical_integers = False
        self.identities: Callable[[Location], Any] | None = None
        self.meter: Callable[[], None] = lambda: None
        """Raises when the time for the question is over."""
        self._compiled: dict[Any, Compiled] = {}
        self._loops: dict[Any, bool] = {}
        self.hints: dict[int, list[Json]] = {}
        self.assumption_of: dict[int, str] = {}
        self.met: set[str] = set()
        """Policies by which something was read; without the others all would be the same."""
        self.marks = Marks(self)
        self.pointers: dict[int, str] = {}
        """Where a schema that a formula stands for was met first."""

    # -- schemas as formulas

    def value(self, at: Location) -> Node:
        """The formula of a schema for a whole value: a root, a member or an item."""
        return self._lazy(at, whole=True)

    def in_place(self, at: Location) -> Node:
        """The formula of a schema applied beside others to the same value."""
        return self._lazy(at, whole=False)

    def _lazy(self, at: Location, *, whole: bool) -> Node:
        self.meter()
        universe = self.universe
        if at.raw is True or at.raw == {}:
            return universe.true
        if at.raw is False:
            return universe.false
        scalar = isinstance(at.raw, dict) and _is_scalar(at.raw)
        closing = whole and self.side.closed and not scalar
        identity = self.identity(at)
        implied: tuple[int, ...] = ()
        if (closing or self.twin is not None) and not scalar:
            implied = tuple(self._implied(at, identity, closing))
        profile = (self.side.asserts_format,) if scalar else self.side.profile
        name = ("schema", identity, at.dialect, profile, closing)
        node = universe.lazy(name, lambda: self._load(at, closing), implied)
        self.pointers.setdefault(node.id, at.pointer)
        self._remember_examples(node, at)
        return node

    def _implied(self, at: Location, identity: Any, closing: bool) -> list[int]:
        found: list[int] = []
        if closing:
            found.append(self._lazy(at, whole=False).id)
        twin = self.twin
        if twin is not None and twin.side.profile != self.side.profile:
            name = ("schema", identity, at.dialect, twin.side.profile, False)
            node = self.universe.lazy(name, lambda: twin._load(at, False))
            found.append(node.id)
        return found

    def identity(self, at: Location) -> Any:
        """Equal for schemas that certainly mean the same."""
        known = self.identities(at) if self.identities is not None else None
        return at.identity if known is None else known

    def _load(self, at: Location, closing: bool) -> Node:
        compiled = self.compile(at)
        assert compiled.node is not None
        if not closing:
            return compiled.node
        from contracts.schema.unevaluated import closure

        return self.universe.all_of((compiled.node, closure(self, at)))

    def assume(self, node: Node, policy: str) -> None:
        """Note that a formula, and what it is made of, stands there by a policy."""
        if node.op in (Op.AND, Op.OR):
            for part in node.args:
                self.assume(part, policy)
        elif node.op is Op.MEMBERS or node.op is Op.MEMBER:
            self.assumption_of.setdefault(node.id, policy)

    def _remember_examples(self, node: Node, at: Location) -> None:
        raw = at.raw
        if node.id in self.hints or not isinstance(raw, dict):
            return
        found: list[Json] = []
        many = raw.get("examples")
        if isinstance(many, list):
            found.extend(many[:3])
        found.extend(raw[name] for name in ("example", "default") if name in raw)
        found.extend(EXAMPLES.get(str(raw.get("format")), ()))
        if found:
            self.hints[node.id] = found

    def compile(self, at: Location) -> Compiled:
        """The parts of a schema, made once."""
        identity = at.identity
        known = self._compiled.get(identity)
        if known is None:
            known = Compiled(at)
            self._compiled[identity] = known
            try:
                known.parts = self._parts(at)
                known.node = self.universe.all_of(part.node for part in known.parts)
            except BudgetSpent:
                del self._compiled[identity]
                raise
        return known

    def _parts(self, at: Location) -> list[Part]:
        from contracts.schema.keywords import handlers_of

        raw = at.raw
        if raw is True or raw is False:
            return [] if raw else [Part("false", (), self.universe.false)]
        if not isinstance(raw, dict):
            return [self._opaque_part(at, "schema", raw, "is not a schema")]
        if "$ref" in raw and not at.dialect.rules.siblings:
            return [self._handled(at, "$ref", raw["$ref"], reference("$ref"))]
        handlers = handlers_of(at.dialect)
        parts: list[Part] = []
        for keyword, value in raw.items():
            handler = handlers.get(keyword)
            if handler is None:
                reason = self._open_question(at, keyword)
                if reason is not None:
                    parts.append(self._opaque_part(at, keyword, value, reason))
                continue
            part = self._handled(at, keyword, value, handler)
            if part.node is not self.universe.true:
                parts.append(part)
        return parts

    def _handled(self, at: Location, keyword: str, value: Json, handler: Handler) -> Part:
        try:
            part = handler(self, at, value)
        except Malformed as error:
            if error.elsewhere is not None and self.side.profile == _AS_IT_STANDS:
                identity = (*error.elsewhere, at.dialect)
                node = self.universe.unseen(keyword, str(error), identity, at.pointer)
                return Part(keyword, (keyword,), node)
            return self._opaque_part(at, keyword, value, str(error))
        return part if part is not None else Part(keyword, (keyword,), self.universe.true)

    def _open_question(self, at: Location, keyword: str) -> str | None:
        """Why a keyword without a meaning in this dialect cannot be passed over."""
        from contracts.schema.keywords import foreign_assertion
        from contracts.schema.value_keywords import ANNOTATIONS

        if keyword in self.options.annotations:
            return None
        if keyword == "$schema" and names_unknown_dialect(at.raw[keyword]):
            return "names a metaschema that is not known here"
        if keyword in ANNOTATIONS or keyword.startswith("x-"):
            return None
        reason = foreign_assertion(keyword, at.dialect)
        if reason is None and self.options.unknown_keywords == "unknown":
            return "is not understood"
        return reason

    def _opaque_part(self, at: Location, keyword: str, value: Json, reason: str) -> Part:
        identity = (key(value), at.dialect) if not _has_reference(value) else self.identity(at)
        node = self.universe.opaque(keyword, reason, identity, at.pointer)
        return Part(keyword, (keyword,), node)

    # -- references

    def target(self, at: Location, keyword: str, ref: Json) -> Location:
        """Where a reference leads.

        Raises:
            Malformed: nowhere, or back to itself without entering the value.
        """
        try:
            if keyword == "$ref":
                found = follow(at, ref, self.sources)
            else:
                found = follow_dynamic(at, keyword, ref, self.sources)
        except Elsewhere as error:
            raise Malformed(f"cannot be followed: {error}", error.address) from None
        except Unresolved as error:
            raise Malformed(f"cannot be followed: {error}") from None
        if self._loops_back(found, []):
            raise Malformed("leads back to itself without entering the value")
        return found

    def _loops_back(self, at: Location, path: list[Any]) -> bool:
        identity = at.identity
        known = self._loops.get(identity)
        if known is not None:
            return known
        if identity in path:
            return True
        if len(path) > 200:
            return True
        path.append(identity)
        found = any(self._loops_back(child, path) for child in self.beside(at))
        path.pop()
        self._loops[identity] = found
        return found

    def beside(self, at: Location) -> list[Location]:
        """The schemas that a schema applies to the same value."""
        raw = at.raw
        found: list[Location] = []
        if not isinstance(raw, dict):
            return found
        for keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
            if keyword in raw:
                try:
                    if keyword == "$ref":
                        found.append(follow(at, raw[keyword], self.sources))
                    elif at.dialect.rules.draft >= 2019:
                        found.append(follow_dynamic(at, keyword, raw[keyword], self.sources))
                except Unresolved:
                    pass
        if "$ref" in raw and not at.dialect.rules.siblings:
            return found
        for keyword in ("allOf", "anyOf", "oneOf"):
            if isinstance(raw.get(keyword), list):
                found.extend(at.child(keyword, i) for i in range(len(raw[keyword])))
        found.extend(at.child(k) for k in ("not", "if", "then", "else") if k in raw)
        for keyword in ("dependentSchemas", "dependencies"):
            if isinstance(raw.get(keyword), dict):
                found.extend(at.child(keyword, name) for name in raw[keyword])
        return found


def reference(keyword: str) -> Handler:
    """The handler of one of the reference keywords."""

    def handle(compiler: Compiler, at: Location, value: Json) -> Part:
        target = compiler.target(at, keyword, value)
        child = Child(target, lambda n: n)
        return Part(keyword, (keyword,), compiler.in_place(target), (child,), "all")

    return handle


def _has_reference(value: Json) -> bool:
    if isinstance(value, dict):
        return any(k in value for k in ("$ref", "$dynamicRef", "$recursiveRef")) or any(
            _has_reference(item) for item in value.values()
        )
    return isinstance(value, list) and any(_has_reference(item) for item in value)
