"""Tables of data contracts (ODCS): what changes for those who read rows.

Source: Open Data Contract Standard 3.1.0.
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.compatibility.pairing import Pair
from contracts.compatibility.policies import Policies
from contracts.compatibility.rules import Change, rule
from contracts.verdict import Level

NUMERIC = ("integer", "number")
CLASSES = ("public", "internal", "confidential", "restricted")
SMALLER_IS_BETTER = frozenset({"latency", "freshness", "frequency", "timetodetect", "timetonotify"})
LARGER_IS_BETTER = frozenset({"retention", "availability", "throughput", "generalavailability"})


@rule(
    "table-removed",
    on="data-table",
    level=Level.ERROR,
    reverse="table-added",
    advice="Keep the table, or a view under its name, until nobody reads it.",
)
def table_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A table that consumers read does not exist any more."""
    if pair.removed:
        yield Change(f"{pair.label} was {pair.say('removed')}")


@rule(
    "table-added",
    on="data-table",
    level=Level.INFO,
    advice="Nothing to do: nobody read it before.",
)
def table_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A new table."""
    if pair.added:
        yield Change(f"{pair.label} was added")


@rule(
    "physical-name-changed",
    on=("data-table", "data-column"),
    level=Level.ERROR,
    reverse="physical-name-changed",
    advice="Keep the old name as a view or alias: queries use it.",
)
def physical_name_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Queries ask for a name that the database no longer knows."""
    fact = "physical" if pair.any.kind == "data-table" else "physical_name"
    before, after = pair.fact(fact)
    if pair.both and before and before != after:
        said = f"its physical name changed from {before} to {after or 'nothing'}"
        yield Change(f"{pair.label}: {said}", old="/physicalName")


@rule(
    "primary-key-changed",
    on="data-table",
    level=Level.ERROR,
    reverse="primary-key-changed",
    advice="Publish a new table with the new key: consumers join and replace rows by the old one.",
)
def primary_key_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Rows are told apart by other columns than consumers use."""
    before, after = pair.fact("key")
    if pair.both and before and set(before) != set(after):
        said = f"the primary key changed from {_names(before)} to {_names(after)}"
        yield Change(f"{pair.label}: {said}")


@rule(
    "partitioning-changed",
    on="data-table",
    level=Level.WARNING,
    advice="Tell consumers that load by partition before it changes.",
)
def partitioning_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The table is cut into other pieces than consumers load."""
    before, after = pair.fact("partition")
    if pair.both and before and before != after:
        said = f"partitioned by {_names(after)} instead of {_names(before)}"
        yield Change(f"{pair.label} is {said}")


def _names(columns: tuple[str, ...]) -> str:
    return " + ".join(columns) or "nothing"


@rule(
    "column-removed",
    on="data-column",
    level=Level.ERROR,
    reverse="column-added",
    advice="Keep the column until no consumer reads it; fill both for one notice period.",
)
def column_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A column that consumers read is not there any more."""
    if pair.removed:
        yield Change(f"{pair.label} was {pair.say('removed')}")


@rule(
    "column-added",
    on="data-column",
    level=Level.INFO,
    advice="Nothing to do, except for consumers that select every column.",
)
def column_added(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A new column."""
    if pair.added:
        yield Change(f"{pair.label} was added")


@rule(
    "column-became-nullable",
    on="data-column",
    level=Level.ERROR,
    reverse="column-became-required",
    advice="Keep filling the column, or add a second one that may be empty.",
)
def column_became_nullable(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A column that was always filled may be empty."""
    before, after = pair.fact("required")
    if pair.both and before and not after:
        became = "required" if pair.swapped else "nullable"
        yield Change(f"{pair.label} became {became}", old="/required", new="/required")


@rule(
    "column-type-changed",
    on="data-column",
    level=Level.ERROR,
    reverse="column-type-changed",
    advice="Add a column with the new type and fill both for one notice period.",
)
def column_type_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Values are of a type that consumers do not read."""
    before, after = pair.fact("logical")
    if pair.both and before and after and before != after:
        old, new = (after, before) if pair.swapped else (before, after)
        narrowed = (before, after) == ("number", "integer")
        said = f"{pair.label}: the type changed from {old} to {new}"
        level = Level.INFO if narrowed else None
        yield Change(said, level, old="/logicalType", new="/logicalType")


@rule(
    "column-grew",
    on="data-column",
    level=Level.WARNING,
    reverse="column-shrank",
    advice="Ask consumers that store the column at a fixed size or scale to widen theirs first.",
)
def column_grew(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Values may be longer or finer than consumers with a fixed size or scale keep."""
    before, after = pair.fact("size")
    if pair.both and before and after and before[0] == after[0] and before != after:
        digits = (before[1] - before[2], after[1] - after[2])
        if after[2] > before[2] or digits[1] > digits[0]:
            yield _physical(pair)


@rule(
    "physical-type-changed",
    on="data-column",
    level=Level.WARNING,
    reverse="physical-type-changed",
    advice="Check that queries and loads of consumers convert the new type.",
)
def physical_type_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The database stores the column in another type."""
    before, after = pair.fact("physical")
    if pair.both and before and after and before.lower() != after.lower():
        sizes = pair.fact("size")
        if not (sizes[0] and sizes[1] and sizes[0][0] == sizes[1][0]):
            yield _physical(pair)


def _physical(pair: Pair) -> Change:
    before, after = pair.fact("physical")
    old, new = (after, before) if pair.swapped else (before, after)
    said = f"{pair.label}: the physical type changed from {old} to {new}"
    return Change(said, old="/physicalType", new="/physicalType")


@rule(
    "column-uniqueness-lost",
    on="data-column",
    level=Level.ERROR,
    reverse="column-became-unique",
    advice="Keep the values unique: consumers that join by the column would count rows twice.",
)
def column_uniqueness_lost(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """A value that stood in one row may stand in several."""
    before, after = pair.fact("unique")
    if pair.both and before and not after:
        became = "unique" if pair.swapped else "repeatable"
        yield Change(f"{pair.label}: its values became {became}", old="/unique")


@rule(
    "column-classification-raised",
    on="data-column",
    level=Level.WARNING,
    advice="Check that every consumer may hold data of the new class.",
)
def column_classification_raised(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Consumers hold data of a class that they may not be cleared for."""
    ranks = [CLASSES.index(c) if c in CLASSES else None for c in pair.fact("classification")]
    if pair.both and None not in ranks and (ranks[1] or 0) > (ranks[0] or 0):
        said = f"{CLASSES[ranks[0] or 0]} before, {CLASSES[ranks[1] or 0]} now"
        at = "/classification"
        yield Change(f"{pair.label} is {said}", old=at, new=at)


@rule(
    "column-limit-lifted",
    on="column-limits",
    level=Level.ERROR,
    reverse="column-limit-set",
    advice="Keep the limits that consumers stand on, or agree on new ones with them.",
)
def column_limit_lifted(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Values are no longer limited as consumers were told."""
    if pair.removed:
        limits = ", ".join(pair.any.document.find(pair.any.pointer))
        yield Change(f"{pair.label}: its limits ({limits}) were {pair.say('removed')}")


@rule(
    "quality-check-removed",
    on="data-column",
    level=Level.WARNING,
    reverse="quality-check-added",
    advice="Keep checking: consumers stand on what was promised about the data.",
)
def quality_check_removed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """Something about the data is no longer checked."""
    before, after = pair.fact("quality")
    if pair.both:
        for check in (check for check in before if check not in after):
            known = check.get("metric") or check.get("rule") or check.get("name") or "check"
            said = f"the quality check {known} was {pair.say('removed')} or changed"
            yield Change(f"{pair.label}: {said}", old="/quality")


@rule(
    "service-level-weakened",
    on="data-promise",
    level=Level.WARNING,
    reverse="service-level-strengthened",
    advice="Keep the service level for consumers that need it.",
)
def service_level_weakened(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The provider promises less than before."""
    if pair.removed:
        yield Change(f"{pair.label} ({pair.any.facts['shown']}) was {pair.say('removed')}")
        return
    before, after = pair.fact("amount")
    if not pair.both or before is None or after is None or before == after:
        return
    name = pair.any.facts["property"].lower()
    grew = after > before
    if (name in SMALLER_IS_BETTER and grew) or (name in LARGER_IS_BETTER and not grew):
        shown = pair.fact("shown")
        old, new = reversed(shown) if pair.swapped else shown
        yield Change(f"{pair.label} went from {old} to {new}", old="/value", new="/value")


@rule(
    "data-server-changed",
    on="data-server",
    level=Level.ERROR,
    reverse="data-server-changed",
    advice="Serve the data in both places for a notice period.",
)
def data_server_changed(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The data is no longer where consumers look for it."""
    if pair.removed:
        yield Change(f"{pair.label} was {pair.say('removed')}", Level.WARNING)
    elif pair.both:
        for fact in ("type", "host", "location", "database", "schema"):
            before, after = pair.fact(fact)
            if before is not None and before != after:
                said = f"its {fact} changed from {before} to {after or 'nothing'}"
                yield Change(f"{pair.label}: {said}", old=f"/{fact}", new=f"/{fact}")


@rule(
    "data-contract-ended",
    on="data-contract",
    level=Level.ERROR,
    advice="Deprecate first, with a date; retire when nobody reads the data any more.",
)
def data_contract_ended(pair: Pair, _policies: Policies) -> Iterator[Change]:
    """The data product was retired or announced to end."""
    before, after = pair.fact("status")
    if pair.both and before != after and after in {"deprecated", "retired"}:
        level = Level.INFO if after == "deprecated" else None
        at = "/status"
        yield Change(f"the contract is {after} (it was {before})", level, old=at, new=at)
