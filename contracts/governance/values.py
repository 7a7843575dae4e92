"""Kinds of values that the files people write share: names, numbers, paths."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, StringConstraints, WithJsonSchema

from contracts.governance.fieldpath import FieldPath
from contracts.governance.vocabulary import Classification, Profile


def _field_path(value: Any) -> Any:
    return FieldPath.parse(value) if isinstance(value, str) else value


def _classification(value: Any) -> Any:
    letters = {item.value[0].upper(): item.value for item in Classification}
    return letters.get(value, value) if isinstance(value, str) else value


def _list_of_profiles(value: Any) -> Any:
    return value.replace("+", " ").split() if isinstance(value, str) else value


Identifier = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*$", max_length=120),
]
"""Lower-case words with hyphens, parts joined by dots: ``erp.goods-receipt``."""
VersionNumber = Annotated[
    str, StringConstraints(pattern=r"^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$")
]
"""A semantic version (semver.org 2.0.0)."""
Path = Annotated[
    FieldPath,
    BeforeValidator(_field_path),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "examples": ["lines[].lineNumber"]}),
]
FieldName = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Class = Annotated[
    Classification,
    BeforeValidator(_classification),
    WithJsonSchema(
        {"enum": [*Classification, *(item.value[0].upper() for item in Classification)]}
    ),
]
_PROFILE = "|".join(item.value for item in Profile)
Profiles = Annotated[
    tuple[Profile, ...],
    BeforeValidator(_list_of_profiles),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": rf"^({_PROFILE})([+ ]({_PROFILE}))*$"},
                {"type": "array", "items": {"enum": [item.value for item in Profile]}},
            ]
        }
    ),
]
