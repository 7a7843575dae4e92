"""Exit statuses: an outage is never a "no", and "don't know" is neither."""

from __future__ import annotations

from contracts.verdict import Verdict

OK = 0
NO = 1
USAGE = 2
UNKNOWN = 3
COULD_NOT_ASK = 4

OF_VERDICT = {Verdict.COMPATIBLE: OK, Verdict.BREAKING: NO, Verdict.UNKNOWN: UNKNOWN}
OF_ANSWER = {"yes": OK, "no": NO, "unknown": UNKNOWN}
