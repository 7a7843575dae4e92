"""How the operations of a run are shared out to several processes; the same every time.

Operations of one resource act on the same records. Sequences (the stateful phase) and whatever
follows states therefore keep a resource in one process; single requests do not need that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from conformance.http.operations import Operation, follow
from conformance.plan import Suite
from contracts.verdict import Json

LATE = "stateful"


@dataclass(frozen=True, slots=True)
class Stage:
    """Operations (labels) and phases that a process goes through before the next barrier."""

    operations: tuple[str, ...]
    phases: tuple[str, ...]

    def to_json(self) -> dict[str, Json]:
        """For the pipe to the process."""
        return {"operations": list(self.operations), "phases": list(self.phases)}


@dataclass(slots=True)
class Share:
    """What one process does: its stages, then the probes of the operations it began with."""

    stages: list[Stage] = field(default_factory=list)
    probes: tuple[str, ...] = ()


def shares(
    suite: Suite,
    document: Mapping[str, Json],
    operations: Sequence[Operation],
    *,
    together: bool = False,
) -> list[Share]:
    """One share per process, ``suite.workers`` at most. ``together`` keeps resources whole."""
    labels = tuple(o.label for o in operations)
    wanted = min(suite.workers, len(labels))
    resources = _resources(document, operations)
    if together:
        wanted = min(wanted, len(resources))
    if wanted <= 1:
        return [Share([Stage(labels, suite.phases)], labels)]
    early = tuple(p for p in suite.phases if p != LATE)
    single = resources if together else [[o] for o in operations]
    first = _spread(single, wanted, document)
    late = first if together else _spread(resources, wanted, document)
    found = []
    for mine, whole in zip(first, late, strict=True):
        share = Share([Stage(tuple(mine), early)], tuple(mine))
        if LATE in suite.phases:
            share.stages.append(Stage(tuple(whole), (LATE,)))
        found.append(share)
    return found


def _spread(
    units: Iterable[Sequence[Operation]], count: int, document: Mapping[str, Json]
) -> list[list[str]]:
    """Heaviest first, each to whoever has least; in the end in the document's order."""
    weighed = sorted(
        ((sum(_weight(o, document) for o in unit), [o.label for o in unit]) for unit in units),
        key=lambda pair: (-pair[0], pair[1]),
    )
    loads = [0] * count
    found: list[list[str]] = [[] for _ in range(count)]
    for weight, labels in weighed:
        lightest = min(range(count), key=lambda i: (loads[i], i))
        loads[lightest] += weight
        found[lightest] += labels
    return found


def _weight(operation: Operation, document: Mapping[str, Json]) -> int:
    """Roughly how many requests an operation will get."""
    weight = 4 + 4 * len(operation.parameters)
    if operation.body is None:
        return weight
    content, _ = follow(document, f"{operation.body}/content")
    return weight + _members(document, content, 4)


def _members(document: Mapping[str, Json], value: Json, depth: int) -> int:
    if isinstance(value, Mapping) and isinstance(value.get("$ref"), str):
        value = follow(document, value["$ref"][1:])[0]
    if depth == 0 or not isinstance(value, Mapping | list):
        return 1
    items = value.values() if isinstance(value, Mapping) else value
    return 1 + sum(_members(document, item, depth - 1) for item in list(items)[:50])


def _resources(
    document: Mapping[str, Json], operations: Sequence[Operation]
) -> list[list[Operation]]:
    """Operations that may act on the same records: below one path, or linked to each other."""
    names = _names(operations)
    parent = {name: name for name in names.values()}

    def root(name: str) -> str:
        while parent[name] != name:
            name = parent[name]
        return name

    by_id = {o.operation_id: o.label for o in operations if o.operation_id}
    for operation in operations:
        for target in _links(document, operation):
            label = by_id.get(target)
            if label is not None:
                parent[root(names[operation.label])] = root(names[label])
    found: dict[str, list[Operation]] = {}
    for operation in operations:
        found.setdefault(root(names[operation.label]), []).append(operation)
    return list(found.values())


def _names(operations: Sequence[Operation]) -> dict[str, str]:
    """The resource of every operation: the first fixed segment in which paths differ."""
    paths = [o.path.strip("/").split("/") for o in operations]
    common = 0
    for parts in zip(*paths, strict=False):
        if len(set(parts)) > 1:
            break
        common += 1
    common = max(0, min([common, *(len(p) - 1 for p in paths)]))
    return {
        o.label: next((s for s in path[common:] if not s.startswith("{")), "")
        for o, path in zip(operations, paths, strict=True)
    }


def _links(document: Mapping[str, Json], operation: Operation) -> Iterable[str]:
    for response in operation.responses.values():
        links, _ = follow(document, f"{response.pointer}/links")
        for name in links if isinstance(links, Mapping) else ():
            link, _ = follow(document, f"{response.pointer}/links/{name}")
            if isinstance(link, Mapping) and isinstance(link.get("operationId"), str):
                yield link["operationId"]
