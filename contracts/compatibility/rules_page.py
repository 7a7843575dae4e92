"""The reference page of the rules, made from the table: ``python -m …rules_page > FILE``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.compatibility.rules import Rule, load_rules
from contracts.verdict import Level

TITLES: Mapping[str, str] = {
    "operations": "Operations, webhooks and callbacks",
    "parameters": "Parameters and headers",
    "bodies": "Bodies and media types",
    "responses": "Status codes and links",
    "security": "Security",
    "servers": "Servers",
    "lifecycle": "Lifecycle",
    "properties": "Properties and values",
    "unions": "Alternatives and what tells them apart",
    "schemas": "Schemas: what the containment engine finds",
    "events": "Channels, operations and messages of event-driven contracts",
    "messages": "One message: content type, headers, key, payload",
    "bindings": "Protocol bindings",
    "brokers": "Servers of event-driven contracts",
    "promises": "Promises of the sidecar",
    "windows": "Windows, lifecycle and classes of the sidecar",
    "avro": "Avro",
    "protobuf": "Protocol Buffers: files and messages",
    "protobuf_fields": "Protocol Buffers: fields",
    "protobuf_types": "Protocol Buffers: types and defaults",
    "protobuf_oneofs": "Protocol Buffers: oneofs",
    "protobuf_enums": "Protocol Buffers: enums",
    "protobuf_extensions": "Protocol Buffers: extensions",
    "rpcs": "Services of Protocol Buffers",
    "tables": "Tables of data contracts",
}
"""Headings of the areas, in the order of the page; other areas follow by name."""

INTRODUCTION = """# Rules

<!-- Generated from the rule table by `python -m contracts.compatibility.rules_page`. -->

Every finding names one of these rules. The ids are stable: waivers, filters and
`interlock diff --level RULE=LEVEL` match them. *error* breaks somebody, *warning* may, *info*
tells, *unknown* says what the engine could not decide.

In the modes `backward`, `forward` and `full` the question is also asked the other way round
(what if consumers take the new version first?). A rule with a *reverse* reports under that id
there.
"""

SCHEMAS = """
Each of these speaks about one keyword. Where the new version is the reader (a request), the
keyword was *tightened*; where the new version is the writer (a response), it was *loosened*.
Every such finding carries a witness: a value that one side may write and the other refuses.
"""


def page() -> str:
    """The whole page as Markdown."""
    by_area: dict[str, list[Rule]] = {}
    for rule in load_rules().values():
        by_area.setdefault(rule.area, []).append(rule)
    order = [*(area for area in TITLES if area in by_area), *sorted(set(by_area) - set(TITLES))]
    parts = [INTRODUCTION]
    for area in order:
        parts.extend(_section(area, by_area[area]))
    return "\n".join(parts)


def _section(area: str, rules: list[Rule]) -> Iterator[str]:
    yield f"## {TITLES.get(area, area.capitalize())}\n"
    if area == "schemas":
        yield SCHEMAS.strip() + "\n"
    weight = {Level.ERROR: 0, Level.UNKNOWN: 1, Level.WARNING: 2, Level.INFO: 3}
    for rule in sorted(rules, key=lambda rule: (weight[rule.level], rule.id)):
        reverse = f" · reverse `{rule.reverse}`" if rule.reverse and rule.reverse != rule.id else ""
        yield f"### {rule.id}\n\n*{rule.level.value}*{reverse}\n"
        yield f"{rule.summary} {rule.advice}\n"


if __name__ == "__main__":
    import sys

    sys.stdout.write(page())
