"""The floors of ``serving.py``: a Flask application that does one thing, on the server of ours."""

from __future__ import annotations

import os
import sys

from flask import Flask, Response
from sqlalchemy import select

from registry.cli.serve import listen
from registry.store.engine import connect
from registry.store.tables import versions


def hello() -> Flask:
    """Answers "hello" to everything."""
    app = Flask("hello", static_folder=None)

    @app.get("/<path:_path>")
    def answer(_path: str) -> str:
        return "hello"

    return app


def lookup() -> Flask:
    """Looks one row up by its key with SQLAlchemy Core."""
    app = Flask("lookup", static_folder=None)
    engine = connect(os.environ["INTERLOCK_DATABASE"])

    @app.get("/api/v1/contracts/<name>/versions/<number>/document")
    def answer(name: str, number: str) -> Response:
        query = select(versions).where(
            versions.c.contract == name,
            versions.c.number == number,
            versions.c.branch == "",
            versions.c.revision == 1,
        )
        with engine.connect() as connection:
            return Response(connection.execute(query).one().sha256, mimetype="text/plain")

    return app


if __name__ == "__main__":
    factory, port, workers = sys.argv[1:]
    listen(f"tests.benchmarks.bare:{factory}", "127.0.0.1", int(port), int(workers))
