"""Tables to read: a CSV file, a SQLite file, a PostgreSQL database. They are only read."""

from __future__ import annotations

import contextlib
import csv
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from contracts.errors import ContractError, DocumentUnreadable

AT_ONCE = 2000


class TableUnreachable(ContractError):
    """The database does not answer, or has no such table."""

    code = "table-unreachable"


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows; ``typed`` False when every value is a text (CSV), empty meaning null."""

    name: str
    columns: tuple[str, ...]
    rows: Iterator[Sequence[Any]]
    typed: bool


@contextmanager
def open_table(where: str, name: str) -> Iterator[Table]:
    """A table: ``file.csv``, ``sqlite:///path`` or ``postgresql://…``; ``name`` may hold a schema.

    Raises:
        DocumentUnreadable: the file is not there or not a table.
        TableUnreachable: the database does not answer, or has no such table.
    """
    if where.startswith("sqlite:///"):
        with _sqlite(where.removeprefix("sqlite:///"), name) as table:
            yield table
    elif where.startswith(("postgresql://", "postgres://")):
        with _postgresql(where, name) as table:
            yield table
    else:
        with _csv(Path(where), name) as table:
            yield table


@contextmanager
def _csv(path: Path, name: str) -> Iterator[Table]:
    try:
        file = path.open(newline="", encoding="utf-8")
    except OSError as error:
        raise DocumentUnreadable(f"cannot be opened: {error.strerror}", source=str(path)) from error
    with file:
        reader = csv.reader(file)
        try:
            columns = tuple(next(reader, ()))
        except (csv.Error, UnicodeDecodeError) as error:
            raise DocumentUnreadable(f"is not a CSV file: {error}", source=str(path)) from None
        if not columns:
            raise DocumentUnreadable("is empty; its first line names the columns", source=str(path))
        yield Table(name, columns, _csv_rows(reader, path), typed=False)


def _csv_rows(reader: Any, path: Path) -> Iterator[Sequence[Any]]:
    try:
        for row in reader:
            if row:
                yield [value if value != "" else None for value in row]
    except (csv.Error, UnicodeDecodeError) as error:
        line = reader.line_num
        raise DocumentUnreadable(
            f"is not a CSV file: {error}", source=str(path), line=line
        ) from None


@contextmanager
def _sqlite(path: str, name: str) -> Iterator[Table]:
    if not Path(path).is_file():
        raise DocumentUnreadable("there is no such file", source=path)
    connection = sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True)
    try:
        cursor = connection.execute(f"SELECT * FROM {_quoted(name)}")  # noqa: S608 - quoted
    except sqlite3.Error as error:
        connection.close()
        raise TableUnreachable(f"{path}: {error}") from None
    with contextlib.closing(connection):
        columns = tuple(str(column[0]) for column in cursor.description)
        yield Table(name, columns, _fetched(cursor), typed=True)


@contextmanager
def _postgresql(url: str, name: str) -> Iterator[Table]:
    import psycopg

    shown = urlsplit(url).hostname or "the database"
    try:
        connection = psycopg.connect(url, connect_timeout=10)
    except psycopg.Error as error:
        raise TableUnreachable(f"PostgreSQL at {shown}: {str(error).splitlines()[0]}") from None
    connection.read_only = True
    with (
        contextlib.closing(connection),
        contextlib.closing(connection.cursor(name="interlock")) as cursor,
    ):
        try:
            cursor.execute(f"SELECT * FROM {_quoted(name)}".encode())  # noqa: S608 - quoted
        except psycopg.Error as error:
            first = str(error).splitlines()[0]
            raise TableUnreachable(f"PostgreSQL at {shown}: {first}") from None
        columns = tuple(column.name for column in cursor.description or ())
        yield Table(name, columns, _fetched(cursor), typed=True)


def _fetched(cursor: Any) -> Iterator[Sequence[Any]]:
    while rows := cursor.fetchmany(AT_ONCE):
        yield from rows


def _quoted(name: str) -> str:
    """An SQL identifier, with its schema; quotes inside are doubled."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))
