"""``compare``: two documents in, one report out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from contracts.compatibility.bump import recommended_bump
from contracts.compatibility.comparison import Comparison
from contracts.compatibility.document_diff import counted
from contracts.compatibility.modes import default_mode
from contracts.compatibility.policies import Policies
from contracts.documents import Document, bundle, load
from contracts.documents.garbage import no_collection
from contracts.elision import shown
from contracts.errors import UnsupportedFormat
from contracts.formats import Contract, detect, read
from contracts.formats.detection import SIDECAR
from contracts.verdict import ConsumerVerdict, Finding, Level, Mode, Report, Verdict

if TYPE_CHECKING:
    from contracts.documents import Source
    from contracts.governance.expectations import Expectation


def compare(
    old: Source | Document,
    new: Source | Document,
    *,
    mode: Mode | str | None = None,
    format: str | None = None,
    policies: Policies | None = None,
    consumers: Iterable[Expectation] = (),
    today: date | None = None,
) -> Report:
    """Whether the new version may take the old one's place, and who says no.

    ``old`` and ``new`` are paths (``str`` or ``Path``), bytes, parsed values or documents.
    ``format`` reads both as that format; otherwise they say themselves what they are. ``mode``
    defaults to directional for APIs and events and to backward for bare schemas. ``today`` is
    the day on which sunsets are judged, by default the machine's.

    Raises:
        DocumentUnreadable: one of them is not YAML or JSON, or over a limit.
        UnsupportedFormat: not a known format, or not the same on both sides.
        ValueError: there is no such mode.
    """
    with no_collection():
        suffix = ".proto" if format == "protobuf" else ""  # source text says nothing about itself
        before, after = _document(old, f"old{suffix}"), _document(new, f"new{suffix}")
        name = format or _common_format(before, after)
        if name == SIDECAR:
            from contracts.compatibility.promises import compare_promises

            return compare_promises(before, after, policies=policies, today=today)
        contracts = read(before, name), read(after, name)
        chosen = Mode(mode) if mode is not None else default_mode(name)
        assumed = (policies or Policies()).for_format(name).on(today)
        return _report(*contracts, chosen, assumed, tuple(consumers))


def _document(given: Any, name: str) -> Document:
    """One document that needs no other file, where a file names others below its directory."""
    if isinstance(given, Document):
        return bundle(given)
    return bundle(load(given, name=None if isinstance(given, (str, os.PathLike)) else name))


def _common_format(old: Document, new: Document) -> str:
    before, after = detect(old), detect(new)
    if before != after:
        raise UnsupportedFormat(
            f"cannot compare {before} ({old.name}) with {after} ({new.name}); both must be of "
            "the same format, or name it with --as",
        )
    return before


def _report(
    old: Contract,
    new: Contract,
    mode: Mode,
    policies: Policies,
    consumers: tuple[Expectation, ...],
) -> Report:
    comparison = Comparison(old, new, mode, policies)
    causes = comparison.run()
    verdicts: Mapping[str, ConsumerVerdict] = {}
    if consumers:
        from contracts.compatibility.consumers import per_consumer

        tested = [one for one in consumers if one.interactions]
        findings, verdicts = per_consumer(causes, [c for c in consumers if not c.interactions])
        if tested and mode is not Mode.NONE:
            from contracts.compatibility.interactions import judge_interactions, with_interactions

            told = judge_interactions(old, new, tested, policies)
            findings, verdicts = with_interactions(findings, verdicts, told)
    else:
        findings = tuple(cause.result() for cause in causes)
    findings = tuple(map(shown, findings))
    changes = counted(old.document, new.document)
    return Report(
        verdict=verdict_of(findings),
        mode=mode,
        format=old.format,
        findings=findings,
        recommended_bump=recommended_bump(findings, changes, comparison.interface_changed),
        old_name=old.document.name,
        new_name=new.document.name,
        old_sha256=old.document.sha256,
        new_sha256=new.document.sha256,
        assumptions=_assumptions(findings, comparison.assumptions, old, new),
        changes=changes,
        consumers=verdicts,
    )


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """Breaking if something breaks, else unknown if something is, else compatible."""
    levels = {finding.level for finding in findings}
    if Level.ERROR in levels:
        return Verdict.BREAKING
    return Verdict.UNKNOWN if Level.UNKNOWN in levels else Verdict.COMPATIBLE


def _assumptions(
    findings: Sequence[Finding], proofs: Iterable[str], *contracts: Contract
) -> tuple[str, ...]:
    """What decided a finding or a proof, and what the documents left open where it matters."""
    named = [name for finding in findings for name in finding.assumptions]
    read = [name for contract in contracts for name in contract.assumptions] if findings else []
    return tuple(dict.fromkeys((*named, *proofs, *read)))
