"""Reading a document into a typed record, with sentences a person can act on."""

from __future__ import annotations

import difflib
import re
import typing
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from contracts.documents import Document
from contracts.errors import InvalidContract


class Record(BaseModel):
    """A frozen record with camelCase keys; unknown keys are refused, ``x-…`` keys are kept."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        frozen=True,
        str_max_length=4000,
        str_strip_whitespace=True,
    )
    kind_name: ClassVar[str] = "record"
    extensions: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _set_extensions_aside(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        own = {key: value for key, value in data.items() if _is_extension(key)}
        if not own:
            return data
        rest = {key: value for key, value in data.items() if key not in own}
        return {**rest, "extensions": {**rest.get("extensions", {}), **own}}


RecordType = TypeVar("RecordType", bound=Record)


def read_record(model: type[RecordType], document: Document) -> RecordType:
    """Build the record that a document describes.

    Raises:
        InvalidContract: the first thing wrong, with pointer and line.
    """
    problems, record = _validate(model, document)
    if record is None:
        raise problems[0]
    return record


def problems_of(model: type[Record], document: Document) -> tuple[InvalidContract, ...]:
    """Everything that is wrong with a document: wrong values by line, then what is missing."""
    return _validate(model, document)[0]


def refusal(document: Document, pointer: str, message: str) -> InvalidContract:
    """Name a place of a document in an error."""
    return InvalidContract(
        message, source=document.name, line=document.line(pointer), pointer=pointer or None
    )


def _validate(
    model: type[RecordType], document: Document
) -> tuple[tuple[InvalidContract, ...], RecordType | None]:
    if not isinstance(document.data, Mapping):
        message = f"a {model.kind_name} is a mapping of keys to values, not {_noun(document.data)}"
        return (refusal(document, "", message),), None
    try:
        return (), model.model_validate(document.data)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        found = [(item["type"] == "missing", _problem(model, document, item)) for item in errors]
        # A misspelt key also makes the right one missing: what is there comes first.
        found.sort(key=lambda pair: (pair[0], pair[1].line or 0))
        return tuple(problem for _, problem in found), None


def _problem(model: type[Record], document: Document, error: Mapping[str, Any]) -> InvalidContract:
    path = list(_existing(document.data, error["loc"]))
    kind = error["type"]
    key = error["loc"][-1] if error["loc"] else ""
    if kind == "missing":
        return refusal(document, _pointer(path), f"{key!r} is missing; add it")
    if kind == "extra_forbidden":
        known = sorted(_keys_at(model, error["loc"][:-1]))
        return refusal(document, _pointer([*path]), _unknown_key(str(key), known, model))
    message = str(error["msg"]).removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    if kind == "string_type" and isinstance(error["input"], (int, float)):
        message = f"{error['input']!r} is a number here; put it in quotes to make it text"
    elif kind in {"enum", "literal_error", "string_pattern_mismatch"}:
        message = f"{_shown(error['input'])} is not possible here: {message}"
    name = f"{path[-1]!r}: " if path and isinstance(path[-1], str) else ""
    return refusal(document, _pointer(path), name + message)


def _unknown_key(key: str, known: list[str], model: type[Record]) -> str:
    close = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
    if close:
        mend = f"did you mean {close[0]!r}?"
    else:
        mend = f"known here: {', '.join(known[:40])}; your own keys start with 'x-'"
    return f"{_shown(key)} is not a key of this part of the {model.kind_name}; {mend}"


def _existing(data: Any, loc: tuple[str | int, ...]) -> Iterator[str | int]:
    """Follow a validator's location as far as the document goes (it also names union members)."""
    for step in loc:
        in_list = isinstance(data, list) and isinstance(step, int) and step < len(data)
        if in_list or (isinstance(data, Mapping) and step in data):
            data = data[step]
            yield step


def _keys_at(model: type[Record], loc: tuple[str | int, ...]) -> set[str]:
    here: type[Record] | None = model
    for step in loc:
        if here is None or isinstance(step, int):
            continue
        for name, info in here.model_fields.items():
            if step in {info.alias, name}:
                here = _record_in(info.annotation)
                break
    if here is None:
        return set()
    aliases = {info.alias or name for name, info in here.model_fields.items()}
    return aliases - {"extensions"}


def _record_in(annotation: Any) -> type[Record] | None:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return annotation
    for part in typing.get_args(annotation):
        found = _record_in(part)
        if found is not None:
            return found
    return None


def _pointer(path: list[str | int]) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def _is_extension(key: Any) -> bool:
    return isinstance(key, str) and re.match(r"x-", key) is not None


def _noun(value: Any) -> str:
    return {list: "a list", str: "text", type(None): "nothing"}.get(type(value), "a single value")


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
