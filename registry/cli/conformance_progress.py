"""What is going on in a run, on stderr, while it goes on."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from conformance.http import Progress as Event


class Progress:
    """What is going on, on stderr: one line that is rewritten on a terminal, else few lines."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._live = sys.stderr.isatty()
        self._started = time.monotonic()
        self._causes = 0

    def __call__(self, progress: Event) -> None:
        """Show one event."""
        if self._quiet:
            return
        data = progress.data
        if progress.kind == "failure":
            self._causes += 1
            failure = data["failure"]
            self._say(f"{failure['severity']}: {failure['title']}: {failure['operation']}", True)
        elif progress.kind == "operation":
            causes = f", {self._causes} causes of failure" if self._causes else ""
            self._say(
                f"{data['phase']}: {data['operation']} ({data['requests']} requests{causes})", False
            )
        elif progress.kind == "started":
            self._say(f"{data['operations']} operations, seed {data['seed']}", True)

    def done(self) -> None:
        """Leave the terminal clean."""
        if self._live and not self._quiet:
            click.echo("\r\x1b[K", err=True, nl=False)

    def say(self, text: str, lasting: bool) -> None:
        """One sentence, unless it is to be quiet."""
        if not self._quiet:
            self._say(text, lasting)

    def _say(self, text: str, lasting: bool) -> None:
        from contracts.reports.hostile import one_line

        line = f"{time.monotonic() - self._started:6.1f} s  {one_line(text)}"
        if self._live:
            width = shutil.get_terminal_size((80, 24)).columns - 1
            click.echo(f"\r\x1b[K{line[:width]}", err=True, nl=lasting)
        elif lasting:
            click.echo(line, err=True)
