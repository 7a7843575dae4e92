"""What publishing would do, as it is shown before anything is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from contracts.errors import ContractError
from registry.domain import Problem, Reference, Version
from registry.errors import Invalid
from registry.services.get_contract import ConsumerView
from registry.services.links_port import Referrer
from registry.services.publish_version import PublishOutcome, PublishStatus, Refusal
from registry.web.findings import ConsumerRow, Reading, ReportShown, consumer_rows, show_report
from registry.web.rawdiff import RawDiff, raw_diff
from registry.web.source import Line, excerpt, split_lines

MOST_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class ProblemShown:
    """Something wrong with the document or the sidecar, with the lines around it."""

    level: str
    message: str
    rule: str
    part: str
    """``document`` or ``contract.yaml``."""
    line: int | None
    column: int | None
    pointer: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The whole answer of a dry run."""

    headline: str
    tone: str
    can_publish: bool
    label: str = ""
    contract: str = ""
    new_contract: bool = False
    proposal: bool = False
    baseline: Version | None = None
    problems: tuple[ProblemShown, ...] = ()
    problems_left_out: int = 0
    refusals: tuple[Refusal, ...] = ()
    report: ReportShown | None = None
    consumers: tuple[ConsumerRow, ...] = ()
    difference: RawDiff | None = None
    older: tuple[tuple[str, str], ...] = ()
    """Verdict against each other version that counts."""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Environments where versions run that it was compared with."""
    referrers: tuple[Referrer, ...] = ()
    references: tuple[Reference, ...] = ()


def of_outcome(
    outcome: PublishOutcome,
    document: str,
    sidecar: str,
    baseline_source: str,
    known: Sequence[ConsumerView],
) -> Preview:
    """The preview of a dry run that came to an end."""
    texts = {"document": split_lines(document), "sidecar": split_lines(sidecar)}
    label, baseline = outcome.version.label, outcome.baseline
    report = None
    if outcome.report is not None and baseline is not None:
        report = show_report(
            outcome.report,
            Reading.of(
                baseline.label, baseline_source, own=f"{baseline.contract} {baseline.label}"
            ),
            Reading(
                f"{label} (this draft)",
                texts["document"],
                own=f"{outcome.contract.name} {outcome.version.number}",
            ),
        )
    headline, tone = _headline(outcome)
    return Preview(
        headline=headline,
        tone=tone,
        can_publish=outcome.status is PublishStatus.WOULD_PUBLISH,
        label=label,
        contract=outcome.contract.name,
        new_contract=outcome.new_contract,
        proposal=bool(outcome.version.branch),
        baseline=baseline,
        problems=tuple(_problem(p, texts) for p in outcome.problems[:MOST_PROBLEMS]),
        problems_left_out=max(0, len(outcome.problems) - MOST_PROBLEMS),
        refusals=outcome.refusals,
        report=report,
        consumers=consumer_rows(outcome.report, known) if outcome.report else (),
        difference=raw_diff(baseline_source, document) if baseline is not None else None,
        older=tuple((number, older.verdict.value) for number, older in outcome.older),
        where=outcome.where,
        referrers=outcome.referrers,
        references=outcome.version.references,
    )


def of_error(error: Exception, document: str, sidecar: str) -> Preview:
    """The preview of input that could not even be looked at."""
    if not isinstance(error, ContractError):
        what = "fields" if isinstance(error, Invalid) else "answer"
        return Preview(f"Not checked: see the {what} above", "bad", can_publish=False)
    part = "sidecar" if (error.source or "").endswith("contract.yaml") else "document"
    text = split_lines(sidecar if part == "sidecar" else document)
    problem = ProblemShown(
        level="error",
        message=error.message,
        rule=error.code,
        part=part_name(part),
        line=error.line,
        column=error.column,
        pointer=error.pointer or "",
        lines=excerpt(text, error.line) if error.line is not None else (),
    )
    return Preview(
        f"The {part_name(part)} cannot be used", "bad", can_publish=False, problems=(problem,)
    )


def part_name(part: str) -> str:
    """What the reader calls it."""
    return "contract.yaml" if part == "sidecar" else "document"


def _headline(outcome: PublishOutcome) -> tuple[str, str]:
    name = f"{outcome.contract.name} {outcome.version.label}"
    if outcome.status is PublishStatus.UNCHANGED:
        return f"{name} is already published with exactly this content", "info"
    if outcome.status is PublishStatus.REFUSED:
        return f"{name} would be refused", "bad"
    verb = "proposed" if outcome.version.branch else "published"
    if outcome.new_contract:
        return f"{name} would be {verb} as a new contract", "ok"
    return f"{name} would be {verb}", "ok"


def _problem(problem: Problem, texts: Mapping[str, Sequence[str]]) -> ProblemShown:
    part = problem.source if problem.source in texts else "document"
    around = excerpt(list(texts[part]), problem.line, 2) if problem.line is not None else ()
    return ProblemShown(
        level=problem.level,
        message=problem.message,
        rule=problem.rule,
        part=part_name(part),
        line=problem.line,
        column=None,
        pointer=problem.pointer,
        lines=around,
    )
