"""Working on parsed documents without the garbage collector looking on."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def no_collection() -> Iterator[None]:
    """Documents are millions of objects without cycles; tracing them all triples the time.

    It counts for the whole process; of threads that overlap, the first to end switches it on again.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
