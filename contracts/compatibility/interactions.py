"""Does a changed contract still hold every interaction that a consumer was tested with?

Each interaction is a reader of what it is sent and a writer of what it sends, so it is asked
the same question as two versions of a contract are: writer ⊆ reader. Only what held before and
does not hold now is the change's doing; what never held is said and weighs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from contracts.compatibility.policies import Content, Policies
from contracts.compatibility.rules import RULES
from contracts.compatibility.rules.interactions import (
    GONE,
    PARAMETER,
    READ,
    SENT,
    STATUS,
    UNDECIDED,
)
from contracts.documents import from_data
from contracts.formats.contract import Contract, Element, Side
from contracts.formats.templates import status_key
from contracts.governance.expectations import Expectation, Interaction
from contracts.lean_dataclasses import dataclass, replace
from contracts.schema import Options, Prover, SchemaAt
from contracts.schema.dialects import Dialect
from contracts.verdict import ConsumerVerdict, Direction, Finding, Level, Verdict, Witness

_BODIES = frozenset({"accepted-media-type", "sent-media-type"})


@dataclass(frozen=True, slots=True)
class Unmet:
    """One thing an interaction asks for and the contract does not give."""

    identity: tuple[str, ...]
    """Equal for the same unmet thing in two versions of the contract."""
    finding: Finding


class Holding:
    """One contract, asked about interactions."""

    def __init__(self, contract: Contract, policies: Policies) -> None:
        formats: Literal["asserted", "annotation"] = (
            "asserted" if policies.assert_formats else "annotation"
        )
        self._policies = policies
        self._prover = Prover(
            Options(
                declared_members_only=policies.content is Content.DECLARED,
                writer_format=formats,
                reader_format=formats,
            )
        )
        self._root = contract.root
        bases = {str(e.facts.get("base") or "") for e in contract.root.of_kind("server")}
        self._bases = sorted({"", *bases})
        self._operations = [
            element
            for element in contract.root.children
            if element.kind == "operation" and element.facts.get("path")
        ]
        self._messages = [e for e in contract.root.walk() if e.kind == "message"]

    def unmet(self, interaction: Interaction) -> Iterator[Unmet]:
        """Everything that the interaction asks for in vain."""
        if interaction.method:
            yield from self._http(interaction)
        else:
            yield from self._message(interaction)

    def _http(self, asked: Interaction) -> Iterator[Unmet]:
        named = f"{asked.method} {asked.path}"
        operation = self._operation(asked)
        if operation is None:
            yield self._say(asked, GONE, f"{named} is no operation", self._root)
            return
        yield from self._request(asked, operation)
        status = self._response(asked, operation)
        if status is None:
            text = f"{operation.label} does not answer with {asked.status}"
            yield self._say(asked, STATUS, text, operation)
        elif asked.reads is not None:
            yield from self._reads(asked, self._body(status) or status)

    def _request(self, asked: Interaction, operation: Element) -> Iterator[Unmet]:
        for element in operation.of_kind("parameter"):
            name, where = str(element.facts["name"]), element.facts["in"]
            given = asked.headers if where == "header" else asked.query
            known = name.lower() in given if where == "header" else name in given
            if element.required and where in {"header", "query"} and not known:
                text = f"{operation.label} requires the {where} parameter {name}, not sent"
                yield self._say(asked, PARAMETER, text, element, name)
        for body in operation.of_kind("request-body"):
            media = self._body(body)
            if asked.sends is None and body.required:
                text = f"{operation.label} requires a body, and none is sent"
                yield self._say(asked, SENT, text, body)
            elif asked.sends is not None and media is not None and media.schema is not None:
                writer = _schema(asked.sends, asked)
                yield from self._ask(asked, SENT, writer, media.schema, media)

    def _reads(self, asked: Interaction, media: Element) -> Iterator[Unmet]:
        """A body that is not described may be anything."""
        reader = _schema(asked.reads, asked)
        writer = media.schema or _schema(True, asked)
        yield from self._ask(asked, READ, writer, reader, media)

    def _message(self, asked: Interaction) -> Iterator[Unmet]:
        message = self._sent_message(asked)
        if message is None:
            yield self._say(asked, GONE, f"no message is called {asked.description!r}", self._root)
            return
        if asked.reads is None:
            return
        payload = next(iter(message.of_kind("payload")), None)
        if payload is not None:
            yield from self._reads(asked, payload)
        elif message.facts.get("payload"):
            text = f"{message.label}: its payload is no JSON Schema"
            yield self._say(asked, UNDECIDED, text, message)
        else:
            yield from self._reads(asked, message)

    def _ask(
        self, asked: Interaction, rule: str, writer: SchemaAt, reader: SchemaAt, at: Element
    ) -> Iterator[Unmet]:
        one_way = at.direction if at.direction is not Direction.EVENT else None
        answer = self._prover.contains(writer, reader, direction=one_way)
        for found in answer.breaks:
            provider = found.writer if rule == READ else found.reader
            mine = found.reader if rule == READ else found.writer
            text = f"{at.label}: {found.message}"
            said = self._say(asked, rule, text, at, found.keyword, mine.pointer)
            writes = ("new", "old") if rule == READ else ("old", "new")
            witness = Witness(found.witness, *writes, found.error, found.instance)
            place = provider if provider.line is not None else at.place()
            yield replace(said, finding=replace(said.finding, new=place, witness=witness))
        for unknown in answer.unknowns:
            text = f"{at.label}: cannot decide because of `{unknown.keyword}`: {unknown.reason}"
            yield self._say(asked, UNDECIDED, text, at, unknown.keyword)

    def _say(self, asked: Interaction, rule: str, text: str, at: Element, *more: str) -> Unmet:
        known = RULES[rule]
        return Unmet(
            (asked.description, asked.method, asked.path, str(asked.status), rule, *more),
            Finding(
                rule=rule,
                level=self._policies.level(rule, known.level),
                message=f"{text} (interaction {asked.description!r})",
                direction=at.direction,
                new=at.place(value=False),
                where=(at.label,),
                advice=known.advice,
            ),
        )

    def _operation(self, asked: Interaction) -> Element | None:
        """The operation a path belongs to; a literal part counts more than a parameter."""
        found: list[tuple[int, Element]] = []
        for element in self._operations:
            template = str(element.facts["path"])
            if element.facts.get("method") != asked.method:
                continue
            if any(_matches(base + template, asked.path) for base in self._bases):
                found.append((template.count("{"), element))
        return min(found, key=lambda one: one[0])[1] if found else None

    def _response(self, asked: Interaction, operation: Element) -> Element | None:
        declared = {element.key: element for element in operation.of_kind("response")}
        status = str(asked.status)
        for key in (status, status_key(f"{status[0]}XX"), "default"):
            if key in declared:
                return declared[key]
        return None

    def _body(self, owner: Element) -> Element | None:
        """The described JSON body of a request or response."""
        bodies = [element for element in owner.children if element.kind in _BODIES]
        return next((e for e in bodies if "json" in e.key), bodies[0] if bodies else None)

    def _sent_message(self, asked: Interaction) -> Element | None:
        sent = [e for e in self._messages if e.writer is Side.PROVIDER] or self._messages
        by_name = [e for e in sent if set(e.names) & set(asked.messages)]
        by_channel = [e for e in sent if set(e.names) & set(asked.channels)]
        both = [e for e in by_name if e in by_channel]
        for found in (both, by_name, by_channel if len(by_channel) == 1 else []):
            if found:
                return found[0]
        return None


def judge_interactions(
    old: Contract, new: Contract, expectations: Iterable[Expectation], policies: Policies
) -> tuple[tuple[Finding, ...], Mapping[str, Sequence[int]], Mapping[str, str]]:
    """Findings, for each consumer their positions among them, and what is said of it."""
    before, after = Holding(old, policies), Holding(new, policies)
    findings: list[Finding] = []
    reached: dict[str, list[int]] = {}
    reasons: dict[str, str] = {}
    for expectation in expectations:
        name, spoiled, never = expectation.consumer, 0, 0
        reached[name] = []
        for interaction in expectation.interactions:
            now = list(after.unmet(interaction))
            then = {unmet.identity for unmet in before.unmet(interaction)} if now else set()
            fresh = [unmet for unmet in now if unmet.identity not in then]
            spoiled += bool(fresh)
            never += bool(now) and not fresh
            for unmet in fresh:
                reached[name].append(len(findings))
                findings.append(replace(unmet.finding, consumers=(name,)))
        reasons[name] = _reason(len(expectation.interactions), spoiled, never)
    return tuple(findings), reached, reasons


def with_interactions(
    findings: Sequence[Finding],
    verdicts: Mapping[str, ConsumerVerdict],
    told: tuple[tuple[Finding, ...], Mapping[str, Sequence[int]], Mapping[str, str]],
) -> tuple[tuple[Finding, ...], dict[str, ConsumerVerdict]]:
    """The findings of a comparison with those of the interactions behind them."""
    added, reached, reasons = told
    found = dict(verdicts)
    for name, positions in reached.items():
        levels = {added[at].level for at in positions}
        open_ = Verdict.UNKNOWN if Level.UNKNOWN in levels else Verdict.COMPATIBLE
        verdict = Verdict.BREAKING if Level.ERROR in levels else open_
        where = tuple(len(findings) + at for at in positions)
        found[name] = ConsumerVerdict(verdict, where, reasons[name])
    return (*findings, *added), found


def _reason(count: int, spoiled: int, never: int) -> str:
    text = (
        f"{spoiled} of {count} tested interactions would not hold any more"
        if spoiled
        else f"all {count - never} tested interactions that held still hold"
    )
    return f"{text}; {never} did not hold before either" if never else text


def _schema(schema: object, asked: Interaction) -> SchemaAt:
    name = f"interaction {asked.description}"
    return SchemaAt(from_data(schema, name=name), "", Dialect.DRAFT202012)


def _matches(template: str, path: str) -> bool:
    parts = re.split(r"\{[^{}]*\}", template)
    pattern = "[^/]+".join(map(re.escape, parts))
    return re.fullmatch(pattern, path) is not None
