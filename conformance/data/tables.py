"""Tables to read: a CSV, Parquet or SQLite file, a PostgreSQL database. They are only read."""

from __future__ import annotations

import contextlib
import csv
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
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
    """A table: ``file.csv``, ``file.parquet`` (or ``parquet:///path``), ``sqlite:///path``, ``postgresql://…``.

    ``name`` may hold a schema.

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
    elif where.startswith("parquet:///") or where.endswith(".parquet"):
        with _parquet(where.removeprefix("parquet://"), name) as table:
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
def _parquet(path: str, name: str) -> Iterator[Table]:
    import duckdb

    if not Path(path).is_file():
        raise DocumentUnreadable("there is no such file", source=path)
    literal = "'" + path.replace("'", "''") + "'"
    with contextlib.closing(duckdb.connect(config={"threads": 1})) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        try:
            found = connection.execute(f"DESCRIBE SELECT * FROM read_parquet([{literal}])")  # noqa: S608
            kinds = {str(row[0]): str(row[1]) for row in found.fetchall()}
            # an instant comes as text: the driver would need another package for its time zone
            wanted = ", ".join(
                f"CAST({_identifier(column)} AS VARCHAR)"
                if kind == "TIMESTAMP WITH TIME ZONE"
                else _identifier(column)
                for column, kind in kinds.items()
            )
            cursor = connection.execute(f"SELECT {wanted} FROM read_parquet([{literal}])")  # noqa: S608
            instants = [kind == "TIMESTAMP WITH TIME ZONE" for kind in kinds.values()]
            yield Table(name, tuple(kinds), _parquet_rows(cursor, instants), typed=True)
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            raise DocumentUnreadable(f"is not a Parquet file: {first}", source=path) from None


def _parquet_rows(cursor: Any, instants: list[bool]) -> Iterator[Sequence[Any]]:
    for row in _fetched(cursor):
        yield [
            datetime.fromisoformat(value) if is_instant and value is not None else value
            for value, is_instant in zip(row, instants, strict=True)
        ]


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
    return ".".join(_identifier(part) for part in name.split("."))


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
