"""Bytes, a file or parsed values → Document, within limits and with one clear sentence if not."""

from __future__ import annotations

import errno
import os
import stat

from contracts.documents.document import Document
from contracts.documents.garbage import no_collection
from contracts.documents.json_syntax import NotJson, RepeatedName, parse_json
from contracts.documents.limits import Limits
from contracts.documents.plain import as_json
from contracts.errors import DocumentUnreadable
from contracts.late_patterns import late
from contracts.verdict import Json

_LOOKS_LIKE_JSON = late(rb"\s*[{\[\"]")
_NOTHING = late(rb"(?:\s+|#[^\n]*)*+\Z")
_UTF8_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_DEFAULT = Limits()
PATIENCE = 3.0
"""Seconds that a pipe may stay without a writer."""

Source = os.PathLike[str] | str | bytes | dict[str, Json] | list[Json] | bool


def load(
    source: Source,
    *,
    name: str | None = None,
    suffix: str = "",
    limits: Limits = _DEFAULT,
    last_counts: bool = False,
) -> Document:
    """Read a YAML or JSON document; a ``str`` is a path, ``bytes`` are the text itself.

    ``name`` is what findings and errors call the document (the path, if not given), ``suffix``
    what it is if the name does not tell (``.proto``). Values that are already parsed (dict, list,
    bool) are taken as they are and must not change afterwards.
    With ``last_counts`` a name that a JSON object has twice is no error: the last one counts,
    and :attr:`Document.repeated` tells it. YAML forbids it (1.2.2, 3.2.1.1).

    Raises:
        DocumentUnreadable: no such file, not readable, not YAML or JSON, or over a limit.
    """
    if isinstance(source, (dict, list, bool)):
        return from_data(source, name=name or "document", limits=limits)
    if isinstance(source, bytes):
        return _from_bytes(source, name or "document", None, limits, last_counts, suffix)
    path = os.fspath(source)
    called = name or path
    raw = _read(path, called, limits)
    return _from_bytes(raw, called, path, limits, last_counts, suffix)


def from_data(data: Json, *, name: str = "document", limits: Limits = _DEFAULT) -> Document:
    """A document from parsed values.

    Raises:
        DocumentUnreadable: not JSON values, cyclic, or over a limit.
    """
    return Document(as_json(data, name, limits), name=name, syntax="data")


def _opened(path: str, flags: int) -> int:
    """A descriptor; a pipe is opened only if somebody writes into it.

    Raises:
        OSError: nobody does within :data:`PATIENCE` seconds.
    """
    found = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if stat.S_ISFIFO(os.fstat(found).st_mode):
        import select

        if not select.select([found], [], [], PATIENCE)[0]:
            os.close(found)
            raise OSError(errno.ETIMEDOUT, "nobody writes into this pipe")
    os.set_blocking(found, True)
    return found


def _read(path: str, name: str, limits: Limits) -> bytes:
    try:
        with open(path, "rb", opener=_opened) as file:
            raw = file.read(limits.bytes + 1)
    except FileNotFoundError:
        message = "no such file; check the path"
    except IsADirectoryError:
        message = "this is a directory; name a YAML or JSON file in it"
    except PermissionError:
        message = "may not be read; check its permissions"
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"cannot be read: {reason}"
    else:
        return raw
    raise DocumentUnreadable(message, source=name)


def _from_bytes(
    raw: bytes, name: str, path: str | None, limits: Limits, last_counts: bool, suffix: str
) -> Document:
    if len(raw) > limits.bytes:
        raise DocumentUnreadable(
            f"larger than {limits.bytes:,} bytes; split the document", source=name
        )
    text = raw.removeprefix(_UTF8_BOM)
    _check_encoding(text, name)
    if _NOTHING.match(text):
        raise DocumentUnreadable("the document is empty", source=name)
    suffix = suffix or os.path.splitext(path or name)[1].lower()  # noqa: PTH122
    repeated = ""
    with no_collection():
        try:
            data, syntax = _parse(text, name, suffix, limits)
        except RepeatedName as error:
            if not last_counts:
                raise
            data, syntax, repeated = error.data, "json", error.passed_over
    return Document(data, name=name, syntax=syntax, raw=raw, path=path, repeated=repeated)


def _parse(text: bytes, name: str, suffix: str, limits: Limits) -> tuple[Json, str]:
    if suffix == ".proto":
        from contracts.documents.proto_syntax import parse_proto

        return parse_proto(text, name, limits), "proto"
    if suffix == ".json":
        return parse_json(text, name, limits), "json"
    not_json: NotJson | None = None
    if _LOOKS_LIKE_JSON.match(text):
        try:
            return parse_json(text, name, limits), "json"
        except NotJson as error:
            not_json = error
    from contracts.documents.yaml_syntax import parse_yaml

    try:
        return parse_yaml(text, name, limits), "yaml"
    except DocumentUnreadable as error:
        broken = error.message.startswith("not valid YAML")
        if broken and not_json is not None and suffix not in (".yaml", ".yml"):
            raise not_json from None
        raise


def _check_encoding(raw: bytes, name: str) -> None:
    """JSON and YAML may be UTF-16 in theory; nobody's tools agree on it (RFC 8259 section 8.1)."""
    if raw.startswith(_WIDE_BOMS) or b"\x00" in raw[:4]:
        raise DocumentUnreadable("this is UTF-16 or UTF-32 text; save it as UTF-8", source=name)
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        raise DocumentUnreadable(
            f"byte 0x{raw[error.start]:02x} is not UTF-8; save the file as UTF-8",
            source=name,
            line=line,
            column=column,
        ) from None
