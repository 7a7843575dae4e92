"""Regular expressions that are compiled when they are first used.

``interlock diff`` imports some sixty of them and uses a dozen; compiling all took longer than
reading two small documents.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _Late:
    """Stands for a pattern: each method is the pattern's own once it has been asked for."""

    def __init__(self, source: Any, flags: int) -> None:
        self._asked = (source, flags)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found = getattr(re.compile(*self._asked), name)
        self.__dict__[name] = found
        return found


def late(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """``re.compile`` put off; for methods of the pattern, not for functions that take one."""
    return cast("re.Pattern[AnyStr]", _Late(pattern, flags))
