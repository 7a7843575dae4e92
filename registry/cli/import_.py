"""``interlock import``: an exported file into an empty registry."""

from __future__ import annotations

from pathlib import Path

import click

from registry.cli.settings import storage_options


@click.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@storage_options
def command(file: Path, database: str | None, data: Path | None) -> None:
    """Read FILE into an empty registry: all of it, or nothing if it was cut or edited."""
    from registry.app import open_runtime
    from registry.settings import Settings
    from registry.store.transfer import import_registry
    from registry.store.unit_of_work import SqlUnitOfWork

    runtime = open_runtime(Settings.load({"database": database, "data": data}))
    assert isinstance(runtime.uow, SqlUnitOfWork)
    counts = import_registry(runtime.uow, file)
    click.echo(f"{file}: {sum(counts.values())} rows, {counts.get('versions', 0)} versions")
