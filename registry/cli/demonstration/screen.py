"""What the demonstration prints: numbered steps, with a sign of life for what takes long."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape


class Screen:
    """Lines for people; a terminal also gets a spinner."""

    def __init__(self, steps: int) -> None:
        self.console = Console(highlight=False, soft_wrap=True)
        self.width = min(self.console.width, 100)
        self._steps = steps
        self._step = 0

    def step(self, title: str) -> None:
        """Begin the next step."""
        self._step += 1
        self.console.print(f"\n[bold]{self._step}/{self._steps}  {escape(title)}[/bold]")

    def say(self, text: str = "", style: str | None = None) -> None:
        """One line, or several."""
        self.console.print(escape(text), style=style)

    @contextmanager
    def waiting(self, text: str) -> Iterator[Ticker]:
        """A sign of life while something lasts: a spinner, or a line every few seconds."""
        ticker = Ticker(self, text)
        if self.console.is_terminal:
            with self.console.status(escape(text)) as status:
                ticker.status = status
                yield ticker
        else:
            yield ticker


class Ticker:
    """Progress of one thing that lasts."""

    SECONDS = 5.0

    def __init__(self, screen: Screen, text: str) -> None:
        self._screen = screen
        self._text = text
        self._last = time.monotonic()
        self.status: object = None

    def tell(self, progress: str) -> None:
        """Show how far it is."""
        update = getattr(self.status, "update", None)
        if update is not None:
            update(escape(f"{self._text}: {progress}"))
        elif time.monotonic() - self._last >= self.SECONDS:
            self._last = time.monotonic()
            self._screen.say(f"   … {progress}")
