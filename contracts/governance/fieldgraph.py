"""Who masters a field, who emits it, and who writes it because of what: one graph per estate.

A node is (system, ``object.field``). An edge says that a consumer changes a field because a
contract told it another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

import networkx

from contracts.governance.sidecar import Authority, Consumer, Sidecar, Update
from contracts.governance.vocabulary import AuthorityRole, UpdateKind
from contracts.lean_dataclasses import dataclass

Node = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Claim:
    """A contract's statement that a system has a part in a field."""

    field: str
    contract: Sidecar
    authority: Authority

    @property
    def owner(self) -> str:
        """The system that claims."""
        return self.authority.owner

    def beside(self, other: Claim) -> bool:
        """Whether both can hold because they hold at different places."""
        mine, theirs = set(self.authority.locations), set(other.authority.locations)
        return bool(mine and theirs) and not mine & theirs


@dataclass(frozen=True, slots=True)
class Flow:
    """A consumer's update: told ``source`` by a contract, it changes ``field``."""

    contract: Sidecar
    consumer: Consumer
    update: Update

    @property
    def tail(self) -> Node:
        """Where the news comes from."""
        return (self.contract.provider, self.update.source)

    @property
    def head(self) -> Node:
        """What it changes."""
        return (self.consumer.system, self.update.field)

    @property
    def writes(self) -> bool:
        """Whether it overwrites: proposals are decided elsewhere, snapshots never change again."""
        return self.update.kind in {UpdateKind.COPY, UpdateKind.DERIVE}

    @property
    def carries_on(self) -> bool:
        """Whether the same fact goes round: not where it is derived or recognised as one's own."""
        return self.update.kind is UpdateKind.COPY and not self.update.origin_guard


class FieldGraph:
    """Claims and flows of a set of sidecars."""

    def __init__(self, sidecars: Sequence[Sidecar]) -> None:
        self.sidecars = tuple(sidecars)

    @cached_property
    def claims(self) -> dict[str, tuple[Claim, ...]]:
        """Claims by field, in the order of the sidecars."""
        found: dict[str, list[Claim]] = {}
        for sidecar in self.sidecars:
            for authority in sidecar.authority:
                for name in authority.fields:
                    field = f"{authority.object}.{name}"
                    found.setdefault(field, []).append(Claim(field, sidecar, authority))
        return {field: tuple(claims) for field, claims in found.items()}

    def masters(self, field: str) -> tuple[Claim, ...]:
        """Claims to be the master of a field."""
        claims = self.claims.get(field, ())
        return tuple(item for item in claims if item.authority.role is AuthorityRole.MASTER)

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        """Every declared update."""
        return tuple(
            Flow(sidecar, consumer, update)
            for sidecar in self.sidecars
            for consumer in sidecar.consumers
            for update in consumer.updates
        )

    def loops(self) -> Iterator[tuple[Flow, ...]]:
        """One shortest round per knot of fields in which the same fact comes back to its origin."""
        graph: networkx.DiGraph[Node] = networkx.DiGraph()
        for flow in self.flows:
            if flow.carries_on:
                graph.add_edge(flow.tail, flow.head, flow=flow)
        for knot in networkx.strongly_connected_components(graph):
            start = min(knot)
            ways = networkx.single_source_shortest_path(graph.subgraph(knot), start)
            back = [ways[node] for node in graph.predecessors(start) if node in ways]
            if back:
                way = [*min(back, key=len), start]
                steps = pairwise(way)
                yield tuple(graph.edges[tail, head]["flow"] for tail, head in steps)
