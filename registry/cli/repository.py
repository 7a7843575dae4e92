"""A folder of contracts on disk, as publications in the order they have to be made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from contracts.documents import load
from contracts.errors import DocumentUnreadable, InvalidContract
from contracts.governance.sidecar import Sidecar, VersionFile, load_sidecar
from contracts.governance.vocabulary import LifecycleStatus

SIDECAR = "contract.yaml"
PROPOSAL_BRANCH = "proposal"


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of one contract of the folder."""

    sidecar_path: Path
    document_path: Path
    sidecar: Sidecar
    version: VersionFile

    @property
    def proposed(self) -> bool:
        """Whether it is a proposal beside the releases."""
        return self.version.status is LifecycleStatus.PROPOSED

    @property
    def branch(self) -> str:
        """The branch it is published on; releases have none."""
        return PROPOSAL_BRANCH if self.proposed else ""


def entries(folder: Path) -> tuple[Entry, ...]:
    """Every version that the sidecars below ``folder`` list, in their order.

    Raises:
        contracts.errors.ContractError: a sidecar is wrong, or lists a file that is not there.
    """
    found = tuple(_entries(folder))
    if not found:
        raise DocumentUnreadable(
            f"has no {SIDECAR} in it or below it; name a document, or a folder of contracts",
            source=str(folder),
        )
    return found


def entries_of(sidecar_path: Path) -> tuple[Entry, ...]:
    """Every version that one sidecar lists.

    Raises:
        contracts.errors.ContractError: it is wrong, or lists a file that is not there.
    """
    document = load(sidecar_path)
    sidecar = load_sidecar(document)
    listed = []
    for position, version in enumerate(sidecar.versions):
        path = sidecar_path.parent / version.document
        if not path.is_file():
            pointer = f"/versions/{position}/document"
            raise InvalidContract(
                f"there is no file {version.document!r} beside it; add it or mend the name",
                source=str(sidecar_path),
                pointer=pointer,
                line=document.line(pointer),
            )
        listed.append(Entry(sidecar_path, path, sidecar, version))
    return tuple(listed)


def _entries(folder: Path) -> Iterator[Entry]:
    for sidecar_path in sorted(folder.rglob(SIDECAR)):
        yield from entries_of(sidecar_path)
