"""Imports that libraries make and a comparison does not need, put off until somebody needs them.

``dataclasses`` imports ``inspect``, ``uuid`` imports ``platform`` for one word, ``urllib.parse``
imports ``ipaddress`` for hosts in brackets, and jsonschema-rs
imports ``email.utils`` to read the date on which it was built: together a sixth of the time of a
small comparison. ``arrow``, which only durations need, is a third of importing jsonschema. Here
each gets a place-holder that becomes the module when it is first used. Only for a process of our
own that has just begun and has one thread.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class _Deferred(ModuleType):
    """A module that is imported when something is asked of it beyond what is given here."""

    def __init__(self, name: str, **given: Any) -> None:
        super().__init__(name)
        self.__spec__ = ModuleSpec(name, None)
        self.__dict__.update(given)

    def __getattr__(self, name: str) -> Any:
        if name == "__path__":
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        __import__(self.__name__)
        module = sys.modules[self.__name__]
        self.__dict__.update(module.__dict__)
        return getattr(module, name)


def defer_costly_imports() -> None:
    """Put the place-holders where the modules are not loaded yet."""
    _defer("inspect")
    if hasattr(os, "uname"):
        _defer("platform", system=lambda: os.uname().sysname)
    _defer("arrow")
    _defer("ipaddress")
    _defer("email.utils", parsedate_to_datetime=_date_of)


def _defer(name: str, **given: Callable[..., Any]) -> None:
    if name in sys.modules:
        return
    sys.modules[name] = _Deferred(name, **given)
    package, _, inner = name.rpartition(".")
    if package:
        __import__(package)
        setattr(sys.modules[package], inner, sys.modules[name])


_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def _date_of(text: str) -> Any:
    """``email.utils.parsedate_to_datetime`` for ``Tue, 27 Oct 2026 10:17:51 +0000``."""
    import datetime

    try:
        _, day, month, year, clock, zone = text.split()
        hours, minutes, seconds = map(int, clock.split(":"))
        if zone == "+0000":
            at = (int(year), _MONTHS.index(month) + 1, int(day), hours, minutes, seconds)
            return datetime.datetime(*at, tzinfo=datetime.UTC)
    except ValueError:
        pass
    sys.modules.pop("email.utils", None)
    from email.utils import parsedate_to_datetime

    return parsedate_to_datetime(text)
