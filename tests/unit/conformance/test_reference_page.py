"""``docs/reference/conformance.md`` lists what there is: rewrite it with UPDATE_DOCS=1."""

from __future__ import annotations

import os
from pathlib import Path

from conformance.events.findings import PROMISES, SEVERITY, TITLES
from conformance.plan.checks import CHECKS, GENERATED_CHECKS, OWN_CHECKS
from conformance.reference.systems import SYSTEMS

PAGE = Path(__file__).parents[3] / "docs/reference/conformance.md"
BEGIN, END = "<!-- tables: begin -->", "<!-- tables: end -->"


def rows(title: str, table: dict[str, str]) -> list[str]:
    lines = [f"### {title}", "", "| check | promise |", "|---|---|"]
    return [*lines, *(f"| `{name}` | {promise} |" for name, promise in table.items()), ""]


def tables() -> str:
    lines = rows("Checks on generated requests", GENERATED_CHECKS)
    lines += rows("Interlock's own checks", OWN_CHECKS)
    lines += rows("Event checks", PROMISES)
    lines += ["### Faults of the reference services", ""]
    lines += ["| fault | contract | what is wrong | found by |", "|---|---|---|---|"]
    for blueprint in SYSTEMS.values():
        for fault in blueprint.faults:
            found = ", ".join(f"`{name}`" for name in fault.found_by)
            lines.append(f"| `{fault.id}` | {fault.contract} | {fault.description} | {found} |")
    return "\n".join(lines) + "\n"


def test_the_page_lists_what_there_is() -> None:
    text = PAGE.read_text("utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    wanted = f"{head}{BEGIN}\n\n{tables()}\n{END}{tail}"
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(wanted, "utf-8")
        text = wanted
    assert text == wanted


def test_every_check_has_a_promise_and_every_fault_a_check() -> None:
    assert set(PROMISES) == set(SEVERITY) == set(TITLES)
    known = {*CHECKS, *PROMISES}
    faults = [fault for blueprint in SYSTEMS.values() for fault in blueprint.faults]
    assert [f.id for f in faults if not f.found_by or not set(f.found_by) <= known] == []
