"""Dataclasses whose methods are written when they are first needed.

The standard decorator compiles half a dozen methods for each class when its module is imported.
``interlock diff`` imports a hundred such classes and makes instances of half of them: that took
longer than comparing two small documents. These classes behave the same (keywords, defaults,
equality, hash, ``repr``, freezing, slots, pickling), ``dataclasses.fields`` and its kin work on
them, and type checkers know them (PEP 681). What nobody here uses is left out: ``__post_init__``,
ordering, class variables, fields without ``init``.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from types import MemberDescriptorType
from typing import Any, TypeVar, dataclass_transform, overload

_T = TypeVar("_T")
_MISSING: Any = object()


class _Field:
    """How a member is filled when it is not given, and whether it counts in comparisons."""

    __slots__ = ("compare", "default", "factory", "repr")

    def __init__(self, default: Any, factory: Any, compare: bool, repr: bool) -> None:  # noqa: A002
        self.default = default
        self.factory = factory
        self.compare = compare
        self.repr = repr


@overload
def field(*, default: _T, compare: bool = True, repr: bool = True) -> _T: ...
@overload
def field(*, default_factory: Callable[[], _T], compare: bool = True, repr: bool = True) -> _T: ...
def field(
    *,
    default: Any = _MISSING,
    default_factory: Any = _MISSING,
    compare: bool = True,
    repr: bool = True,  # noqa: A002
) -> Any:
    """A member with a default (``dataclasses.field``)."""
    return _Field(default, default_factory, compare, repr)


@dataclass_transform(field_specifiers=(field,))
def dataclass(
    *, frozen: bool = False, slots: bool = False, eq: bool = True
) -> Callable[[type[_T]], type[_T]]:
    """A class with a member for each annotation (``dataclasses.dataclass``)."""

    def decorated(cls: type[_T]) -> type[_T]:
        made: type[_T] = _made(cls, frozen, slots, eq)
        return made

    return decorated


def replace(instance: _T, /, **changes: Any) -> _T:
    """A copy with other values for some members (``dataclasses.replace``)."""
    cls: Any = type(instance)
    for name in cls.__lean_fields__:
        if name not in changes:
            changes[name] = getattr(instance, name)
    copy: _T = cls(**changes)
    return copy


class _StandardFields:
    """``__dataclass_fields__``, for whoever asks the standard module about such a class."""

    def __get__(self, _instance: object, cls: Any) -> dict[str, Any]:
        import dataclasses

        annotated: dict[str, Any] = {}
        for base in reversed(cls.__mro__):
            annotated |= base.__dict__.get("__annotations__", {})  # noqa: RUF063 (imports inspect)
        made: Any = dataclasses.make_dataclass(
            cls.__name__,
            [(name, annotated[name], _standard(one)) for name, one in cls.__lean_fields__.items()],
        )
        found: dict[str, Any] = made.__dataclass_fields__
        cls.__dataclass_fields__ = found  # the next question finds them, not this
        return found


def _standard(one: _Field) -> Any:
    import dataclasses

    options: dict[str, Any] = {"compare": one.compare, "repr": one.repr, "kw_only": False}
    if one.default is not _MISSING:
        options["default"] = one.default
    if one.factory is not _MISSING:
        options["default_factory"] = one.factory
    return dataclasses.field(**options)


def _made(cls: Any, frozen: bool, slots: bool, eq: bool) -> Any:
    fields: dict[str, _Field] = {}
    for base in reversed(cls.__mro__[1:]):
        fields |= base.__dict__.get("__lean_fields__", {})
    inherited = set(fields)
    own = list(cls.__dict__.get("__annotations__", {}))  # noqa: RUF063 (imports inspect)
    for name in own:
        given = cls.__dict__.get(name, _MISSING)
        fields[name] = given if isinstance(given, _Field) else _Field(given, _MISSING, True, True)
    added: dict[str, Any] = {
        "__lean_fields__": fields,
        "__dataclass_fields__": _StandardFields(),
        "__match_args__": tuple(fields),
        "__init__": _first_init(fields, frozen),
    }
    if "__repr__" not in cls.__dict__:
        added["__repr__"] = _repr
    if eq and "__eq__" not in cls.__dict__:
        added["__eq__"] = _equal
    if eq and cls.__dict__.get("__hash__") is None:
        added["__hash__"] = _hash if frozen else None
    if frozen:
        added |= {"__setattr__": _refuse_setting, "__delattr__": _refuse_deleting}
    if not slots:
        for name, value in added.items():
            setattr(cls, name, value)
        for name in own:
            if isinstance(cls.__dict__.get(name), _Field):
                delattr(cls, name)
        return cls
    added["__slots__"] = tuple(name for name in own if name not in inherited)
    added |= {"__getstate__": _getstate, "__setstate__": _setstate}
    unwanted = {*own, "__dict__", "__weakref__"}
    kept = {name: value for name, value in cls.__dict__.items() if name not in unwanted}
    made = type(cls)(cls.__name__, cls.__bases__, kept | added)
    made.__qualname__ = cls.__qualname__
    return made


_FEW = 24
"""Instances of a class for which filling them one by one takes less time than compiling."""


def _first_init(fields: dict[str, _Field], frozen: bool) -> Callable[..., None]:
    """An ``__init__`` that fills the first instances by itself and then writes a faster one."""
    left = _FEW

    def __init__(self: Any, /, *values: Any, **named: Any) -> None:  # noqa: N807
        nonlocal left
        left -= 1
        if left > 0 and _filled(self, fields, values, named):
            return
        for cls in type(self).__mro__:
            if cls.__dict__.get("__init__") is __init__:
                written = _written_init(cls, frozen)
                setattr(cls, "__init__", written)  # noqa: B010
                written(self, *values, **named)
                return

    return __init__


def _filled(
    instance: Any, fields: dict[str, _Field], values: tuple[Any, ...], named: dict[str, Any]
) -> bool:
    """Whether the members could be set to what is given; if not, the written one says why."""
    if len(values) > len(fields):
        return False
    given = dict(zip(fields, values, strict=False))
    if not (named.keys() <= fields.keys() and named.keys().isdisjoint(given)):
        return False
    given |= named
    for name, one in fields.items():
        if name in given:
            value = given[name]
        elif one.factory is not _MISSING:
            value = one.factory()
        elif one.default is not _MISSING:
            value = one.default
        else:
            return False
        object.__setattr__(instance, name, value)
    return True


def _written_init(cls: Any, frozen: bool) -> Callable[..., None]:
    scope: dict[str, Any] = {"_set": object.__setattr__, "_missing": _MISSING}
    parameters, lines = [], []
    for name, one in cls.__lean_fields__.items():
        value = name
        if one.factory is not _MISSING:
            scope[f"_make_{name}"] = one.factory
            parameters.append(f"{name}=_missing")
            value = f"_make_{name}() if {name} is _missing else {name}"
        elif one.default is not _MISSING:
            scope[f"_default_{name}"] = one.default
            parameters.append(f"{name}=_default_{name}")
        else:
            parameters.append(name)
        slot = getattr(cls, name, None)
        if not frozen:
            lines.append(f"self.{name} = {value}")
        elif isinstance(slot, MemberDescriptorType):
            scope[f"_set_{name}"] = slot.__set__  # no look-up by name: a third faster
            lines.append(f"_set_{name}(self, {value})")
        else:
            lines.append(f"_set(self, {name!r}, {value})")
    body = "\n    ".join(lines) or "pass"
    exec(f"def __init__(self, {', '.join(parameters)}):\n    {body}", scope)  # noqa: S102
    written: Any = scope["__init__"]
    written.__qualname__ = f"{cls.__qualname__}.__init__"
    return written  # type: ignore[no-any-return]


_COMPARED: dict[type, Callable[[Any], Any]] = {}


def _compared(cls: Any) -> Callable[[Any], Any]:
    """What of an instance counts when it is compared."""
    key = _COMPARED.get(cls)
    if key is None:
        names = [name for name, one in cls.__lean_fields__.items() if one.compare]
        key = _COMPARED[cls] = attrgetter(*names) if names else lambda _instance: ()
    return key


def _equal(self: Any, other: object) -> Any:
    if self is other:
        return True
    if other.__class__ is not self.__class__:
        return NotImplemented
    key = _compared(self.__class__)
    return key(self) == key(other)


def _hash(self: Any) -> int:
    return hash(_compared(self.__class__)(self))


def _repr(self: Any) -> str:
    members = self.__class__.__lean_fields__.items()
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name, one in members if one.repr)
    return f"{self.__class__.__qualname__}({shown})"


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self.__class__.__lean_fields__]


def _setstate(self: Any, state: list[Any]) -> None:
    for name, value in zip(self.__class__.__lean_fields__, state, strict=True):
        object.__setattr__(self, name, value)


def _refuse_setting(_self: object, name: str, _value: object) -> None:
    raise AttributeError(f"cannot assign to field {name!r}")


def _refuse_deleting(_self: object, name: str) -> None:
    raise AttributeError(f"cannot delete field {name!r}")
