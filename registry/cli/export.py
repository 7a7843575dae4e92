"""``interlock export``: everything in one file, as of one instant."""

from __future__ import annotations

from pathlib import Path

import click

from registry.cli.settings import storage_options


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@storage_options
def command(file: Path, database: str | None, data: Path | None) -> None:
    """Write everything the registry holds into FILE, while it goes on serving.

    The file carries documents, history and hashes of tokens: keep it like the database itself.
    """
    from registry.app import open_runtime
    from registry.settings import Settings
    from registry.store.transfer import export_registry
    from registry.store.unit_of_work import SqlUnitOfWork

    runtime = open_runtime(Settings.load({"database": database, "data": data}))
    assert isinstance(runtime.uow, SqlUnitOfWork)
    counts = export_registry(runtime.uow, file)
    click.echo(f"{file}: {sum(counts.values())} rows, {counts.get('versions', 0)} versions")
