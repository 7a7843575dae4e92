"""A replay for a terminal of eighty columns."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator

from conformance.replay.shown import Outcome, Replay, Side
from contracts.reports.hostile import one_line

SIGNS = {
    Outcome.SHOWN: "SHOWN",
    Outcome.NOT_SHOWN: "NOT SHOWN",
    Outcome.UNDECIDED: "UNDECIDED",
}
WIDTH = 80
MOST_BODY = 12
"""Lines of a body."""


def text(replays: tuple[Replay, ...]) -> str:
    """Every finding with what both deployments did."""
    blocks = ["\n".join(_lines(replay)) for replay in replays]
    shown = sum(replay.outcome is Outcome.SHOWN for replay in replays)
    return "\n\n".join([*blocks, f"{shown} of {len(replays)} shown live"]) + "\n"


def _lines(replay: Replay) -> Iterator[str]:
    yield from _wrapped(f"{SIGNS[replay.outcome]}  {replay.rule}  {replay.fingerprint}", "")
    yield from _wrapped(replay.message, "  ")
    for side in replay.sides[:1]:
        if side.request is not None:
            yield from _wrapped(f"sent: {side.request.method} {side.request.url}", "  ")
            yield from _body(side.request.body)
    for side in replay.sides:
        yield from _side(side)
    yield from _wrapped(replay.sentence, "  ")
    for note in replay.explained:
        yield from _wrapped(f"- {note}", "  ")


def _side(side: Side) -> Iterator[str]:
    verb = "answered" if side.response is not None else "has no answer:"
    yield from _wrapped(f"{side.name} {side.url} {verb} {side.says}", "  ")


def _body(body: str | None) -> Iterator[str]:
    if body is None:
        return
    try:
        shown = json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except ValueError:
        shown = body
    lines = shown.splitlines()
    for line in lines[:MOST_BODY]:
        indent = len(line) - len(line.lstrip())
        yield f"    {' ' * indent}{one_line(line)}"[:WIDTH]
    if len(lines) > MOST_BODY:
        yield f"    … {len(lines) - MOST_BODY} lines more"


def _wrapped(sentence: str, indent: str) -> list[str]:
    plain = one_line(sentence)
    return textwrap.wrap(
        plain, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ",
        break_on_hyphens=False,
    ) or [indent]  # fmt: skip
