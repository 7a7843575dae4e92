"""Everything that is asked about a version before it is stored: validity, ownership, semver."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from contracts.documents.garbage import no_collection
from contracts.documents.published import Target
from contracts.errors import ContractError
from contracts.governance.expectations import Expectation as Use
from contracts.verdict import Report, Verdict
from registry.domain import (
    Contract,
    Lifecycle,
    Number,
    Principal,
    Problem,
    Version,
)
from registry.errors import Forbidden, Invalid, Unauthenticated
from registry.services import consumer_contract
from registry.services.authorization import Action, authorize
from registry.services.baselines import and_deployed, baselines_for, deployed, next_major
from registry.services.candidate import Candidate, contract_of, read_candidate
from registry.services.candidate_version import side_of, version_of
from registry.services.comparison import Comparer, Pair, Side, publish_mode, uses
from registry.services.governed import contract_from, expectations_from
from registry.services.links_port import newest_each
from registry.services.move_tag import check_tag
from registry.services.ports import Store
from registry.services.publish_version import (
    PublishOutcome,
    PublishStatus,
    PublishVersion,
    Refusal,
)
from registry.services.resolving import Resolved, resolve
from registry.services.semver_steps import step_problems, too_small
from registry.services.validity import INVALID, document_problems


@dataclass(frozen=True, slots=True)
class Judgement:
    """An outcome with what storing it needs."""

    outcome: PublishOutcome
    candidate: Candidate
    comparer: Comparer
    takes_over: bool
    """Whether the sidecar comes into force for the contract."""
    read_problems: tuple[Problem, ...] = ()
    """What validity and house policies say: it follows from the documents alone."""
    resolved_raw: bytes | None = None
    """The document with what it refers to; None if it refers to nothing."""
    alone: bool = False
    """Whether the document was looked through and refers to nothing."""


@no_collection()
def judge(
    command: PublishVersion,
    store: Store,
    caller: Principal,
    now: datetime,
    before: Judgement | None = None,
) -> Judgement:
    """The whole answer, stored or not; ``before`` saves reading the same documents again.

    Raises:
        contracts.errors.ContractError, Invalid: the input cannot be used at all.
    """
    name = contract_of(command.contract, command.sidecar, command.sidecar_filename)
    for tag in command.tags:
        check_tag("tags", tag)
    existing = store.contracts.find(name)
    if command.sidecar is None and existing is None:
        raise Invalid("sidecar", f"{name} is new; give its contract.yaml")
    sidecar = command.sidecar
    if sidecar is None and existing is not None:
        sidecar = store.blobs.get(existing.sidecar_sha256)
    versions = store.versions.of_contract(name, brief=True) if existing else ()
    if before is not None and before.candidate.sidecar_raw == sidecar:
        return _Judge(store, caller, now, before.candidate, existing, versions, before).run()
    candidate = read_candidate(
        document=command.document,
        filename=command.filename,
        sidecar=sidecar or b"",
        sidecar_filename=command.sidecar_filename,
        number=command.number,
        format_=command.format,
        branch=command.branch,
        notes=command.notes,
        listed={r.name: Target(r.contract, r.version) for r in command.references},
    )
    return _Judge(store, caller, now, candidate, existing, versions).run()


class _Judge:
    def __init__(
        self,
        store: Store,
        caller: Principal,
        now: datetime,
        candidate: Candidate,
        existing: Contract | None,
        versions: Sequence[Version],
        before: Judgement | None = None,
    ) -> None:
        self._store = store
        self._caller = caller
        self._now = now
        self._candidate = candidate
        self._existing = existing
        self._versions = versions
        self._comparer = Comparer(store)
        self._refusals: list[Refusal] = []
        self._problems: list[Problem] = []
        self._read_problems = before.read_problems if before is not None else ()
        self._alone = before is not None and before.alone
        self._resolved = Resolved(candidate.document)
        self._running: dict[str, tuple[str, ...]] = {}

    def run(self) -> Judgement:
        candidate = self._candidate
        same = self._same_number()
        self._resolve(same)
        releases = [v.number for v in self._versions if not v.branch]
        highest = max(releases, default=None)
        newest = not candidate.branch and (highest is None or candidate.number >= highest)
        takes_over = newest or self._existing is None
        contract = contract_from(candidate, self._existing, self._now, takes_over=takes_over)
        if newest:
            contract = _with_latest(contract, candidate.number)
        self._check_people(contract)
        if same is not None and self._says_the_same(same):
            return self._known(same, contract, takes_over=takes_over)
        if same is not None and not candidate.branch:
            text = f"{contract.name} {same.label} is published with other content and never changes"
            self._refuse("version-conflict", f"{text}; publish under another number", "number")
        self._check_document(contract)
        baseline, report, older = self._compare(contract)
        self._check_semver(baseline, report, older)
        version = version_of(
            candidate, self._resolved, self._now, self._caller.name, same, baseline, report
        )
        version = replace(version, problems=tuple(self._problems))
        refused = bool(self._refusals)
        outcome = PublishOutcome(
            PublishStatus.REFUSED if refused else PublishStatus.WOULD_PUBLISH,
            contract,
            version,
            self._existing is None,
            baseline,
            report,
            older,
            tuple(self._problems),
            tuple(self._refusals),
            newest_each(self._store.references.to(contract.name)) if self._existing else (),
            tuple(
                (number, self._running[number])
                for number in ([str(baseline.number)] if baseline else []) + [n for n, _ in older]
                if number in self._running
            ),
        )
        return Judgement(
            outcome,
            candidate,
            self._comparer,
            takes_over,
            self._read_problems,
            self._resolved.document.raw if self._resolved.references else None,
            self._alone,
        )

    def _resolve(self, same: Version | None) -> None:
        """What the document refers to; of one that is there already, what it referred to then."""
        candidate = self._candidate
        if self._alone:
            return
        try:
            self._resolved = resolve(
                candidate.document,
                candidate.format,
                candidate.listed,
                self._store,
                proposal=bool(candidate.branch),
            )
            self._alone = not self._resolved.references
        except ContractError as error:
            if same is not None and same.sha256 == candidate.sha256:
                self._resolved = Resolved(candidate.document, same.references)
            else:
                self._refuse("reference-unresolved", str(error), "document")

    def _says_the_same(self, same: Version) -> bool:
        return (same.sha256, set(same.references)) == (
            self._candidate.sha256,
            set(self._resolved.references),
        )

    def _known(self, same: Version, contract: Contract, *, takes_over: bool) -> Judgement:
        """The document is there; at most the sidecar is new."""
        existing = self._existing
        news = (
            takes_over
            and existing is not None
            and existing.sidecar_sha256 != self._candidate.sidecar_sha256
        )
        status = PublishStatus.SIDECAR_UPDATED if news else PublishStatus.UNCHANGED
        if not news and existing is not None:
            contract, self._refusals = existing, []
        report = self._check_promises(existing, same) if news and existing is not None else None
        if self._refusals:
            status = PublishStatus.REFUSED
        outcome = PublishOutcome(
            status,
            contract,
            whole := self._whole(same),
            False,
            report=report,
            problems=whole.problems,
            refusals=tuple(self._refusals),
        )
        return Judgement(outcome, self._candidate, self._comparer, takes_over)

    def _check_promises(self, existing: Contract, same: Version) -> Report:
        """A sidecar that takes a promise back under a published number breaks silently."""
        before = replace(Side.of(same), sidecar_sha256=existing.sidecar_sha256)
        mode, day = publish_mode(existing), self._now.date()
        consumers = self._consumers()
        now = side_of(self._candidate, self._resolved.references)
        pair = Pair(before, now, existing.format, mode, day, consumers)
        [report] = self._comparer.reports([pair])
        if report.verdict is Verdict.BREAKING:
            said = report.breaking[0].message
            text = f"it takes back a promise of {same.label}: {said}; publish it as"
            self._refuse("breaking-needs-major", f"{text} {next_major(same.number)}", "sidecar")
        return report

    def _consumers(self) -> tuple[Use, ...]:
        """What the candidate's sidecar says of them and they say themselves, and who is silent."""
        sidecar = self._candidate.sidecar
        stored = self._store.expectations.of_contracts([sidecar.id]).get(sidecar.id, ())
        said = [one for one in stored if one.source != "sidecar"]
        silent = (system for system, _, _ in self._store.estate.users_of(sidecar.id))
        return uses([*expectations_from(sidecar), *said], silent)

    def _same_number(self) -> Version | None:
        candidate = self._candidate
        return next(
            (
                v
                for v in self._versions
                if v.number == candidate.number and v.branch == candidate.branch
            ),
            None,
        )

    def _refuse(self, code: str, message: str, field: str = "") -> None:
        self._refusals.append(Refusal(code, message, field))

    def _check_people(self, contract: Contract) -> None:
        owner = self._existing.owner if self._existing else contract.owner
        action = Action.PROPOSE if self._candidate.branch else Action.PUBLISH
        self._ask(action, *dict.fromkeys((owner, contract.owner)))
        team = self._store.estate.find_team(contract.owner)
        if team is None or not team.active:
            text = (
                f"the owner {contract.owner!r} is no active team; correct 'owner', or add the team"
            )
            self._refuse("unknown-team", text, "owner")
        system = self._store.estate.find_system(contract.provider)
        if system is not None and self._candidate.format == consumer_contract.FORMAT:
            self._ask(Action.DECLARE_USE, system.team)
        if system is None:
            text = f"the provider {contract.provider!r} is no system; correct 'provider', or add it"
            self._refuse("unknown-system", text, "provider")
        if contract.lifecycle is Lifecycle.RETIRED or (
            self._existing and self._existing.lifecycle is Lifecycle.RETIRED
        ):
            self._refuse("contract-retired", f"{contract.name} is retired and takes no new version")

    def _ask(self, action: Action, *teams: str) -> None:
        try:
            for team in teams:
                authorize(self._caller, action, team)
        except (Unauthenticated, Forbidden) as error:
            self._refuse(error.code, str(error))

    def _check_document(self, contract: Contract) -> None:
        candidate = self._candidate
        if self._existing and self._existing.format != candidate.format:
            text = (
                f"{contract.name} is {self._existing.format}, this document is {candidate.format}"
            )
            self._refuse("format-changed", f"{text}; publish it as another contract", "format")
        # the policies of the house are about what a provider promises
        pact = candidate.format == consumer_contract.FORMAT
        self._read_problems = self._read_problems or document_problems(
            candidate, self._resolved.document, lint=not pact
        )
        self._problems += self._read_problems
        if candidate.stated is not None and candidate.stated != str(candidate.number):
            text = f"the document calls itself {candidate.stated}, not {candidate.number}"
            line = candidate.document.line("/info/version")
            self._problems.append(
                Problem("version-mismatch", "warning", text, "/info/version", line, "document")
            )
        named = [consumer.system for consumer in candidate.sidecar.consumers]
        systems = self._store.estate.get_systems(named)
        for at, consumer in enumerate(candidate.sidecar.consumers):
            if consumer.system not in systems:
                text = f"the consumer {consumer.system!r} is no registered system"
                pointer = f"/consumers/{at}/system"
                self._problems.append(
                    Problem("unknown-consumer", "warning", text, pointer, None, "sidecar")
                )
        if pact:
            for refusal in consumer_contract.refusals(candidate, self._store):
                self._refuse(*refusal)
            self._problems += consumer_contract.problems(candidate, self._store)
        errors = [p for p in self._problems if p.rule == INVALID]
        if errors:
            first = errors[0]
            place = f" (line {first.line})" if first.line else ""
            more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
            self._refuse(INVALID, f"{first.message}{place}{more}", "document")

    def _compare(
        self, contract: Contract
    ) -> tuple[Version | None, Report | None, tuple[tuple[str, Report], ...]]:
        candidate = self._candidate
        unreadable = {"format-changed", "reference-unresolved"}
        if candidate.format == consumer_contract.FORMAT or any(
            refusal.code in unreadable for refusal in self._refusals
        ):
            return None, None, ()
        self._running = deployed(self._store, contract.name) if self._versions else {}
        judged = baselines_for(candidate.number, contract, self._versions)
        baselines = and_deployed(judged, candidate.number, self._versions, self._running)
        new = side_of(candidate, self._resolved.references)
        consumers = self._consumers()
        mode = publish_mode(contract)
        day = self._now.date()
        pairs = [
            Pair(Side.of(old), new, contract.format, mode, day, consumers) for old in baselines
        ]
        reports = self._comparer.reports(pairs)
        if not reports:
            return None, None, ()
        older = tuple(
            (str(old.number), report) for old, report in zip(baselines, reports, strict=True)
        )
        return self._whole(baselines[0]), reports[0], older[1:]

    def _whole(self, version: Version) -> Version:
        """A version with its problems."""
        return self._store.versions.find(version.contract, version.label) or version

    def _check_semver(
        self,
        baseline: Version | None,
        report: Report | None,
        older: Sequence[tuple[str, Report]],
    ) -> None:
        if baseline is None or report is None:
            return
        number = self._candidate.number
        for against, found in [(str(baseline.number), report), *older]:
            said = too_small(number, against, found, self._running.get(against, ()))
            if said is not None:
                self._refuse("breaking-needs-major", said, "number")
        self._problems += step_problems(number, baseline.number, report)


def _with_latest(contract: Contract, number: Number) -> Contract:
    return replace(contract, latest=str(number))
