"""Sample numbers are real ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.documents import pointer as pointers
from contracts.governance.canonical import CHECKS
from contracts.governance.policies.examples_valid import examples
from contracts.governance.rulebook import Complaint, policy
from contracts.governance.subject import Subject
from contracts.verdict import Json, Level


@policy(
    "check-digits",
    level=Level.ERROR,
    mend="Correct the number: check digits of GS1 numbers and IBANs, codes of ISO 4217.",
)
def check_digits(subject: Subject) -> Iterator[Complaint]:
    """Testers copy examples; an example with a wrong check digit is refused by the next system."""
    for example in examples(subject):
        for pointer, name, text in _texts(example.pointer, example.value):
            if not CHECKS[name](text):
                yield Complaint(pointer, f"{text!r} is not a valid {name}")


def _texts(pointer: str, value: Json) -> Iterator[tuple[str, str, str]]:
    stack: list[tuple[str, str, Json]] = [(pointer, "", value)]
    while stack:
        place, name, item = stack.pop()
        if isinstance(item, Mapping):
            stack += [(pointers.join(place, key), key, below) for key, below in item.items()]
        elif isinstance(item, list):
            stack += [(f"{place}/{at}", name, below) for at, below in enumerate(item)]
        elif isinstance(item, str) and name in CHECKS:
            yield place, name, item
