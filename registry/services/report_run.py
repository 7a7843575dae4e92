"""A stored run as a report to mail, to archive or to hand to a CI server."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from conformance.evidence.reports import EXTENSIONS, FORMATS, MEDIA_TYPES, render
from registry.domain import Principal
from registry.errors import Conflict, Invalid
from registry.services.authorization import Action, authorize
from registry.services.evidence import evidence_of
from registry.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class RunReport:
    """A report as a file."""

    text: str
    media_type: str
    file_name: str

    @property
    def sha256(self) -> str:
        """Of its UTF-8 bytes."""
        return hashlib.sha256(self.text.encode("utf-8", "replace")).hexdigest()

    @property
    def headers(self) -> dict[str, str]:
        """It quotes what strange systems answered: a browser saves it and does not show it."""
        return {
            "Content-Disposition": f'attachment; filename="{self.file_name}"',
            "X-Content-Type-Options": "nosniff",
        }


def report_run(run: str, format_: str, uow: UnitOfWork, caller: Principal) -> RunReport:
    """The run in one of the formats of ``interlock conformance run``.

    Raises:
        NotFound: no such run.
        Invalid: no such format.
        Conflict: the run still goes on.
    """
    authorize(caller, Action.READ)
    if format_ not in FORMATS:
        raise Invalid("format", f"there is no report {format_!r}; known are {', '.join(FORMATS)}")
    with uow.read() as store:
        found = store.runs.get(run)
        if not found.status.final:
            raise Conflict(f"run {found.id} is {found.status}; its report is there when it ends")
        evidence = evidence_of(found, store.runs.failures(run))
    name = f"{found.contract}-{found.number}-{found.id}.{EXTENSIONS[format_]}"
    return RunReport(render(evidence, format_), MEDIA_TYPES[format_], name.replace("@", "-"))
