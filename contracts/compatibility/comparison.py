"""The walk over two contracts: pair, skip what is equal, apply rules, ask the engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from contracts.compatibility.exchanges import Placed, Unopened, in_order
from contracts.compatibility.findings import Cause, Findings, Reach, finding_of
from contracts.compatibility.meaning import SameMeaning
from contracts.compatibility.modes import QUESTIONS, Question
from contracts.compatibility.moves import with_moves
from contracts.compatibility.pairing import Pair, SamePart, pairs_of
from contracts.compatibility.plain_text import travels_as_text
from contracts.compatibility.policies import Content, Policies
from contracts.compatibility.renames import with_renames
from contracts.compatibility.rules import AREAS, Change, rules_by_kind
from contracts.compatibility.rules.lifecycle import ODDITY
from contracts.compatibility.sameness import Sameness
from contracts.compatibility.schema_tree import Twin
from contracts.compatibility.subschemas import Subschemas, reaches
from contracts.formats.contract import Contract, Element, Oddity, Part, Payload, Side
from contracts.formats.node import UNSEEN
from contracts.late_patterns import late
from contracts.lean_dataclasses import replace
from contracts.schema.options import READ_WRITE_ONLY
from contracts.verdict import Direction, Finding, Level, Mode

if TYPE_CHECKING:
    from contracts.compatibility.payloads import Payloads

UNSTABLE = frozenset({"draft", "alpha"})
UNSTABLE_OPERATION = "unstable-operation"
"""Assumption: who uses an operation marked draft or alpha expects it to change."""


_FORM = "written-form-changed"
"""A rule about keywords that the engine judges too; a break says more."""


_OLDER_DRAFT = late(rb"json-schema\.org/draft(?!/2020-12)")
"""Names the dialect of a schema, or of a whole OpenAPI document, that is none of OpenAPI's own."""


class Comparison:
    """One comparison of two contracts of the same format."""

    def __init__(self, old: Contract, new: Contract, mode: Mode, policies: Policies) -> None:
        self._old = old
        self._new = new
        self._mode = mode
        self._policies = policies
        self._rules = rules_by_kind(old.format, also=_further_rules(old, new))
        flavours = {_flavour(contract) for contract in (old, new)}
        restated = old.format == "openapi" and len(flavours) > 1
        self._said_otherwise = restated and flavours != {"3.0", "3.1"}
        own = old.format == "asyncapi"  # `schemaFormat`
        dated = any(_OLDER_DRAFT.search(c.document.raw) for c in (old, new))
        known = {
            "dialects_told": own,
            "restated": restated,
            "identified": own or dated or old.format != "openapi",
        }
        self._sameness = Sameness(old.document, new.document, **known)
        meanings = SameMeaning(old.document, new.document, **known)
        self._subschemas = Subschemas(
            self._sameness,
            meanings,
            declared_only=policies.content is Content.DECLARED,
            tolerant=policies.tolerant_readers,
        )
        self._findings = Findings()
        self._unopened = Unopened(self._sameness)
        self._taken_apart: set[tuple[int, int]] = set()
        self._exchanges: list[tuple[Element, Element, bool]] = []

    @cached_property
    def _payloads(self) -> Payloads:
        """What asks the engine, which is imported when there is something to ask."""
        from contracts.compatibility.payloads import Payloads

        return Payloads(self._old, self._new, self._policies)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Policies that proofs of safety stand on."""
        unread = any(tree.unread for tree in self._subschemas.trees.values())
        proved = self._payloads.assumptions if "_payloads" in self.__dict__ else {}
        return (*proved, *((READ_WRITE_ONLY,) if unread else ()))

    def run(self) -> list[Cause]:
        """Everything that was found and where it reaches, heaviest first."""
        for question in QUESTIONS[self._mode.pairwise]:
            roots = (self._old.root, self._new.root)
            before, after = reversed(roots) if question.swapped else roots
            self._walk(Pair(before, after, question.swapped), question)
        for question in QUESTIONS[self._mode.pairwise]:
            self._judge_payloads(question)
        self._judge_subschemas()
        self._tell_oddities()
        causes = with_renames(self._findings.causes(), self._subschemas.trees.values())
        return with_moves(causes, self._new.root)

    def _walk(self, root: Pair, question: Question) -> None:
        waiting: list[Pair | Placed] = [root]
        while waiting:
            pair = waiting.pop()
            if isinstance(pair, Placed):
                self._subschemas.place(pair.payload, pair.exchange())
                continue
            if self._same(pair):
                continue
            self._judge(pair, question)
            if pair.both and all(e.facts.get("understood", True) for e in pair.both):
                below = self._below(*pair.both, pair)
                if _holds_bytes_of_provider(pair):
                    below += pairs_of(*reversed(pair.both), swapped=not pair.swapped)
                waiting.extend(reversed(below))

    def _below(self, old: Element, new: Element, pair: Pair) -> list[Pair | Placed]:
        """What is to be looked at of the children of a pair; payloads once, and not swapped."""
        same = self._same_part(pair)
        unopened: dict[str, Sequence[Payload]] = {}

        def settled(one: Part, other: Part) -> bool:
            if same is None or same(one, other):
                return same is not None
            sides = (other, one) if pair.swapped else (one, other)
            payloads = self._unopened.of(*sides)
            if payloads is not None:
                unopened[one.name] = payloads
            return payloads is not None

        below = list(pairs_of(old, new, swapped=pair.swapped, same=settled if same else None))
        return list(in_order(below, {} if pair.swapped else unopened, old, new))

    def _same(self, pair: Pair) -> bool:
        if not pair.both:
            return False
        old, new = reversed(pair.both) if pair.swapped else pair.both
        if old.context != new.context or len(old.depends) != len(new.depends):
            return False
        if self._said_otherwise:  # what is no schema has other parts
            return False
        places = ((old.document, old.pointer), *old.depends)
        others = ((new.document, new.pointer), *new.depends)
        return all(
            self._sameness.same(*one, *other) for one, other in zip(places, others, strict=True)
        )

    def _same_part(self, pair: Pair) -> SamePart | None:
        """How to see which parts of a pair need no look; None if all of them do."""
        documents = [element.document for element in pair.both or ()]
        if pair.swapped:
            documents.reverse()
        if self._said_otherwise or not self._sameness.covers(*documents):
            return None
        same_values = self._sameness.same_values

        def same(one: Part, other: Part) -> bool:
            old, new = (other, one) if pair.swapped else (one, other)
            if old.made_of is None or new.made_of is None or old.context != new.context:
                return False
            return all(map(same_values, old.made_of, new.made_of))

        return same

    def _judge(self, pair: Pair, question: Question) -> None:
        turned = pair.swapped is not question.swapped
        asked = pair.any.writer in question.writers and turned is _reads_back(pair.any)
        plain = not pair.swapped and not turned
        for rule in self._rules.get(pair.any.kind, ()):
            if (asked if rule.reverse else plain) and rule.check is not None:
                for change in rule.check(pair, self._policies):
                    finding = self._shown(finding_of(rule, change, pair, self._policies), pair)
                    if finding.witness is None and self._old.format == "openapi":
                        finding = self._exhibited(finding, rule.id, change, pair)
                    reach = Reach(pair.any, pair.any.facts.get("field"))
                    self._add(finding, [reach], [pair.old or pair.any])
        if not pair.both:
            return
        old, new = reversed(pair.both) if pair.swapped else pair.both
        decides = not (travels_as_text(old) or travels_as_text(new))
        if not pair.swapped and self._subschemas.add(old, new, decides=decides) and decides:
            self._taken_apart.add((id(old), id(new)))
        elif asked and (id(old), id(new)) not in self._taken_apart:
            self._exchanges.append((old, new, pair.swapped))
            for finding, reaches in self._payloads.of_exchange(old, new, swapped=pair.swapped):
                self._add(finding, reaches, [old])

    def _shown(self, finding: Finding, pair: Pair) -> Finding:
        """A rule's witness as the message that carries it, where it is in one."""
        witness = finding.witness
        if witness is None or self._old.format != "asyncapi":
            return finding
        old, new = (pair.new, pair.old) if pair.swapped else (pair.old, pair.new)
        by_old = witness.written_by == "old"
        contract, writer = (self._old, old) if by_old else (self._new, new)
        message = contract.show(writer or pair.any, witness.value, self._payloads.sample)
        parts = [part for part in (message, witness.as_message) if part]
        shown = "\n".join(parts) or None
        return replace(finding, witness=replace(witness, as_message=shown))

    def _exhibited(self, found: Finding, rule: str, change: Change, of: Pair | Twin) -> Finding:
        """A rule's finding with a request or payload that shows it, where there is one."""
        by = self._payloads.exhibitor
        if isinstance(of, Twin):
            from contracts.compatibility.union_exhibits import union_exhibit

            return replace(found, witness=union_exhibit(rule, change, of, by))
        from contracts.compatibility.exhibits import exhibit

        return replace(found, witness=exhibit(rule, change, of, by))

    def _judge_payloads(self, question: Question) -> None:
        """The engine's answers about what the exchanges share, each asked for once."""
        for (_, writer), tree in self._subschemas.trees.items():
            if writer in question.writers:
                for twin in tree.opaque():
                    told = self._payloads.of_twin(twin, swapped=question.swapped)
                    for finding, reaches in told:
                        promised = (reached.old for reached in twin.reached())
                        self._add(finding, reaches, promised)

    def interface_changed(self) -> bool:
        """Whether some exchange admits other values than before; asked when nothing was found.

        What lies inside is asked about first: one difference is enough, and small ones are cheap,
        unless the whole may take them all the same.
        """
        swapped = self._mode.pairwise is not Mode.FORWARD
        self._payloads.look_for_no_messages()
        return any(
            True
            for tree in self._subschemas.trees.values()
            for twin in tree.inmost()
            for _ in self._payloads.of_twin(twin, swapped=swapped)
        ) or any(
            True
            for old, new, was_swapped in self._exchanges
            for _ in self._payloads.of_exchange(old, new, swapped=not was_swapped)
        )

    def _judge_subschemas(self) -> None:
        """The rules about what people see in a schema; they are the same in every mode."""
        for nearest, twin in self._subschemas.pairs():
            for rule in self._rules.get(nearest.any.kind, ()):
                pair = self._subschemas.seen_in(rule.media, nearest, twin)
                if pair is None:
                    continue
                for change in rule.check(pair, self._policies) if rule.check else ():
                    finding = finding_of(rule, change, pair, self._policies)
                    if rule.area == "unions" and self._findings.tells_of_union(finding):
                        continue
                    if rule.area == "properties" and self._findings.tells_of_member(finding):
                        continue
                    if rule.id == _FORM and self._findings.tells_of_keyword(finding):
                        continue
                    if rule.area == "unions":
                        finding = self._exhibited(finding, rule.id, change, twin)
                    promised = (reached.old for reached in twin.reached())
                    self._add(finding, reaches(twin, rule.media), promised)

    def _tell_oddities(self) -> None:
        everywhere = self._seen_nowhere()
        for contract, side in ((self._old, "old"), (self._new, "new")):
            for oddity in contract.oddities:
                weight = _weight(oddity)
                if weight is Level.UNKNOWN and _address(oddity) in everywhere:
                    weight = Level.INFO
                place = oddity.document.place(oddity.pointer)
                finding = Finding(
                    rule=ODDITY,
                    level=self._policies.level(ODDITY, weight),
                    message=f"{oddity.document.name}: {oddity.message}",
                    direction=Direction.CONTRACT,
                    old=place if side == "old" else None,
                    new=place if side == "new" else None,
                )
                if ODDITY not in self._policies.ignored:
                    self._findings.add(finding, ())

    def _seen_nowhere(self) -> set[str]:
        """Addresses that both versions refer to and that are the same document for both.

        An address on the network is; a path is only where both versions lie in the same place.
        """
        old, new = ({_address(oddity) for oddity in c.oddities} for c in (self._old, self._new))
        one, other = self._old.document, self._new.document
        together = one.path == other.path and (one.path is not None or one.sha256 == other.sha256)
        return {
            address
            for address in old & new
            if address is not None and ("://" in address or together)
        }

    def _add(self, finding: Finding, reaches: Sequence[Reach], promised: Iterable[Element]) -> None:
        if finding.rule in self._policies.ignored:
            return
        if finding.level in {Level.ERROR, Level.UNKNOWN} and all(map(_is_unstable, promised)):
            finding = replace(
                finding,
                level=Level.WARNING,
                assumptions=(*finding.assumptions, UNSTABLE_OPERATION),
            )
        self._findings.add(finding, reaches)


def _flavour(contract: Contract) -> str:
    """Which of the dialects of OpenAPI a description's schemas are written in."""
    return contract.version[:3] if contract.version < "3.1" else "3.1"


def _further_rules(*contracts: Contract) -> tuple[str, ...]:
    """Areas of rules that only some documents of a format need."""
    format = contracts[0].format
    area = {"asyncapi": "protobuf", "openapi": "xml"}.get(format)
    named = area is not None and any(area.encode() in it.document.raw for it in contracts)
    return AREAS[area] if area is not None and named else ()


def _reads_back(element: Element) -> bool:
    """Whether rules must be asked the other way round: those of Protocol Buffers take it that
    the old version writes, and here the provider does, which has taken the new one.
    """
    inside = element.kind.startswith("proto-") and element.kind != "proto-payload"
    return inside and element.writer is Side.PROVIDER


def _holds_bytes_of_provider(pair: Pair) -> bool:
    return pair.any.kind == "proto-payload" and pair.any.writer is Side.PROVIDER


def _weight(oddity: Oddity) -> Level:
    """What was not seen may have changed; anything else odd was read as what it says."""
    return Level.UNKNOWN if oddity.code == UNSEEN else Level.INFO


def _address(oddity: Oddity) -> str | None:
    """What a reference that could not be followed refers to."""
    value = oddity.document.find(oddity.pointer)
    ref = value.get("$ref") if isinstance(value, dict) else None
    return ref if oddity.code == UNSEEN and isinstance(ref, str) else None


def _is_unstable(element: Element) -> bool:
    """Whether an element belongs to an operation that promises no stability."""
    operation: Element | None = element
    while operation is not None and operation.kind not in {"operation", "webhook", "callback"}:
        operation = operation.parent
    return operation is not None and operation.facts.get("stability") in UNSTABLE
