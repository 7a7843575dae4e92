"""Generated HTTP traffic against a live system, each run in a process of its own.

Nothing outside this package imports schemathesis, and within it only the child process does.
"""

from __future__ import annotations

from conformance.http.runner import Progress, run
from conformance.process import Caps

__all__ = ["Caps", "Progress", "run"]
