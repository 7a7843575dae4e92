"""Conflicts of authority and circular updates, found field by field (DOMAIN: conflicts)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from contracts.documents import Document
from contracts.governance.estate import Estate
from contracts.governance.fieldgraph import Claim, FieldGraph, Flow
from contracts.governance.sidecar import Consumer, Sidecar
from contracts.governance.subject import Subject
from contracts.governance.vocabulary import AuthorityRole, Layer, UpdateKind
from contracts.lean_dataclasses import dataclass
from contracts.verdict import Level

_PRICE = re.compile(r"price$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A disagreement about who may say what a field is."""

    kind: str
    level: Level
    message: str
    fields: tuple[str, ...]
    systems: tuple[str, ...]
    contracts: tuple[str, ...]


def conflicts(
    sidecars: Sequence[Sidecar],
    estate: Estate | None = None,
    documents: Mapping[str, Document] | None = None,
) -> tuple[Conflict, ...]:
    """Everything about authority that does not fit together.

    ``estate`` adds what systems can hold and where they stand; ``documents`` (by contract id) add
    which operations change records and which lengths are accepted. Errors first.
    """
    graph = FieldGraph(sidecars)
    found = [
        *_several_owners(graph),
        *_direct_writes(graph, documents or {}),
        *_loops(graph),
        *_ambiguous_prices(graph),
        *_orphans(graph),
        *_reverse_flows(graph),
        *_leaks(graph, estate),
        *_narrow_hops(graph, estate, documents or {}),
    ]
    order = list(Level)
    return tuple(sorted(found, key=lambda item: order.index(item.level)))


def _several_owners(graph: FieldGraph) -> Iterator[Conflict]:
    publishing = {AuthorityRole.MASTER, AuthorityRole.DERIVED}
    for field, claims in graph.claims.items():
        sources = [claim for claim in claims if claim.authority.role in publishing]
        rivals: dict[str, Claim] = {}
        for one, other in combinations(sources, 2):
            agreed = one.authority.survivorship and other.authority.survivorship
            if one.owner != other.owner and not one.beside(other) and not agreed:
                rivals |= {one.owner: one, other.owner: other}
        if not rivals:
            continue
        derived = any(c.authority.role is AuthorityRole.DERIVED for c in rivals.values())
        kind = "several-publishers" if derived else "two-masters"
        who = " and ".join(sorted(rivals))
        message = f"{field} is claimed by {who}; leave one, part them by location, or say who wins"
        contracts = tuple(dict.fromkeys(claim.contract.id for claim in rivals.values()))
        yield Conflict(kind, Level.ERROR, message, (field,), tuple(sorted(rivals)), contracts)


def _direct_writes(graph: FieldGraph, documents: Mapping[str, Document]) -> Iterator[Conflict]:
    """A consumer that changes a field another system masters, and does not call it a proposal."""
    for sidecar in graph.sidecars:
        changes = _changing_operations(documents.get(sidecar.id))
        for consumer in sidecar.consumers:
            sent = _sent_names(consumer, changes)
            for field, owner in _mastered(sidecar):
                name = field.rpartition(".")[2]
                if owner != consumer.system and name in sent and not _proposes(consumer, field):
                    message = (
                        f"{consumer.system} writes {field}, which {owner} masters; let it propose "
                        "the change, or give it the authority"
                    )
                    pair = (owner, consumer.system)
                    yield Conflict(
                        "direct-write", Level.ERROR, message, (field,), pair, (sidecar.id,)
                    )
    for flow in graph.flows:
        target = flow.update.field
        owners = {claim.owner for claim in graph.masters(target)}
        known = flow.writes and owners and flow.consumer.system not in owners
        if known and flow.contract.provider not in owners and not _from_analytics(graph, flow):
            message = (
                f"{flow.consumer.system} writes {target} because of {flow.contract.id}; "
                f"{' and '.join(sorted(owners))} masters it"
            )
            systems = (*sorted(owners), flow.consumer.system)
            kind = "direct-write"
            yield Conflict(kind, Level.ERROR, message, (target,), systems, (flow.contract.id,))


def _changing_operations(document: Document | None) -> set[str]:
    """Operations that change what exists (PUT, PATCH); a POST submits, and the owner decides."""
    operations = Subject(document).operations
    return {name for item in operations if item.method in {"put", "patch"} for name in item.names}


def _sent_names(consumer: Consumer, operations: set[str]) -> set[str]:
    uses = [use for use in consumer.uses or () if use.operation in operations]
    paths = [path for use in uses for path in use.sends or ()]
    return {path.segments[-1] for path in paths if path.segments}


def _mastered(sidecar: Sidecar) -> Iterator[tuple[str, str]]:
    for authority in sidecar.authority:
        if authority.role is AuthorityRole.MASTER:
            for name in authority.fields:
                yield f"{authority.object}.{name}", authority.owner


def _proposes(consumer: Consumer, field: str) -> bool:
    return any(
        update.field == field and update.kind is UpdateKind.PROPOSE for update in consumer.updates
    )


def _loops(graph: FieldGraph) -> Iterator[Conflict]:
    for loop in graph.loops():
        fields = tuple(dict.fromkeys(flow.update.field for flow in loop))
        systems = tuple(dict.fromkeys(flow.consumer.system for flow in loop))
        contracts = tuple(dict.fromkeys(flow.contract.id for flow in loop))
        way = " → ".join(f"{flow.tail[0]} {flow.tail[1]}" for flow in loop)
        kind = "echo" if len(fields) == 1 else "loop"
        harm = "is counted again" if kind == "echo" else "never comes to rest"
        message = (
            f"{way} → {loop[-1].head[0]} {loop[-1].head[1]} {harm}; derive another field on one "
            "hop, or declare an originGuard"
        )
        yield Conflict(kind, Level.ERROR, message, fields, systems, contracts)


def _ambiguous_prices(graph: FieldGraph) -> Iterator[Conflict]:
    """Prices of one name on several objects: all but one must be snapshots, or named apart."""
    masters: dict[str, list[Claim]] = {}
    for field in graph.claims:
        name = field.rpartition(".")[2]
        if _PRICE.search(name):
            masters.setdefault(name, []).extend(graph.masters(field))
    for name, claims in masters.items():
        fields = tuple(dict.fromkeys(claim.field for claim in claims))
        if len(fields) > 1:
            message = f"{', '.join(fields)} all claim to be the {name}; declare copies as snapshots"
            systems = tuple(dict.fromkeys(claim.owner for claim in claims))
            contracts = tuple(dict.fromkeys(claim.contract.id for claim in claims))
            yield Conflict("ambiguous-price", Level.ERROR, message, fields, systems, contracts)


def _orphans(graph: FieldGraph) -> Iterator[Conflict]:
    told = {field: claims for field, claims in graph.claims.items() if claims}
    for flow in graph.flows:
        if flow.update.source not in told:
            message = (
                f"{flow.consumer.system} uses {flow.update.source} of {flow.contract.id}, "
                "which no contract owns"
            )
            systems = (flow.consumer.system,)
            fields = (flow.update.source,)
            yield Conflict("orphan", Level.WARNING, message, fields, systems, (flow.contract.id,))
    used = {flow.update.source for flow in graph.flows}
    for claims in graph.claims.values():
        for claim in claims:
            name = claim.field.rpartition(".")[2]
            if claim.field in used or _somebody_reads(claim.contract, name):
                continue
            message = f"nobody reads {claim.field} of {claim.contract.id}"
            contract, system = (claim.contract.id,), (claim.owner,)
            yield Conflict("unread", Level.INFO, message, (claim.field,), system, contract)


def _somebody_reads(sidecar: Sidecar, name: str) -> bool:
    for consumer in sidecar.consumers:
        if consumer.uses is None:
            return True
        for use in consumer.uses:
            paths = [*(use.reads or ()), *(use.sends or ())]
            if use.reads is None or any(name in path.segments for path in paths):
                return True
    return False


def _reverse_flows(graph: FieldGraph) -> Iterator[Conflict]:
    """Derived products may not write master fields."""
    for flow in graph.flows:
        target = flow.update.field
        if flow.writes and _from_analytics(graph, flow) and graph.masters(target):
            message = (
                f"{flow.update.source} of {flow.contract.id} is a derived product and overwrites "
                f"{target}; let a person or a proposal decide"
            )
            fields = (flow.update.source, target)
            systems = (flow.contract.provider, flow.consumer.system)
            contract = (flow.contract.id,)
            yield Conflict("reverse-flow", Level.ERROR, message, fields, systems, contract)


def _from_analytics(graph: FieldGraph, flow: Flow) -> bool:
    claims = graph.claims.get(flow.update.source, ())
    derived = any(claim.authority.role is AuthorityRole.DERIVED for claim in claims)
    return flow.contract.layer is Layer.ANALYTICS and (derived or not claims)


def _leaks(graph: FieldGraph, estate: Estate | None) -> Iterator[Conflict]:
    for flow in graph.flows:
        yield from _into_lower_class(graph, flow)
        yield from _out_of_region(flow, estate)


def _into_lower_class(graph: FieldGraph, flow: Flow) -> Iterator[Conflict]:
    """A field copied into another one must not come out in a contract of a lower class."""
    sources = graph.claims.get(flow.update.source, ())
    classes = [claim.authority.classification or claim.contract.classification for claim in sources]
    ranks = [item for item in classes if item is not None]
    if not ranks or flow.update.kind is UpdateKind.DERIVE:
        return
    highest = max(ranks, key=lambda item: item.rank)
    for claim in graph.claims.get(flow.update.field, ()):
        own = claim.authority.classification or claim.contract.classification
        emits = claim.contract.provider == flow.consumer.system
        if emits and own is not None and own.rank < highest.rank:
            message = (
                f"{flow.update.source} is {highest.value} and comes out as {claim.field} of "
                f"{claim.contract.id}, which is {own.value}"
            )
            fields = (flow.update.source, claim.field)
            systems = (flow.contract.provider, flow.consumer.system)
            contracts = (flow.contract.id, claim.contract.id)
            yield Conflict("class-leak", Level.ERROR, message, fields, systems, contracts)


def _out_of_region(flow: Flow, estate: Estate | None) -> Iterator[Conflict]:
    residency = flow.contract.residency
    system = estate.system(flow.consumer.system) if estate is not None else None
    if residency is None or system is None or system.region is None:
        return
    if not any(
        system.region == home or system.region.startswith(f"{home}-") for home in residency.regions
    ):
        message = (
            f"{flow.update.source} may only be in {', '.join(residency.regions)}; "
            f"{system.id} is in {system.region}"
        )
        contract, fields = (flow.contract.id,), (flow.update.source,)
        yield Conflict("region-leak", Level.ERROR, message, fields, (system.id,), contract)


def _narrow_hops(
    graph: FieldGraph, estate: Estate | None, documents: Mapping[str, Document]
) -> Iterator[Conflict]:
    """Text accepted upstream that a system further on cannot hold."""
    if estate is None:
        return
    for sidecar in graph.sidecars:
        document = documents.get(sidecar.id)
        accepted = _lengths(document) if document is not None else {}
        reached = [sidecar.provider, *(consumer.system for consumer in sidecar.consumers)]
        for authority in sidecar.authority:
            for name in authority.fields:
                field, length = f"{authority.object}.{name}", accepted.get(name)
                for system_id in dict.fromkeys(reached):
                    system = estate.system(system_id)
                    vendor = system.vendor if system is not None else None
                    limit = vendor.field_lengths.get(field) if vendor is not None else None
                    if length is not None and limit is not None and limit < length:
                        message = (
                            f"{sidecar.id} takes {name} of {length} characters, "
                            f"{system_id} holds {limit}"
                        )
                        systems, contract = (system_id,), (sidecar.id,)
                        kind = "narrow-hop"
                        yield Conflict(kind, Level.WARNING, message, (field,), systems, contract)


def _lengths(document: Document) -> dict[str, int]:
    """The largest maxLength of every property of that name."""
    subject = Subject(document)
    found: dict[str, int] = {}
    for node in subject.schemas:
        if node.pointer.split("/")[-2:-1] == ["properties"]:
            length = subject.follow(node.pointer, node.data).data.get("maxLength")
            if isinstance(length, int):
                found[node.name] = max(length, found.get(node.name, 0))
    return found
