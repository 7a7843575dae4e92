"""Quantities, money, units and GS1 numbers have the types everybody else uses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Node, Subject
from contracts.verdict import Json, Level

_MONEY = re.compile(r"^(amount|price|total|cost|.*(Amount|Price|Total|Cost))$")
_DIGITS = {"gtin": 14, "gln": 13, "sscc": 18}


@policy(
    "canonical-types",
    level=Level.ERROR,
    mend="Use the canonical type of docs/reference/canonical-types.md.",
)
def canonical_types(subject: Subject) -> Iterator[Complaint]:
    """Floats lose cents, integers lose half a kilogram, free text units lose everything."""
    for node in subject.schemas:
        if "/properties/" not in node.pointer:
            continue
        message = _complaint(subject.follow(node.pointer, node.data, node.name))
        if message is not None:
            yield Complaint(node.pointer, f"{node.name}: {message}")


def _complaint(node: Node) -> str | None:
    name, pattern = node.name, node.data.get("pattern")
    kinds = _kinds(node.data.get("type"))
    limited = isinstance(pattern, str) or "enum" in node.data or "const" in node.data
    if not kinds or kinds & {"object", "array"}:
        return None
    if name == "quantity" or name.endswith("Quantity"):
        if kinds != {"number"}:
            return f"a quantity is a number with fractions, not {' or '.join(sorted(kinds))}"
        if "multipleOf" not in node.data or "maximum" not in node.data:
            return "a quantity says how fine (multipleOf) and how large (maximum) it can be"
    elif _MONEY.match(name) and ("number" in kinds or ("integer" in kinds and name != "total")):
        return "money is decimal text with a currency, never a binary number"
    elif name == "uom" and not limited:
        return "a unit is a UN/ECE Recommendation 20 code: ^[A-Z0-9]{2,3}$"
    elif name == "currency" and not limited:
        return "a currency is an ISO 4217 code: ^[A-Z]{3}$"
    elif name == "lineNumber" and kinds != {"string"}:
        return "a line number is text, its leading zeros matter"
    elif name in _DIGITS and pattern not in _exactly(_DIGITS[name]):
        return f"a {name.upper()} has {_DIGITS[name]} digits: ^[0-9]{{{_DIGITS[name]}}}$"
    return None


def _kinds(value: Json) -> set[str]:
    """The types a schema names, null aside."""
    named = value if isinstance(value, list) else [value]
    return {kind for kind in named if isinstance(kind, str)} - {"null"}


def _exactly(digits: int) -> tuple[str, str]:
    return f"^[0-9]{{{digits}}}$", f"^\\d{{{digits}}}$"
