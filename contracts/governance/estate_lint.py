"""Lint of a whole library: what no single contract can see."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from contracts.documents import load
from contracts.governance.authority import conflicts
from contracts.governance.lint import LintFinding
from contracts.governance.shelf import Library, loose_ends
from contracts.governance.vendorstates import load_state_mapping
from contracts.verdict import Level, Place

MENDS = {
    "authority": "Let one system own the field; copies are snapshots or derived, wishes proposals.",
    "loose-end": "Correct the name, or add what it names.",
    "state-mapping": "Add a rule for the combination, or list it as impossible.",
}


def lint_library(library: Library) -> tuple[LintFinding, ...]:
    """Conflicts of authority, loose ends of estate and workflows, gaps in state mappings.

    What is only information (fields that nobody reads) is left out.
    """
    return (*_authority(library), *_ends(library), *_mappings(library))


def _authority(library: Library) -> Iterator[LintFinding]:
    sidecars = [contract.sidecar for contract in library.contracts]
    documents = {item.id: load(item.current.path) for item in library.contracts if item.current}
    paths = {contract.id: contract.path for contract in library.contracts}
    for conflict in conflicts(sidecars, library.estate, documents):
        if conflict.level is not Level.INFO:
            place = Place("/authority", None, str(paths[conflict.contracts[0]]))
            policy = f"authority-{conflict.kind}"
            yield LintFinding(policy, conflict.level, conflict.message, MENDS["authority"], place)


def _ends(library: Library) -> Iterator[LintFinding]:
    for message in loose_ends(library):
        place = Place("", None, str(library.folder))
        yield LintFinding("loose-end", Level.ERROR, message, MENDS["loose-end"], place)


def _mappings(library: Library) -> Iterator[LintFinding]:
    for path in sorted(Path(library.folder / "mappings").glob("*.yaml")):
        for message in load_state_mapping(load(path)).problems():
            place = Place("/rules", None, str(path))
            yield LintFinding("state-mapping", Level.ERROR, message, MENDS["state-mapping"], place)
