"""The words every report shares: the verdict's sentence, a place in a line, who is hurt."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.reports import exact
from contracts.verdict import (
    ConsumerVerdict,
    Finding,
    Knowledge,
    Level,
    Place,
    Report,
    Verdict,
    Witness,
)

_SINGULAR = {
    Level.ERROR: "breaking change",
    Level.WARNING: "warning",
    Level.INFO: "note",
    Level.UNKNOWN: "open question",
}
_ORDER = {
    level: rank
    for rank, level in enumerate((Level.ERROR, Level.UNKNOWN, Level.WARNING, Level.INFO))
}


def ordered(report: Report) -> list[Finding]:
    """The findings, what stops a release first, otherwise in the report's order."""
    return sorted(report.findings, key=lambda finding: _ORDER[finding.level])


def names_its_place(finding: Finding) -> bool:
    """Whether the message begins with the only place that the finding reaches."""
    return not finding.where or (
        len(finding.where) == 1 and finding.message.startswith(finding.where[0])
    )


def shortened(error: str, most: int = 240) -> str:
    """A validator's sentence, the middle of a long enumeration left out."""
    if len(error) <= most:
        return error
    return f"{error[: most - 60]} … {error[-58:]}"


def counts(report: Report) -> str:
    """``2 breaking changes, 1 warning``, or ``no findings``."""
    summary = report.summary
    shown = [
        f"{summary[level.value]} {_SINGULAR[level]}{'s' if summary[level.value] > 1 else ''}"
        for level in _ORDER
        if summary[level.value]
    ]
    return ", ".join(shown) or "no findings"


def verdict(report: Report) -> str:
    """What the verdict means, as a sentence."""
    if report.verdict is Verdict.BREAKING:
        return "The new version breaks at least one reader or writer of the old one."
    if report.verdict is Verdict.UNKNOWN:
        return "No break was found, but compatibility could not be proved."
    return "Nobody who keeps to the old version is broken by the new one."


def hurt(report: Report) -> str:
    """Whom the change hurts, and how complete the knowledge is; empty without consumers."""
    if not report.consumers:
        return ""
    known = report.knowledge
    if report.breaking_for_none:
        said = "Breaking for none: no known consumer uses what breaks. "
    elif report.verdict is Verdict.COMPATIBLE:
        said = ""
    else:
        names = {v: sum(c.verdict is v for c in report.consumers.values()) for v in Verdict}
        broken, unknown = names[Verdict.BREAKING], names[Verdict.UNKNOWN]
        told = [f"breaks {broken}"] if broken else []
        told += [f"leaves {unknown} undecided"] if unknown else []
        said = f"It {' and '.join(told or ['breaks none'])} of {known.consumers} known consumers. "
    told_of = knowledge(known)
    return f"{said}{told_of[:1].upper()}{told_of[1:]}."


def knowledge(known: Knowledge) -> str:
    """``2 of 3 consumers declared what they use, …``"""
    if known.declared == known.consumers:
        return "every known consumer declared what it uses"
    count = f"{known.declared} of {known.consumers} consumer{'s' * (known.consumers != 1)}"
    return f"{count} declared what they use, undeclared ones count as using everything"


def place(at: Place, fallback: str) -> str:
    """``file:line pointer``; the fallback names the document when the place does not."""
    return " ".join(file_and_pointer(at, fallback))


def file_and_pointer(at: Place, fallback: str) -> tuple[str, str]:
    """``file:line`` and the pointer, apart."""
    line = f":{at.line}" if at.line is not None else ""
    return f"{at.source or fallback}{line}", at.pointer or "(whole document)"


def short_value(at: Place, limit: int = 40) -> str | None:
    """The value at a place where it is short enough to show in a line."""
    if at.value is None:
        return None
    return exact.dumps(at.value, limit=limit)


def witness(shown: Witness) -> str:
    """Who may write the witness and who rejects it."""
    does = "takes it for something else" if shown.misread else "rejects it"
    return f"{_side(shown.written_by)} may write this, {_side(shown.rejected_by)} {does}"


def _side(name: str) -> str:
    return f"the {name} version" if name in {"old", "new"} else name


def listed(names: Sequence[str], most: int = 6) -> str:
    """Names with commas, the tail counted rather than shown."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"


def consumer(judged: ConsumerVerdict) -> str:
    """A consumer's verdict with its reason."""
    return f"{judged.verdict.value}{': ' if judged.reason else ''}{judged.reason}"


def consumers_label(finding: Finding) -> str:
    """How a finding of this level concerns the consumers it names."""
    return "breaks" if finding.level is Level.ERROR else "concerns"


def rule_title(rule: str) -> str:
    """A rule id as words."""
    words = rule.replace("-", " ").replace("/", ": ")
    return words[:1].upper() + words[1:]


def documentation(rule: str) -> str:
    """Where a rule is documented, relative to the repository's root."""
    return f"docs/reference/rules.md#{rule}"
