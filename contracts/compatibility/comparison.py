"""The walk over two contracts: pair, skip what is equal, apply rules, ask the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from contracts.compatibility.findings import Cause, Findings, Reach, finding_of
from contracts.compatibility.modes import QUESTIONS, Question
from contracts.compatibility.pairing import Pair, pairs_of
from contracts.compatibility.payloads import Payloads
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import rules_by_kind
from contracts.compatibility.rules.lifecycle import ODDITY
from contracts.compatibility.sameness import Sameness
from contracts.compatibility.subschemas import Subschemas
from contracts.formats.contract import Contract, Element
from contracts.verdict import Direction, Finding, Level, Mode

UNSTABLE = frozenset({"draft", "alpha"})
UNSTABLE_OPERATION = "unstable-operation"
"""Assumption: who uses an operation marked draft or alpha expects it to change."""


class Comparison:
    """One comparison of two contracts of the same format."""

    def __init__(self, old: Contract, new: Contract, mode: Mode, policies: Policies) -> None:
        self._old = old
        self._new = new
        self._mode = mode
        self._policies = policies
        self._rules = rules_by_kind()
        self._sameness = Sameness(old.document, new.document)
        self._payloads = Payloads(old, new, policies)
        self._subschemas = Subschemas(self._sameness)
        self._findings = Findings()
        self._exchanges: list[Pair] = []

    def run(self) -> list[Cause]:
        """Everything that was found and where it reaches, heaviest first."""
        for question in QUESTIONS[self._mode.pairwise]:
            roots = (self._old.root, self._new.root)
            before, after = reversed(roots) if question.swapped else roots
            self._walk(Pair(before, after, question.swapped), question)
        self._judge_subschemas()
        self._tell_oddities()
        return self._findings.causes()

    def _walk(self, root: Pair, question: Question) -> None:
        waiting = [root]
        while waiting:
            pair = waiting.pop()
            if self._same(pair):
                continue
            self._judge(pair, question)
            if pair.both:
                waiting.extend(reversed(list(pairs_of(*pair.both, swapped=pair.swapped))))

    def _same(self, pair: Pair) -> bool:
        if not pair.both:
            return False
        old, new = reversed(pair.both) if pair.swapped else pair.both
        return old.context == new.context and self._sameness.same(
            old.document, old.pointer, new.document, new.pointer
        )

    def _judge(self, pair: Pair, question: Question) -> None:
        asked = pair.any.writer in question.writers
        for rule in self._rules.get(pair.any.kind, ()):
            if (asked if rule.reverse else not pair.swapped) and rule.check is not None:
                for change in rule.check(pair, self._policies):
                    finding = finding_of(rule, change, pair, self._policies)
                    self._add(finding, [Reach(pair.any)], [pair.old or pair.any])
        if not pair.both:
            return
        if not pair.swapped:
            self._subschemas.add(*pair.both)
        if asked:
            self._exchanges.append(pair)
            for finding, field in self._payloads.findings(pair):
                self._add(finding, [Reach(pair.any, field)], [pair.both[0]])

    def interface_changed(self) -> bool:
        """Whether some exchange admits other values than before; asked when nothing was found."""
        swapped = (Pair(pair.new, pair.old, not pair.swapped) for pair in self._exchanges)
        return any(True for pair in swapped for _ in self._payloads.findings(pair))

    def _judge_subschemas(self) -> None:
        """The rules about what people see in a schema; they are the same in every mode."""
        for pair, twin in self._subschemas.pairs():
            for rule in self._rules.get(pair.any.kind, ()):
                for change in rule.check(pair, self._policies) if rule.check else ():
                    finding = finding_of(rule, change, pair, self._policies)
                    promised = [old for old, _, _ in twin.reaches()]
                    self._add(finding, self._subschemas.reaches(twin), promised)

    def _tell_oddities(self) -> None:
        for contract, side in ((self._old, "old"), (self._new, "new")):
            for oddity in contract.oddities:
                place = oddity.document.place(oddity.pointer)
                finding = Finding(
                    rule=ODDITY,
                    level=self._policies.level(ODDITY, Level.INFO),
                    message=f"{oddity.document.name}: {oddity.message}",
                    direction=Direction.CONTRACT,
                    old=place if side == "old" else None,
                    new=place if side == "new" else None,
                )
                if ODDITY not in self._policies.ignored:
                    self._findings.add(finding, ())

    def _add(self, finding: Finding, reaches: Sequence[Reach], promised: Sequence[Element]) -> None:
        if finding.rule in self._policies.ignored:
            return
        if finding.level in {Level.ERROR, Level.UNKNOWN} and all(map(_is_unstable, promised)):
            finding = replace(
                finding,
                level=Level.WARNING,
                assumptions=(*finding.assumptions, UNSTABLE_OPERATION),
            )
        self._findings.add(finding, reaches)


def _is_unstable(element: Element) -> bool:
    """Whether an element belongs to an operation that promises no stability."""
    operation: Element | None = element
    while operation is not None and operation.kind not in {"operation", "webhook", "callback"}:
        operation = operation.parent
    return operation is not None and operation.facts.get("stability") in UNSTABLE
