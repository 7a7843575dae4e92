"""What a worker does: carry out a conformance run, take up the runs of dead workers."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog

from conformance.http import Progress, run
from conformance.plan import Safety, Sandbox, Suite
from conformance.plan.promises import promises
from contracts.documents import Document, load
from contracts.errors import ContractError
from contracts.governance.sidecar import Sidecar, load_sidecar
from registry.domain import SYSTEM, Run, RunStatus
from registry.errors import Conflict, RegistryError
from registry.jobs.checking import check_passively, kind_of
from registry.services.compare_versions import CompareVersions, compare_versions
from registry.services.evidence import result_of
from registry.services.ports import UnitOfWork
from registry.services.record_run import (
    FinishRun,
    beat_run,
    claim_run,
    finish_run,
    recover_runs,
    run_goes_on,
    silent_runs,
    waiting_runs,
)
from registry.services.resolving import hashes_of, open_version
from registry.settings import Settings
from registry.tracing import Tracing, open_tracing

BEAT_SECONDS = 5.0
"""Between two signs of life while nothing happens."""
BEATS = 4
"""At least so many in the time after which a worker counts as silent."""
TELL_SECONDS = 1.0
"""Between two when there is progress to tell."""
LOOK_SECONDS = 0.25
"""Between two looks whether it was cancelled: cancelling takes less than two seconds in all."""
QUEUED_AGAIN_AFTER = timedelta(minutes=2)
"""Age of a queued run after which it is handed to the queue once more; claims make that safe."""
POLICY = frozenset({"allowed_methods", "max_requests_per_second", "production", "sandbox"})
"""Settings of a run that its environment decides."""
log = structlog.get_logger("interlock.worker")


def worker_name() -> str:
    """Host and process, for whoever looks for it."""
    return f"{socket.gethostname()}:{os.getpid()}"


class Work:
    """Carries out tasks against one database."""

    def __init__(self, settings: Settings, uow: UnitOfWork | None = None) -> None:
        self._settings = settings
        self.tracing = open_tracing(settings, "interlock-worker") if settings.otlp else None
        self._uow = uow or _open(settings, self.tracing)

    def deliver(self) -> int:
        """Tell the webhooks what is due; gives the number of attempts."""
        from registry.jobs.mailing import Mailer
        from registry.jobs.sending import Sender
        from registry.security.keys import signing_key
        from registry.security.sealing import FernetSealer
        from registry.services.deliver_events import deliver_events

        settings = self._settings
        sealer = FernetSealer(signing_key(settings))
        source = settings.public_url or "urn:interlock"
        sender = Sender(private=settings.private_webhooks)
        return deliver_events(self._uow, sealer, sender, source, Mailer(settings))

    def remind(self) -> int:
        """Announce sunsets that are near or overdue; gives how many events were added."""
        from registry.services.remind_of_sunsets import remind_of_sunsets

        return remind_of_sunsets(self._uow)

    def fire(self) -> tuple[str, ...]:
        """Queue the runs of schedules whose time has come; gives their ids."""
        from registry.services.fire_triggers import fire_due

        return fire_due(self._uow)

    def seal(self) -> None:
        """Sign a checkpoint of the audit log, if one is due."""
        from registry.security.signing import audit_signer
        from registry.services.checkpoint_audit import checkpoint_if_due

        hours = self._settings.audit_checkpoint_hours
        if hours:
            signer = audit_signer(self._settings)
            checkpoint_if_due(self._uow, SYSTEM, signer, timedelta(hours=hours))

    def retain(self) -> None:
        """Forget what the settings no longer keep."""
        from registry.services.apply_retention import apply_retention

        forgotten = apply_retention(self._settings.retention, self._uow, SYSTEM)
        log.info("retention applied", **asdict(forgotten))

    def carry_out(
        self, run_id: str, on_event: Callable[[Progress], None] | None = None
    ) -> Run | None:
        """Run it and store what came of it; None if another worker has it, or its target is busy:
        then whoever ends a run there hands it on (see :meth:`waiting`)."""
        limit = self._settings.runs_per_target
        claimed = claim_run(run_id, worker_name(), self._uow, per_target=limit)
        if claimed is None:
            return None
        log.info("run started", run=run_id, contract=claimed.contract, url=claimed.url)
        command = self._result(claimed, on_event)
        try:
            finished = finish_run(replace(command, attempt=claimed.attempt), self._uow, SYSTEM)
        except Conflict:  # cancelled, or taken up by another while we were silent
            with self._uow.read() as store:
                return store.runs.get(run_id)
        log.info("run finished", run=run_id, status=finished.status, failures=len(command.failures))
        return finished

    def waiting(self, ended: Run) -> tuple[str, ...]:
        """Runs that waited for the target of a run that has ended."""
        return waiting_runs(ended, self._uow)

    def silent(self, silent_for: timedelta) -> bool:
        """Whether a worker fell silent; reads only, so that it may be asked often."""
        return bool(silent_runs(self._uow, silent_for))

    def recover(self, silent_for: timedelta) -> list[str]:
        """Runs to hand to the queue again."""
        found = recover_runs(self._uow, silent_for=silent_for.total_seconds())
        again = [r.id for r in found if r.status is RunStatus.QUEUED]
        for lost in found:
            if lost.status.final:
                again += self.waiting(lost)
        with self._uow.read() as store:
            queued = store.runs.with_status(RunStatus.QUEUED)
        old = self._uow.now() - QUEUED_AGAIN_AFTER
        return list(dict.fromkeys(again + [r.id for r in queued if r.requested_at < old]))

    def _result(self, claimed: Run, on_event: Callable[[Progress], None] | None) -> FinishRun:
        with self._uow.read() as store:
            version = store.versions.get(claimed.contract, claimed.number)
            needed = [claimed.sha256, version.sidecar_sha256, *hashes_of(version)]
            contents = store.blobs.get_many(needed)
        beats = min(BEAT_SECONDS, self._settings.run_silence / BEATS)
        progress = _Heart(claimed, self._uow, beats, on_event)
        try:
            name = version.filename or claimed.contract
            document = (
                open_version(version, contents, name)
                if version.content_sha256 == claimed.sha256
                else load(contents[claimed.sha256], name=name)  # proposed again since
            )
            sidecar = load_sidecar(load(contents[version.sidecar_sha256], name="contract.yaml"))
            if "replay" in claimed.settings:
                with progress:
                    return self._replayed(claimed, document, progress)
            kind = kind_of(document)
            if kind is not None:
                with progress:
                    evidence = check_passively(
                        kind,
                        claimed,
                        document,
                        sidecar,
                        progress.hear,
                        progress.cancelled,
                        self._beside(claimed),
                    )
                return result_of(claimed.id, evidence)
            with progress:
                evidence = run(
                    suite_of(claimed, sidecar),
                    document,
                    claimed.url,
                    progress.hear,
                    safety=safety_of(claimed),
                    cancel=progress.cancelled,
                    contract=claimed.contract,
                    system=claimed.system,
                    system_version=claimed.system_version,
                    run_id=claimed.id,
                )
        except ContractError as error:
            return FinishRun(claimed.id, RunStatus.INCONCLUSIVE, note=str(error))
        except Exception as error:
            log.error("run broke", run=claimed.id, exc_info=error)
            note = f"the runner broke: {type(error).__name__}; the worker's log tells more"
            return FinishRun(claimed.id, RunStatus.INCONCLUSIVE, note=note)
        return result_of(claimed.id, evidence)

    def _beside(self, claimed: Run) -> list[Document]:
        """The latest releases of the contracts that are read beside an event contract."""
        names = [name for name in claimed.settings.get("beside", ()) if name != claimed.contract]
        with self._uow.read() as store:
            found = store.versions.latest(names)
            contents = store.blobs.get_many(v.sha256 for v in found.values())
        return [load(contents[v.sha256], name=name) for name, v in found.items()]

    def _replayed(self, claimed: Run, new: Document, progress: _Heart) -> FinishRun:
        from registry.jobs.replaying import replay_findings

        label = claimed.settings["replay"]["old"]["version"]
        asked = CompareVersions(claimed.contract, label, claimed.number)
        compared = compare_versions(asked, self._uow, SYSTEM)
        with self._uow.read() as store:
            content = store.blobs.get(compared.old.sha256)
        old = load(content, name=compared.old.filename or claimed.contract)
        return replay_findings(
            claimed, compared.report, old, new, progress.hear, progress.cancelled
        )


class _Heart:
    """Beats while a run lasts, with its progress; notices when it was cancelled."""

    def __init__(
        self,
        claimed: Run,
        uow: UnitOfWork,
        beats: float,
        on_event: Callable[[Progress], None] | None,
    ) -> None:
        self._run = claimed.id
        self._attempt = claimed.attempt
        self._beats = beats
        self._uow = uow
        self._on_event = on_event
        self._progress: dict[str, Any] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self.cancelled = threading.Event()

    def hear(self, progress: Progress) -> None:
        """Keep the last event of each kind for the next beat."""
        self._progress = {**self._progress, progress.kind: dict(progress.data)}
        if self._on_event is not None:
            self._on_event(progress)

    def __enter__(self) -> _Heart:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join(10)

    def _beat(self) -> None:
        told: dict[str, Any] | None = None
        beaten = 0.0
        while not self._stop.wait(LOOK_SECONDS):
            since = time.monotonic() - beaten
            news = self._progress is not told and since >= TELL_SECONDS
            try:
                if news or since >= self._beats:
                    told, beaten = self._progress, time.monotonic()
                    goes_on = beat_run(self._run, {"progress": told}, self._uow, self._attempt)
                else:
                    goes_on = run_goes_on(self._run, self._uow, self._attempt)
                if not goes_on:
                    self.cancelled.set()
                    return
            except RegistryError as error:
                log.warning("heartbeat failed", run=self._run, error=str(error))


def suite_of(claimed: Run, sidecar: Sidecar) -> Suite:
    """The suite a run asks for: the sidecar's of that name, what the request says on top."""
    stated = next((s for s in sidecar.conformance.suites if s.name == claimed.suite), None)
    values: dict[str, Any] = {"name": claimed.suite}
    if stated is not None:
        values |= stated.settings()
    values |= promises(sidecar)
    if claimed.seed is not None:
        values["seed"] = claimed.seed
    # Sidecars come from publishers, endpoints from admins: only the latter name credentials.
    values.pop("auth", None)
    values.pop("tls", None)
    values |= {name: value for name, value in claimed.settings.items() if name not in POLICY}
    safety = safety_of(claimed)
    if "methods" not in values:
        values["methods"] = sorted(safety.allowed_methods)
    return Suite.from_mapping(values)


def safety_of(claimed: Run) -> Safety:
    """What the environment allowed when the run was asked for; only the target's own address."""
    url = urlsplit(claimed.url)
    return Safety(
        environment=claimed.environment,
        production=bool(claimed.settings.get("production", False)),
        methods=tuple(claimed.settings.get("allowed_methods", ())),
        hosts=(url.netloc.rpartition("@")[2],),
        max_rate=claimed.settings.get("max_requests_per_second"),
        sandbox=Sandbox.from_mapping(claimed.settings.get("sandbox")),
    )


def _open(settings: Settings, tracing: Tracing | None) -> UnitOfWork:
    from registry.store.engine import connect
    from registry.store.migrate import upgrade
    from registry.store.unit_of_work import SqlUnitOfWork

    engine = connect(settings.database_url)
    upgrade(engine)
    if tracing is not None:
        tracing.watch(engine)
    return SqlUnitOfWork(engine)
